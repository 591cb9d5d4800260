import { log } from "../../foundation/index.js";
import { choleskyInPlace } from "../../kernels/index.js";

/** A mean and a covariance of weighted rows. */
export interface Scatter {
  readonly mean: Float64Array;
  /** width × width, row-major; divided by the sum of weights. */
  readonly covariance: Float64Array;
  /** Sum of weights. */
  readonly total: number;
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
