import { type ModelState, Pacer } from "../../foundation/index.js";
import type { Learner, ModelCard } from "../contract.js";
import { optionRules } from "../door.js";
import { type Asked, askedOf, findersOf } from "./asked.js";
import type { Recommendations, RecommendExtras, RecommenderModel } from "./contract.js";
import { type Csr, mapValues, pickRows, placeOf } from "./csr.js";
import {
  countsOf,
  dampers,
  oneOf,
  type RecommenderOptions,
  recommenderDefaults,
  recommenderRules,
  wholeRule,
} from "./interactions.js";
import {
  bestPlaces,
  checkLength,
  csrTensors,
  namesOf,
  pairPredictor,
  restoreCsr,
  restoreSeen,
  unfilled,
} from "./pairs.js";
import { recommender } from "./recommender.js";
import { type SimilarityOptions, similarItemsOf } from "./similarity.js";
import { type SparseTopRequest, sparseTop } from "./sparse-top.js";

/** Options of item neighbours. */
export interface ItemKnnOptions extends RecommenderOptions, SimilarityOptions {}

/** The value of an entry, 0 where there is none. */
function entryOf(matrix: Csr, row: number, column: number): number {
  const place = placeOf(matrix, row, column);
  return place < 0 ? 0 : matrix.values[place]!;
}

/** The rows of users, and of neighbours no more than what these users took. */
function narrowed(
  taken: Csr,
  near: Csr,
  users: Int32Array,
): Pick<SparseTopRequest, "left" | "right"> {
  const own = pickRows(taken, users);
  const places = new Int32Array(near.rows).fill(-1);
  for (const item of own.indices) places[item] = 0;
  const used = Int32Array.from(places.keys()).filter((item) => places[item] === 0);
  for (const [place, item] of used.entries()) places[item] = place;
  const left = { ...own, columns: used.length, indices: own.indices.map((item) => places[item]!) };
  return { left, right: pickRows(near, used) };
}

/** Items that may be given, one byte an item; undefined for all. */
function allowedBytes({ allowed }: Asked, items: number): Uint8Array | undefined {
  if (allowed.length === items) return undefined;
  const bytes = new Uint8Array(items);
  for (const item of allowed) bytes[item] = 1;
  return bytes;
}

/** @param taken users × items, weights damped */
function knnModel(card: ModelCard, taken: Csr, near: Csr): RecommenderModel {
  const { users, items } = namesOf(card);
  const { kind } = card;
  const finders = findersOf(card);
  const score = (user: number, item: number): number => {
    if (user < 0 || item < 0) return 0;
    let sum = 0;
    for (let at = taken.starts[user]!; at < taken.starts[user + 1]!; at++) {
      sum += taken.values[at]! * entryOf(near, taken.indices[at]!, item);
    }
    return sum;
  };
  const recommend: RecommenderModel["recommend"] = async (wanted, k, extras = {}) => {
    const asked = askedOf({ kind, seen: taken, finders }, wanted, k, extras);
    return await nearest({ kind, taken, near, asked, k, extras });
  };
  const similarItems = (name: string, k: number) => {
    checkLength(kind, k);
    const row = finders.item.place(name);
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

interface Nearest {
  readonly kind: string;
  readonly taken: Csr;
  readonly near: Csr;
  readonly asked: Asked;
  readonly k: number;
  readonly extras: RecommendExtras;
}

/** Lists of what is nearest to what users took; they are short where nothing else is near. */
async function nearest({ kind, taken, near, asked, k, extras }: Nearest): Promise<Recommendations> {
  const { users, excluded } = asked;
  const doing = `recommending with ${kind}`;
  const found = await sparseTop({
    ...{ doing, extras, pacer: new Pacer(extras.signal, doing) },
    ...narrowed(taken, near, users),
    excluded: excluded && pickRows(excluded, users),
    allowed: allowedBytes(asked, near.columns),
    most: Math.min(k, near.columns),
    byColumn: false,
  });
  const lists = unfilled(users.length, k);
  for (let row = 0; row < users.length; row++) {
    const [from, count] = [found.starts[row]!, found.counts[row]!];
    lists.items.set(found.columns.subarray(from, from + count), row * k);
    lists.scores.set(found.values.subarray(from, from + count), row * k);
  }
  return Object.freeze({ users, k, ...lists });
}

/**
 * The baseline that gives users what is near to what they took: a score is the sum over the user's
 * items of (damped) weight times similarity, and similarity the cosine of two items' users.
 * Unknown users and items score 0.
 * @source Deshpande & Karypis 2004
 */
export const itemKnn: Learner<ItemKnnOptions, RecommenderModel> = recommender<
  ItemKnnOptions,
  RecommenderModel
>({
  kind: "item-knn",
  defaults: {
    ...recommenderDefaults,
    weighting: "cosine",
    damping: "log",
    neighbours: 100,
    k1: 1.2,
    b: 0.75,
  },
  rules: {
    ...recommenderRules,
    weighting: oneOf("cosine", "bm25"),
    damping: oneOf("none", "log"),
    neighbours: wholeRule(1, 100_000),
    k1: optionRules.notNegative,
    b: optionRules.notNegative,
  },
  learn: async (fit) => {
    const { options, found, pacer } = fit;
    const counts = await countsOf(found, pacer);
    const near = await similarItemsOf(counts, fit);
    const values = await mapValues(counts.values, dampers[options.damping], pacer);
    return { matrix: counts, model: (card) => knnModel(card, { ...counts, values }, near) };
  },
  restore: (card, { tensors }) => {
    const { length } = namesOf(card).items;
    const near = { name: "near", rows: length, columns: length, valued: true };
    return knnModel(card, restoreSeen(card, tensors, true), restoreCsr(card, tensors, near));
  },
});
