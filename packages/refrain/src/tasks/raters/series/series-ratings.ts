import { log } from "@refrain/learn";
import type { Series } from "../../../simulate/index.js";
import { endOf, type RatingContext } from "../features/context.js";
import { otherMean } from "../features/deviation.js";

/** One end of the scale. */
export type End = 0 | 1;
/** Ends of the scale: 0 = the highest rating, 1 = the lowest. */
export const ends: readonly End[] = [0, 1];

/** What one user rated of one series. */
export interface SeriesRatings {
  readonly user: number;
  readonly series: number;
  /** Places in the ratings, by item. */
  readonly places: readonly number[];
  /** Mean rating there. */
  readonly mean: number;
  /** Sum of the distances from the titles' other raters, without the user's lean elsewhere. */
  readonly off: number;
  /** Ratings at each end. */
  readonly atEnd: readonly [number, number];
  /** How likely such a rating at each end is by what the user rates elsewhere, 0…1. */
  readonly chance: readonly [number, number];
  /** How much more the user goes to each end here than elsewhere: log-likelihood ratio, ≥ 0. */
  readonly turn: readonly [number, number];
}

/** Ratings elsewhere that stand for what all users give, where a user has few. */
const prior = 4;

/** What each user rated of each series; users in their order, series by their first rating. */
export function seriesRatings(
  context: RatingContext,
  series: Series,
): readonly (readonly SeriesRatings[])[] {
  const { ratings, users } = context;
  const isAt = (place: number, end: End): boolean =>
    endOf(ratings.scale, ratings.value[place]!) === (end === 0 ? 1 : -1);
  const usual = ends.map((end) => {
    let there = 0;
    for (const place of ratings.value.keys()) there += isAt(place, end) ? 1 : 0;
    return there / ratings.value.length;
  });
  return Array.from({ length: users }, (_, user) => {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const bySeries = new Map<number, number[]>();
    const all = { count: to - from, off: 0, atEnd: [0, 0] as [number, number] };
    for (let k = from; k < to; k++) {
      all.off += ratings.value[k]! - otherMean(context, ratings.item[k]!, ratings.value[k]!);
      for (const end of ends) if (isAt(k, end)) all.atEnd[end] += 1;
      const own = series.of[ratings.item[k]!]!;
      if (own < 0) continue;
      const known = bySeries.get(own);
      if (known) known.push(k);
      else bySeries.set(own, [k]);
    }
    return [...bySeries].map(([one, places]): SeriesRatings => {
      let [sum, off] = [0, 0];
      const atEnd: [number, number] = [0, 0];
      for (const k of places) {
        sum += ratings.value[k]!;
        off += ratings.value[k]! - otherMean(context, ratings.item[k]!, ratings.value[k]!);
        for (const end of ends) if (isAt(k, end)) atEnd[end] += 1;
      }
      const elsewhere = all.count - places.length;
      const lean = (all.off - off) / (elsewhere + prior);
      const chance = ends.map(
        (end) => (all.atEnd[end] - atEnd[end] + prior * usual[end]!) / (elsewhere + prior),
      ) as [number, number];
      const turn = ends.map((end) => turnOf(atEnd[end], places.length, chance[end]));
      return {
        ...{ user, series: one, places, mean: sum / places.length, atEnd, chance },
        off: off - lean * places.length,
        turn: turn as [number, number],
      };
    });
  });
}

/** Log-likelihood ratio of m of n at an end against a chance; 0 where it is no more than chance. */
function turnOf(m: number, n: number, chance: number): number {
  const p = Math.min(0.999, Math.max(0.001, chance));
  const share = m / n;
  if (m < 2 || share <= p) return 0;
  const rest = n > m ? (n - m) * log((1 - share) / (1 - p)) : 0;
  return m * log(share / p) + rest;
}

/** Mean time of a user's ratings of a series; NaN where none has one. */
export function timeIn({ ratings }: RatingContext, { places }: SeriesRatings): number {
  let [sum, count] = [0, 0];
  for (const k of places) {
    const time = ratings.at?.[k] ?? Number.NaN;
    if (Number.isNaN(time)) continue;
    sum += time;
    count += 1;
  }
  return count > 0 ? sum / count : Number.NaN;
}
