import { log } from "@refrain/learn";
import type { Series } from "../../../simulate/index.js";
import type { FeatureValues, RatingContext } from "../features/context.js";
import { turnedGroups } from "./series-groups.js";
import { type End, ends, type SeriesRatings, seriesRatings, timeIn } from "./series-ratings.js";

const names = [
  "seriesShare",
  "seriesExcess",
  "seriesCoverage",
  "seriesOff",
  "seriesTurnHigh",
  "seriesTurnLow",
  "seriesTogetherHigh",
  "seriesTogetherLow",
  "seriesFollowers",
  "seriesGroup",
] as const;
const timed = ["seriesBurst", "seriesAtOnce"] as const;
type Name = (typeof names)[number] | (typeof timed)[number];

const day = 86_400_000;
/** Ratings of one campaign come within so many days of each other. */
const reach = 4 * day;

/** Beyond it a group is as sure as can be. */
const mostSurprise = 30;

/** A user and a series that the user turned to an end of the scale. */
export interface SeriesTurn {
  readonly user: number;
  readonly series: number;
  readonly end: End;
  readonly rated: SeriesRatings;
  /** How much the user turned there, log-likelihood ratio. */
  readonly turn: number;
  /** What others turned there too (at about the same time, where there are times). */
  readonly together: number;
}

/** Features of raters by series, and what they rest on. */
export interface SeriesFeatures {
  /** NaN for users who rated no title of a series. */
  readonly columns: FeatureValues;
  /** What counts most against a user; undefined where nothing does. */
  readonly turnOf: (user: number) => SeriesTurn | undefined;
}

/**
 * What a user does within single series: how much of all ratings is there, how far from what others
 * rate, how much more at one end of the scale than elsewhere, how many others turned to the same
 * end of the same series (and when), how the user agrees with those who rate little else, and how
 * surely the user belongs to a group that turned on a series: -log of such groups by chance.
 */
export function seriesFeatures(context: RatingContext, series: Series): SeriesFeatures {
  const { users, ratings } = context;
  const hasTimes = ratings.at !== undefined;
  const used: readonly Name[] = hasTimes ? [...names, ...timed] : names;
  const columns = Object.fromEntries(
    used.map((name) => [name, new Float64Array(users).fill(Number.NaN)]),
  ) as Record<Name, Float64Array>;
  const byUser = seriesRatings(context, series);
  const met = meetings(context, series, byUser);
  const followers = followersOf(context, byUser);
  const sizes = seriesSizes(context, series);
  const strongest = new Map<number, SeriesTurn>();
  for (const [user, own] of byUser.entries()) {
    if (own.length === 0) continue;
    for (const name of used) columns[name][user] = 0;
    const raise = (name: Name, value: number) => {
      columns[name][user] = Math.max(columns[name][user]!, value);
    };
    const n = ratings.userStart[user + 1]! - ratings.userStart[user]!;
    for (const rated of own) {
      const m = rated.places.length;
      raise("seriesShare", m / n);
      if (m < 2) continue;
      raise("seriesExcess", m * log(m / n / sizes[rated.series]!));
      raise("seriesCoverage", m / series.items[rated.series]!.length);
      raise("seriesOff", Math.abs(rated.off) / Math.sqrt(m));
      raise("seriesFollowers", followers(rated));
      for (const end of ends) {
        const turn = rated.turn[end];
        const { together, atOnce, burst } = met(rated, end);
        const both = Math.sqrt(turn * together);
        raise(end === 0 ? "seriesTurnHigh" : "seriesTurnLow", turn);
        raise(end === 0 ? "seriesTogetherHigh" : "seriesTogetherLow", both);
        const counted = hasTimes ? Math.sqrt(turn * atOnce) : both;
        if (hasTimes) {
          raise("seriesAtOnce", counted);
          raise("seriesBurst", burst);
        }
        if (counted <= (strongest.get(user)?.together ?? 0)) continue;
        const { series: one } = rated;
        strongest.set(user, { user, series: one, end, rated, turn, together: counted });
      }
    }
  }
  for (const { members, byChance } of turnedGroups(context, series, byUser, 1)) {
    for (const { user } of members) {
      const surprise = Math.min(mostSurprise, -log(Math.max(1e-30, byChance)));
      columns.seriesGroup[user] = Math.max(columns.seriesGroup[user]!, surprise);
    }
  }
  return { columns, turnOf: (user) => strongest.get(user) };
}

