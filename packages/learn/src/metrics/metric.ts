import type { Numbers } from "../foundation/index.js";
import { type RankedScores, rankScores, rankWeights } from "./ranked.js";

/**
 * Computes one metric again and again on the same rows.
 * @param unitWeight how often each unit counts; undefined = once each
 * @returns the metric, NaN where it is not defined (see `undefinedReason`)
 */
export type MetricEvaluator = (unitWeight?: Float64Array) => number;

/** A number that says how good scores are for a binary target. */
export interface Metric {
  /** Key in tables and JSON, for example `rocAuc`. */
  readonly name: string;
  /** Words for people, for example `ROC-AUC`. */
  readonly label: string;
  /** Which way is better. */
  readonly better: "higher" | "lower";
  /** Whether the scores must be probabilities. */
  readonly probability: boolean;
  /**
   * Prepares the metric for sorted rows.
   * @throws METRIC_VALUE where scores are no probabilities and must be
   */
  readonly prepare: (ranked: RankedScores) => MetricEvaluator;
}

/** A metric from a function of sorted rows and a weight for each rank. */
export function rankedMetric(
  description: Omit<Metric, "prepare">,
  compute: (ranked: RankedScores, weights: Float64Array) => number,
): Metric {
  const prepare = (ranked: RankedScores): MetricEvaluator => {
    const weights = new Float64Array(ranked.rowCount);
    return (unitWeight) => compute(ranked, rankWeights(ranked, unitWeight, weights));
  };
  return Object.freeze({ ...description, prepare });
}

/** One value of a metric. */
export function evaluateMetric(
  metric: Metric,
  target: Numbers,
  score: Numbers,
  weight?: Numbers,
): number {
  return metric.prepare(rankScores(target, score, { weight }))();
}

/**
 * Why metrics are not defined on these rows.
 * @param target 0 or 1 a row
 * @param weight one a row
 * @returns a sentence, or undefined where both classes are there
 */
export function undefinedReason(target: Numbers, weight?: Numbers): string | undefined {
  let positives = 0;
  let negatives = 0;
  for (let row = 0; row < target.length; row++) {
    if (weight !== undefined && weight[row] === 0) continue;
    if (target[row] === 1) positives += 1;
    else negatives += 1;
  }
  if (positives + negatives === 0) return "There are no rows.";
  if (positives === 0) return `None of the ${negatives} rows is positive.`;
  if (negatives === 0) return `All of the ${positives} rows are positive.`;
  return undefined;
}
