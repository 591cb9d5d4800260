import type { Numbers } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { FitExtras, Learner } from "../contract.js";
import { completeOptions, type OptionRule, optionRules } from "../door.js";
import {
  type AnyForestOptions,
  describeForest,
  type ForestIdentity,
  growForRequest,
  requestOf,
} from "../forest/fit.js";
import { type ForestModel, forestModel, restoreForest } from "../forest/model.js";
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

type Rules<Options> = { readonly [Key in keyof Options]-?: OptionRule };

function treeLearner<Options extends AnyForestOptions & DecisionTreeRegressionOptions>(
  identity: ForestIdentity,
  own: Options,
  ownRules: Rules<Options>,
): Learner<Options, ForestModel> {
  const { kind, task } = identity;
  return Object.freeze({
    kind,
    task,
    accepts: Object.freeze({ missing: true, categories: true }),
    defaults: own,
    fit: async (
      frame: Frame,
      target: Numbers | undefined,
      given?: Partial<Options>,
      extras: FitExtras = {},
    ) => {
      const options = completeOptions<Options>({ kind, defaults: own }, given, ownRules);
      const request = requestOf(identity, { frame, target, extras }, options);
      const prepared = prepareTarget(kind, identity.wanted, request.data);
      const { classes } = prepared.units;
      const grown = prune(await growForRequest(request, prepared), classes, options.leafPrice);
      const card = await describeForest(request, grown.trees, { classes, summary: {} });
      return forestModel(card, grown);
    },
    restore: restoreForest,
  });
}

const randomCuts = false;

/**
 * A single tree (CART) for two classes: every split is the best of all columns. Takes numbers with
 * missing values and categories as they are; `printTree` and `drawTree` show it.
 * @source Breiman, Friedman, Olshen, Stone 1984, "Classification and regression trees"
 */
export const decisionTree: Learner<DecisionTreeOptions, ForestModel> = treeLearner(
  { kind: "decision-tree", task: "classification", wanted: "binary", randomCuts },
  defaults,
  rules,
);

/** A single tree for targets 0 … K - 1: one share a class. */
export const decisionTreeMulticlass: Learner<DecisionTreeOptions, ForestModel> = treeLearner(
  { kind: "decision-tree-multiclass", task: "classification", wanted: "classes", randomCuts },
  defaults,
  rules,
);

/** A single tree of values, by squared error. */
export const decisionTreeRegression: Learner<DecisionTreeRegressionOptions, ForestModel> =
  treeLearner(
    { kind: "decision-tree-regression", task: "regression", wanted: "values", randomCuts },
    regressionDefaults,
    regressionRules,
  );
