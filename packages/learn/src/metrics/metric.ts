import type { Numbers } from "../foundation/index.js";
import { emptyRunSums, type RankedScores, type RunSums, rankScores, sumRuns } from "./ranked.js";

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
  /**
   * How the bootstrap's kernel computes it, on several threads; without it each resample is
   * computed by `prepare` in the calling thread.
   * @throws METRIC_VALUE as `prepare`
   */
  readonly plan?: (ranked: RankedScores) => MetricPlan;
}

/** One number that the bootstrap's kernel computes on every resample. */
export interface PlannedPart {
  /** Which; see `kernelCodes` beside the metrics. */
  readonly code: number;
  /** Threshold, share or limit; 0 where there is none. */
  readonly parameter: number;
  /** Of means: what is averaged and its weight, summed by unit. */
  readonly byUnit?: { readonly sums: Float64Array; readonly weights: Float64Array };
}

/** A metric as the kernel computes it. */
export interface MetricPlan {
  /** Numbers to compute. */
  readonly parts: readonly PlannedPart[];
  /** Makes the metric of them; it is the first one unless told. */
  readonly combine?: (values: readonly number[]) => number;
}

/** Numbers by which assembly/resample.ts knows what to compute. */
export const kernelCodes = Object.freeze({
  rocAuc: 0,
  prAuc: 1,
  lift: 2,
  recallAtFpr: 3,
  ece: 4,
  f1: 5,
  accuracy: 6,
  precision: 7,
  recall: 8,
  bestF1: 9,
  mean: 10,
});

/** A metric of the sums of each run of equal scores. */
export interface RunMetric extends Omit<Metric, "prepare" | "plan"> {
  /** What the bootstrap's kernel is told. */
  readonly code: number;
  /** And with it, where there is something. */
  readonly parameter?: (ranked: RankedScores) => number;
  /** Looks at the rows before anything is computed. */
  readonly check?: (ranked: RankedScores) => void;
  /** The metric, the same to the bit as the kernel's. */
  readonly compute: (sums: RunSums, ranked: RankedScores) => number;
}

/** A metric from a function of runs. */
export function runMetric(given: RunMetric): Metric {
  const { code, parameter, check, compute, ...description } = given;
  const prepare = (ranked: RankedScores): MetricEvaluator => {
    check?.(ranked);
    const sums = emptyRunSums(ranked);
    return (unitWeight) => compute(sumRuns(ranked, unitWeight, sums), ranked);
  };
  const plan = (ranked: RankedScores): MetricPlan => {
    check?.(ranked);
    return { parts: [{ code, parameter: parameter?.(ranked) ?? 0 }] };
  };
  return Object.freeze({ ...description, prepare, plan });
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
