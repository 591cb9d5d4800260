import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { argsort } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule } from "../door.js";
import { learnerErrors } from "../errors.js";
import type { RecommenderModel } from "./contract.js";
import type { Csr } from "./csr.js";
import {
  countsOf,
  type RecommenderOptions,
  recommenderDefaults,
  recommenderRules,
  takeInteractions,
} from "./interactions.js";
import { type Listed, listRecommender } from "./listed-top.js";
import { csrTensors, namesOf, pairPredictor, placeFinder, restoreSeen } from "./pairs.js";

/** Options of the popularity baseline. */
export interface PopularityOptions extends RecommenderOptions {
  /** What makes an item popular: how many users took it, or the sum of its weights. */
  readonly by: "users" | "weight";
}

const identity = { kind: "popularity", task: "recommendation" } as const;
const defaults: PopularityOptions = Object.freeze({ ...recommenderDefaults, by: "users" });
const byRule: OptionRule = {
  expected: '"users" or "weight"',
  holds: (value: unknown) => value === "users" || value === "weight",
};
const rules = { ...recommenderRules, by: byRule };

function popularityModel(card: ModelCard, seen: Csr, popularity: Float64Array): RecommenderModel {
  const { users, items } = namesOf(card);
  const order = argsort(popularity.map((value) => -value));
  const finder = placeFinder("item", items);
  const list = (k: number, usable: (item: number) => boolean): Listed[] => {
    const found: Listed[] = [];
    for (const item of order) {
      if (found.length === k) break;
      if (usable(item)) found.push([item, popularity[item]!]);
    }
    return found;
  };
  return Object.freeze({
    ...pairPredictor(card, (_, item) => (item < 0 ? 0 : popularity[item]!)),
    users,
    items,
    seen,
    recommend: listRecommender(card, seen, ({ k, usable }) => list(k, usable)),
    similarItems: (name: string, k: number) => {
      const own = finder.place(name);
      return list(k, (item) => item !== own).map(([item, score]) => {
        return { name: items[item]!, score };
      });
    },
    state: (): ModelState => ({
      settings: {},
      tensors: {
        popularity: { shape: [popularity.length], values: popularity },
        ...csrTensors("seen", seen, false),
      },
    }),
  });
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<PopularityOptions>,
  extras: FitExtras = {},
): Promise<RecommenderModel> {
  const options = completeOptions(popularity, given, rules);
  const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
  const found = takeInteractions(identity, { frame, target }, options, extras);
  const counts = await countsOf(found, pacer);
  const sums = new Float64Array(counts.columns);
  for (const [at, item] of counts.indices.entries()) {
    sums[item]! += options.by === "users" ? 1 : counts.values[at]!;
  }
  const { rows, columns, indices } = counts;
  const summary = { users: rows, items: columns, observations: indices.length };
  const data = { ...found.data, target: undefined };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return popularityModel(card, { ...counts, values: new Float32Array(0) }, sums);
}

function restore(card: ModelCard, { tensors }: ModelState): RecommenderModel {
  const values = tensors["popularity"]?.values;
  const { items } = namesOf(card);
  if (values?.length !== items.length || !values.every((value) => value >= 0 && value < 1e300)) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its popularity is broken" });
  }
  return popularityModel(card, restoreSeen(card, tensors, false), Float64Array.from(values));
}

/** The baseline that gives everybody what most users took; unknown items score 0. */
export const popularity: Learner<PopularityOptions, RecommenderModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: true }),
  defaults,
  fit,
  restore,
});
