import { log, type Numbers } from "../foundation/index.js";
import { metricErrors } from "./errors.js";
import {
  evaluateMetric,
  kernelCodes,
  type Metric,
  type MetricEvaluator,
  type MetricPlan,
  type PlannedPart,
  runMetric,
} from "./metric.js";
import type { RankedScores, RunSums } from "./ranked.js";

/** Probabilities are kept this far from 0 and 1 where their logarithm is taken, as scikit-learn. */
const EPSILON = 2 ** -52;

function checkProbabilities(ranked: RankedScores): void {
  const { score, rowCount } = ranked;
  for (const rank of [0, rowCount - 1]) {
    const value = score[rank];
    if (value !== undefined && !(value >= 0 && value <= 1)) {
      const expected = "a probability from 0 to 1";
      throw metricErrors.METRIC_VALUE({ what: "score", row: rank, value, expected });
    }
  }
}

type RowLoss = (target: number, probability: number) => number;

/** Losses and weights of a unit's rows, added up. */
function lossByUnit(ranked: RankedScores, loss: RowLoss) {
  checkProbabilities(ranked);
  const { target, score, weight, unit, unitCount, rowCount } = ranked;
  const sums = new Float64Array(unitCount);
  const weights = new Float64Array(unitCount);
  for (let rank = 0; rank < rowCount; rank++) {
    const at = unit?.[rank] ?? rank;
    const rowWeight = weight?.[rank] ?? 1;
    if (rowWeight > 0) sums[at]! += rowWeight * loss(target[rank]!, score[rank]!);
    weights[at]! += rowWeight;
  }
  return { sums, weights };
}

function meanPart(ranked: RankedScores, loss: RowLoss): PlannedPart {
  return { code: kernelCodes.mean, parameter: 0, byUnit: lossByUnit(ranked, loss) };
}

/** A metric that is a weighted mean of a loss per row: summed by unit once, then cheap. */
function meanMetric(description: Pick<Metric, "name" | "label">, loss: RowLoss): Metric {
  const prepare = (ranked: RankedScores): MetricEvaluator => {
    const { sums, weights } = lossByUnit(ranked, loss);
    return (unitWeight) => weightedMean(sums, weights, unitWeight);
  };
  const plan = (ranked: RankedScores): MetricPlan => ({ parts: [meanPart(ranked, loss)] });
  return Object.freeze({ ...description, better: "lower", probability: true, prepare, plan });
}

function weightedMean(
  losses: Float64Array,
  weights: Float64Array,
  unitWeight: Float64Array | undefined,
): number {
  let sum = 0;
  let total = 0;
  for (let unit = 0; unit < losses.length; unit++) {
    const times = unitWeight === undefined ? 1 : unitWeight[unit]!;
    sum += times * losses[unit]!;
    total += times * weights[unit]!;
  }
  return sum / total;
}

function rowLogLoss(target: number, probability: number): number {
  const p = Math.min(Math.max(probability, EPSILON), 1 - EPSILON);
  return target === 1 ? -log(p) : -log(1 - p);
}

/** Log-loss as a Metric. */
export const logLossMetric = meanMetric({ name: "logLoss", label: "Log-loss" }, rowLogLoss);

/** Brier score as a Metric. */
export const brierMetric = meanMetric(
  { name: "brier", label: "Brier" },
  (target, probability) => (target - probability) * (target - probability),
);

/** Normalised entropy as a Metric. */
export const normalisedEntropyMetric: Metric = Object.freeze({
  name: "normalisedEntropy",
  label: "Normalised entropy",
  better: "lower",
  probability: true,
  prepare: (ranked: RankedScores): MetricEvaluator => {
    const loss = logLossMetric.prepare(ranked);
    const rate = rateMetric.prepare(ranked);
    return (unitWeight) => overEntropy(loss(unitWeight), rate(unitWeight));
  },
  plan: (ranked: RankedScores): MetricPlan => ({
    parts: [meanPart(ranked, rowLogLoss), meanPart(ranked, rowTarget)],
    combine: ([loss, rate]) => overEntropy(loss!, rate!),
  }),
});

