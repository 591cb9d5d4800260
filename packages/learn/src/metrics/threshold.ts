import type { Numbers } from "../foundation/index.js";
import { type Metric, rankedMetric } from "./metric.js";
import { type RankedScores, rankScores, rankWeights } from "./ranked.js";

/** Weights of the four outcomes when rows with score ≥ threshold are called positive. */
export interface Confusion {
  /** Positives called positive. */
  readonly truePositives: number;
  /** Negatives called positive. */
  readonly falsePositives: number;
  /** Negatives called negative. */
  readonly trueNegatives: number;
  /** Positives called negative. */
  readonly falseNegatives: number;
}

/** The best threshold by F1, and what it gives. */
export interface BestF1 {
  /** F1 there, 0…1; NaN where there are no positives. */
  readonly f1: number;
  /** Rows with score ≥ threshold are called positive: the midpoint between two distinct scores. */
  readonly threshold: number;
  /** Share of true positives among the called. */
  readonly precision: number;
  /** Share of the positives that are called. */
  readonly recall: number;
}

function confusionOf(ranked: RankedScores, weights: Float64Array, threshold: number): Confusion {
  const { target, score, rowCount } = ranked;
  const counts = [0, 0, 0, 0] as [number, number, number, number];
  for (let rank = 0; rank < rowCount; rank++) {
    const cell = (score[rank]! >= threshold ? 2 : 0) + target[rank]!;
    counts[cell]! += weights[rank]!;
  }
  const [trueNegatives, falseNegatives, falsePositives, truePositives] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/**
 * Confusion matrix when rows with score ≥ threshold are called positive.
 * @param target 0 or 1 a row
 * @param score one a row
 * @param threshold where to cut
 * @param weight one a row
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function confusion(
  target: Numbers,
  score: Numbers,
  threshold: number,
  weight?: Numbers,
): Confusion {
  const ranked = rankScores(target, score, { weight });
  const weights = rankWeights(ranked, undefined, new Float64Array(ranked.rowCount));
  return confusionOf(ranked, weights, threshold);
}

function f1Of(c: Confusion): number {
  const positives = c.truePositives + c.falseNegatives;
  if (!(positives > 0)) return Number.NaN;
  return (2 * c.truePositives) / (2 * c.truePositives + c.falsePositives + c.falseNegatives);
}

function accuracyOf(c: Confusion): number {
  const right = c.truePositives + c.trueNegatives;
  return right / (right + c.falsePositives + c.falseNegatives);
}

function precisionOf(c: Confusion): number {
  return c.truePositives / (c.truePositives + c.falsePositives);
}

function recallOf(c: Confusion): number {
  return c.truePositives / (c.truePositives + c.falseNegatives);
}

function thresholdMetric(
  description: Pick<Metric, "name" | "label">,
  threshold: number,
  value: (outcome: Confusion) => number,
): Metric {
  return rankedMetric({ ...description, better: "higher", probability: false }, (ranked, weights) =>
    value(confusionOf(ranked, weights, threshold)),
  );
}

/** F1 at a fixed threshold as a Metric. */
export function f1Metric(threshold = 0.5): Metric {
  return thresholdMetric({ name: "f1", label: "F1" }, threshold, f1Of);
}

/** Accuracy at a fixed threshold as a Metric. */
export function accuracyMetric(threshold = 0.5): Metric {
  return thresholdMetric({ name: "accuracy", label: "Accuracy" }, threshold, accuracyOf);
}

/** Precision at a fixed threshold as a Metric. */
export function precisionMetric(threshold = 0.5): Metric {
  return thresholdMetric({ name: "precision", label: "Precision" }, threshold, precisionOf);
}

/** Recall at a fixed threshold as a Metric. */
export function recallMetric(threshold = 0.5): Metric {
  return thresholdMetric({ name: "recall", label: "Recall" }, threshold, recallOf);
}

/**
 * F1 when rows with score ≥ threshold are called positive.
 * @returns 0…1, NaN where there are no positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function f1At(target: Numbers, score: Numbers, threshold = 0.5, weight?: Numbers): number {
  return f1Of(confusion(target, score, threshold, weight));
}

/**
 * Share of rows called rightly when score ≥ threshold means positive.
 * @returns 0…1, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function accuracy(
  target: Numbers,
  score: Numbers,
  threshold = 0.5,
  weight?: Numbers,
): number {
  return accuracyOf(confusion(target, score, threshold, weight));
}

/**
 * Share of true positives among rows with score ≥ threshold.
 * @returns 0…1, NaN where no row is called positive
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function precisionAt(
  target: Numbers,
  score: Numbers,
  threshold = 0.5,
  weight?: Numbers,
): number {
  return precisionOf(confusion(target, score, threshold, weight));
}

/**
 * Share of the positives with score ≥ threshold.
 * @returns 0…1, NaN where there are no positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function recallAt(
  target: Numbers,
  score: Numbers,
  threshold = 0.5,
  weight?: Numbers,
): number {
  return recallOf(confusion(target, score, threshold, weight));
}

/** The middle of two distinct scores, above the lower one also where rounding says otherwise. */
function midpoint(higher: number, lower: number): number {
  const sum = higher + lower;
  const middle = Number.isFinite(sum) ? sum / 2 : higher / 2 + lower / 2;
  return middle > lower && middle <= higher ? middle : higher;
}

function searchF1(ranked: RankedScores, weights: Float64Array): BestF1 {
  const { target, score, runEnds, rowCount } = ranked;
  let positives = 0;
  for (let rank = 0; rank < rowCount; rank++) positives += weights[rank]! * target[rank]!;
  let best = { f1: positives > 0 ? 0 : Number.NaN, run: -1, found: 0, called: 0 };
  let found = 0;
  let called = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    for (; rank < runEnds[run]!; rank++) {
      found += weights[rank]! * target[rank]!;
      called += weights[rank]!;
    }
    const f1 = (2 * found) / (called + positives);
    if (f1 > best.f1) best = { f1, run, found, called };
  }
  const end = runEnds[best.run] ?? 0;
  const higher = score[end - 1] ?? Number.POSITIVE_INFINITY;
  const lower = score[end];
  return {
    f1: best.f1,
    threshold: lower === undefined || end === 0 ? higher : midpoint(higher, lower),
    precision: best.found / best.called,
    recall: best.found / positives,
  };
}

/** The best F1 over all thresholds as a Metric (of resamples each its own best). */
export const bestF1Metric: Metric = rankedMetric(
  { name: "bestF1", label: "Best F1", better: "higher", probability: false },
  (ranked, weights) => searchF1(ranked, weights).f1,
);

/**
 * The threshold with the best F1, searched over all distinct scores: the midpoint to the next score
 * below, or the lowest score where all rows are called. Of equal F1 the highest threshold.
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function bestF1(target: Numbers, score: Numbers, weight?: Numbers): BestF1 {
  const ranked = rankScores(target, score, { weight });
  const weights = rankWeights(ranked, undefined, new Float64Array(ranked.rowCount));
  return searchF1(ranked, weights);
}
