import type { Pacer } from "../../foundation/index.js";
import { curvatureAt, information } from "./gram.js";
import type { LogisticProblem } from "./objective.js";

/** The Hessian H of a loss at a point, and H · d for a step d that grows one by one. */
export interface Curvature {
  /** Diagonal of H. */
  readonly diagonal: Float64Array;
  /** Component j of H · d. */
  readonly product: (j: number) => number;
  /** Adds to component j of d. */
  readonly move: (j: number, change: number) => void;
  /** Elementary steps of one product and one move. */
  readonly stepCost: number;
}

function penaltyAt({ moments, l2 }: LogisticProblem, j: number): number {
  const deviation = moments[j]?.deviation;
  return deviation === undefined ? 0 : l2 / (deviation * deviation);
}

/** H as a matrix. */
export async function denseCurvature(
  problem: LogisticProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<Curvature> {
  const width = point.length;
  const hessian = await information(problem, point, pacer);
  for (let i = 0; i < width; i++) {
    hessian[i * width + i]! += penaltyAt(problem, i);
    for (let j = 0; j < i; j++) hessian[j * width + i] = hessian[i * width + j]!;
  }
  const products = new Float64Array(width);
  return {
    diagonal: point.map((_, j) => hessian[j * width + j]!),
    product: (j) => products[j]!,
    move: (j, change) => {
      const at = j * width;
      for (let i = 0; i < width; i++) products[i]! += change * hessian[at + i]!;
    },
    stepCost: width,
  };
}

/** Σ curvature · margin change over the rows, for one column and for the intercept. */
function sums(curvature: Float64Array, change: Float64Array, values: Float64Array | undefined) {
  let plain = 0;
  let byValue = 0;
  for (let row = 0; row < curvature.length; row++) {
    const pull = curvature[row]! * change[row]!;
    plain += pull;
    if (values !== undefined) byValue += pull * values[row]!;
  }
  return { plain, byValue };
}

/** H by its rows, for tables so wide that the matrix would cost more than the descent. */
export async function rowCurvature(
  problem: LogisticProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<Curvature> {
  const { rows, rowCount, moments } = problem;
  const curvature = new Float64Array(rowCount);
  curvatureAt(problem, point)(0, rowCount, curvature);
  const diagonal = new Float64Array(point.length);
  diagonal[moments.length] = curvature.reduce((sum, value) => sum + value, 0);
  for (let j = 0; j < moments.length; j++) {
    await pacer.pause();
    const { mean, deviation } = moments[j]!;
    const values = rows.columns[j]!;
    let sum = 0;
    for (let row = 0; row < rowCount; row++) {
      const z = (values[row]! - mean) / deviation;
      sum += curvature[row]! * z * z;
    }
    diagonal[j] = sum + penaltyAt(problem, j);
  }
  const change = new Float64Array(rowCount);
  const step = new Float64Array(point.length);
  return {
    diagonal,
    product: (j) => {
      const { plain, byValue } = sums(curvature, change, rows.columns[j]);
      if (j === moments.length) return plain;
      const { mean, deviation } = moments[j]!;
      return (byValue - mean * plain) / deviation + penaltyAt(problem, j) * step[j]!;
    },
    move: (j, by) => {
      step[j]! += by;
      const values = rows.columns[j];
      const scale = moments[j] === undefined ? by : by / moments[j].deviation;
      const shift = (moments[j]?.mean ?? 0) * scale;
      if (values === undefined) for (let row = 0; row < rowCount; row++) change[row]! += by;
      else for (let row = 0; row < rowCount; row++) change[row]! += scale * values[row]! - shift;
    },
    stepCost: 2 * rowCount,
  };
}
