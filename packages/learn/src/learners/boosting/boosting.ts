import type { Learner } from "../contract.js";
import { boostingLearner } from "./fit.js";
import { type BoostingModel, restoreBoosting } from "./model.js";
import { logisticObjective, softmaxObjective, squaredObjective } from "./objective.js";
import { type BoostingOptions, boostingDefaults } from "./options.js";

const shared = {
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults: boostingDefaults,
  restore: restoreBoosting,
} as const;

const binary = { kind: "boosting", task: "classification" } as const;
const several = { kind: "boosting-multiclass", task: "classification" } as const;
const values = { kind: "boosting-regression", task: "regression" } as const;

/**
 * Gradient boosting of trees for two classes. Takes numbers with missing values and categories as
 * they are. The model does not depend on the number of threads.
 * @source Friedman 2001; Ke et al. 2017 (LightGBM); Shi et al. 2022 (quantised training)
 */
export const boosting: Learner<BoostingOptions, BoostingModel> = Object.freeze({
  ...binary,
  ...shared,
  fit: boostingLearner(binary, logisticObjective),
});

/** Gradient boosting for targets 0 … K - 1: one probability a class. */
export const boostingMulticlass: Learner<BoostingOptions, BoostingModel> = Object.freeze({
  ...several,
  ...shared,
  fit: boostingLearner(several, softmaxObjective),
});

/** Gradient boosting of values by squared error. */
export const boostingRegression: Learner<BoostingOptions, BoostingModel> = Object.freeze({
  ...values,
  ...shared,
  fit: boostingLearner(values, squaredObjective),
});
