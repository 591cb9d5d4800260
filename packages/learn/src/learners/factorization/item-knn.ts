import { log1p, type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule, optionRules } from "../door.js";
import type { RecommenderModel } from "./contract.js";
import type { Csr } from "./csr.js";
import {
  countsOf,
  type RecommenderOptions,
  recommenderDefaults,
  recommenderRules,
  takeInteractions,
  wholeRule,
} from "./interactions.js";
import { listRecommender } from "./listed-top.js";
import {
  bestPlaces,
  csrTensors,
  namesOf,
  pairPredictor,
  placeFinder,
  restoreCsr,
  restoreSeen,
} from "./pairs.js";
import { type SimilarityOptions, similarItemsOf } from "./similarity.js";

/** Options of item neighbours. */
export interface ItemKnnOptions extends RecommenderOptions, SimilarityOptions {}

const identity = { kind: "item-knn", task: "recommendation" } as const;

const defaults: ItemKnnOptions = Object.freeze({
  ...recommenderDefaults,
  weighting: "cosine",
  damping: "log",
  neighbours: 100,
  k1: 1.2,
  b: 0.75,
});

function oneOf(...values: readonly string[]): OptionRule {
  const expected = values.map((value) => `"${value}"`).join(" or ");
  return { expected, holds: (value: unknown) => (values as readonly unknown[]).includes(value) };
}

const rules = {
  ...recommenderRules,
  weighting: oneOf("cosine", "bm25"),
  damping: oneOf("none", "log"),
  neighbours: wholeRule(1, 100_000),
  k1: optionRules.notNegative,
  b: optionRules.notNegative,
};

/** The value of an entry, 0 where there is none. */
function entryOf({ starts, indices, values }: Csr, row: number, column: number): number {
  let [low, high] = [starts[row]!, starts[row + 1]! - 1];
  while (low <= high) {
    const half = (low + high) >> 1;
    if (indices[half] === column) return values[half]!;
    if (indices[half]! < column) low = half + 1;
    else high = half - 1;
  }
  return 0;
}

/** @param taken users × items, weights damped */
function knnModel(card: ModelCard, taken: Csr, near: Csr): RecommenderModel {
  const { users, items } = namesOf(card);
  const finder = placeFinder("item", items);
  const score = (user: number, item: number): number => {
    if (user < 0 || item < 0) return 0;
    let sum = 0;
    for (let at = taken.starts[user]!; at < taken.starts[user + 1]!; at++) {
      sum += taken.values[at]! * entryOf(near, taken.indices[at]!, item);
    }
    return sum;
  };
  const sums = new Float64Array(items.length);
  const recommend = listRecommender(card, taken, ({ user, usable, k }) => {
    sums.fill(0);
    for (let at = taken.starts[user]!; at < taken.starts[user + 1]!; at++) {
      const item = taken.indices[at]!;
      for (let to = near.starts[item]!; to < near.starts[item + 1]!; to++) {
        sums[near.indices[to]!]! += taken.values[at]! * near.values[to]!;
      }
    }
    const best = bestPlaces(sums, k, (item) => sums[item]! > 0 && usable(item));
    return best.map((item) => [item, sums[item]!] as const);
  });
  const similarItems = (name: string, k: number) => {
    const row = finder.place(name);
    const [from, to] = [near.starts[row]!, near.starts[row + 1]!];
    const values = Float64Array.from(near.values.subarray(from, to));
    return bestPlaces(values, k, () => true).map((place) => {
      return { name: items[near.indices[from + place]!]!, score: values[place]! };
    });
  };
  return Object.freeze({
    ...pairPredictor(card, score),
    users,
    items,
    seen: taken,
    recommend,
    similarItems,
    state: (): ModelState => ({
      settings: {},
      tensors: {
        ...csrTensors("near", near, true),
        ...csrTensors("seen", taken, true),
      },
    }),
  });
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<ItemKnnOptions>,
  extras: FitExtras = {},
): Promise<RecommenderModel> {
  const options = completeOptions(itemKnn, given, rules);
  const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
  const found = takeInteractions(identity, { frame, target }, options, extras);
  const counts = await countsOf(found, pacer);
  const near = await similarItemsOf(counts, options, pacer);
  const values = counts.values.map((value) => (options.damping === "log" ? log1p(value) : value));
  const { rows, columns, indices } = counts;
  const summary = { users: rows, items: columns, observations: indices.length };
  const data = { ...found.data, target: undefined };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return knnModel(card, { ...counts, values }, near);
}

function restore(card: ModelCard, { tensors }: ModelState): RecommenderModel {
  const { length } = namesOf(card).items;
  const near = { name: "near", rows: length, columns: length, valued: true };
  return knnModel(card, restoreSeen(card, tensors, true), restoreCsr(card, tensors, near));
}

/**
 * The baseline that gives users what is near to what they took: a score is the sum over the user's
 * items of (damped) weight times similarity, and similarity the cosine of two items' users.
 * Unknown users and items score 0.
 * @source Deshpande & Karypis 2004
 */
export const itemKnn: Learner<ItemKnnOptions, RecommenderModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
