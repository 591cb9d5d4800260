import type { Ratings, Series } from "../../../simulate/index.js";
import { ratingContext } from "../features/context.js";
import type { SeriesTurn } from "./series-features.js";
import { turnedGroups } from "./series-groups.js";

/** A title of a series with what was given to it. */
export interface SeriesTitle {
  readonly item: string;
  /** The title in words where the file of items has it. */
  readonly title?: string;
  readonly rating: number;
}

/** The series that counts most against an account. */
export interface SuspectSeries {
  readonly series: string;
  readonly direction: "push" | "nuke";
  /** Its titles that the account rated. */
  readonly titles: readonly SeriesTitle[];
  /** Share of the account's ratings that are of the series. */
  readonly share: number;
}

/** Accounts that push or nuke a series together. */
export interface SeriesGroup {
  readonly series: string;
  readonly direction: "push" | "nuke";
  readonly users: readonly string[];
  /** Titles, with how many of the accounts rated them. */
  readonly titles: readonly {
    readonly item: string;
    readonly title?: string;
    readonly users: number;
  }[];
  /** Days of the first and the last, `YYYY-MM-DD`; null without times. */
  readonly since: string | null;
  readonly until: string | null;
  /** How many would have turned by chance. */
  readonly expected: number;
}

const directions = ["push", "nuke"] as const;

function named({ titles }: Series, itemIds: readonly string[], item: number) {
  const title = titles[item];
  return { item: itemIds[item]!, ...(title !== undefined && { title }) };
}

/** What a user did to a series, with the titles. */
export function suspectSeries(turn: SeriesTurn, series: Series, ratings: Ratings): SuspectSeries {
  const { user, rated, end } = turn;
  const size = ratings.userStart[user + 1]! - ratings.userStart[user]!;
  return {
    series: series.names[turn.series]!,
    direction: directions[end],
    titles: rated.places.map((place) => ({
      ...named(series, ratings.itemIds, ratings.item[place]!),
      rating: ratings.value[place]!,
    })),
    share: rated.places.length / size,
  };
}

/** Groups of accounts that push or nuke a series together, the largest first; without labels. */
export function seriesGroups(ratings: Ratings, series: Series): readonly SeriesGroup[] {
  const { userIds, itemIds, item } = ratings;
  const dayOf = (at: number) => (Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, 10));
  return turnedGroups(ratingContext(ratings), series).map((group): SeriesGroup => {
    const counts = new Map<number, number>();
    for (const { places } of group.members) {
      for (const k of places) counts.set(item[k]!, (counts.get(item[k]!) ?? 0) + 1);
    }
    const titles = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return {
      series: series.names[group.series]!,
      direction: directions[group.end],
      users: group.members.map(({ user }) => userIds[user]!),
      titles: titles.map(([one, users]) => ({ ...named(series, itemIds, one), users })),
      since: dayOf(group.since),
      until: dayOf(group.until),
      expected: group.expected,
    };
  });
}
