/**
 * The penalised logistic loss in standardised coordinates: u_j = w_j · deviation_j, and an
 * intercept at the columns' means. The data are not copied: coordinates are changed on the way in
 * and the gradient on the way out. Loss = Σ weight · log-loss + l2/2 · Σ w_j².
 */

import type { Pacer } from "../../foundation/index.js";
import {
  type LogisticRows,
  logisticBuffers,
  logisticPass,
  type Moments,
} from "../../kernels/index.js";
import type { Evaluation } from "./lbfgs.js";

/** Rows × columns that are computed between two polls: some 10 ms. */
const CELLS_BETWEEN_POLLS = 2 ** 22;

/** A logistic problem over given rows. */
export interface LogisticProblem {
  /** Columns, target, weights. */
  readonly rows: LogisticRows;
  /** Number of rows. */
  readonly rowCount: number;
  /** Sum of the weights. */
  readonly totalWeight: number;
  /** Mean and deviation of each column; a deviation is never 0. */
  readonly moments: readonly Moments[];
  /** Penalty. */
  readonly l2: number;
}

/** Coefficients of the columns as they are, and the intercept. */
export interface Coefficients {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** Leaves the standardised coordinates. */
export function fromStandardised(problem: LogisticProblem, point: Float64Array): Coefficients {
  const width = problem.moments.length;
  const coefficients = new Float64Array(width);
  let intercept = point[width]!;
  for (let j = 0; j < width; j++) {
    const { mean, deviation } = problem.moments[j]!;
    coefficients[j] = point[j]! / deviation;
    intercept -= coefficients[j]! * mean;
  }
  return { coefficients, intercept };
}

/** Loss and gradient in standardised coordinates. */
export async function evaluateLogistic(
  problem: LogisticProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<Evaluation> {
  const { rows, rowCount, moments, l2 } = problem;
  const width = moments.length;
  const { coefficients, intercept } = fromStandardised(problem, point);
  const gradient = new Float64Array(width + 1);
  const buffers = logisticBuffers();
  const chunk = Math.max(512, Math.floor(CELLS_BETWEEN_POLLS / (width + 1) / 512) * 512);
  let loss = 0;
  for (let start = 0; start < rowCount; start += chunk) {
    await pacer.pause();
    const end = Math.min(start + chunk, rowCount);
    loss += logisticPass(rows, coefficients, intercept, start, end, gradient, buffers);
  }
  for (let j = 0; j < width; j++) {
    const { mean, deviation } = moments[j]!;
    const w = coefficients[j]!;
    loss += 0.5 * l2 * w * w;
    gradient[j] = (gradient[j]! - mean * gradient[width]! + l2 * w) / deviation;
  }
  return { loss, gradient };
}

/**
 * The largest component of the mean gradient in the columns' own coordinates, as scikit-learn's.
 */
export function largestSlope(problem: LogisticProblem, gradient: Float64Array): number {
  const width = problem.moments.length;
  const byIntercept = gradient[width]!;
  let largest = Math.abs(byIntercept);
  for (let j = 0; j < width; j++) {
    const { mean, deviation } = problem.moments[j]!;
    largest = Math.max(largest, Math.abs(gradient[j]! * deviation + mean * byIntercept));
  }
  return largest / problem.totalWeight;
}
