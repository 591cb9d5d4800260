import { type Numbers, toDoubles } from "../foundation/index.js";
import { metricErrors } from "./errors.js";

function checked(what: string, values: Numbers, expected: number): Float64Array {
  if (values.length !== expected) {
    throw metricErrors.METRIC_LENGTHS_DIFFER({ what, found: values.length, expected });
  }
  const doubles = toDoubles(values);
  const row = doubles.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return doubles;
  const value = doubles[row]!;
  throw metricErrors.METRIC_VALUE({ what, row, value, expected: "a finite number" });
}

/** Weighted mean of a loss of target and prediction. */
function meanLoss(
  target: Numbers,
  prediction: Numbers,
  weight: Numbers | undefined,
  loss: (difference: number, target: number) => number,
): number {
  const truth = checked("target", target, target.length);
  const found = checked("prediction", prediction, target.length);
  const weights = weight && checked("weight", weight, target.length);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < truth.length; row++) {
    const w = weights === undefined ? 1 : weights[row]!;
    if (w < 0) {
      const expected = "a finite number that is not negative";
      throw metricErrors.METRIC_VALUE({ what: "weight", row, value: w, expected });
    }
    sum += w * loss(found[row]! - truth[row]!, truth[row]!);
    total += w;
  }
  return sum / total;
}

/**
 * Mean squared difference of target and prediction.
 * @param target one value a row, finite
 * @param prediction one a row, finite
 * @param weight one a row
 * @returns ≥ 0, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function meanSquaredError(target: Numbers, prediction: Numbers, weight?: Numbers): number {
  return meanLoss(target, prediction, weight, (difference) => difference * difference);
}

/**
 * Square root of the mean squared difference, in the target's unit.
 * @returns ≥ 0, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function rootMeanSquaredError(
  target: Numbers,
  prediction: Numbers,
  weight?: Numbers,
): number {
  return Math.sqrt(meanSquaredError(target, prediction, weight));
}

/**
 * Mean size of the difference, in the target's unit.
 * @returns ≥ 0, NaN where there are no rows
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function meanAbsoluteError(target: Numbers, prediction: Numbers, weight?: Numbers): number {
  return meanLoss(target, prediction, weight, Math.abs);
}

/**
 * Share of the target's variance that the predictions explain.
 * @returns at most 1; 0 for the mean itself; NaN where all targets are equal
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function rSquared(target: Numbers, prediction: Numbers, weight?: Numbers): number {
  const error = meanSquaredError(target, prediction, weight);
  const mean = meanLoss(target, prediction, weight, (_, value) => value);
  const variance = meanLoss(target, prediction, weight, (_, value) => (value - mean) ** 2);
  return variance > 0 ? 1 - error / variance : Number.NaN;
}
