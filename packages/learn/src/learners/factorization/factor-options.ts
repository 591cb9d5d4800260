/** What factorisations are told, and what that must be. */
import { optionRules } from "../door.js";
import { type RecommenderOptions, recommenderRules, wholeRule } from "./interactions.js";

/** Options of every factorisation. */
export interface FactorOptions extends RecommenderOptions {
  /** Numbers a user and item are described by, beside biases, 1 … 1024. */
  readonly factors: number;
  /** Times that the whole table is gone through. */
  readonly sweeps: number;
}

/** What the options of every factorisation must be. */
export const factorRules = {
  ...recommenderRules,
  factors: wholeRule(1, 1024),
  sweeps: wholeRule(1, 10_000),
};

/** Options of alternating least squares, of either kind; a sweep solves users, then items. */
export interface AlsOptions extends FactorOptions {
  /**
   * A row's L2 penalty is l2 · confidence ^ frequencyPower; confidence is the sum of what its pairs
   * count.
   */
  readonly l2: number;
  /** 0 = all rows are penalised alike, 1 = by frequency, so that one l2 fits tables of any size. */
  readonly frequencyPower: number;
  /** Steps of conjugate gradient for each row and sweep. */
  readonly steps: number;
}

/** What these must be. */
export const alsRules = {
  ...factorRules,
  l2: optionRules.notNegative,
  frequencyPower: optionRules.notNegative,
  steps: wholeRule(1, 1000),
};
