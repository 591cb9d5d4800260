import { log, type ModelState } from "../../foundation/index.js";
import type { DetectorModel, ModelCard } from "../contract.js";
import { detectorModel } from "../detector.js";
import { doublesOf, vector } from "../linear/linear-model.js";
import { distances, restoreWhitening, type Whitening, whiteningTensors } from "./whitening.js";

/** A normal distribution of all columns together. */
export interface CovarianceModel extends DetectorModel {
  /** Mean of each column, in the order of the schema. */
  readonly mu: Float64Array;
  /** columns × columns, row-major, in the units of the columns; without the ridge. */
  readonly covariance: Float64Array;
}

/** What a score is: the squared Mahalanobis distance, or half of it and a constant. */
export type CovarianceScore = "squared-distance" | "negative-log-density";

/** A model of one mean and covariance. */
export function covarianceModel(
  card: ModelCard,
  whitening: Whitening,
  covariance: Float64Array,
  scored: CovarianceScore,
): CovarianceModel {
  const { means, logDeterminant } = whitening;
  const { squared, parts } = distances(whitening);
  const density = scored === "negative-log-density";
  const share = density ? 0.5 : 1;
  const constant = density ? (logDeterminant + means.length * log(2 * Math.PI)) / 2 : 0;
  const state = (): ModelState => ({
    settings: {},
    tensors: { ...whiteningTensors(whitening), covariance: vector(covariance) },
  });
  return Object.freeze({
    ...detectorModel(card, {
      score: (values) => share * squared(values) + constant,
      reasons: (values, out) => {
        parts(values, out);
        for (let j = 0; j < out.length; j++) out[j]! *= share;
      },
      state,
    }),
    mu: means,
    covariance,
  });
}

/** @returns makes a model of its card and state again; throws MODEL_STATE */
export function restoreCovariance(scored: CovarianceScore) {
  return (card: ModelCard, state: ModelState): CovarianceModel => {
    const whitening = restoreWhitening(card, state);
    const covariance = doublesOf(card, state, "covariance", whitening.means.length ** 2);
    return covarianceModel(card, whitening, covariance, scored);
  };
}
