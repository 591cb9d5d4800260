import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = ["degSim", "setOverlap", "setOverlapTop", "agreement", "negativeDegSim"] as const;
/** Neighbours that are averaged. */
const neighbours = 20;
/** Pairs of ratings that are compared at most, about. */
const workBound = 2.5e8;

/**
 * How like the most like others a user is: the mean of the top 20 shrunk Pearson correlations
 * (DegSim), and of the top overlaps of what they rated. Of items with very many raters an even
 * sample of them is compared, so that the work stays bounded.
 * @source Chirita, Nejdl & Zamfir 2005
 */
export function neighbourFeatures(context: RatingContext): FeatureValues {
  const { ratings, users, size } = context;
  const columns = columnsOf(names, users);
  const shown = sampleRaters(context, Math.max(20, Math.floor(workBound / ratings.item.length)));
  const pairs = new PairSums(context, shown);
  const similar = new TopValues(neighbours);
  const opposed = new TopValues(neighbours);
  const overlap = new TopValues(neighbours);
  for (let user = 0; user < users; user++) {
    pairs.sum(user);
    for (const top of [similar, opposed, overlap]) top.clear();
    let [together, agreed] = [0, 0];
    for (const other of pairs.met()) {
      const co = pairs.co[other]!;
      const scale = Math.sqrt(pairs.own[other]! * pairs.their[other]!);
      const correlation = scale > 1e-12 ? pairs.cross[other]! / scale : 0;
      const shrunk = (correlation * co) / (co + 20);
      similar.add(shrunk);
      opposed.add(-shrunk);
      overlap.add(co / Math.sqrt(size[user]! * size[other]!));
      together += co;
      agreed += pairs.equal[other]!;
    }
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

/** Sums over the items that a user shares with each other user. */
class PairSums {
  readonly co: Int32Array;
  readonly equal: Int32Array;
  readonly cross: Float64Array;
  readonly own: Float64Array;
  readonly their: Float64Array;
  readonly #context: RatingContext;
  readonly #raters: Raters;
  readonly #met: Int32Array;
  #count = 0;

  constructor(context: RatingContext, raters: Raters) {
    const { users } = context;
    this.co = new Int32Array(users);
    this.equal = new Int32Array(users);
    this.#met = new Int32Array(users);
    this.cross = new Float64Array(users);
    this.own = new Float64Array(users);
    this.their = new Float64Array(users);
    this.#context = context;
    this.#raters = raters;
  }

  /** Users with whom the last one shares an item; only until the next `sum`. */
  met(): Int32Array {
    return this.#met.subarray(0, this.#count);
  }

  sum(user: number): void {
    const { co, equal, cross, own, their } = this;
    for (const other of this.met()) {
      co[other] = equal[other] = 0;
      cross[other] = own[other] = their[other] = 0;
    }
    this.#count = 0;
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
        if (co[other] === 0) met[count++] = other;
        const theirValue = raters.value[p]!;
        const theirs = theirValue - userMean[other]!;
        co[other]! += 1;
        if (theirValue === value) equal[other]! += 1;
        cross[other]! += mine * theirs;
        own[other]! += mine * mine;
        their[other]! += theirs * theirs;
      }
    }
    this.#count = count;
  }
}
