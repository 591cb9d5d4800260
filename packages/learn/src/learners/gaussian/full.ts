import { type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, SeededOptions } from "../contract.js";
import { detectionData } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { scaledCovariance } from "../projection/covariance.js";
import { type CovarianceModel, covarianceModel, restoreCovariance } from "./covariance-model.js";
import { unscaled, whiteningOf, withoutConstants } from "./whitening.js";

/** Options of the Gaussian with a full covariance. */
export interface FullGaussianOptions extends SeededOptions {
  /** Added to the variance of each standardised column; 0 refuses a singular covariance. */
  readonly ridge: number;
}

const identity = { kind: "full-gaussian", task: "detection" } as const;
const defaults: FullGaussianOptions = Object.freeze({ ridge: 1e-9, seed: 0 });
const rules = { ridge: optionRules.notNegative, seed: optionRules.seed };

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<FullGaussianOptions>,
  extras: FitExtras = {},
): Promise<CovarianceModel> {
  const options = completeOptions(fullGaussian, given, rules);
  const pacer = new Pacer(extras.signal, "fitting full-gaussian");
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const scaled = await scaledCovariance(data, columns, true, pacer);
  const covariance = withoutConstants(scaled.covariance, columns.length);
  const whitening = await whiteningOf(identity, { ...scaled, ...options, covariance }, pacer);
  const summary = { logDeterminant: whitening.logDeterminant };
  const card = await describeModel(identity, data, { options, summary, pacer });
  const inUnits = unscaled(scaled.covariance, scaled.scales);
  return covarianceModel(card, whitening, inUnits, "negative-log-density");
}

/**
 * A normal distribution of all columns together: the score is -log density. Contributions are half
 * the squares of the whitened columns: they add up to half the squared Mahalanobis distance, which
 * is the score but for a constant. A constant column has the variance 1.
 */
export const fullGaussian: Learner<FullGaussianOptions, CovarianceModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: restoreCovariance("negative-log-density"),
});
