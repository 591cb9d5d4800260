import type { Learner } from "../contract.js";
import { fitRanking } from "./bpr-fit.js";
import { bprFold } from "./bpr-fold.js";
import { type BprOptions, bprRules } from "./bpr-options.js";
import type { FactorModel } from "./contract.js";
import type { Csr } from "./csr.js";
import { factorModel, restoreFactors } from "./factor-model.js";
import type { FactorRule } from "./factor-parts.js";
import { countsOf, recommenderDefaults } from "./interactions.js";
import { recommender } from "./recommender.js";

function ruleOf(options: BprOptions, seen: Csr): FactorRule {
  const { factors } = options;
  return { ones: { user: factors }, compared: factors, fold: bprFold(options, seen) };
}

/**
 * Factors of users and items, and biases of items, so that what a user took scores above what the
 * user did not take: one step down the gradient of -log sigmoid of the difference for each of as
 * many triples (user, taken item, other item) as there are pairs, sweep by sweep. How often a pair
 * was taken does not count. Scores say the order of items for one user, and nothing else; a user
 * that training did not meet has the items' biases, an item 0.
 * @source Rendle, Freudenthaler, Gantner, Schmidt-Thieme 2009, figure 4; threads by blocks that do
 *   not meet, as in Gemulla, Nijkamp, Haas, Sismanis 2011
 */
export const bpr: Learner<BprOptions, FactorModel> = recommender<BprOptions, FactorModel>({
  kind: "bpr",
  defaults: {
    ...recommenderDefaults,
    factors: 64,
    learningRate: 0.2,
    l2: 0.01,
    negatives: "uniform",
    sweeps: 200,
  },
  rules: bprRules,
  learn: async (fit) => {
    const { options, found, pacer } = fit;
    const taken = await countsOf(found, pacer);
    const { parts, loss } = await fitRanking(fit, taken);
    const rule = ruleOf(options, parts.seen);
    return {
      matrix: taken,
      summary: { loss },
      model: (card) => factorModel(card, parts, rule),
    };
  },
  restore: (card, state, options) => {
    const parts = restoreFactors(card, state, { grams: false, places: options.factors + 1 });
    return factorModel(card, parts, ruleOf(options, parts.seen));
  },
});
