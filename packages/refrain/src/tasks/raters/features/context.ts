import { type ItemView, type Ratings, viewByItem } from "../../../simulate/index.js";

/** What all groups of features begin from; computed once, never written to. */
export interface RatingContext {
  readonly ratings: Ratings;
  readonly byItem: ItemView;
  /** Number of users. */
  readonly users: number;
  /** Number of items. */
  readonly items: number;
  /** Ratings of each user, n_u. */
  readonly size: Float64Array;
  /** Raters of each item, c_i. */
  readonly count: Float64Array;
  /** Mean rating of each user, m_u. */
  readonly userMean: Float64Array;
  /** Mean rating of each item, m_i. */
  readonly itemMean: Float64Array;
  /** Mean of all ratings. */
  readonly mean: number;
  /** Standard deviation of all ratings. */
  readonly deviation: number;
}

/** Features of one group by name, one value a user; NaN where one cannot be told. */
export type FeatureValues = Readonly<Record<string, Float64Array>>;

/** Counts and means of users and items. */
export function ratingContext(ratings: Ratings): RatingContext {
  const byItem = viewByItem(ratings);
  const { value, userStart } = ratings;
  let [sum, squares] = [0, 0];
  for (const one of value) sum += one;
  const mean = sum / value.length;
  for (const one of value) squares += (one - mean) ** 2;
  return {
    ratings,
    byItem,
    users: ratings.userIds.length,
    items: ratings.itemIds.length,
    size: lengths(userStart),
    count: lengths(byItem.start),
    userMean: means(userStart, value, mean),
    itemMean: means(byItem.start, byItem.value, mean),
    mean,
    deviation: Math.sqrt(squares / value.length),
  };
}

function lengths(start: Int32Array): Float64Array {
  return Float64Array.from({ length: start.length - 1 }, (_, k) => start[k + 1]! - start[k]!);
}

function means(start: Int32Array, value: Float64Array, otherwise: number): Float64Array {
  return Float64Array.from({ length: start.length - 1 }, (_, k) => {
    let sum = 0;
    for (let p = start[k]!; p < start[k + 1]!; p++) sum += value[p]!;
    return start[k] === start[k + 1] ? otherwise : sum / (start[k + 1]! - start[k]!);
  });
}

/** Share of the scale's range at each end that counts as the end, where steps are finer. */
const endShare = 0.02;

/**
 * Which end of the scale a rating is at: -1 the low one, 1 the high one, 0 neither. Within half a
 * step of the end is at it, or within 2 % of the range where steps are finer or there are none.
 */
export function endOf({ low, high, step }: Ratings["scale"], value: number): -1 | 0 | 1 {
  const near = Math.max(0.49 * step, endShare * (high - low));
  return value <= low + near ? -1 : value >= high - near ? 1 : 0;
}

/** One column a name, to be filled. */
export function columnsOf<Name extends string>(
  names: readonly Name[],
  users: number,
): Record<Name, Float64Array> {
  const entries = names.map((name) => [name, new Float64Array(users)]);
  return Object.fromEntries(entries) as Record<Name, Float64Array>;
}
