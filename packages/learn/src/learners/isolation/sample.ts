import type { RandomStream } from "../../foundation/index.js";
import type { Learner } from "../contract.js";
import type { TrainingData } from "../door.js";
import { wholeWeights } from "../whole-weights.js";

/**
 * Draws rows without putting back, a row of weight k as k rows of their own.
 */
export class RowSampler {
  /** Rows, each counted by its weight. */
  readonly units: number;
  /** Units up to and with each row; undefined where every row is one. */
  readonly #ends: Float64Array | undefined;

  /** @throws WEIGHT_WHOLE */
  constructor(learner: Pick<Learner, "kind">, data: TrainingData) {
    let sum = 0;
    this.#ends = wholeWeights(learner, data)?.map((weight) => {
      sum += weight;
      return sum;
    });
    this.units = this.#ends === undefined ? data.frame.rowCount : sum;
  }

  #row(unit: number): number {
    const ends = this.#ends;
    if (ends === undefined) return unit;
    let from = 0;
    let to = ends.length - 1;
    while (from < to) {
      const half = (from + to) >> 1;
      if (ends[half]! > unit) to = half;
      else from = half + 1;
    }
    return from;
  }

  /**
   * Draws rows.
   * @param count at most `units`
   * @returns rows of the table, one a unit
   * @source Floyd's sampling without replacement: Bentley, Floyd 1987, "A sample of brilliance"
   */
  draw(count: number, random: RandomStream): Int32Array {
    const drawn = new Set<number>();
    for (let last = this.units - count; last < this.units; last++) {
      const unit = random.below(last + 1);
      drawn.add(drawn.has(unit) ? last : unit);
    }
    return Int32Array.from(drawn, (unit) => this.#row(unit));
  }
}
