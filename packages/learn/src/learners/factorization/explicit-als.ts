import type { Pacer } from "../../foundation/index.js";
import type { Learner } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { alsFold } from "./als-fold.js";
import type { FactorModel } from "./contract.js";
import { type Csr, csrOf } from "./csr.js";
import { factorModel, restoreFactors } from "./factor-model.js";
import { type AlsOptions, alsRules } from "./factor-options.js";
import type { FactorRule } from "./factor-parts.js";
import { fitFactors } from "./fit.js";
import { type Interactions, recommenderDefaults } from "./interactions.js";
import { recommender } from "./recommender.js";

/** Options of explicit alternating least squares: a row's confidence is its number of ratings. */
export type ExplicitAlsOptions = AlsOptions;

const kind = "explicit-als";

/** Ratings beyond this would be lost in 32 bits. */
const LARGEST = 1e9;

function ruleOf(options: ExplicitAlsOptions, base: number): FactorRule {
  const { factors, l2, frequencyPower } = options;
  const fold = alsFold({
    implicit: false,
    l2,
    power: frequencyPower,
    weigh: (value) => [1, value - base],
    accepts: (value) => Math.abs(value) <= LARGEST,
  });
  return { ones: { user: factors + 1, item: factors }, compared: factors, fold };
}

function ratingsOf(target: Float64Array | undefined): Float64Array {
  if (target === undefined) throw learnerErrors.TARGET_MISSING({ learner: kind });
  for (let row = 0; row < target.length; row++) {
    const value = target[row]!;
    if (!(Math.abs(value) <= LARGEST)) throw learnerErrors.TARGET_NUMBER({ row, value });
  }
  return target;
}

interface Ratings {
  /** Weights of each pair, and weights times ratings less the mean. */
  readonly weights: Csr;
  readonly linear: Float32Array;
  readonly mean: number;
  /** Weighted sum of squares of ratings less the mean. */
  readonly squares: number;
}

async function centredRatings(found: Interactions, pacer: Pacer): Promise<Ratings> {
  const ratings = ratingsOf(found.data.target);
  const weight = found.data.weight ?? new Float64Array(ratings.length).fill(1);
  let [sum, total] = [0, 0];
  for (let row = 0; row < ratings.length; row++) {
    sum += weight[row]! * ratings[row]!;
    total += weight[row]!;
  }
  const mean = sum / total;
  let squares = 0;
  const pulls = ratings.map((rating, row) => {
    squares += weight[row]! * (rating - mean) ** 2;
    return weight[row]! * (rating - mean);
  });
  const place = { rows: found.userCodes, columns: found.itemCodes };
  const size = [found.users.length, found.items.length] as const;
  const weights = await csrOf({ ...place, values: weight }, size, pacer);
  const linear = (await csrOf({ ...place, values: pulls }, size, pacer)).values;
  return { weights, linear, mean, squares };
}

/**
 * Factors and biases of users and items from ratings: rating ≈ mean + bias of the user + bias of
 * the item + product of factors, on rated pairs alone. The target holds the ratings (any scale),
 * `extras.weight` what each counts; every rating of a repeated pair counts. Where training did not
 * meet the user or the item, only the other's bias is known.
 * @source Koren, Bell, Volinsky 2009; Zhou, Wilkinson, Schreiber, Pan 2008 (frequencyPower 1)
 */
export const explicitAls: Learner<ExplicitAlsOptions, FactorModel> = recommender<
  ExplicitAlsOptions,
  FactorModel
>({
  kind,
  defaults: {
    ...recommenderDefaults,
    factors: 16,
    l2: 0.1,
    frequencyPower: 1,
    sweeps: 15,
    steps: 3,
  },
  rules: alsRules,
  rated: true,
  learn: async (fit) => {
    const { options, found, pacer } = fit;
    const { weights, linear, mean, squares } = await centredRatings(found, pacer);
    const { parts, objective } = await fitFactors(fit, {
      observations: weights,
      linear,
      biased: true,
      implicit: false,
      constant: squares,
      base: mean,
    });
    return {
      matrix: weights,
      summary: { meanRating: mean, objective },
      model: (card) => factorModel(card, parts, ruleOf(options, mean)),
    };
  },
  restore: (card, state, options) => {
    const parts = restoreFactors(card, state, { grams: true, places: options.factors + 2 });
    return factorModel(card, parts, ruleOf(options, parts.base));
  },
});
