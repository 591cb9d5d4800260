import { simulateErrors } from "../errors.js";
import type { ItemsFile } from "./read-items.js";

/** Which of the titles that were rated belong together. Immutable. */
export interface Series {
  /** Names of the series with at least two rated titles. */
  readonly names: readonly string[];
  /** Series of each item of the ratings, a place in `names`; -1 = in none. */
  readonly of: Int32Array;
  /** Items of each series, ascending. */
  readonly items: readonly Int32Array[];
  /** Each item's title in words; undefined where the file has none. */
  readonly titles: readonly (string | undefined)[];
}

/** How a file of items meets the ratings. */
export interface SeriesCounts {
  /** Rated titles that the file does not name. */
  readonly unlisted: number;
  /** Titles of the file that nobody rated. */
  readonly unrated: number;
  /** Rated titles that belong to a series. */
  readonly inSeries: number;
}

/**
 * Gives rated titles their series; one with a single rated title is none.
 * @throws ITEMS_STRANGERS, ITEMS_NO_SERIES
 */
export function placeSeries(
  { file, items }: Pick<ItemsFile, "file" | "items">,
  itemIds: readonly string[],
): { readonly series: Series; readonly counts: SeriesCounts } {
  const known = itemIds.map((id) => items.get(id));
  const listed = known.filter((one) => one !== undefined).length;
  if (listed === 0) throw simulateErrors.ITEMS_STRANGERS({ file, items: items.size });
  const members = new Map<string, number[]>();
  for (const [item, one] of known.entries()) {
    if (one?.series === undefined) continue;
    members.set(one.series, [...(members.get(one.series) ?? []), item]);
  }
  const kept = [...members].filter(([, own]) => own.length > 1);
  if (kept.length === 0) throw simulateErrors.ITEMS_NO_SERIES({ file, series: members.size });
  const of = new Int32Array(itemIds.length).fill(-1);
  for (const [series, [, own]] of kept.entries()) for (const item of own) of[item] = series;
  return {
    series: {
      names: kept.map(([name]) => name),
      of,
      items: kept.map(([, own]) => Int32Array.from(own)),
      titles: known.map((one) => one?.title),
    },
    counts: {
      unlisted: itemIds.length - listed,
      unrated: items.size - listed,
      inSeries: of.reduce((sum, one) => sum + (one >= 0 ? 1 : 0), 0),
    },
  };
}
