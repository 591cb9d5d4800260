import type { BprOptions } from "./bpr-options.js";
import type { Csr } from "./csr.js";

/** Places of the pool at most, beside one an item. */
const MOST_POOL = 1 << 20;

/**
 * What items to compare with are drawn from: each item once, or about as often as it was taken but
 * once at least.
 */
export function negativePool({ negatives }: Pick<BprOptions, "negatives">, taken: Csr): Int32Array {
  const { columns, indices } = taken;
  const copies = new Int32Array(columns).fill(1);
  if (negatives === "popularity") {
    const share = Math.min(1, MOST_POOL / indices.length);
    const counts = new Int32Array(columns);
    for (const item of indices) counts[item]! += 1;
    for (const [item, count] of counts.entries()) {
      copies[item] = Math.max(1, Math.round(count * share));
    }
  }
  const pool = new Int32Array(copies.reduce((sum, count) => sum + count, 0));
  let to = 0;
  for (const [item, count] of copies.entries()) {
    pool.fill(item, to, to + count);
    to += count;
  }
  return pool;
}
