import type { Learner } from "../contract.js";
import { optionRules } from "../door.js";
import {
  type AnyForestOptions,
  describeForest,
  type ForestRequest,
  forestLearner,
  growForRequest,
} from "../forest/fit.js";
import { type ForestModel, forestModel } from "../forest/model.js";
import {
  criterionRule,
  growthRules,
  type SplitCriterion,
  type TreeGrowthOptions,
} from "../forest/options.js";
import { prepareTarget } from "../forest/targets.js";
import { prune } from "./prune.js";

/** Options of a single tree of values. */
export interface DecisionTreeRegressionOptions extends TreeGrowthOptions {
  /**
   * What a leaf must lower the mean impurity by (ccp_alpha): splits that are not worth it are cut
   * off again; 0 = none.
   */
  readonly leafPrice: number;
}

/** Options of a single tree of classes. */
export interface DecisionTreeOptions extends DecisionTreeRegressionOptions {
  /** What a split lowers. */
  readonly criterion: SplitCriterion;
}

const regressionDefaults: DecisionTreeRegressionOptions = Object.freeze({
  maxDepth: 0,
  minSamplesSplit: 2,
  minSamplesLeaf: 1,
  leafPrice: 0,
  maxBins: 255,
  seed: 0,
});
const defaults: DecisionTreeOptions = Object.freeze({ ...regressionDefaults, criterion: "gini" });
const regressionRules = { ...growthRules, leafPrice: optionRules.notNegative };
const rules = { ...regressionRules, criterion: criterionRule };

/** Grows one tree, and cuts off what is not worth its price. */
async function fitTree(
  request: ForestRequest<AnyForestOptions & DecisionTreeRegressionOptions>,
): Promise<ForestModel> {
  const { identity, data, options } = request;
  const prepared = prepareTarget(identity.kind, identity.wanted, data);
  const { classes } = prepared.units;
  const grown = prune(await growForRequest(request, prepared), classes, options.leafPrice);
  const card = await describeForest(request, grown.trees, { classes, summary: {} });
  return forestModel(card, grown);
}

const randomCuts = false;

/**
 * A single tree (CART) for two classes: every split is the best of all columns. Takes numbers with
 * missing values and categories as they are; `printTree` and `drawTree` show it.
 * @source Breiman, Friedman, Olshen, Stone 1984, "Classification and regression trees"
 */
export const decisionTree: Learner<DecisionTreeOptions, ForestModel> = forestLearner(
  { kind: "decision-tree", task: "classification", wanted: "binary", randomCuts },
  { defaults, rules, fit: fitTree },
);

/** A single tree for targets 0 … K - 1: one share a class. */
export const decisionTreeMulticlass: Learner<DecisionTreeOptions, ForestModel> = forestLearner(
  { kind: "decision-tree-multiclass", task: "classification", wanted: "classes", randomCuts },
  { defaults, rules, fit: fitTree },
);

/** A single tree of values, by squared error. */
export const decisionTreeRegression: Learner<DecisionTreeRegressionOptions, ForestModel> =
  forestLearner(
    { kind: "decision-tree-regression", task: "regression", wanted: "values", randomCuts },
    { defaults: regressionDefaults, rules: regressionRules, fit: fitTree },
  );