/** Share of all ratings that are of each series. */
function seriesSizes({ ratings }: RatingContext, series: Series): Float64Array {
  const sizes = new Float64Array(series.names.length);
  for (const item of ratings.item) {
    const own = series.of[item]!;
    if (own >= 0) sizes[own]! += 1 / ratings.item.length;
  }
  return sizes;
}

interface Meeting {
  /** Turns of others to the same end, over the root of the series' raters. */
  readonly together: number;
  /** The same of those about the same time, over what an even spread would put there. */
  readonly atOnce: number;
  /** Ratings at the end about the same time, over what an even spread would put there. */
  readonly burst: number;
}

/** Who else turned to an end of a series, and when. */
function meetings(
  context: RatingContext,
  series: Series,
  byUser: readonly (readonly SeriesRatings[])[],
): (rated: SeriesRatings, end: End) => Meeting {
  const raters = new Float64Array(series.names.length);
  const turns = series.names.map((): [Turned[], Turned[]] => [[], []]);
  for (const own of byUser) {
    for (const rated of own) {
      raters[rated.series]! += 1;
      const at = timeIn(context, rated);
      for (const end of ends) {
        if (rated.atEnd[end] === 0) continue;
        const { user, turn, atEnd } = rated;
        turns[rated.series]![end].push({ user, at, turn: turn[end], count: atEnd[end] });
      }
    }
  }
  for (const both of turns) for (const list of both) list.sort((a, b) => a.at - b.at);
  const span = Math.max(4 * reach, spanOf(context));
  return (rated, end) => {
    const list = turns[rated.series]![end];
    const at = timeIn(context, rated);
    let [all, near, count, nearCount] = [0, 0, 0, 0];
    for (const other of list) {
      if (other.user === rated.user) continue;
      all += other.turn;
      count += other.count;
      if (!(Math.abs(other.at - at) <= reach)) continue;
      near += other.turn;
      nearCount += other.count;
    }
    const even = (2 * reach) / span;
    return {
      together: all / Math.sqrt(raters[rated.series]!),
      atOnce: Math.max(0, near - all * even) / Math.sqrt(all * even + 1),
      burst: Math.max(0, nearCount - count * even) / Math.sqrt(count * even + 1),
    };
  };
}

interface Turned {
  readonly user: number;
  readonly at: number;
  readonly turn: number;
  readonly count: number;
}

function spanOf({ ratings }: RatingContext): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of ratings.at ?? []) {
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return last > first ? last - first : 0;
}

/**
 * How far a user agrees with others for whom a series is much of what they rate: the others'
 * shares of ratings inside it, of those with the same mean rating (to half a step), times the
 * user's own share.
 */
function followersOf(
  { ratings }: RatingContext,
  byUser: readonly (readonly SeriesRatings[])[],
): (rated: SeriesRatings) => number {
  const step = ratings.scale.step || (ratings.scale.high - ratings.scale.low) / 10 || 1;
  const keyOf = ({ series, mean }: SeriesRatings) => `${series} ${Math.round(mean / step)}`;
  const shareOf = ({ user, places }: SeriesRatings) =>
    places.length / (ratings.userStart[user + 1]! - ratings.userStart[user]!);
  const sums = new Map<string, number>();
  for (const own of byUser) {
    for (const rated of own) {
      if (rated.places.length < 2) continue;
      sums.set(keyOf(rated), (sums.get(keyOf(rated)) ?? 0) + shareOf(rated) ** 2);
    }
  }
  return (rated) => {
    const share = shareOf(rated);
    return share * Math.sqrt(Math.max(0, (sums.get(keyOf(rated)) ?? 0) - share ** 2));
  };
}
