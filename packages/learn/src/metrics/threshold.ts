import type { Numbers } from "../foundation/index.js";
import { kernelCodes, type Metric, runMetric } from "./metric.js";
import { type RankedScores, type RunSums, rankScores, sumRuns } from "./ranked.js";

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

/** Runs of which every row is called positive. */
function calledRuns({ score, runEnds }: RankedScores, threshold: number): number {
  let called = 0;
  while (called < runEnds.length && score[runEnds[called]! - 1]! >= threshold) called += 1;
  return called;
}

/** Outcomes where the first `called` runs are called positive. */
function confusionOf({ weight, positives }: RunSums, called: number): Confusion {
  let truePositives = 0;
  let falsePositives = 0;
  let run = 0;
  for (; run < called; run++) {
    truePositives += positives[run]!;
    falsePositives += weight[run]! - positives[run]!;
  }
  let falseNegatives = 0;
  let trueNegatives = 0;
  for (; run < weight.length; run++) {
    falseNegatives += positives[run]!;
    trueNegatives += weight[run]! - positives[run]!;
  }
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
  return confusionOf(sumRuns(ranked, undefined), calledRuns(ranked, threshold));
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

/** A number that outcomes at a threshold give, under the code that the kernel knows it by. */
interface OutcomeMetric {
  readonly name: "f1" | "accuracy" | "precision" | "recall";
  readonly label: string;
  readonly of: (outcome: Confusion) => number;
}

function thresholdMetric({ name, label, of }: OutcomeMetric, threshold: number): Metric {
  return runMetric({
    name,
    label,
    better: "higher",
    probability: false,
    code: kernelCodes[name],
    parameter: (ranked) => calledRuns(ranked, threshold),
    compute: (sums, ranked) => of(confusionOf(sums, calledRuns(ranked, threshold))),
  });
}

const f1Outcome: OutcomeMetric = { name: "f1", label: "F1", of: f1Of };
const accuracyOutcome: OutcomeMetric = { name: "accuracy", label: "Accuracy", of: accuracyOf };
const precisionOutcome: OutcomeMetric = { name: "precision", label: "Precision", of: precisionOf };
const recallOutcome: OutcomeMetric = { name: "recall", label: "Recall", of: recallOf };

/** F1 at a fixed threshold as a Metric. */
export const f1Metric = (threshold = 0.5): Metric => thresholdMetric(f1Outcome, threshold);

/** Accuracy at a fixed threshold as a Metric. */
export const accuracyMetric = (threshold = 0.5): Metric =>
  thresholdMetric(accuracyOutcome, threshold);

/** Precision at a fixed threshold as a Metric. */
export const precisionMetric = (threshold = 0.5): Metric =>
  thresholdMetric(precisionOutcome, threshold);

/** Recall at a fixed threshold as a Metric. */
export const recallMetric = (threshold = 0.5): Metric => thresholdMetric(recallOutcome, threshold);

/** Computes one number at one threshold. */
export type AtThreshold = (
  target: Numbers,
  score: Numbers,
  threshold?: number,
  weight?: Numbers,
) => number;

function atThreshold({ of }: OutcomeMetric): AtThreshold {
  return (target, score, threshold = 0.5, weight) =>
    of(confusion(target, score, threshold, weight));
}

/**
 * F1 when rows with score ≥ threshold (.5 unless told) are called positive.
 * @returns 0…1, NaN where there are no positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export const f1At: AtThreshold = atThreshold(f1Outcome);

/**
 * Share of rows called rightly when score ≥ threshold (.5 unless told) means positive.
 * @returns 0…1, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export const accuracy: AtThreshold = atThreshold(accuracyOutcome);

/**
 * Share of true positives among rows with score ≥ threshold (.5 unless told).
 * @returns 0…1, NaN where no row is called positive
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export const precisionAt: AtThreshold = atThreshold(precisionOutcome);

/**
 * Share of the positives with score ≥ threshold (.5 unless told).
 * @returns 0…1, NaN where there are no positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export const recallAt: AtThreshold = atThreshold(recallOutcome);

/** The middle of two distinct scores, above the lower one also where rounding says otherwise. */
export function midpoint(higher: number, lower: number): number {
  const sum = higher + lower;
  const middle = Number.isFinite(sum) ? sum / 2 : higher / 2 + lower / 2;
  return middle > lower && middle <= higher ? middle : higher;
}

function searchF1({ weight, positives }: RunSums, ranked: RankedScores): BestF1 {
  const { score, runEnds } = ranked;
  let all = 0;
  for (let run = 0; run < positives.length; run++) all += positives[run]!;
  let best = { f1: all > 0 ? 0 : Number.NaN, run: -1, found: 0, called: 0 };
  let found = 0;
  let called = 0;
  for (let run = 0; run < weight.length; run++) {
    found += positives[run]!;
    called += weight[run]!;
    const f1 = (2 * found) / (called + all);
    if (f1 > best.f1) best = { f1, run, found, called };
  }
  const end = runEnds[best.run] ?? 0;
  const higher = score[end - 1] ?? Number.POSITIVE_INFINITY;
  const lower = score[end];
  return {
    f1: best.f1,
    threshold: lower === undefined || end === 0 ? higher : midpoint(higher, lower),
    precision: best.found / best.called,
    recall: best.found / all,
  };
}

/** The best F1 over all thresholds as a Metric (of resamples each its own best). */
export const bestF1Metric: Metric = runMetric({
  name: "bestF1",
  label: "Best F1",
  better: "higher",
  probability: false,
  code: kernelCodes.bestF1,
  compute: (sums, ranked) => searchF1(sums, ranked).f1,
});

/**
 * The threshold with the best F1, searched over all distinct scores: the midpoint to the next score
 * below, or the lowest score where all rows are called. Of equal F1 the highest threshold.
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function bestF1(target: Numbers, score: Numbers, weight?: Numbers): BestF1 {
  const ranked = rankScores(target, score, { weight });
  return searchF1(sumRuns(ranked, undefined), ranked);
}
