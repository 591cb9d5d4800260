/** The items nearest to each item, by the users that took both. */
import { log1p, type Pacer } from "../../foundation/index.js";
import { type Csr, transposed } from "./csr.js";
import { bestPlaces } from "./pairs.js";

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
function weighed(counts: Csr, byItem: Csr, options: SimilarityOptions): Float64Array {
  const { values, indices, starts } = counts;
  const damped = Float64Array.from(values, (value) =>
    options.damping === "log" ? log1p(value) : value,
  );
  if (options.weighting === "cosine") return damped;
  const lengths = new Float64Array(counts.columns);
  for (const [at, item] of indices.entries()) lengths[item]! += damped[at]!;
  const mean = lengths.reduce((sum, value) => sum + value, 0) / Math.max(1, byItem.rows);
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
 * @throws LEARN_STOPPED
 * @source Deshpande & Karypis 2004; weights of Robertson & Zaragoza 2009 (items as documents)
 */
export async function similarItemsOf(
  counts: Csr,
  options: SimilarityOptions,
  pacer: Pacer,
): Promise<Csr> {
  const plain = await transposed(counts, pacer);
  const unit = Float32Array.from(normalised(counts, weighed(counts, plain, options)));
  const byItem = await transposed({ ...counts, values: unit }, pacer);
  const items = counts.columns;
  const starts = new Int32Array(items + 1);
  const indices: number[] = [];
  const values: number[] = [];
  const sums = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    const touched: number[] = [];
    await pacer.pause();
    for (let at = byItem.starts[item]!; at < byItem.starts[item + 1]!; at++) {
      const user = byItem.indices[at]!;
      const own = byItem.values[at]!;
      for (let to = counts.starts[user]!; to < counts.starts[user + 1]!; to++) {
        const other = counts.indices[to]!;
        if (sums[other] === 0) touched.push(other);
        sums[other]! += own * unit[to]!;
      }
      if (at % 64 === 0) await pacer.pause();
    }
    // Ascending, so that ties go to the lower item; places of weight 0 may stand twice.
    const places = Int32Array.from(new Set(touched)).sort();
    const near = Float64Array.from(places, (place) => (place === item ? 0 : sums[place]!));
    const best = bestPlaces(near, options.neighbours, (place) => near[place]! > 0);
    for (const at of best.sort((a, b) => a - b)) {
      indices.push(places[at]!);
      values.push(near[at]!);
    }
    for (const place of places) sums[place] = 0;
    starts[item + 1] = indices.length;
  }
  return {
    rows: items,
    columns: items,
    starts,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  };
}
