import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = [
  "degSim",
  "setOverlap",
  "setOverlapTop",
  "agreement",
  "negativeDegSim",
  "copied",
  "copiedTwice",
] as const;
/** Neighbours that are averaged. */
const neighbours = 20;
/** Pairs of ratings that are compared at most, about; fewer where many ratings make each dearer. */
const workBound = { few: 5e7, many: 3e7, manyRatings: 5e5 };

/**
 * How like the most like others a user is: the mean of the top 20 shrunk Pearson correlations
 * (DegSim), of the top overlaps of what they rated, and how much of the account is a copy of one
 * other or of two (equal ratings less unequal ones, by its length). Of items with very many raters
 * an even sample of them is compared, so that the work stays bounded.
 * @source Chirita, Nejdl & Zamfir 2005
 */
export function neighbourFeatures(context: RatingContext): FeatureValues {
  const { ratings, users, size } = context;
  const columns = columnsOf(names, users);
  const ratingCount = ratings.item.length;
  const bound = ratingCount > workBound.manyRatings ? workBound.many : workBound.few;
  const shown = sampleRaters(context, Math.max(20, Math.floor(bound / ratingCount)));
  const inverseRoot = size.map((one) => 1 / Math.sqrt(Math.max(1, one)));
  const pairs = new PairSums(context, shown);
  const similar = new TopValues(neighbours);
  const opposed = new TopValues(neighbours);
  const overlap = new TopValues(neighbours);
  for (let user = 0; user < users; user++) {
    pairs.sum(user);
    for (const top of [similar, opposed, overlap]) top.clear();
    let [together, agreed, copied, next] = [0, 0, 0, 0];
    for (const other of pairs.met()) {
      const at = other * stride;
      const co = pairs.sums[at]!;
      const scale = Math.sqrt(pairs.sums[at + 3]! * pairs.sums[at + 4]!);
      const correlation = scale > 1e-12 ? pairs.sums[at + 2]! / scale : 0;
      const shrunk = (correlation * co) / (co + 20);
      similar.add(shrunk);
      opposed.add(-shrunk);
      overlap.add(co * inverseRoot[user]! * inverseRoot[other]!);
      const more = 2 * pairs.sums[at + 1]! - co;
      if (more > next) {
        next = Math.min(more, copied);
        copied = Math.max(more, copied);
      }
      together += co;
      agreed += pairs.sums[at + 1]!;
    }
    columns.copied[user] = copied / Math.max(1, size[user]!);
    columns.copiedTwice[user] = (copied + next) / Math.max(1, size[user]!);
    columns.degSim[user] = similar.mean();
    columns.negativeDegSim[user] = opposed.mean();
    columns.setOverlap[user] = overlap.mean();
    columns.setOverlapTop[user] = overlap.highest();
    columns.agreement[user] = together > 0 ? agreed / together : 0;
  }
  return columns;
}

interface Raters {
  readonly start: Int32Array;
  readonly user: Int32Array;
  readonly value: Float64Array;
}

/** Of each item at most so many raters, evenly spaced. */
function sampleRaters({ byItem, items }: RatingContext, most: number): Raters {
  const start = new Int32Array(items + 1);
  for (let item = 0; item < items; item++) {
    start[item + 1] = start[item]! + Math.min(most, byItem.start[item + 1]! - byItem.start[item]!);
  }
  const user = new Int32Array(start[items]!);
  const value = new Float64Array(start[items]!);
  for (let item = 0; item < items; item++) {
    const have = byItem.start[item + 1]! - byItem.start[item]!;
    const kept = start[item + 1]! - start[item]!;
    for (let k = 0; k < kept; k++) {
      const from = byItem.start[item]! + Math.floor((k * have) / kept);
      user[start[item]! + k] = byItem.user[from]!;
      value[start[item]! + k] = byItem.value[from]!;
    }
  }
  return { start, user, value };
}

/** Numbers of a pair beside each other: one line of the cache a pair. */
const stride = 5;

/** Sums over the items that a user shares with each other user. */
class PairSums {
  /** For each other user: items shared, equal ratings, Σxy, Σx², Σy². */
  readonly sums: Float64Array;
  readonly #context: RatingContext;
  readonly #raters: Raters;
  readonly #met: Int32Array;
  #count = 0;

  constructor(context: RatingContext, raters: Raters) {
    this.sums = new Float64Array(context.users * stride);
    this.#met = new Int32Array(context.users);
    this.#context = context;
    this.#raters = raters;
  }

  /** Users with whom the last one shares an item; only until the next `sum`. */
  met(): Int32Array {
    return this.#met.subarray(0, this.#count);
  }

  sum(user: number): void {
    const sums = this.sums;
    for (const other of this.met()) sums.fill(0, other * stride, (other + 1) * stride);
    const { ratings, userMean } = this.#context;
    const raters = this.#raters;
    const met = this.#met;
    let count = 0;
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const item = ratings.item[k]!;
      const value = ratings.value[k]!;
      const mine = value - userMean[user]!;
      for (let p = raters.start[item]!; p < raters.start[item + 1]!; p++) {
        const other = raters.user[p]!;
        if (other === user) continue;
        const at = other * stride;
        if (sums[at] === 0) met[count++] = other;
        const theirValue = raters.value[p]!;
        const theirs = theirValue - userMean[other]!;
        sums[at]! += 1;
        if (theirValue === value) sums[at + 1]! += 1;
        sums[at + 2]! += mine * theirs;
        sums[at + 3]! += mine * mine;
        sums[at + 4]! += theirs * theirs;
      }
    }
    this.#count = count;
  }
}
