/** Rows as the one-class support vector machine sees them: floats, columns in order of names. */

import { exp, log } from "../../foundation/index.js";

/** What a fitted machine is made of; columns in order of their names. */
export interface SupportParts {
  /** What is taken off each column, and what it is divided by, above 0. */
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** Support vectors, scaled, row-major. */
  readonly supports: Float32Array;
  /** One a support vector, above 0: such that their weighted kernels sum to 1 on the boundary. */
  readonly weights: Float64Array;
  /** The kernel is exp(-gamma · squared distance). */
  readonly gamma: number;
}

/** Values further from the mean count as this many deviations: squares stay finite as floats. */
const FARTHEST = 1e9;
/** Parts of the sum below e to the power of this, of the largest one, count as nothing. */
const LEAST = -50;

/** One value, scaled; a float. */
export function scaledTo(value: number, mean: number, scale: number): number {
  return Math.fround(Math.max(-FARTHEST, Math.min(FARTHEST, (value - mean) / scale)));
}

/**
 * Squared distance of two rows, each step rounded to a float, as in assembly/dense.ts.
 * @param at where the row of `rows` begins
 */
export function squareOf(row: Float32Array, rows: Float32Array, at: number): number {
  const { fround } = Math;
  let sum = 0;
  for (let j = 0; j < row.length; j++) {
    const apart = fround(row[j]! - rows[at + j]!);
    sum = fround(sum + fround(apart * apart));
  }
  return sum;
}

/** Logarithms of the parts of a row's sum, one a support vector; @returns the largest */
export function logParts(
  { supports, gamma }: Pick<SupportParts, "supports" | "gamma">,
  logWeights: Float64Array,
  row: Float32Array,
  out: Float64Array,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < out.length; i++) {
    out[i] = logWeights[i]! - gamma * squareOf(row, supports, i * row.length);
    largest = Math.max(largest, out[i]!);
  }
  return largest;
}

/** The sum of a row's parts, divided by the largest; logarithms are replaced by the parts. */
export function sumParts(parts: Float64Array, largest: number): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < parts.length; i++) {
    const below = parts[i]! - largest;
    const value = below >= LEAST ? exp(below) : 0;
    parts[i] = value;
    if (i % 2 === 0) even += value;
    else odd += value;
  }
  return even + odd;
}

/** Logarithms of weights. */
export function logsOf(weights: Float64Array): Float64Array {
  return weights.map((weight) => log(weight));
}
