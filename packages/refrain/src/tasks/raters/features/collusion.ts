import { log } from "@refrain/learn";
import { campaignFeatures } from "./campaigns.js";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";

const names = [
  "oddMost",
  "oddSum",
  "oddHigh",
  "oddLow",
  "oddTogether",
  "oddTogetherHigh",
  "oddTogetherLow",
  "oddTogetherThree",
] as const;

/** Odd ratings, and what they add up to. */
export interface Collusion {
  readonly columns: FeatureValues;
  /** A user's ratings that do not fit the account, the oddest first: places in the ratings. */
  readonly oddTitles: (
    user: number,
  ) => readonly { readonly place: number; readonly others: number }[];
  /**
   * Users who share several of a user's oddest ratings, same titles and same ends, which so many
   * strangers would hardly share; those whom chance explains least first.
   */
  readonly accomplices: (
    user: number,
  ) => readonly { readonly user: number; readonly shared: number }[];
}

const titlesShown = 5;
/** Of each user so many odd ratings are held against the others'. */
const titlesCompared = 10;
/** Another is named where chance would let so many strangers have as rare odd ratings in common. */
const mostStrangers = 0.001;

/**
 * Ratings at an end of the scale that do not fit the account they stand in, and titles where many
 * of them meet. A rating is odd by how seldom the user goes to that end otherwise, and by how much
 * less known the title is than what the user otherwise rates (in the user's own standard
 * deviations, 3 at most): s = -log p + z²/2. Of each title and end the others' odd ratings are
 * summed over what is usual; a user is given the highest of their titles' sums.
 */
