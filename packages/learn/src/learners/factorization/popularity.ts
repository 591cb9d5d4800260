import { type ModelState, Pacer } from "../../foundation/index.js";
import { argsort } from "../../kernels/index.js";
import type { Learner, ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { type Asked, askedOf, findersOf } from "./asked.js";
import type { Recommendations, RecommendExtras, RecommenderModel } from "./contract.js";
import type { Csr } from "./csr.js";
import {
  countsOf,
  oneOf,
  type RecommenderOptions,
  recommenderDefaults,
  recommenderRules,
} from "./interactions.js";
import { checkLength, csrTensors, namesOf, pairPredictor, restoreSeen, unfilled } from "./pairs.js";
import { recommender } from "./recommender.js";

/** Options of the popularity baseline. */
export interface PopularityOptions extends RecommenderOptions {
  /** What makes an item popular: how many users took it, or the sum of its weights. */
  readonly by: "users" | "weight";
}

interface Ranked {
  readonly kind: string;
  readonly popularity: Float64Array;
  /** Items, the most popular first. */
  readonly order: ArrayLike<number>;
}

/** The first items of an order that each user may be given. */
async function lists(
  { kind, popularity, order }: Ranked,
  { users, allowed, excluded }: Asked,
  k: number,
  extras: RecommendExtras,
): Promise<Recommendations> {
  const pacer = new Pacer(extras.signal, `recommending with ${kind}`);
  // Items that may be given hold -1, or the last row that leaves them out.
  const barred = new Int32Array(popularity.length).fill(users.length);
  for (const item of allowed) barred[item] = -1;
  const found = unfilled(users.length, k);
  for (const [row, user] of users.entries()) {
    await pacer.pause();
    const [from, to] = excluded ? [excluded.starts[user]!, excluded.starts[user + 1]!] : [0, 0];
    for (let at = from; at < to; at++) {
      const item = excluded!.indices[at]!;
      if (barred[item]! < users.length) barred[item] = row;
    }
    let rank = 0;
    for (let at = 0; at < order.length && rank < k; at++) {
      const item = order[at]!;
      if (barred[item] === row || barred[item] === users.length) continue;
      found.items[row * k + rank] = item;
      found.scores[row * k + rank] = popularity[item]!;
      rank += 1;
    }
  }
  return Object.freeze({ users, k, ...found });
}

function popularityModel(card: ModelCard, seen: Csr, popularity: Float64Array): RecommenderModel {
  const { users, items } = namesOf(card);
  const { kind } = card;
  const finders = findersOf(card);
  const order = argsort(popularity.map((value) => -value));
  return Object.freeze({
    ...pairPredictor(card, (_, item) => (item < 0 ? 0 : popularity[item]!)),
    users,
    items,
    seen,
    recommend: async (wanted, k, extras = {}) => {
      const asked = askedOf({ kind, seen, finders }, wanted, k, extras);
      return await lists({ kind, popularity, order }, asked, k, extras);
    },
    similarItems: (name: string, k: number) => {
      checkLength(kind, k);
      const own = finders.item.place(name);
      const others = order.filter((item) => item !== own).slice(0, k);
      return Array.from(others, (item) => ({ name: items[item]!, score: popularity[item]! }));
    },
    state: (): ModelState => ({
      settings: {},
      tensors: {
        popularity: { shape: [popularity.length], values: popularity },
        ...csrTensors("seen", seen, false),
      },
    }),
  } satisfies RecommenderModel);
}

/** The baseline that gives everybody what most users took; unknown items score 0. */
export const popularity: Learner<PopularityOptions, RecommenderModel> = recommender<
  PopularityOptions,
  RecommenderModel
>({
  kind: "popularity",
  defaults: { ...recommenderDefaults, by: "users" },
  rules: { ...recommenderRules, by: oneOf("users", "weight") },
  learn: async ({ options, found, pacer }) => {
    const counts = await countsOf(found, pacer);
    const sums = new Float64Array(counts.columns);
    for (const [at, item] of counts.indices.entries()) {
      sums[item]! += options.by === "users" ? 1 : counts.values[at]!;
    }
    const seen = { ...counts, values: new Float32Array(0) };
    return { matrix: counts, model: (card) => popularityModel(card, seen, sums) };
  },
  restore: (card, { tensors }) => {
    const values = tensors["popularity"]?.values;
    const { items } = namesOf(card);
    if (values?.length !== items.length || !values.every((value) => value >= 0 && value < 1e300)) {
      throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its popularity is broken" });
    }
    return popularityModel(card, restoreSeen(card, tensors, false), Float64Array.from(values));
  },
});
