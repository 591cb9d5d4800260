import type { Numbers } from "../foundation/index.js";
import { eachEqualMassBin } from "./probability.js";
import { type RankedScores, rankScores, sumRuns } from "./ranked.js";

/** One point of a ROC or precision-recall curve. */
export interface CurvePoint {
  /** False-positive rate (ROC) or recall (precision-recall). */
  readonly x: number;
  /** Recall (ROC) or precision (precision-recall). */
  readonly y: number;
  /** Rows with score ≥ threshold are called positive; Infinity at the ROC's origin. */
  readonly threshold: number;
}

/** One bin of a calibration curve. */
export interface CalibrationBin {
  /** Mean probability in the bin. */
  readonly probability: number;
  /** Share of positives in the bin. */
  readonly rate: number;
  /** Weight of its rows. */
  readonly weight: number;
}

/** What the curves take besides targets and scores. */
export interface CurveOptions {
  /** One weight a row. */
  readonly weight?: Numbers;
  /** Points at most, about; 400 unless told. Points are left out where the curve hardly moves. */
  readonly points?: number;
}

interface Totals {
  readonly found: number;
  readonly alarms: number;
  readonly threshold: number;
}

/** Positives and negatives called so far, after each run of equal scores. */
function cumulate(ranked: RankedScores): Totals[] {
  const { weight, positives } = sumRuns(ranked, undefined);
  let found = 0;
  let alarms = 0;
  return Array.from(ranked.runEnds, (end, run) => {
    found += positives[run]!;
    alarms += weight[run]! - positives[run]!;
    return { found, alarms, threshold: ranked.score[end - 1]! };
  });
}

/** Keeps the first, the last, and every point that has moved far enough from the last one kept. */
function thin(curve: readonly CurvePoint[], points: number): CurvePoint[] {
  if (curve.length <= points) return [...curve];
  const step = 2 / points;
  const kept: CurvePoint[] = [];
  curve.forEach((point, index) => {
    const last = kept.at(-1);
    const moved =
      last === undefined || Math.abs(point.x - last.x) + Math.abs(point.y - last.y) >= step;
    if (moved || index === curve.length - 1) kept.push(point);
  });
  return kept;
}

function totalsOf(target: Numbers, score: Numbers, options: CurveOptions): Totals[] {
  return cumulate(rankScores(target, score, { weight: options.weight }));
}

/**
 * The ROC curve, from (0, 0) to (1, 1), one point a distinct score.
 * @param target 0 or 1 a row
 * @param score one a row
 * @param options weights, number of points
 * @returns points by falling threshold; empty where a class is absent
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function rocCurve(
  target: Numbers,
  score: Numbers,
  options: CurveOptions = {},
): readonly CurvePoint[] {
  const totals = totalsOf(target, score, options);
  const last = totals.at(-1);
  if (last === undefined || !(last.found > 0 && last.alarms > 0)) return [];
  const curve = totals.map(({ found, alarms, threshold }) => ({
    x: alarms / last.alarms,
    y: found / last.found,
    threshold,
  }));
  const origin = { x: 0, y: 0, threshold: Number.POSITIVE_INFINITY };
  return thin([origin, ...curve], options.points ?? 400);
}

/**
 * The precision-recall curve, one point a distinct score.
 * @param target 0 or 1 a row
 * @param score one a row
 * @param options weights, number of points
 * @returns points by falling threshold, that is by rising recall; empty where there are no
 *   positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function prCurve(
  target: Numbers,
  score: Numbers,
  options: CurveOptions = {},
): readonly CurvePoint[] {
  const totals = totalsOf(target, score, options);
  const positives = totals.at(-1)?.found ?? 0;
  if (!(positives > 0)) return [];
  const curve = totals
    .filter(({ found, alarms }) => found + alarms > 0)
    .map(({ found, alarms, threshold }) => ({
      x: found / positives,
      y: found / (found + alarms),
      threshold,
    }));
  return thin(curve, options.points ?? 400);
}

/**
 * Bins of equal mass from low probability to high, for drawing how well probabilities are kept.
 * @param target 0 or 1 a row
 * @param probability 0…1 a row
 * @param options weights; `points` is the number of bins, 15 unless told
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function calibrationCurve(
  target: Numbers,
  probability: Numbers,
  options: CurveOptions = {},
): readonly CalibrationBin[] {
  const ranked = rankScores(target, probability, { weight: options.weight });
  const sums = sumRuns(ranked, undefined);
  const bins: CalibrationBin[] = [];
  eachEqualMassBin(ranked, sums, options.points ?? 15, (weight, probabilitySum, positives) => {
    bins.push({ probability: probabilitySum / weight, rate: positives / weight, weight });
  });
  return bins;
}
