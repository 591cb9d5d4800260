import { exp, type Pacer } from "../../foundation/index.js";
import { addWeightedGram, linearMargins, type Moments } from "../../kernels/index.js";
import { fromStandardised, type LogisticProblem } from "./objective.js";

const BLOCK = 512;

/** Columns in standardised coordinates. */
export interface StandardisedColumns {
  readonly columns: readonly Float64Array[];
  /** Mean and deviation of each column; a deviation is never 0. */
  readonly moments: readonly Moments[];
  readonly rowCount: number;
}

/**
 * Σ weight · z zᵀ over rows of standardised columns and, last, a column of ones.
 * @param weigh writes the weights of rows start … start + count - 1
 * @returns (width + 1)², row-major, lower triangle
 */
export async function standardisedGram(
  { columns, moments, rowCount }: StandardisedColumns,
  weigh: (start: number, count: number, out: Float64Array) => void,
  pacer: Pacer,
): Promise<Float64Array> {
  const width = columns.length + 1;
  const weight = new Float64Array(BLOCK);
  const block = new Float64Array(BLOCK * width).fill(1);
  const sum = new Float64Array(width * width);
  for (let start = 0; start < rowCount; start += BLOCK) {
    await pacer.pause();
    const count = Math.min(BLOCK, rowCount - start);
    weigh(start, count, weight);
    for (let j = 0; j < width - 1; j++) {
      const { mean, deviation } = moments[j]!;
      const values = columns[j]!;
      for (let i = 0; i < count; i++) {
        block[i * width + j] = (values[start + i]! - mean) / deviation;
      }
    }
    addWeightedGram(block, weight, count, width, sum);
  }
  return sum;
}

/** Writes the curvature w p (1 - p) of rows start … start + count - 1. */
export function curvatureAt(
  problem: LogisticProblem,
  point: Float64Array,
): (start: number, count: number, out: Float64Array) => void {
  const { rows } = problem;
  const { coefficients, intercept } = fromStandardised(problem, point);
  return (start, count, out) => {
    linearMargins(rows.columns, coefficients, intercept, start, count, out);
    for (let i = 0; i < count; i++) {
      const e = exp(-Math.abs(out[i]!));
      out[i] = ((rows.weight?.[start + i] ?? 1) * e) / ((1 + e) * (1 + e));
    }
  };
}

/**
 * Fisher information of a logistic problem in standardised coordinates, the intercept last: the
 * Hessian of the loss without its penalty.
 * @returns (width + 1)², row-major, lower triangle
 */
export function information(
  problem: LogisticProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<Float64Array> {
  const { rows, moments, rowCount } = problem;
  const table = { columns: rows.columns, moments, rowCount };
  return standardisedGram(table, curvatureAt(problem, point), pacer);
}
