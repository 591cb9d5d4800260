/** From scores to error rates that hold whatever the detector: conformal p-values. */

import { type Numbers, toDoubles } from "../foundation/index.js";
import { argsort } from "../kernels/index.js";
import { metricErrors } from "./errors.js";
import { checkScores } from "./ranked.js";

/** How many of an ascending run are at least a value. */
export function countAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}

/**
 * Conformal p-values, (1 + number of calibration scores ≥ score) / (n + 1): of a genuine row that
 * is drawn like the calibration rows, p ≤ a has a probability of at most a.
 * @param calibration scores of genuine rows that the detector has not learnt from, at least one
 * @param score one a row, higher = more abnormal
 * @returns one a row, above 0 and at most 1
 * @throws METRIC_VALUE for NaN, METRIC_CALIBRATION_EMPTY
 * @source Vovk, Gammerman & Shafer 2005; Bates et al. 2023 (Testing for outliers with conformal
 *   p-values)
 */
export function conformalPValues(calibration: Numbers, score: Numbers): Float64Array {
  if (calibration.length === 0) throw metricErrors.METRIC_CALIBRATION_EMPTY({});
  const sorted = Float64Array.from(calibration);
  checkScores(sorted);
  sorted.sort();
  const scores = toDoubles(score);
  checkScores(scores);
  return Float64Array.from(
    scores,
    (value) => (1 + countAtLeast(sorted, value)) / (sorted.length + 1),
  );
}

/** Which of many hypotheses are rejected. */
export interface Discoveries {
  /** 1 where a row's hypothesis is rejected (an alarm), else 0. */
  readonly rejected: Uint8Array;
  /** Adjusted p-values: the lowest rate at which each row is rejected, 0…1. */
  readonly adjusted: Float64Array;
  /** How many are rejected. */
  readonly count: number;
}

/**
 * Benjamini and Hochberg's step-up procedure: of the rejected, at most the share `rate` is genuine
 * on average (p-values that are independent, or conformal from one calibration set).
 * @param pValues one a row, 0…1
 * @param rate false discovery rate, above 0 and at most 1
 * @throws METRIC_VALUE, METRIC_RATE
 * @source Benjamini & Hochberg 1995
 */
export function benjaminiHochberg(pValues: Numbers, rate: number): Discoveries {
  if (!(rate > 0 && rate <= 1)) throw metricErrors.METRIC_RATE({ rate });
  const p = toDoubles(pValues);
  const wrong = p.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    const expected = "a p-value from 0 to 1";
    throw metricErrors.METRIC_VALUE({ what: "p-value", row: wrong, value: p[wrong]!, expected });
  }
  const order = argsort(p);
  const adjusted = new Float64Array(p.length);
  const rejected = new Uint8Array(p.length);
  let lowest = 1;
  let count = 0;
  for (let rank = p.length; rank >= 1; rank--) {
    const row = order[rank - 1]!;
    lowest = Math.min(lowest, p[row]! * (p.length / rank));
    adjusted[row] = lowest;
    if (lowest > rate) continue;
    rejected[row] = 1;
    count += 1;
  }
  return { rejected, adjusted, count };
}
