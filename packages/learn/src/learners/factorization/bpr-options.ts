import type { OptionRule } from "../door.js";
import { type FactorOptions, factorRules } from "./factor-options.js";
import { oneOf } from "./interactions.js";

/** Share of the first rate that the last sweep has. */
const LAST_RATE = 0.1;

/** Options of Bayesian personalised ranking. */
export interface BprOptions extends FactorOptions {
  /** Size of the first steps, above 0 and at most 1; it falls to a tenth, sweep by sweep. */
  readonly learningRate: number;
  /** L2 penalty of the three rows of each step. */
  readonly l2: number;
  /**
   * What an item that a user took is compared with: all others alike, or popular ones more often,
   * as they were taken.
   */
  readonly negatives: "uniform" | "popularity";
}

const rateRule: OptionRule = {
  expected: "a number above 0 and at most 1",
  holds: (value: unknown) => typeof value === "number" && value > 0 && value <= 1,
};

const penaltyRule: OptionRule = {
  expected: "a number from 0 to 1",
  holds: (value: unknown) => value === 0 || rateRule.holds(value),
};

/** What these must be. */
export const bprRules = {
  ...factorRules,
  learningRate: rateRule,
  l2: penaltyRule,
  negatives: oneOf("uniform", "popularity"),
};

/** The rate of a sweep, 1 … sweeps: it falls evenly. */
export function rateOf({ learningRate, sweeps }: BprOptions, sweep: number): number {
  const share = sweeps === 1 ? 0 : (sweep - 1) / (sweeps - 1);
  return learningRate * (1 - (1 - LAST_RATE) * share);
}
