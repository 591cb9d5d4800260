import { RandomStream } from "@refrain/learn";
import type { InjectedRatings } from "../injection/inject.js";
import { type Ratings, viewByItem } from "../injection/ratings.js";

/** A pause that ends a session, milliseconds. */
const pauseMs = 30 * 60_000;

/** What crooked raters are toned down by. */
export interface ReshapeOptions {
  readonly seed: number;
  /** 0 … 1, see `RaterAbuse`. */
  readonly strength: number;
}

/**
 * Tones crooked raters down by strength, and lets the two listeners of a shared account rate at the
 * same time, which is what gives them away. A rating that is toned down becomes one that the base
 * has for the title; made accounts keep their targets, bombers lose theirs.
 * @param base what the accounts were injected into
 */
export function reshapeRaters(
  base: Ratings,
  { ratings, truth }: InjectedRatings,
  { seed, strength }: ReshapeOptions,
): Ratings {
  const value = ratings.value.slice();
  const at = ratings.at?.slice();
  const byItem = viewByItem(base);
  for (const [user, { anomalous, kind, targets, from }] of truth.entries()) {
    if (anomalous === 0) continue;
    const random = new RandomStream(seed, "simulate rater strength", user);
    const [start, end] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    if (kind === "shared") {
      if (at) meet(base, { ratings, at, start, end, from }, 0.3 + 0.6 * strength, random);
      continue;
    }
    const aimed = new Set(targets);
    for (let k = start; k < end; k++) {
      const item = ratings.item[k]!;
      const [first, last] = [byItem.start[item]!, byItem.start[item + 1]!];
      const toned = aimed.has(item) === (kind === "group-bombing") && random.uniform() >= strength;
      const place = first + random.below(Math.max(1, last - first));
      if (toned && last > first) value[k] = byItem.value[place]!;
    }
  }
  return { ...ratings, value, ...(at && { at }) };
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
