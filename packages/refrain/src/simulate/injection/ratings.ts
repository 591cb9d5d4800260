import type { RandomStream } from "@refrain/learn";

/** Lowest and highest rating there can be, and the step between neighbours (0 = any number). */
export interface RatingScale {
  /** Lowest rating. */
  readonly low: number;
  /** Highest rating. */
  readonly high: number;
  /** Step between neighbouring ratings; 0 where ratings are any number. */
  readonly step: number;
}

/**
 * Ratings by user (CSR): user u has the entries `userStart[u]` to `userStart[u + 1]`, items
 * ascending, each item at most once. Immutable once made.
 */
export interface Ratings {
  /** Texts of the users, one a row. */
  readonly userIds: readonly string[];
  /** Texts of the items. */
  readonly itemIds: readonly string[];
  /** The scale, told or found. */
  readonly scale: RatingScale;
  /** Users + 1 places. */
  readonly userStart: Int32Array;
  /** Item of each rating. */
  readonly item: Int32Array;
  /** The rating itself. */
  readonly value: Float64Array;
  /** Time of each rating in milliseconds since 1970; absent where none has one. */
  readonly at?: Float64Array;
  /** For each user, how many rows repeat a user and item that were there already. */
  readonly repeats: Int32Array;
}

/** Ratings by item: item i has the entries `start[i]` to `start[i + 1]`, users ascending. */
export interface ItemView {
  /** Items + 1 places. */
  readonly start: Int32Array;
  /** User of each entry. */
  readonly user: Int32Array;
  /** Its rating. */
  readonly value: Float64Array;
  /** Its place in the arrays by user. */
  readonly place: Int32Array;
}

/** One rating before it has its place. */
export interface RatingRows {
  /** User of each row, a place in `userIds`. */
  readonly user: Int32Array;
  /** Item of each row. */
  readonly item: Int32Array;
  /** Rating of each row. */
  readonly value: Float64Array;
  /** Time of each row, milliseconds; NaN where there is none. */
  readonly at?: Float64Array | undefined;
}

/** Counting sort: where each key's entries begin, and the rows in the order of their keys. */
export function groupRows(
  key: Int32Array,
  keys: number,
): { readonly start: Int32Array; readonly order: Int32Array } {
  const start = new Int32Array(keys + 1);
  for (let row = 0; row < key.length; row++) start[key[row]! + 1]! += 1;
  for (let k = 0; k < keys; k++) start[k + 1]! += start[k]!;
  const next = start.slice(0, keys);
  const order = new Int32Array(key.length);
  for (let row = 0; row < key.length; row++) order[next[key[row]!]!++] = row;
  return { start, order };
}

/**
 * Puts rows in their place. Of several rows of one user and item the last counts; the others are
 * counted in `repeats`.
 * @param names texts of users and items, and the scale
 * @param rows in the order of the file
 */
export function buildRatings(
  names: Pick<Ratings, "userIds" | "itemIds" | "scale">,
  rows: RatingRows,
): Ratings {
  const users = names.userIds.length;
  const byItem = groupRows(rows.item, names.itemIds.length).order;
  const sortedUser = Int32Array.from(byItem, (row) => rows.user[row]!);
  const { order: inner } = groupRows(sortedUser, users);
  const count = inner.length;
  const userStart = new Int32Array(users + 1);
  const repeats = new Int32Array(users);
  const [item, value] = [new Int32Array(count), new Float64Array(count)];
  const at = rows.at?.some((time) => !Number.isNaN(time)) ? new Float64Array(count) : undefined;
  let [kept, before] = [0, -1];
  for (let k = 0; k < count; k++) {
    const row = byItem[inner[k]!]!;
    const user = rows.user[row]!;
    if (before === user && item[kept - 1] === rows.item[row]) {
      kept -= 1;
      userStart[user + 1]! -= 1;
      repeats[user]! += 1;
    }
    item[kept] = rows.item[row]!;
    value[kept] = rows.value[row]!;
    if (at) at[kept] = rows.at![row]!;
    userStart[user + 1]! += 1;
    kept += 1;
    before = user;
  }
  for (let user = 0; user < users; user++) userStart[user + 1]! += userStart[user]!;
  return {
    ...names,
    userStart,
    item: item.slice(0, kept),
    value: value.slice(0, kept),
    ...(at && { at: at.slice(0, kept) }),
    repeats,
  };
}

/** The same ratings by item. */
export function viewByItem(ratings: Ratings): ItemView {
  const { start, order } = groupRows(ratings.item, ratings.itemIds.length);
  const owner = userOfEntries(ratings);
  return {
    start,
    user: Int32Array.from(order, (place) => owner[place]!),
    value: Float64Array.from(order, (place) => ratings.value[place]!),
    place: order,
  };
}

/** The user of each entry of the arrays by user. */
export function userOfEntries({ userStart, item }: Ratings): Int32Array {
  const owner = new Int32Array(item.length);
  for (let user = 0; user + 1 < userStart.length; user++) {
    owner.fill(user, userStart[user], userStart[user + 1]);
  }
  return owner;
}

/** The nearest rating that the scale has. */
export function onScale({ low, high, step }: RatingScale, value: number): number {
  const clipped = Math.min(high, Math.max(low, value));
  return step > 0 ? Math.min(high, low + Math.round((clipped - low) / step) * step) : clipped;
}

/** One of the items, each as likely as the others. */
export function pick<Item>(random: RandomStream, items: ArrayLike<Item>): Item {
  return items[random.below(items.length)]!;
}
