import type { Numbers } from "../foundation/index.js";
import { evaluateMetric, rankedMetric } from "./metric.js";
import type { RankedScores } from "./ranked.js";

function areaUnderRoc(ranked: RankedScores, weights: Float64Array): number {
  const { target, runEnds } = ranked;
  let area = 0;
  let positives = 0;
  let negatives = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    const end = runEnds[run]!;
    let runPositives = 0;
    let runWeight = 0;
    for (; rank < end; rank++) {
      runPositives += weights[rank]! * target[rank]!;
      runWeight += weights[rank]!;
    }
    const runNegatives = runWeight - runPositives;
    area += runNegatives * (positives + runPositives / 2);
    positives += runPositives;
    negatives += runNegatives;
  }
  return area / (positives * negatives);
}

function averagePrecision(ranked: RankedScores, weights: Float64Array): number {
  const { target, runEnds } = ranked;
  let sum = 0;
  let positives = 0;
  let total = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    const end = runEnds[run]!;
    let runPositives = 0;
    for (; rank < end; rank++) {
      runPositives += weights[rank]! * target[rank]!;
      total += weights[rank]!;
    }
    positives += runPositives;
    if (runPositives > 0) sum += (runPositives * positives) / total;
  }
  return sum / positives;
}

/** Area under the ROC curve as a Metric. */
export const rocAucMetric = rankedMetric(
  { name: "rocAuc", label: "ROC-AUC", better: "higher", probability: false },
  areaUnderRoc,
);

/** Average precision as a Metric. */
export const prAucMetric = rankedMetric(
  { name: "prAuc", label: "PR-AUC", better: "higher", probability: false },
  averagePrecision,
);

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
  return rankedMetric(
    { name: `liftAt${percent}`, label: `Lift@${percent} %`, better: "higher", probability: false },
    (ranked, weights) => liftOf(ranked, weights, share),
  );
}

function liftOf(ranked: RankedScores, weights: Float64Array, share: number): number {
  const { target, runEnds, rowCount } = ranked;
  let total = 0;
  let positives = 0;
  for (let rank = 0; rank < rowCount; rank++) {
    total += weights[rank]!;
    positives += weights[rank]! * target[rank]!;
  }
  const cut = share * total;
  let taken = 0;
  let found = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length && taken < cut; run++) {
    const end = runEnds[run]!;
    let runPositives = 0;
    let runWeight = 0;
    for (; rank < end; rank++) {
      runPositives += weights[rank]! * target[rank]!;
      runWeight += weights[rank]!;
    }
    const part = Math.min(1, (cut - taken) / runWeight);
    found += runWeight > 0 ? runPositives * part : 0;
    taken += runWeight;
  }
  return found / cut / (positives / total);
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
  return rankedMetric(
    {
      name: `recallAtFpr${percent}`,
      label: `Recall at ${percent} % false positives`,
      better: "higher",
      probability: false,
    },
    (ranked, weights) => recallAtFprOf(ranked, weights, limit),
  );
}

function recallAtFprOf(ranked: RankedScores, weights: Float64Array, limit: number): number {
  const { target, runEnds, rowCount } = ranked;
  let positives = 0;
  let negatives = 0;
  for (let rank = 0; rank < rowCount; rank++) {
    const weight = weights[rank]!;
    positives += weight * target[rank]!;
    negatives += weight * (1 - target[rank]!);
  }
  let found = 0;
  let recalled = 0;
  let alarms = 0;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    const end = runEnds[run]!;
    for (; rank < end; rank++) {
      found += weights[rank]! * target[rank]!;
      alarms += weights[rank]! * (1 - target[rank]!);
    }
    if (alarms > limit * negatives) break;
    recalled = found;
  }
  return negatives > 0 ? recalled / positives : Number.NaN;
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
