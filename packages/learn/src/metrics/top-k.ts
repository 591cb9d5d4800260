import { log } from "../foundation/index.js";

/**
 * Normalised discounted cumulative gain of one list, gain 1 for each relevant item.
 * @param recommended items, best first, without repeats
 * @param relevant the items that are right
 * @param k length of the list that counts, ≥ 1
 * @returns 0…1; NaN where nothing is relevant
 * @source Järvelin & Kekäläinen 2002, with discount 1 / log2(rank + 1)
 */
export function ndcgAtK(
  recommended: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
): number {
  let gain = 0;
  let ideal = 0;
  for (let rank = 0; rank < Math.min(k, relevant.size); rank++) ideal += 1 / log(rank + 2);
  for (let rank = 0; rank < Math.min(k, recommended.length); rank++) {
    if (relevant.has(recommended[rank]!)) gain += 1 / log(rank + 2);
  }
  return gain / ideal;
}

/**
 * Average precision of one list; its mean over users is MAP@k.
 * @param recommended items, best first, without repeats
 * @param relevant the items that are right
 * @param k length of the list that counts, ≥ 1
 * @returns 0…1, over the min(k, relevant) items that could be found; NaN where nothing is relevant
 */
export function averagePrecisionAtK(
  recommended: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
): number {
  let sum = 0;
  let hits = 0;
  for (let rank = 0; rank < Math.min(k, recommended.length); rank++) {
    if (!relevant.has(recommended[rank]!)) continue;
    hits += 1;
    sum += hits / (rank + 1);
  }
  return sum / Math.min(k, relevant.size);
}

/**
 * Share of the relevant items that stand in one list.
 * @param recommended items, best first, without repeats
 * @param relevant the items that are right
 * @param k length of the list that counts, ≥ 1
 * @returns 0…1, over all relevant items; NaN where nothing is relevant
 */
export function recallAtK(
  recommended: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
): number {
  let hits = 0;
  for (let rank = 0; rank < Math.min(k, recommended.length); rank++) {
    if (relevant.has(recommended[rank]!)) hits += 1;
  }
  return hits / relevant.size;
}
