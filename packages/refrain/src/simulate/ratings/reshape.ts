import { RandomStream } from "@refrain/learn";
import type { InjectedRatings } from "../injection/inject.js";
import { type Ratings, viewByItem } from "../injection/ratings.js";

/** What crooked raters are toned down by. */
export interface ReshapeOptions {
  readonly seed: number;
  /** 0 … 1, see `RaterAbuse`. */
  readonly strength: number;
}

/**
 * Tones crooked raters down by strength: a rating that is toned down becomes one that the base has
 * for the title. Made accounts keep their targets, bombers lose theirs, and shared accounts, where
 * nothing is made up, stay.
 * @param base what the accounts were injected into
 */
export function reshapeRaters(
  base: Ratings,
  { ratings, truth }: InjectedRatings,
  { seed, strength }: ReshapeOptions,
): Ratings {
  const value = ratings.value.slice();
  const byItem = viewByItem(base);
  for (const [user, { anomalous, kind, targets }] of truth.entries()) {
    if (anomalous === 0 || kind === "shared") continue;
    const random = new RandomStream(seed, "simulate rater strength", user);
    const [start, end] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const aimed = new Set(targets);
    for (let k = start; k < end; k++) {
      const item = ratings.item[k]!;
      const [first, last] = [byItem.start[item]!, byItem.start[item + 1]!];
      const toned = aimed.has(item) === (kind === "group-bombing") && random.uniform() >= strength;
      const place = first + random.below(Math.max(1, last - first));
      if (toned && last > first) value[k] = byItem.value[place]!;
    }
  }
  return { ...ratings, value };
}
