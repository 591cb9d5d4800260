import { RandomStream } from "@refrain/learn";

/** Some of the rows, in their order; all of them where there are no more than that. */
export function sampleRows(rows: Uint32Array, most: number, seed: number): Uint32Array {
  if (rows.length <= most) return rows;
  const order = rows.slice();
  new RandomStream(seed, "some rows").shuffle(order);
  return order.slice(0, most).sort();
}
