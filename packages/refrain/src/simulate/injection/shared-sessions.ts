import { RandomStream } from "@refrain/learn";
import type { Ratings } from "./ratings.js";

/** A pause that ends a session, milliseconds. */
const pauseMs = 30 * 60_000;

/** Accounts that two listeners share: which they are, and the users of the base behind each. */
export interface SharedAccount {
  /** Its place among the ratings' users. */
  readonly user: number;
  /** The two users of the base. */
  readonly from: readonly number[];
}

/**
 * Lets the two listeners of shared accounts rate at the same time, as people in one household do:
 * each session of the second one is moved into one of the first one's with a chance.
 * @param base what the accounts are made of
 * @param chance 0 … 1
 */
export function letShareMeet(
  base: Ratings,
  ratings: Ratings,
  shared: readonly SharedAccount[],
  { seed, chance }: { readonly seed: number; readonly chance: number },
): Ratings {
  if (!ratings.at) return ratings;
  const at = ratings.at.slice();
  for (const { user, from } of shared) {
    const [start, end] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const random = new RandomStream(seed, "shared sessions", user);
    meet(base, { ratings, at, start, end, from }, chance, random);
  }
  return { ...ratings, at };
}

interface SharedRows {
  readonly ratings: Ratings;
  /** Times of all rows; those of the second listener are moved. */
  readonly at: Float64Array;
  readonly start: number;
  readonly end: number;
  readonly from: readonly number[];
}

/** Moves the second listener's sessions, each with a chance, into one of the first one's. */
function meet(base: Ratings, rows: SharedRows, chance: number, random: RandomStream): void {
  const { ratings, at, start, end, from } = rows;
  const mine = new Set(base.item.subarray(base.userStart[from[0]!], base.userStart[from[0]! + 1]));
  const rowsOf = (own: boolean) => {
    const places = Array.from({ length: end - start }, (_, i) => start + i);
    return sessionsOf(
      places.filter((k) => mine.has(ratings.item[k]!) === own && !Number.isNaN(at[k]!)),
      at,
    );
  };
  const [hosts, guests] = [rowsOf(true), rowsOf(false)];
  if (hosts.length === 0) return;
  for (const guest of guests) {
    const host = hosts[random.below(hosts.length)]!;
    const where = random.uniform();
    if (random.uniform() >= chance) continue;
    const [from, to] = [at[host[0]!]!, at[host.at(-1)!]!];
    const shift = Math.floor((from + where * (to - from) - at[guest[0]!]!) / 1000) * 1000;
    for (const k of guest) at[k]! += shift;
  }
}

/** Rows in the order of time, parted where nothing was rated for half an hour. */
function sessionsOf(rows: readonly number[], at: Float64Array): number[][] {
  const sessions: number[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const k of [...rows].sort((a, b) => at[a]! - at[b]! || a - b)) {
    if (at[k]! - before > pauseMs) sessions.push([]);
    sessions.at(-1)!.push(k);
    before = at[k]!;
  }
  return sessions;
}
