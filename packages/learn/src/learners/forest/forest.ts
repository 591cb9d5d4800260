import type { Learner } from "../contract.js";
import { type ForestIdentity, fitForest, forestLearner } from "./fit.js";
import type { ForestModel } from "./model.js";
import {
  extraTreesDefaults,
  extraTreesRegressionDefaults,
  type ForestOptions,
  type ForestRegressionOptions,
  forestDefaults,
  forestRegressionDefaults,
  forestRegressionRules,
  forestRules,
} from "./options.js";

const two = { task: "classification", wanted: "binary" } as const;
const several = { task: "classification", wanted: "classes" } as const;
const values = { task: "regression", wanted: "values" } as const;

/** The learners of forests by kind: those that more trees can be added to. */
export const forestIdentities = {
  "random-forest": { ...two, kind: "random-forest", randomCuts: false },
  "random-forest-multiclass": { ...several, kind: "random-forest-multiclass", randomCuts: false },
  "random-forest-regression": { ...values, kind: "random-forest-regression", randomCuts: false },
  "extra-trees": { ...two, kind: "extra-trees", randomCuts: true },
  "extra-trees-multiclass": { ...several, kind: "extra-trees-multiclass", randomCuts: true },
  "extra-trees-regression": { ...values, kind: "extra-trees-regression", randomCuts: true },
} as const satisfies Readonly<Record<string, ForestIdentity>>;

/**
 * Random forest for two classes: each tree learns from rows drawn with putting back, each split
 * chooses among columns drawn anew, and the trees' leaves say shares that are averaged. Takes
 * numbers with missing values and categories as they are. The model does not depend on the number
 * of threads.
 * @source Breiman 2001, "Random forests"
 */
export const randomForest: Learner<ForestOptions, ForestModel> = forestLearner(
  forestIdentities["random-forest"],
  { defaults: forestDefaults, rules: forestRules, fit: fitForest },
);

/** Random forest for targets 0 … K - 1: one share a class. */
export const randomForestMulticlass: Learner<ForestOptions, ForestModel> = forestLearner(
  forestIdentities["random-forest-multiclass"],
  { defaults: forestDefaults, rules: forestRules, fit: fitForest },
);

/** Random forest of values: means of leaves, averaged, by squared error. */
export const randomForestRegression: Learner<ForestRegressionOptions, ForestModel> = forestLearner(
  forestIdentities["random-forest-regression"],
  { defaults: forestRegressionDefaults, rules: forestRegressionRules, fit: fitForest },
);

/**
 * Extra trees for two classes: of each column one cut is drawn, evenly among the node's bins, and
 * the best column is taken.
 * @source Geurts, Ernst, Wehenkel 2006, "Extremely randomized trees"
 */
export const extraTrees: Learner<ForestOptions, ForestModel> = forestLearner(
  forestIdentities["extra-trees"],
  { defaults: extraTreesDefaults, rules: forestRules, fit: fitForest },
);

/** Extra trees for targets 0 … K - 1. */
export const extraTreesMulticlass: Learner<ForestOptions, ForestModel> = forestLearner(
  forestIdentities["extra-trees-multiclass"],
  { defaults: extraTreesDefaults, rules: forestRules, fit: fitForest },
);

/** Extra trees of values. */
export const extraTreesRegression: Learner<ForestRegressionOptions, ForestModel> = forestLearner(
  forestIdentities["extra-trees-regression"],
  { defaults: extraTreesRegressionDefaults, rules: forestRegressionRules, fit: fitForest },
);
