import {
  impute,
  lastState,
  logistic,
  type Model,
  majority,
  oneHot,
  type PipelineModel,
  platt,
  prior,
  signedLog,
  singleFeature,
  standardScale,
} from "@refrain/learn";
import type { Candidate, Coefficient } from "./candidate.js";
import { encoded } from "./encoded.js";

/** Always says the more frequent class of training: what accuracy must be read against. */
export const majorityClass: Candidate = {
  name: "majority class",
  kind: "baseline",
  learner: majority,
};

/** Says the share of yes in training for everybody. */
export const priorRate: Candidate = { name: "prior rate", kind: "baseline", learner: prior };

/** The best threshold on the best single feature. */
export const bestSingleFeature: Candidate = {
  name: "best single feature",
  kind: "baseline",
  learner: singleFeature,
};

/**
 * The share of yes that training had among rows with the same value of one column.
 * @param column with few distinct values
 */
export function lastStateOf(column: string): Candidate {
  return {
    name: `rate by ${column}`,
    kind: "baseline",
    learner: lastState,
    variants: [{ column }],
  };
}

/** Logistic regression on imputed, log-scaled and standardised features. */
export const calibratedLogistic: Candidate = {
  name: "logistic",
  kind: "model",
  learner: encoded({
    encoders: [oneHot(), impute(), signedLog(), standardScale()],
    learner: logistic,
  }),
  calibrators: [platt],
  coefficients: standardisedCoefficients,
};

/** Columns are standardised before the learner, so that its coefficients are comparable. */
function standardisedCoefficients(model: Model): readonly Coefficient[] {
  const { inner } = model as PipelineModel<Model & { readonly coefficients: Float64Array }>;
  return inner.schema.columns.map(({ name }, at) => ({
    feature: name,
    value: inner.coefficients[at]!,
  }));
}
