import type { Ratings } from "../injection/ratings.js";

/** Rows of a file of ratings, in the order of time (of users where there are no times). */
export interface RatingRowsInOrder {
  /** Lines with a header. */
  readonly lines: readonly string[];
  /** By user: first and last time, milliseconds; NaN where there is none. */
  readonly since: Float64Array;
  readonly until: Float64Array;
}

const longestBeatMs = 60_000;

interface Row {
  readonly user: number;
  readonly entry: number;
  readonly at: number;
}

/**
 * Lays ratings out as lines `user, item, rating[, timestamp]`, parted by tabs, times in seconds.
 * Repeated ratings go on at the account's own beat after its last, a minute at most.
 */
export function ratingLines(ratings: Ratings): RatingRowsInOrder {
  const users = ratings.userIds.length;
  const since = new Float64Array(users).fill(Number.NaN);
  const until = since.slice();
  const rows: Row[] = [];
  for (let user = 0; user < users; user++) {
    const own = rowsOf(ratings, user);
    if (own.length === 0) continue;
    since[user] = own[0]!.at;
    until[user] = own.at(-1)!.at;
    for (const row of own) rows.push(row);
  }
  if (ratings.at) rows.sort((a, b) => a.at - b.at || a.user - b.user || a.entry - b.entry);
  const lines = rows.map(({ user, entry, at }) => {
    const item = ratings.itemIds[ratings.item[entry]!]!;
    const line = `${ratings.userIds[user]}\t${item}\t${ratings.value[entry]}`;
    return ratings.at ? `${line}\t${Number.isNaN(at) ? "" : Math.floor(at / 1000)}` : line;
  });
  const header = `user\titem\trating${ratings.at ? "\ttimestamp" : ""}`;
  return { lines: [header, ...lines], since, until };
}

/** A user's rows by time, repeats last. */
function rowsOf({ userStart, at, repeats }: Ratings, user: number): Row[] {
  const [start, end] = [userStart[user]!, userStart[user + 1]!];
  const rows = Array.from({ length: end - start }, (_, i) => {
    return { user, entry: start + i, at: at?.[start + i] ?? Number.NaN };
  });
  if (at) rows.sort((a, b) => a.at - b.at || a.entry - b.entry);
  const last = rows.at(-1)?.at ?? Number.NaN;
  const mean = (last - (rows[0]?.at ?? Number.NaN)) / Math.max(1, rows.length - 1);
  const beat = Math.min(mean, longestBeatMs);
  for (let again = 0; again < repeats[user]!; again++) {
    rows.push({ ...rows[again % (end - start)]!, at: last + beat * (again + 1) });
  }
  return rows;
}
