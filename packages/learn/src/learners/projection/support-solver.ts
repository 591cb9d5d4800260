/**
 * The dual of the one-class support vector machine: the least ½ αᵀKα where 0 ≤ α ≤ bound and the α
 * add up to a mass; by sequential minimal optimisation, two rows at a time.
 * @source Schölkopf, Platt, Shawe-Taylor, Smola, Williamson 2001; the choice of the two by second
 *   order: Fan, Chen, Lin 2005, WSS 2
 */

import type { Pacer } from "../../foundation/index.js";
import { argsort } from "../../kernels/index.js";
import type { PairKernels } from "./support-kernel.js";

/** What is solved. */
export interface SupportProblem {
  /** Kernels of all pairs of rows; 1 of a row with itself. */
  readonly kernels: PairKernels;
  /** The largest α of each row, above 0. */
  readonly bounds: Float64Array;
  /** What the α add up to, above 0 and at most the sum of the bounds. */
  readonly mass: number;
  /** The gap between the two worst rows, as a share of the larger, that ends the search. */
  readonly tolerance: number;
}

/** What was found. */
export interface SupportSolution {
  readonly alpha: Float64Array;
  /** The weighted sum of kernels on the boundary, above 0. */
  readonly offset: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** Kernels that rounding makes 1 have no curvature: this stands for it, as in LIBSVM. */
const LEAST_CURVATURE = 1e-12;
const STEPS_BETWEEN_POLLS = 32;
/** Steps a row at most. */
const STEPS_A_ROW = 1000;

/** Sums of kernels: K α. */
async function weightedSums(
  { kernels: { values, apart } }: SupportProblem,
  alpha: Float64Array,
  pacer: Pacer,
): Promise<Float64Array> {
  const count = alpha.length;
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (i % STEPS_BETWEEN_POLLS === 0) await pacer.pause();
    const own = alpha[i]!;
    if (own === 0) continue;
    const row = i * apart;
    for (let j = 0; j < count; j++) sums[j]! += own * values[row + j]!;
  }
  return sums;
}

/** The mass on the rows with the fewest others near: most of them keep it. */
async function firstAlpha(problem: SupportProblem, pacer: Pacer): Promise<Float64Array> {
  const { bounds, mass } = problem;
  const alpha = new Float64Array(bounds.length);
  let left = mass;
  for (const row of argsort(await weightedSums(problem, bounds, pacer))) {
    alpha[row] = Math.min(left, bounds[row]!);
    left -= alpha[row]!;
  }
  return alpha;
}

/** Two rows and their sums: the one that may rise with the least, a falling one with the most. */
interface Worst {
  readonly rising: number;
  readonly low: number;
  readonly high: number;
}

function worstRows(sums: Float64Array, alpha: Float64Array, bounds: Float64Array): Worst {
  let rising = -1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i]!;
    if (sum < low && alpha[i]! < bounds[i]!) {
      low = sum;
      rising = i;
    }
    if (sum > high && alpha[i]! > 0) high = sum;
  }
  return { rising, low, high };
}

/** The row that falls where the other rises: the one whose fall is worth most. */
function fallingRow(
  { kernels: { values, apart } }: SupportProblem,
  sums: Float64Array,
  alpha: Float64Array,
  worst: Worst,
) {
  const row = worst.rising * apart;
  let falling = -1;
  let most = 0;
  for (let j = 0; j < sums.length; j++) {
    const fall = sums[j]! - worst.low;
    if (!(fall > 0) || alpha[j] === 0) continue;
    const worth = (fall * fall) / Math.max(2 - 2 * values[row + j]!, LEAST_CURVATURE);
    if (worth > most) {
      most = worth;
      falling = j;
    }
  }
  return falling;
}

/** The sum of kernels on the boundary: mean over rows on it, or the middle between the sides. */
function offsetOf(sums: Float64Array, alpha: Float64Array, bounds: Float64Array): number {
  let free = 0;
  let count = 0;
  let inside = Number.POSITIVE_INFINITY;
  let outside = 0;
  for (let i = 0; i < sums.length; i++) {
    if (alpha[i] === 0) inside = Math.min(inside, sums[i]!);
    else if (alpha[i] === bounds[i]) outside = Math.max(outside, sums[i]!);
    else {
      free += sums[i]!;
      count += 1;
    }
  }
  if (count > 0) return free / count;
  return inside === Number.POSITIVE_INFINITY ? outside : (inside + outside) / 2;
}

/**
 * Solves the problem.
 * @param report is told how far the gap has closed, 0…1
 */
export async function solveSupport(
  problem: SupportProblem,
  pacer: Pacer,
  report: (share: number) => void,
): Promise<SupportSolution> {
  const { kernels, bounds, tolerance } = problem;
  const { values, apart } = kernels;
  const count = bounds.length;
  const alpha = await firstAlpha(problem, pacer);
  const sums = await weightedSums(problem, alpha, pacer);
  let widest = 0;
  for (let step = 0; ; step++) {
    const worst = worstRows(sums, alpha, bounds);
    const gap = worst.rising < 0 ? 0 : Math.max(0, worst.high - worst.low) / worst.high;
    widest = Math.max(widest, gap);
    if (step % STEPS_BETWEEN_POLLS === 0) {
      await pacer.pause();
      if (gap > tolerance) report(Math.log(widest / gap) / Math.log(widest / tolerance));
    }
    const falling = gap > tolerance ? fallingRow(problem, sums, alpha, worst) : -1;
    if (falling < 0 || step === STEPS_A_ROW * count) {
      const offset = offsetOf(sums, alpha, bounds);
      report(1);
      return { alpha, offset, steps: step, converged: falling < 0 };
    }
    const { rising } = worst;
    const [up, down] = [rising * apart, falling * apart];
    const curvature = Math.max(2 - 2 * values[up + falling]!, LEAST_CURVATURE);
    const wanted = (sums[falling]! - worst.low) / curvature;
    const room = bounds[rising]! - alpha[rising]!;
    const moved = Math.min(wanted, room, alpha[falling]!);
    // What reaches a bound stands on it to the bit: rows on the boundary are told by it.
    alpha[rising] = moved === room ? bounds[rising]! : alpha[rising]! + moved;
    alpha[falling] = moved === alpha[falling] ? 0 : alpha[falling]! - moved;
    for (let j = 0; j < count; j++) sums[j]! += moved * (values[up + j]! - values[down + j]!);
  }
}
