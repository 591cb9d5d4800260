/** Recommendations of models that score a user's items in the calling thread. */
import { Pacer } from "../../foundation/index.js";
import type { ModelCard } from "../contract.js";
import type { Recommendations, RecommendExtras } from "./contract.js";
import type { Csr } from "./csr.js";
import { checkLength, excludedOf, namesOf, placeFinder } from "./pairs.js";

/** What a user's list is made of. */
export interface ListedUser {
  readonly user: number;
  /** Whether an item may be given: it is asked for, and not left out. */
  readonly usable: (item: number) => boolean;
  readonly k: number;
}

/** An item and its score. */
export type Listed = readonly [item: number, score: number];

/**
 * The `recommend` of a model.
 * @param seen what is left out unless told
 * @param list makes one user's list, best first, ties by item
 */
export function listRecommender(
  card: ModelCard,
  seen: Csr,
  list: (wanted: ListedUser) => readonly Listed[],
) {
  const { users, items } = namesOf(card);
  const userFinder = placeFinder("user", users);
  const itemFinder = placeFinder("item", items);
  return async (
    wanted: readonly string[] | Int32Array | "all",
    k: number,
    extras: RecommendExtras = {},
  ): Promise<Recommendations> => {
    checkLength(card.kind, k);
    const pacer = new Pacer(extras.signal, `recommending with ${card.kind}`);
    const places = userFinder.all(wanted);
    const { only = "all" } = extras;
    const excluded = excludedOf(seen, extras.exclude);
    // Items that may be given hold -1, or the last row that leaves them out.
    const barred = new Int32Array(items.length).fill(only === "all" ? -1 : places.length);
    for (const item of itemFinder.all(only)) barred[item] = -1;
    const found = new Int32Array(places.length * k).fill(-1);
    const scores = new Float64Array(places.length * k).fill(Number.NaN);
    for (const [row, user] of places.entries()) {
      await pacer.pause();
      const [from, to] = excluded ? [excluded.starts[user]!, excluded.starts[user + 1]!] : [0, 0];
      for (let at = from; at < to; at++) {
        const item = excluded!.indices[at]!;
        if (barred[item]! < places.length) barred[item] = row;
      }
      const usable = (item: number) => barred[item]! !== row && barred[item]! !== places.length;
      for (const [rank, [item, score]] of list({ user, usable, k }).entries()) {
        found[row * k + rank] = item;
        scores[row * k + rank] = score;
      }
    }
    return Object.freeze({ users: places, k, items: found, scores });
  };
}
