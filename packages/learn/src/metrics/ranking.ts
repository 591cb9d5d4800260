import type { Numbers } from "../foundation/index.js";
import { evaluateMetric, kernelCodes, runMetric } from "./metric.js";
import type { RunSums } from "./ranked.js";

function areaUnderRoc({ weight, positives }: RunSums): number {
  let area = 0;
  let found = 0;
  let alarms = 0;
  for (let run = 0; run < weight.length; run++) {
    const own = positives[run]!;
    const negatives = weight[run]! - own;
    area += negatives * (found + own / 2);
    found += own;
    alarms += negatives;
  }
  return area / (found * alarms);
}

function averagePrecision({ weight, positives }: RunSums): number {
  let sum = 0;
  let found = 0;
  let total = 0;
  for (let run = 0; run < weight.length; run++) {
    const own = positives[run]!;
    total += weight[run]!;
    found += own;
    if (own > 0) sum += (own * found) / total;
  }
  return sum / found;
}

/** Area under the ROC curve as a Metric. */
export const rocAucMetric = runMetric({
  name: "rocAuc",
  label: "ROC-AUC",
  better: "higher",
  probability: false,
  code: kernelCodes.rocAuc,
  compute: areaUnderRoc,
});

/** Average precision as a Metric. */
export const prAucMetric = runMetric({
  name: "prAuc",
  label: "PR-AUC",
  better: "higher",
  probability: false,
  code: kernelCodes.prAuc,
  compute: averagePrecision,
});

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.
 * @param target 0 or 1 a row
 * @param score one a row
 * @param weight one a row
 * @returns 0…1, NaN where a class is absent
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function rocAuc(target: Numbers, score: Numbers, weight?: Numbers): number {
  return evaluateMetric(rocAucMetric, target, score, weight);
}

/**
 * Area under the precision-recall curve as average precision, Σ (R_n - R_{n-1}) P_n over distinct
 * scores.
 * @param target 0 or 1 a row
 * @param score one a row
 * @param weight one a row
 * @returns 0…1, NaN where there are no positives
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function prAuc(target: Numbers, score: Numbers, weight?: Numbers): number {
  return evaluateMetric(prAucMetric, target, score, weight);
}

/**
 * Lift among the best-scored share of rows: their positive rate over everybody's. A run of ties
 * that straddles the cut counts by the part inside it.
 * @param share 0…1, for example .1
 */
export function liftMetric(share: number) {
  const percent = Number((share * 100).toPrecision(6));
  return runMetric({
    name: `liftAt${percent}`,
    label: `Lift@${percent} %`,
    better: "higher",
    probability: false,
    code: kernelCodes.lift,
    parameter: () => share,
    compute: (sums) => liftOf(sums, share),
  });
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

function liftOf({ weight, positives }: RunSums, share: number): number {
  const total = sumOf(weight);
  const all = sumOf(positives);
  const cut = share * total;
  let taken = 0;
  let found = 0;
  for (let run = 0; run < weight.length && taken < cut; run++) {
    const own = weight[run]!;
    const part = Math.min(1, (cut - taken) / own);
    found += own > 0 ? positives[run]! * part : 0;
    taken += own;
  }
  return found / cut / (all / total);
}

/**
 * Lift among the best-scored share of rows.
 * @param share 0…1, for example .1 for the best tenth
 * @returns ≥ 0; 1 = as everybody; NaN where there are no positives or the share is 0
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function liftAt(target: Numbers, score: Numbers, share: number, weight?: Numbers): number {
  return evaluateMetric(liftMetric(share), target, score, weight);
}

/**
 * Recall at a limit on the false-positive rate, as a Metric.
 * @param limit false-positive rate, 0…1
 */
export function recallAtFprMetric(limit: number) {
  const percent = Number((limit * 100).toPrecision(6));
  return runMetric({
    name: `recallAtFpr${percent}`,
    label: `Recall at ${percent} % false positives`,
    better: "higher",
    probability: false,
    code: kernelCodes.recallAtFpr,
    parameter: () => limit,
    compute: (sums) => recallAtFprOf(sums, limit),
  });
}

function recallAtFprOf({ weight, positives }: RunSums, limit: number): number {
  const all = sumOf(positives);
  let negatives = 0;
  for (let run = 0; run < weight.length; run++) negatives += weight[run]! - positives[run]!;
  let found = 0;
  let recalled = 0;
  let alarms = 0;
  for (let run = 0; run < weight.length; run++) {
    found += positives[run]!;
    alarms += weight[run]! - positives[run]!;
    if (alarms > limit * negatives) break;
    recalled = found;
  }
  return negatives > 0 ? recalled / all : Number.NaN;
}

/**
 * Recall at the loosest threshold (a distinct score) whose false-positive rate is at most a limit.
 * @param limit false-positive rate, 0…1
 * @returns 0…1, NaN where a class is absent
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function recallAtFpr(
  target: Numbers,
  score: Numbers,
  limit: number,
  weight?: Numbers,
): number {
  return evaluateMetric(recallAtFprMetric(limit), target, score, weight);
}