export function collusionFeatures(context: RatingContext): Collusion {
  const { users, items, ratings } = context;
  const columns = columnsOf(names, users);
  // 0 at the high end, 1 at the low end, -1 between them.
  const ends = Int8Array.from(
    ratings.value,
    (value) => [1, -1, 0][endOf(ratings.scale, value) + 1]!,
  );
  const odd = oddRatings(context, ends);
  const usual = odd.total / Math.max(1, odd.count);
  const sums = [0, 1].map(() => new Float64Array(items));
  const counts = [0, 1].map(() => new Float64Array(items));
  const oddCounts = [0, 1].map(() => new Int32Array(items));
  for (let k = 0; k < ratings.item.length; k++) {
    const end = ends[k]!;
    if (end < 0) continue;
    sums[end]![ratings.item[k]!]! += odd.values[k]! - usual;
    counts[end]![ratings.item[k]!]! += 1;
    if (odd.values[k]! > usual) oddCounts[end]![ratings.item[k]!]! += 1;
  }
  for (let user = 0; user < users; user++) {
    const shared: number[] = [];
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const end = ends[k]!;
      if (end < 0) continue;
      const item = ratings.item[k]!;
      const own = odd.values[k]!;
      const others = sums[end]![item]! - (own - usual);
      const together =
        counts[end]![item]! > 1 ? Math.max(0, others) / Math.sqrt(context.count[item]!) : 0;
      const excess = Math.max(0, own - usual);
      columns.oddMost[user] = Math.max(columns.oddMost[user]!, own);
      columns.oddSum[user]! += excess;
      const single = end === 0 ? columns.oddHigh : columns.oddLow;
      single[user] = Math.max(single[user]!, own);
      // Only where it is odd for this user too.
      const met = Math.sqrt(together * excess);
      shared.push(met);
      const side = end === 0 ? columns.oddTogetherHigh : columns.oddTogetherLow;
      side[user] = Math.max(side[user]!, met);
      columns.oddTogether[user] = Math.max(columns.oddTogether[user]!, together);
    }
    shared.sort((a, b) => b - a);
    columns.oddTogetherThree[user] = (shared[0] ?? 0) + (shared[1] ?? 0) + (shared[2] ?? 0);
  }
  const oddTitles = (user: number) => {
    const found: { place: number; others: number; odd: number }[] = [];
    for (let place = ratings.userStart[user]!; place < ratings.userStart[user + 1]!; place++) {
      const end = ends[place]!;
      if (end < 0 || odd.values[place]! <= usual) continue;
      const others = oddCounts[end]![ratings.item[place]!]! - 1;
      found.push({ place, others, odd: (odd.values[place]! - usual) * Math.sqrt(others + 0.5) });
    }
    found.sort((a, b) => b.odd - a.odd || a.place - b.place);
    return found.map(({ place, others }) => ({ place, others }));
  };
  const keyOf = (place: number) => ratings.item[place]! * 2 + ends[place]!;
  const compared = (user: number) =>
    oddTitles(user)
      .slice(0, titlesCompared)
      .map(({ place }) => keyOf(place));
  const among = once(() => usersByKey(users, compared));
  return {
    columns: { ...columns, ...campaignFeatures(context, odd.values, usual) },
    oddTitles: (user) => oddTitles(user).slice(0, titlesShown),
    accomplices: (user) => sharersOf(user, compared(user), { among: among(), users }),
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Who has each odd rating among those that are compared. */
function usersByKey(
  users: number,
  compared: (user: number) => readonly number[],
): ReadonlyMap<number, readonly number[]> {
  const among = new Map<number, number[]>();
  for (let user = 0; user < users; user++) {
    for (const key of compared(user)) {
      const known = among.get(key);
      if (known) known.push(user);
      else among.set(key, [user]);
    }
  }
  return among;
}

/**
 * Who shares a user's odd ratings. Of n users, c have one among theirs; if choices were independent
 * n ∏ c/n would have all those that are shared. They are not: this ranks, and bounds no rate.
 */
function sharersOf(
  user: number,
  keys: readonly number[],
  { among, users }: { readonly among: ReadonlyMap<number, readonly number[]>; users: number },
) {
  const found = new Map<number, { shared: number; strangers: number }>();
  for (const key of keys) {
    const having = among.get(key) ?? [];
    for (const other of having) {
      if (other === user) continue;
      const one = found.get(other) ?? { shared: 0, strangers: users };
      one.shared += 1;
      one.strangers *= having.length / users;
      found.set(other, one);
    }
  }
  return [...found]
    .filter(([, { shared, strangers }]) => shared > 1 && strangers <= mostStrangers)
    .sort(([a, one], [b, two]) => one.strangers - two.strangers || a - b)
    .map(([other, { shared }]) => ({ user: other, shared }));
}

/** How odd each rating at an end is; 0 elsewhere. */
function oddRatings(context: RatingContext, ends: Int8Array) {
  const { users, ratings, count } = context;
  const values = new Float64Array(ratings.item.length);
  const shares = [0, 0];
  for (const end of ends) if (end >= 0) shares[end]! += 1 / ends.length;
  let [total, met] = [0, 0];
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const n = to - from;
    const here = [0, 0];
    let [sum, squares] = [0, 0];
    for (let k = from; k < to; k++) {
      const end = ends[k]!;
      if (end >= 0) here[end]! += 1;
      const known = log(count[ratings.item[k]!]!);
      sum += known;
      squares += known * known;
    }
    for (let k = from; k < to; k++) {
      const end = ends[k]!;
      if (end < 0) continue;
      const known = log(count[ratings.item[k]!]!);
      const mean = (sum - known) / Math.max(1, n - 1);
      const spread = Math.max(0, (squares - known * known) / Math.max(1, n - 1) - mean ** 2);
      const z = Math.min(3, Math.max(0, (mean - known) / (Math.sqrt(spread) + 0.3)));
      const share = (here[end]! - 1 + 4 * shares[end]!) / (n + 3);
      values[k] = -log(Math.max(1e-3, share)) + (n > 3 ? (z * z) / 2 : 0);
      total += values[k]!;
      met += 1;
    }
  }
  return { values, total, count: met };
}
