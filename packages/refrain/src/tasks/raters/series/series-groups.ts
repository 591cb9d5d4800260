import { gammaLower } from "@refrain/learn";
import type { Series } from "../../../simulate/index.js";
import type { RatingContext } from "../features/context.js";
import { type End, ends, type SeriesRatings, seriesRatings, timeIn } from "./series-ratings.js";

/** Accounts that turn to one end of a series together. */
export interface TurnedGroup {
  readonly series: number;
  /** 0 = raised, 1 = lowered. */
  readonly end: End;
  /** Users, those first who turned most. */
  readonly members: readonly SeriesRatings[];
  /** When the first and the last of them did, milliseconds; NaN without times. */
  readonly since: number;
  readonly until: number;
  /** How many would have turned by chance. */
  readonly expected: number;
  /** How many such groups chance makes in one file, all series, ends and weeks counted. */
  readonly byChance: number;
}

const day = 86_400_000;
/** A campaign's ratings come within so many days. */
const window = 7 * day;
/** From so much on a user counts as turned, log-likelihood ratio. */
const leastTurn = 1;
const leastMembers = 3;
/** A group is one that chance makes in one of twenty files. */
const leastChance = 0.05;
/** Within the window too few others may have turned as much. */
const leastUnlike = 0.01;

/**
 * Sets of accounts that push or nuke a series: users who go to one end of the scale there as they
 * do nowhere else. With times, more of them within a week than the other weeks let expect, and a
 * larger share of those who rate the series then (a release brings many, but they rate as ever).
 * Without times, more than twice the share that turns on the other series.
 * @param byUser what `seriesRatings` gives
 * @param byChance groups of one file that may be chance
 */
export function turnedGroups(
  context: RatingContext,
  series: Series,
  byUser: readonly (readonly SeriesRatings[])[] = seriesRatings(context, series),
  byChance = leastChance,
): readonly TurnedGroup[] {
  const bySeries = series.names.map((): SeriesRatings[] => []);
  for (const own of byUser) {
    for (const rated of own) if (rated.places.length > 1) bySeries[rated.series]!.push(rated);
  }
  const found = context.ratings.at ? weekly(context, bySeries) : atAnyTime(bySeries);
  const groups = found.filter((group) => group.byChance <= byChance);
  return groups.sort((a, b) => b.members.length - a.members.length || a.series - b.series);
}

const turned = (rated: SeriesRatings, end: End): boolean => rated.turn[end] >= leastTurn;

function groupOf(members: readonly SeriesRatings[], end: End, times: readonly number[]) {
  return {
    ...{ series: members[0]!.series, end },
    members: [...members].sort((a, b) => b.turn[end] - a.turn[end] || a.user - b.user),
    since: times[0] ?? Number.NaN,
    until: times.at(-1) ?? Number.NaN,
  };
}

function weekly(context: RatingContext, bySeries: readonly SeriesRatings[][]): TurnedGroup[] {
  const groups: TurnedGroup[] = [];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of context.ratings.at!) {
    if (!Number.isNaN(time)) [first, last] = [Math.min(first, time), Math.max(last, time)];
  }
  const weeks = Math.max(2, (last - first) / window);
  const comparisons = weeks * ends.length * bySeries.length;
  for (const all of bySeries) {
    const dated = all
      .map((rated) => ({ rated, at: timeIn(context, rated) }))
      .filter(({ at }) => !Number.isNaN(at))
      .sort((a, b) => a.at - b.at || a.rated.user - b.rated.user);
    for (const end of ends) {
      let best: TurnedGroup | undefined;
      const count = dated.filter(({ rated }) => turned(rated, end)).length;
      for (const [k, { rated, at }] of dated.entries()) {
        if (!turned(rated, end) || count < leastMembers) continue;
        const there = dated.slice(k).filter((one) => one.at - at <= window);
        const members = there.filter((one) => turned(one.rated, end));
        if (members.length < leastMembers) continue;
        const outside = count - members.length + 0.5;
        const expected = outside / (weeks - 1);
        const byChance = gammaLower(members.length, expected) * comparisons;
        const share = outside / (dated.length - there.length + 1);
        const unlike = gammaLower(members.length, share * there.length);
        if (unlike > leastUnlike || (best && best.byChance <= byChance)) continue;
        const times = members.map((one) => one.at);
        const told = members.map((one) => one.rated);
        best = { ...groupOf(told, end, times), expected, byChance };
      }
      if (best) groups.push(best);
    }
  }
  return groups;
}

function atAnyTime(bySeries: readonly SeriesRatings[][]): TurnedGroup[] {
  const all = bySeries.flat();
  return ends.flatMap((end) => {
    const count = all.filter((rated) => turned(rated, end)).length;
    return bySeries.flatMap((own): TurnedGroup[] => {
      const members = own.filter((rated) => turned(rated, end));
      const usual = (count - members.length + 0.5) / (all.length - own.length + 1);
      const expected = 2 * usual * own.length;
      if (members.length < leastMembers || members.length <= expected) return [];
      const comparisons = ends.length * bySeries.length;
      const byChance = gammaLower(members.length, expected) * comparisons;
      return [{ ...groupOf(members, end, []), expected, byChance }];
    });
  });
}
