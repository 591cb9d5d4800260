import { erfc, type Pacer } from "../../foundation/index.js";
import { choleskyInPlace, choleskyInverseDiagonal } from "../../kernels/index.js";
import { information } from "./gram.js";
import { fromStandardised, type LogisticProblem } from "./objective.js";

/** Wald statistics of each coefficient and, last, of the intercept. */
export interface WaldStatistics {
  /** Standard errors. */
  readonly standardErrors: Float64Array;
  /** Two-sided p-values of the coefficient being 0. */
  readonly pValues: Float64Array;
}

/**
 * Standard errors and p-values of an unpenalised fit, from the inverse of the Fisher information.
 * @param point the solution in standardised coordinates
 * @returns undefined where the information is singular (duplicate or constant columns)
 * @source Wald 1943; the intercept's error by the change of coordinates back to the columns' own
 */
export async function waldStatistics(
  problem: LogisticProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<WaldStatistics | undefined> {
  const { moments } = problem;
  const width = moments.length + 1;
  const matrix = await information(problem, point, pacer);
  const smallest = 1e-10 * matrix[width * width - 1]!;
  if (!choleskyInPlace(matrix, width)) return undefined;
  for (let j = 0; j < width; j++) if (matrix[j * width + j]! ** 2 < smallest) return undefined;
  const variances = choleskyInverseDiagonal(matrix, width);
  const standardErrors = new Float64Array(width);
  moments.forEach(({ deviation }, j) => {
    standardErrors[j] = Math.sqrt(variances[j]!) / deviation;
  });
  standardErrors[width - 1] = Math.sqrt(interceptVariance(problem, matrix));
  const { coefficients, intercept } = fromStandardised(problem, point);
  const pValues = standardErrors.map((error, j) => {
    const z = (j < width - 1 ? coefficients[j]! : intercept) / error;
    return erfc(Math.abs(z) * Math.SQRT1_2);
  });
  return { standardErrors, pValues };
}

/** Variance of b = b' - Σ u_j mean_j / deviation_j: |L⁻¹ c|² for c the gradient of b. */
function interceptVariance(problem: LogisticProblem, factor: Float64Array): number {
  const { moments } = problem;
  const width = moments.length + 1;
  const solved = new Float64Array(width).fill(1);
  moments.forEach(({ mean, deviation }, j) => {
    solved[j] = -mean / deviation;
  });
  let variance = 0;
  for (let i = 0; i < width; i++) {
    let sum = solved[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * width + k]! * solved[k]!;
    solved[i] = sum / factor[i * width + i]!;
    variance += solved[i]! * solved[i]!;
  }
  return variance;
}
