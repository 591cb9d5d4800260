/** The items nearest to each item, by the users that took both. */
import { log1p } from "../../foundation/index.js";
import { type Csr, transposed } from "./csr.js";
import type { RecommenderFit } from "./recommender.js";
import { type SparseTop, sparseTop } from "./sparse-top.js";

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

/** Weights before items' vectors are brought to length 1. */
function weighed(counts: Csr, options: SimilarityOptions): Float64Array {
  const { values, indices, starts } = counts;
  const damped = Float64Array.from(values, (value) =>
    options.damping === "log" ? log1p(value) : value,
  );
  if (options.weighting === "cosine") return damped;
  const lengths = new Float64Array(counts.columns);
  for (const [at, item] of indices.entries()) lengths[item]! += damped[at]!;
  const mean = lengths.reduce((sum, value) => sum + value, 0) / Math.max(1, counts.columns);
  for (let user = 0; user < counts.rows; user++) {
    const taken = starts[user + 1]! - starts[user]!;
    const rarity = log1p(counts.columns / (1 + taken));
    for (let at = starts[user]!; at < starts[user + 1]!; at++) {
      const length = 1 - options.b + (options.b * lengths[indices[at]!]!) / mean;
      const value = damped[at]!;
      damped[at] = ((value * (options.k1 + 1)) / (options.k1 * length + value)) * rarity;
    }
  }
  return damped;
}

/** Brings the vector of each item to length 1. */
function normalised(counts: Csr, weights: Float64Array): Float64Array {
  const squares = new Float64Array(counts.columns);
  for (const [at, item] of counts.indices.entries()) squares[item]! += weights[at]! ** 2;
  return weights.map((value, at) => {
    const square = squares[counts.indices[at]!]!;
    return square > 0 ? value / Math.sqrt(square) : 0;
  });
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
  await pacer.pause();
  const unit = Float32Array.from(normalised(counts, weighed(counts, options)));
  const right = { ...counts, values: unit };
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
