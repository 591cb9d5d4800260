/** The highest few of many values, ascending. */
export class TopValues {
  readonly #kept: Float64Array;
  readonly #tags: Int32Array;
  #count = 0;

  constructor(most: number) {
    this.#kept = new Float64Array(most);
    this.#tags = new Int32Array(most);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Takes a value, with a number that says whose it is. */
  add(value: number, tag = 0): void {
    const [kept, tags] = [this.#kept, this.#tags];
    if (this.#count < kept.length) this.#count += 1;
    else if (value <= kept[0]!) return;
    else {
      kept.copyWithin(0, 1);
      tags.copyWithin(0, 1);
    }
    let place = this.#count - 1;
    for (; place > 0 && kept[place - 1]! > value; place--) {
      kept[place] = kept[place - 1]!;
      tags[place] = tags[place - 1]!;
    }
    kept[place] = value;
    tags[place] = tag;
  }

  highest(): number {
    return this.#count > 0 ? this.#kept[this.#count - 1]! : 0;
  }

  /** Mean of the kept, as if those missing were 0. */
  mean(): number {
    let sum = 0;
    for (let k = 0; k < this.#count; k++) sum += this.#kept[k]!;
    return sum / this.#kept.length;
  }

  /** Whose the kept values are, the highest first. */
  tags(): readonly { readonly tag: number; readonly value: number }[] {
    return Array.from({ length: this.#count }, (_, k) => {
      const place = this.#count - 1 - k;
      return { tag: this.#tags[place]!, value: this.#kept[place]! };
    });
  }
}
