import { log, type Pacer } from "../../foundation/index.js";
import { addWeightedGram, choleskyInPlace } from "../../kernels/index.js";
import { mirror } from "../projection/covariance.js";

/** Rows of numbers, row-major. */
export interface RowTable {
  readonly values: Float64Array;
  readonly rows: number;
  readonly width: number;
}

/** A mean and a covariance of weighted rows. */
export interface Scatter {
  readonly mean: Float64Array;
  /** width × width, row-major; divided by the sum of weights. */
  readonly covariance: Float64Array;
  /** Sum of weights. */
  readonly total: number;
}

const BLOCK = 512;

/** Rows of a table, copied. */
export function takeRows({ values, width }: RowTable, rows: ArrayLike<number>): RowTable {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    out.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  }
  return { values: out, rows: rows.length, width };
}

/** Mean and covariance, in two passes, of rows of a weight above 0. */
export async function scatterOf(
  { values, rows, width }: RowTable,
  weight: Float64Array,
  pacer: Pacer,
): Promise<Scatter> {
  const mean = new Float64Array(width);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const w = weight[row]!;
    if (w === 0) continue;
    total += w;
    for (let j = 0; j < width; j++) mean[j]! += w * values[row * width + j]!;
  }
  for (let j = 0; j < width; j++) mean[j]! /= total;
  const covariance = new Float64Array(width * width);
  const block = new Float64Array(BLOCK * width);
  const own = new Float64Array(BLOCK);
  let filled = 0;
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK === 0) await pacer.pause();
    if (weight[row] !== 0) {
      own[filled] = weight[row]! / total;
      for (let j = 0; j < width; j++)
        block[filled * width + j] = values[row * width + j]! - mean[j]!;
      filled += 1;
    }
    if (filled === BLOCK || row === rows - 1) {
      addWeightedGram(block, own, filled, width, covariance);
      filled = 0;
    }
  }
  mirror(covariance, width);
  return { mean, covariance, total };
}

/** The factor of a covariance with a ridge on its diagonal. */
export interface Factor {
  readonly mean: Float64Array;
  /** Lower triangle, row-major, its diagonal inverted. */
  readonly lower: Float64Array;
  readonly logDeterminant: number;
}

/**
 * Factors a covariance.
 * @returns undefined where it is singular in spite of the ridge
 */
export function factorOf({ mean, covariance }: Scatter, ridge: number): Factor | undefined {
  const width = mean.length;
  const lower = covariance.slice();
  for (let j = 0; j < width; j++) lower[j * width + j]! += ridge;
  if (!choleskyInPlace(lower, width)) return undefined;
  let logDeterminant = 0;
  for (let j = 0; j < width; j++) {
    logDeterminant += 2 * log(lower[j * width + j]!);
    lower[j * width + j] = 1 / lower[j * width + j]!;
  }
  return { mean, lower, logDeterminant };
}

/** Squared Mahalanobis distances of all rows, by forward substitution. */
export async function squaredDistances(
  { values, rows, width }: RowTable,
  { mean, lower }: Factor,
  pacer: Pacer,
): Promise<Float64Array> {
  const out = new Float64Array(rows);
  const solved = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK === 0) await pacer.pause();
    let sum = 0;
    for (let i = 0; i < width; i++) {
      let value = values[row * width + i]! - mean[i]!;
      for (let k = 0; k < i; k++) value -= lower[i * width + k]! * solved[k]!;
      value *= lower[i * width + i]!;
      solved[i] = value;
      sum += value * value;
    }
    out[row] = sum;
  }
  return out;
}