function overEntropy(loss: number, rate: number): number {
  return loss / -(rate * log(rate) + (1 - rate) * log(1 - rate));
}

function rowTarget(target: number): number {
  return target;
}

/** Share of positives, the metric that a constant guess is made of. */
const rateMetric = meanMetric({ name: "rate", label: "Positive rate" }, rowTarget);

/** Number of equal-mass bins of the calibration error. */
const ECE_BINS = 15;

/**
 * Bins of equal weight over the ranks, from the lowest score up. A run of ties that straddles a
 * border is shared out by weight, so that the order of equal scores never matters.
 * @param visit receives weight, sum of probabilities and weight of positives of each bin in turn
 */
export function eachEqualMassBin(
  { score, runEnds }: RankedScores,
  { weight, positives }: RunSums,
  bins: number,
  visit: (weight: number, probabilitySum: number, positives: number) => void,
): void {
  let total = 0;
  for (let run = 0; run < weight.length; run++) total += weight[run]!;
  const size = total / bins;
  let bin = { weight: 0, probabilitySum: 0, positives: 0 };
  let filled = 1;
  for (let run = runEnds.length - 1; run >= 0; run--) {
    const probability = score[runEnds[run]! - 1]!;
    const rate = positives[run]! / weight[run]!;
    let left = weight[run]!;
    while (left > 0) {
      const room = size - bin.weight;
      const whole = filled === bins || left < room;
      const part = whole ? left : room;
      bin.weight += part;
      bin.probabilitySum += part * probability;
      bin.positives += part * rate;
      left = whole ? 0 : left - room;
      if (filled === bins || left <= 0) continue;
      visit(bin.weight, bin.probabilitySum, bin.positives);
      bin = { weight: 0, probabilitySum: 0, positives: 0 };
      filled += 1;
    }
  }
  if (bin.weight > 0) visit(bin.weight, bin.probabilitySum, bin.positives);
}

function calibrationError(sums: RunSums, ranked: RankedScores): number {
  let error = 0;
  let total = 0;
  eachEqualMassBin(ranked, sums, ECE_BINS, (weight, probabilitySum, positives) => {
    error += Math.abs(probabilitySum - positives);
    total += weight;
  });
  return error / total;
}

/** Expected calibration error as a Metric. */
export const eceMetric: Metric = runMetric({
  name: "ece",
  label: "ECE",
  better: "lower",
  probability: true,
  code: kernelCodes.ece,
  parameter: () => ECE_BINS,
  check: checkProbabilities,
  compute: calibrationError,
});

/**
 * Mean negative log-likelihood of the target, in nats; probabilities are kept 2^-52 from 0 and 1.
 * @param target 0 or 1 a row
 * @param probability 0…1 a row
 * @param weight one a row
 * @returns ≥ 0, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function logLoss(target: Numbers, probability: Numbers, weight?: Numbers): number {
  return evaluateMetric(logLossMetric, target, probability, weight);
}

/**
 * Log-loss over the entropy of the positive rate: 1 = no better than the rate alone.
 * @returns ≥ 0, NaN where a class is absent
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 * @source He et al. 2014, "Practical lessons from predicting clicks on ads at Facebook", eq. 3
 */
export function normalisedEntropy(target: Numbers, probability: Numbers, weight?: Numbers): number {
  return evaluateMetric(normalisedEntropyMetric, target, probability, weight);
}

/**
 * Mean squared difference of target and probability.
 * @returns 0…1, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function brier(target: Numbers, probability: Numbers, weight?: Numbers): number {
  return evaluateMetric(brierMetric, target, probability, weight);
}

/**
 * Expected calibration error over 15 bins of equal mass: the mean of |mean probability - positive
 * rate|.
 * @returns 0…1, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function ece(target: Numbers, probability: Numbers, weight?: Numbers): number {
  return evaluateMetric(eceMetric, target, probability, weight);
}
