import type { RatingContext } from "./context.js";

/** A longer pause begins another session, milliseconds. */
export const sessionPause = 30 * 60_000;

/** A user's timed ratings in order of time, by their places. */
export function inOrder({ ratings }: RatingContext, user: number): Int32Array {
  const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
  const places = Int32Array.from({ length: to - from }, (_, k) => from + k);
  const at = ratings.at!;
  return places.filter((k) => !Number.isNaN(at[k]!)).sort((a, b) => at[a]! - at[b]! || a - b);
}

/** Parts ratings in order of time into sessions. */
export function sessionsOf(order: Int32Array, at: Float64Array): number[][] {
  const sessions: number[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const k of order) {
    if (at[k]! - before > sessionPause) sessions.push([]);
    sessions.at(-1)!.push(k);
    before = at[k]!;
  }
  return sessions;
}
