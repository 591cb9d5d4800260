import { log } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { leadingSubspace } from "./subspace.js";

const names = ["choiceEvidence", "choiceStrength"] as const;
/** Directions in which people's choices differ that are looked for. */
export const placeRank = 12;
const rank = placeRank;
/** Ratings that a short account and a little-known title are given: neither decides alone. */
const prior = 10;
/** Fewer parts where many ratings make each dearer. */
const parts = { few: 4, many: 2, manyRatings: 3e5 };
/** Groups of titles of like fame. */
const fameGroups = 40;
/** Accounts of the most like size that one is compared with. */
const nearest = { least: 50, most: 300 };

/**
 * Whether what an account rated shows anybody's taste. Titles have places by who else rates them
 * (correspondence analysis), found without the account: users are parted, and each part is judged
 * by what the others choose, for places that an account has helped to find always suit it. What
 * titles of like fame have in common is taken out. If people's places vary by b in units of the
 * spread within people, n titles with the sum s have for each direction the log Bayes factor
 *   ½ (b s² / (1 + n b) - log(1 + n b))
 * of somebody's choice against anybody's. It is low where titles are drawn from a list, and where
 * two people share an account; `choiceStrength` is what it is among accounts of like size.
 * @source Greenacre 2007, "Correspondence analysis in practice"; Kass & Raftery 1995
 */
export function choiceEvidence(
  context: RatingContext,
  { partOf, places }: OthersPlaces = othersPlaces(context),
): FeatureValues {
  const columns = columnsOf(names, context.users);
  for (const [part, place] of places.entries()) {
    const own = Int32Array.from(partOf.keys()).filter((user) => partOf[user] === part);
    judge(context, place, own, columns.choiceEvidence);
  }
  columns.choiceStrength.set(amongLikeSizes(columns.choiceEvidence, context.size));
  return columns;
}

/** Places of titles, found for each part of the users by the choices of all others. */
export interface OthersPlaces {
  /** Part of each user. */
  readonly partOf: Int32Array;
  /** By part: items × placeRank, row-major. */
  readonly places: readonly Float64Array[];
}

/** Parts users, and finds the titles' places without each part. */
export function othersPlaces(context: RatingContext): OthersPlaces {
  const folds = context.ratings.item.length > parts.manyRatings ? parts.many : parts.few;
  const partOf = partByContent(context, folds);
  const places = Array.from({ length: folds }, (_, part) =>
    placesWithout(context, (user) => partOf[user] === part),
  );
  return { partOf, places };
}

/** Parts users by what they rated, so that copies of an account come with it in any order. */
function partByContent({ ratings, users }: RatingContext, folds: number): Int32Array {
  return Int32Array.from({ length: users }, (_, user) => {
    let sum = 0;
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      sum = (sum + Math.imul(ratings.item[k]! + 1, 0x9e3779b1)) | 0;
    }
    return ((sum ^ (sum >>> 15)) >>> 1) % folds;
  });
}

/** items × rank, row-major: places of the titles by the choices of those outside a part. */
function placesWithout(context: RatingContext, isInside: (user: number) => boolean): Float64Array {
  const { ratings, users, items, size } = context;
  const count = new Float64Array(items);
  const weight = new Float64Array(ratings.item.length);
  const ofOthers = (each: (user: number, k: number) => void): void => {
    for (let user = 0; user < users; user++) {
      if (isInside(user)) continue;
      for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) each(user, k);
    }
  };
  ofOthers((_, k) => {
    count[ratings.item[k]!]! += 1;
  });
  ofOthers((user, k) => {
    weight[k] = 1 / Math.sqrt((size[user]! + prior) * (count[ratings.item[k]!]! + prior));
  });
  // The first direction is how often titles are rated at all.
  const { directions } = leadingSubspace(context, weight, rank + 1);
  const place = new Float64Array(items * rank);
  for (let item = 0; item < items; item++) {
    const scale = 1 / Math.sqrt(count[item]! + prior);
    for (let j = 0; j < rank; j++) {
      place[item * rank + j] = directions[item * (rank + 1) + j + 1]! * scale;
    }
  }
  withoutFame(context, place);
  return place;
}

