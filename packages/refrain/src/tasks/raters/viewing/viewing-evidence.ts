import type { Ratings, Views } from "../../../simulate/index.js";
import { overlappingViews } from "./overlaps.js";

/** What a viewing log shows of an account. */
export interface WatchingEvidence {
  readonly views: number;
  /** The title that is played most. */
  readonly mostPlayed: {
    readonly item: string;
    readonly plays: number;
    /** What the account rated it; null where it did not. */
    readonly rating: number | null;
  } | null;
  /** Rated titles, and those of them without a view. */
  readonly rated: number;
  readonly unviewed: number;
  /** Two titles at once: how often, and the longest time; null where the log cannot tell. */
  readonly atOnce: {
    readonly times: number;
    /** Of these on different devices; null where the log has none. */
    readonly onTwoDevices: number | null;
    /** The pair that ran longest. */
    readonly longest: {
      readonly items: readonly [string, string];
      /** When both ran, ISO time. */
      readonly at: string;
      readonly minutes: number;
    } | null;
  } | null;
}

/** What the log shows of one user. */
export function watchingEvidence(views: Views, ratings: Ratings, user: number): WatchingEvidence {
  const [from, to] = [views.userStart[user]!, views.userStart[user + 1]!];
  const plays = new Map<number, number>();
  for (const item of views.item.subarray(from, to)) plays.set(item, (plays.get(item) ?? 0) + 1);
  const most = [...plays].reduce<readonly [number, number] | undefined>(
    (best, one) => (best && best[1] >= one[1] ? best : one),
    undefined,
  );
  const [start, end] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
  const rated = ratings.item.subarray(start, end);
  const place = most ? rated.indexOf(most[0]) : -1;
  return {
    views: to - from,
    mostPlayed: most
      ? {
          item: views.itemIds[most[0]]!,
          plays: most[1],
          rating: place >= 0 ? ratings.value[start + place]! : null,
        }
      : null,
    rated: rated.length,
    unviewed: rated.filter((item) => !plays.has(item)).length,
    atOnce: views.seconds ? atOnceOf(views, from, to) : null,
  };
}

function atOnceOf(views: Views, from: number, to: number): WatchingEvidence["atOnce"] {
  const { device, item, itemIds, at } = views;
  const pairs = overlappingViews(views, from, to);
  const second = (some: typeof pairs) => new Set(some.map((one) => one.second)).size;
  const two = pairs.filter((one) => {
    const [a, b] = [device?.[one.first] ?? -1, device?.[one.second] ?? -1];
    return a >= 0 && b >= 0 && a !== b;
  });
  const longest = pairs.reduce<(typeof pairs)[number] | undefined>(
    (best, one) => (best && best.together >= one.together ? best : one),
    undefined,
  );
  return {
    times: second(pairs),
    onTwoDevices: device ? second(two) : null,
    longest: longest
      ? {
          items: [itemIds[item[longest.first]!]!, itemIds[item[longest.second]!]!],
          at: new Date(at[longest.second]!).toISOString(),
          minutes: Math.round(longest.together / 60_000),
        }
      : null,
  };
}
