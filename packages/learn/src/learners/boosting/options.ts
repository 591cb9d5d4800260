import type { SeededOptions } from "../contract.js";
import { optionRules } from "../door.js";

/** Options of gradient boosting; names of LightGBM in brackets where they differ. */
export interface BoostingOptions extends SeededOptions {
  /** Rounds at most; one tree each, of several classes one tree a class. */
  readonly rounds: number;
  /** What a tree's values are multiplied by, above 0. */
  readonly learningRate: number;
  /** Leaves of a tree at most (num_leaves), 2 … 65,536. */
  readonly maxLeaves: number;
  /** Splits from the root to a leaf at most; 0 = any number. */
  readonly maxDepth: number;
  /** Rows of a leaf at least (min_data_in_leaf), as the hessians tell. */
  readonly minRows: number;
  /** Sum of hessians of a leaf at least (min_sum_hessian_in_leaf). */
  readonly minHessian: number;
  /** Gain that a split must exceed (min_gain_to_split). */
  readonly minGain: number;
  /** L2 penalty of leaf values (lambda_l2). */
  readonly l2: number;
  /** Bins a column at most, without that of missing values: 2 … 255. */
  readonly maxBins: number;
  /** Share of the rows that each tree learns from (bagging_fraction), above 0 … 1. */
  readonly rowShare: number;
  /** Share of the columns that each tree may use (feature_fraction), above 0 … 1. */
  readonly columnShare: number;
  /**
   * Stops after so many rounds without a lower loss on the validation rows, and keeps the best
   * round's trees; 0 = never.
   */
  readonly patience: number;
  /** Columns whose rise must not lower (1) or raise (-1) the prediction. */
  readonly monotone: Readonly<Record<string, 1 | -1>>;
  /** L2 penalty more for splits of categories (cat_l2). */
  readonly categoryL2: number;
  /** Pulls rare categories to the middle of their order (cat_smooth). */
  readonly categorySmoothing: number;
  /** Categories on the smaller side of a split at most (max_cat_threshold). */
  readonly maxCategories: number;
  /** Rows that a category needs to be sorted by its gradients; others go right. */
  readonly minCategoryRows: number;
}

/** Defaults, those of LightGBM where it has them. */
export const boostingDefaults: BoostingOptions = Object.freeze({
  rounds: 100,
  learningRate: 0.1,
  maxLeaves: 31,
  maxDepth: 0,
  minRows: 20,
  minHessian: 1e-3,
  minGain: 0,
  l2: 0,
  maxBins: 255,
  rowShare: 1,
  columnShare: 1,
  patience: 0,
  monotone: Object.freeze({}),
  categoryL2: 10,
  categorySmoothing: 10,
  maxCategories: 32,
  minCategoryRows: 10,
  seed: 0,
});

function whole(from: number, to: number) {
  return {
    expected: `an integer from ${from} to ${to}`,
    holds: (value: unknown) =>
      Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

const share = {
  expected: "a number above 0 and at most 1",
  holds: (value: unknown) => typeof value === "number" && value > 0 && value <= 1,
};

const { notNegative } = optionRules;

/** What each option must be. */
export const boostingRules = {
  rounds: whole(1, 100_000),
  learningRate: {
    expected: "a finite number above 0",
    holds: (value: unknown) => Number.isFinite(value) && (value as number) > 0,
  },
  maxLeaves: whole(2, 65_536),
  maxDepth: whole(0, 65_536),
  minRows: whole(1, 1_000_000_000),
  minHessian: notNegative,
  minGain: notNegative,
  l2: notNegative,
  maxBins: whole(2, 255),
  rowShare: share,
  columnShare: share,
  patience: whole(0, 100_000),
  monotone: {
    expected: "an object of 1 or -1 by column name",
    holds: (value: unknown) =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((direction) => direction === 1 || direction === -1),
  },
  categoryL2: notNegative,
  categorySmoothing: notNegative,
  maxCategories: whole(1, 255),
  minCategoryRows: whole(1, 1_000_000_000),
  seed: optionRules.seed,
};
