import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = [
  "lockstep",
  "lockstepHigh",
  "lockstepLow",
  "focusHigh",
  "focusLow",
  "focusSum",
] as const;
/** Users most in lockstep with one whose mean is told. */
const closestCount = 8;
/** Raters of one end of an item that are paired with each other at most. */
const mostRaters = 400;

/** Items with a surplus of one end of the scale: their raters there, and how much they count. */
interface Surplus {
  readonly start: Int32Array;
  readonly users: Int32Array;
  readonly weight: Float64Array;
}

/**
 * Groups that rate the same titles at the same end. An item counts by its z-surplus of ratings at
 * that end over what its raters otherwise give, by log(5 + raters); S = E diag(w) Eᵀ; a user's
 * score is the mean of the eight highest of S normalised by √(n_u n_v).
 */
export function lockstepFeatures(context: RatingContext): FeatureValues {
  const columns = columnsOf(names, context.users);
  const ends = [
    { surplus: surplusOf(context, 1), name: "High" },
    { surplus: surplusOf(context, -1), name: "Low" },
  ] as const;
  const pairs = new Pairs(context);
  for (let user = 0; user < context.users; user++) {
    for (const { surplus, name } of ends) {
      const { mean, focus, sum } = pairs.score(user, surplus);
      columns[`lockstep${name}`][user] = mean;
      columns[`focus${name}`][user] = focus;
      columns.focusSum[user]! += sum;
    }
    columns.lockstep[user] = Math.max(columns.lockstepHigh[user]!, columns.lockstepLow[user]!);
  }
  return columns;
}

function surplusOf({ byItem, items, count, ratings }: RatingContext, end: -1 | 1): Surplus {
  let total = 0;
  for (const value of ratings.value) total += endOf(ratings.scale, value) === end ? 1 : 0;
  const share = Math.min(0.99, Math.max(0.001, total / ratings.value.length));
  const start = new Int32Array(items + 1);
  const users: number[] = [];
  const weight = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    const there: number[] = [];
    for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
      if (endOf(ratings.scale, byItem.value[k]!) === end) there.push(byItem.user[k]!);
    }
    const n = count[item]!;
    const z = (there.length - n * share) / Math.sqrt(Math.max(1e-9, n * share * (1 - share)));
    // Two raters at one end are no group.
    if (there.length >= 3 && z > 0) {
      weight[item] = z / log(5 + n);
      users.push(...sampled(there));
    }
    start[item + 1] = users.length;
  }
  return { start, users: Int32Array.from(users), weight };
}

function sampled(users: readonly number[]): readonly number[] {
  if (users.length <= mostRaters) return users;
  const step = users.length / mostRaters;
  return Array.from({ length: mostRaters }, (_, k) => users[Math.floor(k * step)]!);
}

class Pairs {
  readonly top = new TopValues(closestCount);
  readonly #context: RatingContext;
  readonly #sum: Float64Array;

  constructor(context: RatingContext) {
    this.#context = context;
    this.#sum = new Float64Array(context.users);
  }

  score(user: number, { start, users, weight }: Surplus) {
    const { ratings, size } = this.#context;
    const met: number[] = [];
    const all = this.#sum;
    let [focus, sum] = [0, 0];
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const item = ratings.item[k]!;
      const w = weight[item]!;
      if (w === 0 || !includes(users, user, start[item]!, start[item + 1]!)) continue;
      focus = Math.max(focus, w);
      sum += w;
      for (let p = start[item]!; p < start[item + 1]!; p++) {
        const other = users[p]!;
        if (other === user) continue;
        if (all[other] === 0) met.push(other);
        all[other]! += w;
      }
    }
    this.top.clear();
    for (const other of met) {
      this.top.add(all[other]! / Math.sqrt(size[user]! * size[other]!), other);
      all[other] = 0;
    }
    return { mean: this.top.mean(), focus, sum };
  }
}

/** Whether a user is among the ascending users of an item. */
function includes(users: Int32Array, user: number, from: number, to: number): boolean {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (users[middle]! < user) low = middle + 1;
    else high = middle;
  }
  return low < to && users[low] === user;
}
