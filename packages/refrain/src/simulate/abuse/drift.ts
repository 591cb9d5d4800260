import type { RandomStream } from "@refrain/learn";

/**
 * A number that wanders from month to month and comes back: x_0 = 0, x_m = .9 x_{m-1} + size · ε_m,
 * ε standard normal; in the long run its standard deviation is 2.3 times the size.
 */
export class Drift {
  readonly #stream: RandomStream;
  readonly #size: number;
  readonly #path = [0];

  /**
   * @param stream used by this drift alone
   * @param size standard deviation of a month's step, ≥ 0
   */
  constructor(stream: RandomStream, size: number) {
    this.#stream = stream;
    this.#size = size;
  }

  /** Where it stands in a month, 0 = the first. */
  at(month: number): number {
    const path = this.#path;
    while (path.length <= month) path.push(0.9 * path.at(-1)! + this.#size * this.#stream.normal());
    return path[month]!;
  }
}
