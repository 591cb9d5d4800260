import type { SeededOptions } from "../contract.js";
import { type OptionRule, optionRules } from "../door.js";

/** Options of an isolation forest. */
export interface IsolationOptions extends SeededOptions {
  /** Trees to grow. */
  readonly trees: number;
  /** Rows that each tree draws, without putting back; all where there are fewer. */
  readonly sampleSize: number;
}

/** Options of an extended isolation forest. */
export interface ExtendedIsolationOptions extends IsolationOptions {
  /**
   * Columns beyond the first that a cut may lean on: 0 cuts along one column as the plain forest
   * does, "all" along every one.
   */
  readonly extensionLevel: number | "all";
}

/** Liu's own choice, and that of scikit-learn. */
export const isolationDefaults: IsolationOptions = Object.freeze({
  trees: 100,
  sampleSize: 256,
  seed: 0,
});

/** The same, with cuts that lean on every column. */
export const extendedIsolationDefaults: ExtendedIsolationOptions = Object.freeze({
  ...isolationDefaults,
  extensionLevel: "all",
});

function whole(least: number, most: number): OptionRule {
  return {
    expected: `an integer from ${least} to ${most}`,
    holds: (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

/** What the options of an isolation forest must be; 2^20 rows a tree are cut twenty times. */
export const isolationRules = {
  trees: whole(1, 100_000),
  sampleSize: whole(2, 1_048_576),
  seed: optionRules.seed,
};

/** What the options of an extended isolation forest must be. */
export const extendedIsolationRules = {
  ...isolationRules,
  extensionLevel: {
    expected: 'an integer of at least 0, or "all"',
    holds: (value: unknown) =>
      value === "all" || (Number.isSafeInteger(value) && (value as number) >= 0),
  },
};
