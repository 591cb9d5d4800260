import { log1p, type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule, optionRules } from "../door.js";
import type { FactorModel } from "./contract.js";
import { type FactorRule, factorModel, restoreFactors } from "./factor-model.js";
import { fitFactors } from "./fit.js";
import {
  countsOf,
  type RecommenderOptions,
  recommenderDefaults,
  recommenderRules,
  takeInteractions,
  wholeRule,
} from "./interactions.js";

/** Options of implicit alternating least squares. */
export interface ImplicitAlsOptions extends RecommenderOptions {
  /** Numbers a user and item are described by, 1 … 1024. */
  readonly factors: number;
  /** A row's L2 penalty is l2 · confidence ^ frequencyPower. */
  readonly l2: number;
  /** How much more an observation counts than its absence: 1 + alpha · weight. */
  readonly alpha: number;
  /** Whether weights count as they are, or log(1 + weight). */
  readonly damping: "none" | "log";
  /**
   * Penalties grow with a row's confidence (the sum over all pairs) to this power: 0 = all alike,
   * 1 = by frequency, so that one l2 fits tables of any size.
   */
  readonly frequencyPower: number;
  /** Times that users and items are solved in turn. */
  readonly sweeps: number;
  /** Steps of conjugate gradient for each row and sweep. */
  readonly steps: number;
}

const identity = { kind: "implicit-als", task: "recommendation" } as const;

const defaults: ImplicitAlsOptions = Object.freeze({
  ...recommenderDefaults,
  factors: 64,
  l2: 0.01,
  alpha: 2,
  damping: "log",
  frequencyPower: 1,
  sweeps: 15,
  steps: 2,
});

const dampingRule: OptionRule = {
  expected: '"none" or "log"',
  holds: (value: unknown) => value === "none" || value === "log",
};

/** Rules that all factorisations share. */
export const factorRules = {
  ...recommenderRules,
  factors: wholeRule(1, 1024),
  l2: optionRules.notNegative,
  frequencyPower: optionRules.notNegative,
  sweeps: wholeRule(1, 10_000),
  steps: wholeRule(1, 1000),
};

const rules = { ...factorRules, alpha: optionRules.notNegative, damping: dampingRule };

function ruleOf(options: ImplicitAlsOptions): FactorRule {
  const { alpha, damping, factors, l2, frequencyPower } = options;
  return {
    implicit: true,
    ones: undefined,
    compared: factors,
    l2,
    power: frequencyPower,
    weigh: (value) => {
      const quadratic = alpha * (damping === "log" ? log1p(value) : value);
      return [quadratic, 1 + quadratic];
    },
    accepts: (value) => value >= 0 && value < Number.POSITIVE_INFINITY,
  };
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<ImplicitAlsOptions>,
  extras: FitExtras = {},
): Promise<FactorModel> {
  const options = completeOptions(implicitAls, given, rules);
  const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
  const found = takeInteractions(identity, { frame, target }, options, extras);
  const counts = await countsOf(found, pacer);
  const rule = ruleOf(options);
  const values = counts.values.map((value) => rule.weigh(value)[0]);
  const { sweeps, steps, seed, factors, l2, frequencyPower } = options;
  const { parts, objectives } = await fitFactors({
    doing: `fitting ${identity.kind}`,
    observations: { ...counts, values },
    ...{ factors, l2, sweeps, steps, seed, extras, pacer },
    biased: false,
    implicit: true,
    power: frequencyPower,
    constant: values.reduce((sum, value) => sum + 1 + value, 0),
    base: 0,
  });
  const observations = values.length;
  const objective = objectives.at(-1)!;
  const summary = { users: counts.rows, items: counts.columns, observations, objective };
  const data = { ...found.data, target: undefined };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return factorModel(card, parts, rule);
}

function restore(card: ModelCard, state: ModelState): FactorModel {
  const options = completeOptions(implicitAls, card.options as Partial<ImplicitAlsOptions>, rules);
  return factorModel(card, restoreFactors(card, state), ruleOf(options));
}

/**
 * Factors of users and items from what users took and how often: every pair counts, taken pairs
 * 1 + alpha · weight times, as ones, the others once, as zeros. The table has a column of users and
 * one of items, `extras.weight` the counts; weights of a repeated pair add up. A pair whose user or
 * item training did not meet scores 0.
 * @source Hu, Koren, Volinsky 2008; Takács, Pilászy, Tikk 2011; Rendle, Krichene, Zhang, Koren 2021
 */
export const implicitAls: Learner<ImplicitAlsOptions, FactorModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
