import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions } from "../door.js";
import { learnerErrors } from "../errors.js";
import type { FactorModel } from "./contract.js";
import { type Csr, csrOf } from "./csr.js";
import { type FactorRule, factorModel, restoreFactors } from "./factor-model.js";
import { fitFactors } from "./fit.js";
import { factorRules } from "./implicit-als.js";
import {
  type Interactions,
  type RecommenderOptions,
  recommenderDefaults,
  takeInteractions,
} from "./interactions.js";

/** Options of explicit alternating least squares. */
export interface ExplicitAlsOptions extends RecommenderOptions {
  /** Numbers a user and item are described by beside their biases, 1 … 1024. */
  readonly factors: number;
  /** L2 penalty of a row's factors and bias: l2 · (number of ratings) ^ frequencyPower. */
  readonly l2: number;
  /** Penalties grow with a row's number of ratings to this power. */
  readonly frequencyPower: number;
  /** Times that users and items are solved in turn. */
  readonly sweeps: number;
  /** Steps of conjugate gradient for each row and sweep. */
  readonly steps: number;
}

const identity = { kind: "explicit-als", task: "recommendation" } as const;

const defaults: ExplicitAlsOptions = Object.freeze({
  ...recommenderDefaults,
  factors: 16,
  l2: 0.1,
  frequencyPower: 1,
  sweeps: 15,
  steps: 3,
});

/** Ratings beyond this would be lost in 32 bits. */
const LARGEST = 1e9;

function ruleOf({ factors, l2, frequencyPower }: ExplicitAlsOptions, base: number): FactorRule {
  return {
    implicit: false,
    ones: [factors + 1, factors],
    compared: factors,
    l2,
    power: frequencyPower,
    weigh: (value) => [1, value - base],
    accepts: (value) => Math.abs(value) <= LARGEST,
  };
}

function ratingsOf(target: Float64Array | undefined): Float64Array {
  if (target === undefined) throw learnerErrors.TARGET_MISSING({ learner: identity.kind });
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

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<ExplicitAlsOptions>,
  extras: FitExtras = {},
): Promise<FactorModel> {
  const options = completeOptions(explicitAls, given, factorRules);
  const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
  const found = takeInteractions(identity, { frame, target }, options, extras);
  const { weights, linear, mean, squares } = await centredRatings(found, pacer);
  const { sweeps, steps, seed, factors, l2, frequencyPower } = options;
  const { parts, objectives } = await fitFactors({
    doing: `fitting ${identity.kind}`,
    observations: weights,
    linear,
    ...{ factors, l2, sweeps, steps, seed, extras, pacer },
    biased: true,
    implicit: false,
    power: frequencyPower,
    constant: squares,
    base: mean,
  });
  const summary = {
    users: weights.rows,
    items: weights.columns,
    observations: linear.length,
    meanRating: mean,
    objective: objectives.at(-1)!,
  };
  const card = await describeModel(identity, found.data, { options, summary, pacer });
  return factorModel(card, parts, ruleOf(options, mean));
}

function restore(card: ModelCard, state: ModelState): FactorModel {
  const given = card.options as Partial<ExplicitAlsOptions>;
  const options = completeOptions(explicitAls, given, factorRules);
  const parts = restoreFactors(card, state);
  if (options.factors + 2 > parts.width) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "it is too narrow" });
  }
  return factorModel(card, parts, ruleOf(options, parts.base));
}

/**
 * Factors and biases of users and items from ratings: rating ≈ mean + bias of the user + bias of
 * the item + product of factors, on rated pairs alone. The target holds the ratings (any scale),
 * `extras.weight` what each counts; every rating of a repeated pair counts. Where training did not
 * meet the user or the item, only the other's bias is known.
 * @source Koren, Bell, Volinsky 2009; Zhou, Wilkinson, Schreiber, Pan 2008 (frequencyPower 1)
 */
export const explicitAls: Learner<ExplicitAlsOptions, FactorModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
