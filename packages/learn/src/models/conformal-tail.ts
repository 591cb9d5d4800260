/** Calibration scores of one detector, and where a score stands among them. */

import { countAtLeast } from "../metrics/index.js";

/** Ascending scores of genuine rows that the detector has not learnt from. */
export interface ConformalTail {
  /** At least one. */
  readonly scores: Float64Array;
}

/** The conformal p-value, (1 + number of calibration scores ≥ score) / (n + 1). */
export function conformalP(tail: ConformalTail, score: number): number {
  return (1 + countAtLeast(tail.scores, score)) / (tail.scores.length + 1);
}

/** Above all calibration scores, their spread is the measure of how far. */
function spread({ scores }: ConformalTail): number {
  const range = scores.at(-1)! - scores[scores.length >> 1]!;
  return range > 0 ? range : Math.abs(scores.at(-1)!) || 1;
}

/**
 * The same p-value made to fall between two calibration scores and beyond the last one, so that no
 * two scores tie: never more than `conformalP`, less by 1 / (n + 1) at most, above 0. For ranking;
 * error rates hold for `conformalP`.
 */
export function rankedP(tail: ConformalTail, score: number): number {
  const { scores } = tail;
  const above = countAtLeast(tail.scores, score);
  const place = scores.length - above;
  const lower = scores[place - 1];
  const share =
    above === 0
      ? beyond((score - lower!) / spread(tail))
      : lower === undefined
        ? 0
        : (score / 2 - lower / 2) / (scores[place]! / 2 - lower / 2);
  return (1 + above - share) / (scores.length + 1);
}

/** From 0 up to, never reaching, 1; also where the distance overflows. */
function beyond(distance: number): number {
  return distance < 1 / Number.EPSILON ? distance / (1 + distance) : 1 - Number.EPSILON;
}
