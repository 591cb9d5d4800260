/**
 * A growing run of bytes that log lines are written into without making strings. The owner clears
 * it and writes again; `view` is valid until the next write.
 */
export class Bytes {
  #bytes: Uint8Array;
  #length = 0;
  /** Lines ended since the last clear. */
  lines = 0;

  /** @param capacity bytes to start with */
  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
    this.lines = 0;
  }

  /** The bytes written so far, not copied. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room for `count` more bytes; the `put` functions below need it done. */
  reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  putByte(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  /** Writes `source[from … to)`. */
  put(source: Uint8Array, from = 0, to = source.length): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) target[at++] = source[i]!;
    this.#length = at;
  }

  /** Writes a text as UTF-8; makes its own room, and room for a line's end. */
  putText(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    this.reserve(bytes.length + 1);
    this.put(bytes);
  }

  /** Writes an integer in decimal, at most 16 digits, ≥ 0. */
  putInteger(value: number): void {
    const target = this.#bytes;
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    let at = this.#length + digits;
    this.#length = at;
    let rest = value;
    while (digits-- > 0) {
      const next = Math.floor(rest / 10);
      target[--at] = 48 + (rest - next * 10);
      rest = next;
    }
  }

  /** Writes an integer in `width` digits with leading zeros. */
  putPadded(value: number, width: number): void {
    const target = this.#bytes;
    let at = this.#length + width;
    this.#length = at;
    let rest = value | 0;
    for (let digit = 0; digit < width; digit++) {
      const next = (rest / 10) | 0;
      target[--at] = 48 + (rest - next * 10);
      rest = next;
    }
  }

  /** Takes the last line back, which begins at `from`. */
  dropLine(from: number): void {
    this.#length = from;
    this.lines--;
  }

  endLine(): void {
    this.#bytes[this.#length++] = 10;
    this.lines++;
  }
}

/** Texts packed one after the other as bytes, to be copied into lines. */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  /** Where text i begins; one more entry than texts. */
  readonly starts: Int32Array;
}

/** Packs texts as UTF-8. */
export function packTexts(texts: readonly string[]): PackedTexts {
  const parts = texts.map((text) => Buffer.from(text, "utf8"));
  const starts = new Int32Array(parts.length + 1);
  parts.forEach((part, index) => {
    starts[index + 1] = starts[index]! + part.length;
  });
  return { bytes: new Uint8Array(Buffer.concat(parts)), starts };
}
