import type { Learner } from "../contract.js";
import { optionRules } from "../door.js";
import { alsFold } from "./als-fold.js";
import type { FactorModel } from "./contract.js";
import { mapValues } from "./csr.js";
import { factorModel, restoreFactors } from "./factor-model.js";
import { type AlsOptions, alsRules } from "./factor-options.js";
import type { FactorRule } from "./factor-parts.js";
import { fitFactors } from "./fit.js";
import { countsOf, dampers, oneOf, recommenderDefaults } from "./interactions.js";
import { recommender } from "./recommender.js";

/** Options of implicit alternating least squares. */
export interface ImplicitAlsOptions extends AlsOptions {
  /** How much more an observation counts than its absence: 1 + alpha · weight. */
  readonly alpha: number;
  /** Whether weights count as they are, or log(1 + weight). */
  readonly damping: "none" | "log";
}

/** Weight of the square of a count. */
function quadraticOf({ alpha, damping }: ImplicitAlsOptions, count: number): number {
  return alpha * dampers[damping](count);
}

function ruleOf(options: ImplicitAlsOptions): FactorRule {
  const fold = alsFold({
    implicit: true,
    l2: options.l2,
    power: options.frequencyPower,
    weigh: (value) => {
      const quadratic = quadraticOf(options, value);
      return [quadratic, 1 + quadratic];
    },
    accepts: (value) => value >= 0 && value < Number.POSITIVE_INFINITY,
  });
  return { ones: {}, compared: options.factors, fold };
}

/**
 * Factors of users and items from what users took and how often: every pair counts, taken pairs
 * 1 + alpha · weight times, as ones, the others once, as zeros. The table has a column of users and
 * one of items, `extras.weight` the counts; weights of a repeated pair add up. A pair whose user or
 * item training did not meet scores 0.
 * @source Hu, Koren, Volinsky 2008; Takács, Pilászy, Tikk 2011; Rendle, Krichene, Zhang, Koren 2021
 */
export const implicitAls: Learner<ImplicitAlsOptions, FactorModel> = recommender<
  ImplicitAlsOptions,
  FactorModel
>({
  kind: "implicit-als",
  defaults: {
    ...recommenderDefaults,
    factors: 64,
    l2: 0.01,
    alpha: 2,
    damping: "log",
    frequencyPower: 1,
    sweeps: 15,
    steps: 2,
  },
  rules: { ...alsRules, alpha: optionRules.notNegative, damping: oneOf("none", "log") },
  learn: async (fit) => {
    const { options, found, pacer } = fit;
    const counts = await countsOf(found, pacer);
    const values = await mapValues(counts.values, (count) => quadraticOf(options, count), pacer);
    const { parts, objective } = await fitFactors(fit, {
      observations: { ...counts, values },
      biased: false,
      implicit: true,
      constant: values.reduce((sum, value) => sum + 1 + value, 0),
      base: 0,
    });
    return {
      matrix: counts,
      summary: { objective },
      model: (card) => factorModel(card, parts, ruleOf(options)),
    };
  },
  restore: (card, state, options) =>
    factorModel(
      card,
      restoreFactors(card, state, { grams: true, places: options.factors }),
      ruleOf(options),
    ),
});
