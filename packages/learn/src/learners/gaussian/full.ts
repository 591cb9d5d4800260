import { log, type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { doublesOf, vector } from "../linear/linear-model.js";
import { scaledCovariance } from "../projection/covariance.js";
import {
  distances,
  restoreWhitening,
  unscaled,
  type Whitening,
  whiteningOf,
  whiteningTensors,
  withoutConstants,
} from "./whitening.js";

/** Options of the Gaussian with a full covariance. */
export interface FullGaussianOptions extends SeededOptions {
  /** Added to the variance of each standardised column; 0 refuses a singular covariance. */
  readonly ridge: number;
}

/** A normal distribution of all columns together. */
export interface CovarianceModel extends DetectorModel {
  /** Mean of each column, in the order of the schema. */
  readonly mu: Float64Array;
  /** columns × columns, row-major, in the units of the columns; without the ridge. */
  readonly covariance: Float64Array;
}

const identity = { kind: "full-gaussian", task: "detection" } as const;
const defaults: FullGaussianOptions = Object.freeze({ ridge: 1e-9, seed: 0 });
const rules = { ridge: optionRules.notNegative, seed: optionRules.seed };

function fullModel(
  card: ModelCard,
  whitening: Whitening,
  covariance: Float64Array,
): CovarianceModel {
  const { means, logDeterminant } = whitening;
  const { squared, parts } = distances(whitening);
  const constant = (logDeterminant + means.length * log(2 * Math.PI)) / 2;
  const state = (): ModelState => ({
    settings: {},
    tensors: { ...whiteningTensors(whitening), covariance: vector(covariance) },
  });
  return Object.freeze({
    ...detectorModel(card, {
      score: (values) => squared(values) / 2 + constant,
      reasons: (values, out) => {
        parts(values, out);
        for (let j = 0; j < out.length; j++) out[j]! /= 2;
      },
      state,
    }),
    mu: means,
    covariance,
  });
}

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
  return fullModel(card, whitening, unscaled(scaled.covariance, scaled.scales));
}

function restore(card: ModelCard, state: ModelState): CovarianceModel {
  const whitening = restoreWhitening(card, state);
  const size = whitening.means.length ** 2;
  return fullModel(card, whitening, doublesOf(card, state, "covariance", size));
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
  restore,
});