/** Takes out of the places what titles of like fame have in common. */
function withoutFame({ count, items }: RatingContext, place: Float64Array): void {
  const order = Int32Array.from(count.keys()).sort((a, b) => count[a]! - count[b]! || a - b);
  const total = count.reduce((sum, one) => sum + one, 0);
  let [from, done] = [0, 0];
  for (let group = 1; from < items; group++) {
    let [to, weight] = [from, 0];
    const sum = new Float64Array(rank);
    do {
      const item = order[to++]!;
      weight += count[item]!;
      for (let j = 0; j < rank; j++) sum[j]! += count[item]! * place[item * rank + j]!;
    } while (to < items && done + weight < (group * total) / fameGroups);
    for (const item of order.subarray(from, to)) {
      for (let j = 0; j < rank; j++) place[item * rank + j]! -= sum[j]! / Math.max(1, weight);
    }
    [from, done] = [to, done + weight];
  }
}

/** Writes the evidence of some users, whose spread within and between them is found first. */
function judge(
  { ratings, size }: RatingContext,
  place: Float64Array,
  users: Int32Array,
  out: Float64Array,
): void {
  const sums = new Float64Array(users.length * rank);
  const [total, squares] = [new Float64Array(rank), new Float64Array(rank)];
  let count = 0;
  for (const [row, user] of users.entries()) {
    count += size[user]!;
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const at = ratings.item[k]! * rank;
      for (let j = 0; j < rank; j++) {
        const x = place[at + j]!;
        sums[row * rank + j]! += x;
        total[j]! += x;
        squares[j]! += x * x;
      }
    }
  }
  for (let j = 0; j < rank; j++) {
    const mean = total[j]! / Math.max(1, count);
    let between = 0;
    for (const [row, user] of users.entries()) {
      sums[row * rank + j]! -= size[user]! * mean;
      between += sums[row * rank + j]! ** 2 / Math.max(1, size[user]!);
    }
    const inside = squares[j]! - count * mean * mean - between;
    const within = Math.max(1e-30, inside / Math.max(1, count - users.length));
    const b = Math.max(0, (between / within - users.length) / Math.max(1, count));
    for (const [row, user] of users.entries()) {
      const [n, s2] = [size[user]!, sums[row * rank + j]! ** 2 / within];
      out[user]! += 0.5 * ((b * s2) / (1 + n * b) - log(1 + n * b));
    }
  }
}

/** Off the median of the accounts of the most like size, in what their upper third spreads. */
export function amongLikeSizes(values: Float64Array, size: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort(
    (a, b) => size[a]! - size[b]! || values[a]! - values[b]!,
  );
  // Of those of one size, where a window takes some, it takes them evenly from low to high values.
  const turn = new Float64Array(values.length);
  for (const [place, one] of order.entries()) turn[one] = (place * 0.6180339887) % 1;
  order.sort((a, b) => size[a]! - size[b]! || turn[a]! - turn[b]!);
  const out = new Float64Array(values.length);
  const wanted = Math.max(nearest.least, Math.min(nearest.most, values.length >> 3));
  const width = Math.min(values.length, wanted);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && size[order[end]!] === size[order[first]!]) end += 1;
    const centred = (first + end - width) >> 1;
    // All of one size are compared with each other, however many they are.
    const from = Math.max(0, Math.min(order.length - width, first, centred));
    const to = Math.max(end, from + width);
    const near = Float64Array.from(order.subarray(from, to), (one) => values[one]!).sort();
    const middle = near[near.length >> 1]!;
    const spread = near[Math.floor(0.84 * near.length)]! - middle;
    for (const user of order.subarray(first, end)) {
      out[user] = (values[user]! - middle) / Math.max(1e-9, spread);
    }
    first = end;
  }
  return out;
}
