import type { SeededOptions } from "../contract.js";
import { type OptionRule, optionRules } from "../door.js";

/** How a tree is grown; the names are those of scikit-learn. */
export interface TreeGrowthOptions extends SeededOptions {
  /** Splits from the root to a leaf at most; 0 = any number. */
  readonly maxDepth: number;
  /** Rows that a node needs to be split, each counted once, ≥ 2. */
  readonly minSamplesSplit: number;
  /** Rows of a leaf at least, each counted once, however often it was drawn. */
  readonly minSamplesLeaf: number;
  /** Bins a column at most, without that of missing values: 2 … 255. */
  readonly maxBins: number;
}

/** Columns that each split may choose from: so many, or a share by name. */
export type MaxFeatures = number | "all" | "sqrt" | "log2" | "third";

/** Options of a forest of values. */
export interface ForestRegressionOptions extends TreeGrowthOptions {
  /** Trees to grow. */
  readonly trees: number;
  /** Columns that are drawn for each split. */
  readonly maxFeatures: MaxFeatures;
  /** Whether each tree learns from rows drawn with putting back, or from all. */
  readonly bootstrap: boolean;
  /** Whether rows are judged by the trees that did not draw them; wants `bootstrap`. */
  readonly outOfBag: boolean;
}

/** What a split of classes lowers. */
export type SplitCriterion = "gini" | "entropy";

/** Options of a forest of classes. */
export interface ForestOptions extends ForestRegressionOptions {
  /** What a split lowers. */
  readonly criterion: SplitCriterion;
}

const growth = { maxDepth: 0, minSamplesSplit: 2, minSamplesLeaf: 1, maxBins: 255, seed: 0 };
const forest = { trees: 100, ...growth, bootstrap: true, outOfBag: true } as const;

/** Defaults of random forests of classes: those of scikit-learn, but rows out of bag are judged. */
export const forestDefaults: ForestOptions = Object.freeze({
  ...forest,
  maxFeatures: "sqrt",
  criterion: "gini",
});

/** Defaults of random forests of values: every column at every split, as in scikit-learn. */
export const forestRegressionDefaults: ForestRegressionOptions = Object.freeze({
  ...forest,
  maxFeatures: "all",
});

/** Defaults of extra trees: all rows for each. */
export const extraTreesDefaults: ForestOptions = Object.freeze({
  ...forestDefaults,
  bootstrap: false,
  outOfBag: false,
});

/** Defaults of extra trees of values. */
export const extraTreesRegressionDefaults: ForestRegressionOptions = Object.freeze({
  ...forestRegressionDefaults,
  bootstrap: false,
  outOfBag: false,
});

function whole(from: number, to: number): OptionRule {
  return {
    expected: `an integer from ${from} to ${to}`,
    holds: (value: unknown) =>
      Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  };
}

/** What the options of growth must be. */
export const growthRules = {
  maxDepth: whole(0, 65_536),
  minSamplesSplit: whole(2, 1_000_000_000),
  minSamplesLeaf: whole(1, 1_000_000_000),
  maxBins: whole(2, 255),
  seed: optionRules.seed,
};

/** What the criterion must be. */
export const criterionRule: OptionRule = {
  expected: '"gini" or "entropy"',
  holds: (value: unknown) => value === "gini" || value === "entropy",
};

const shares: readonly unknown[] = ["all", "sqrt", "log2", "third"];

/** What the options of a forest of values must be. */
export const forestRegressionRules = {
  ...growthRules,
  trees: whole(1, 100_000),
  maxFeatures: {
    expected: 'an integer of at least 1, "all", "sqrt", "log2" or "third"',
    holds: (value: unknown) => optionRules.count.holds(value) || shares.includes(value),
  },
  bootstrap: optionRules.truth,
  outOfBag: optionRules.truth,
};

/** What the options of a forest of classes must be. */
export const forestRules = { ...forestRegressionRules, criterion: criterionRule };

/**
 * Columns that each split draws.
 * @param columns there are
 * @returns 1 … columns
 */
export function featureCount(wanted: MaxFeatures, columns: number): number {
  const counts = {
    all: columns,
    sqrt: Math.floor(Math.sqrt(columns)),
    log2: Math.floor(Math.log2(columns)),
    third: Math.floor(columns / 3),
  };
  const count = typeof wanted === "number" ? wanted : counts[wanted];
  return Math.max(1, Math.min(columns, count));
}
