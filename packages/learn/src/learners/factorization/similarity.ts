/** The items nearest to each item, by the users that took both. */
import { log1p, type Pacer } from "../../foundation/index.js";
import { type Csr, inBlocks, transposed } from "./csr.js";
import { dampers } from "./interactions.js";
import type { RecommenderFit } from "./recommender.js";
import { type SparseTop, sparseTop } from "./sparse-top.js";

/** Users between two polls for a stop. */
const USERS = 4096;

/** How items are compared. */
export interface SimilarityOptions {
  /** Cosine of counts, or of BM25's weights of them. */
  readonly weighting: "cosine" | "bm25";
  /** Whether counts count as they are, or log(1 + count). */
  readonly damping: "none" | "log";
  /** Items kept for each item. */
  readonly neighbours: number;
  /** BM25: how soon a count is enough. */
  readonly k1: number;
  /** BM25: how much an item's length counts, 0 … 1. */
  readonly b: number;
}

/** BM25's weights of damped counts, in place: items are documents, users words. */
async function weighByBm25(
  counts: Csr,
  damped: Float64Array,
  { k1, b }: SimilarityOptions,
  pacer: Pacer,
) {
  const { indices, starts, rows, columns } = counts;
  const lengths = new Float64Array(columns);
  await inBlocks(indices.length, pacer, (from, to) => {
    for (let at = from; at < to; at++) lengths[indices[at]!]! += damped[at]!;
  });
  const mean = lengths.reduce((sum, value) => sum + value, 0) / Math.max(1, columns);
  for (let user = 0; user < rows; user++) {
    if (user % USERS === 0) await pacer.pause();
    const rarity = log1p(columns / (1 + starts[user + 1]! - starts[user]!));
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const length = 1 - b + (b * lengths[indices[at]!]!) / mean;
      const value = damped[at]!;
      damped[at] = ((value * (k1 + 1)) / (k1 * length + value)) * rarity;
    }
  }
}

/** Weights of counts, the vector of each item brought to length 1. */
async function unitWeights(
  counts: Csr,
  options: SimilarityOptions,
  pacer: Pacer,
): Promise<Float32Array> {
  const { indices, values, columns } = counts;
  const weights = new Float64Array(values.length);
  const damp = dampers[options.damping];
  await inBlocks(weights.length, pacer, (from, to) => {
    for (let at = from; at < to; at++) weights[at] = damp(values[at]!);
  });
  if (options.weighting === "bm25") await weighByBm25(counts, weights, options, pacer);
  const squares = new Float64Array(columns);
  await inBlocks(weights.length, pacer, (from, to) => {
    for (let at = from; at < to; at++) squares[indices[at]!]! += weights[at]! ** 2;
  });
  const unit = new Float32Array(weights.length);
  await inBlocks(weights.length, pacer, (from, to) => {
    for (let at = from; at < to; at++) {
      const square = squares[indices[at]!]!;
      unit[at] = square > 0 ? weights[at]! / Math.sqrt(square) : 0;
    }
  });
  return unit;
}

/**
 * Similarities above 0 of each item to its nearest ones, without itself.
 * @param counts users × items
 * @returns items × items, columns ascending; ties go to the lower item
 * @throws LEARN_STOPPED, KERNEL_MEMORY, KERNEL_WORKER_DIED
 * @source Deshpande & Karypis 2004; weights of Robertson & Zaragoza 2009 (items as documents)
 */
export async function similarItemsOf(
  counts: Csr,
  { options, extras, pacer, doing }: RecommenderFit<SimilarityOptions>,
): Promise<Csr> {
  const right = { ...counts, values: await unitWeights(counts, options, pacer) };
  const items = counts.columns;
  const itself = Int32Array.from({ length: items + 1 }, (_, item) => item);
  const near = await sparseTop({
    ...{ doing, right, extras, pacer },
    left: await transposed(right, pacer),
    excluded: { starts: itself, indices: itself.subarray(0, items) },
    most: options.neighbours,
    byColumn: true,
  });
  return compact(near, items);
}

/** Rows of a sparse top one behind the other. */
function compact({ starts, counts, columns, values }: SparseTop, items: number): Csr {
  const ends = new Int32Array(items + 1);
  for (let item = 0; item < items; item++) ends[item + 1] = ends[item]! + counts[item]!;
  const indices = new Int32Array(ends.at(-1)!);
  const weights = new Float32Array(indices.length);
  for (let item = 0; item < items; item++) {
    const [from, count] = [starts[item]!, counts[item]!];
    indices.set(columns.subarray(from, from + count), ends[item]!);
    weights.set(values.subarray(from, from + count), ends[item]!);
  }
  return { rows: items, columns: items, starts: ends, indices, values: weights };
}
