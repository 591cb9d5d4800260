import { log } from "../../foundation/index.js";

/** Histogram of one column in training, and what its bins say. */
export interface ColumnBins {
  /** bins + 1, ascending, equally far apart. */
  readonly edges: Float64Array;
  /** One a bin: how abnormal its values are. */
  readonly scores: Float64Array;
}

/** Ranges below this are those of a constant: their densities would not be finite. */
const SMALLEST_RANGE = 1e-290;
/** Bins narrower than this share of the largest value would have no edges of their own. */
const SMALLEST_SHARE = 2 ** -50;

/** Edges of so many equal bins over the range of the values; a constant gets .5 to either side. */
function equalEdges(values: Float64Array, bins: number): Float64Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const narrowest = Math.max(Math.abs(low), Math.abs(high)) * SMALLEST_SHARE * bins;
  if (!(high - low > SMALLEST_RANGE && high - low > narrowest)) {
    const half = Math.max(0.5, 4 * narrowest);
    [low, high] = [low - half, high + half];
  }
  const step = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, place) => low + place * step);
  edges[bins] = high;
  return edges;
}

/** Bins a unit, for a first guess of a value's bin. */
function binScale(edges: Float64Array): number {
  const bins = edges.length - 1;
  return Math.min(bins / (edges[bins]! - edges[0]!), Number.MAX_VALUE);
}

/** Bin [edge, next) of a value within the edges; the last one holds its end too. */
function binOf(edges: Float64Array, scale: number, value: number): number {
  const last = edges.length - 2;
  let bin = Math.min(last, Math.floor((value - edges[0]!) * scale));
  // Arithmetic may be one off; edges decide.
  while (value < edges[bin]!) bin -= 1;
  while (bin < last && value >= edges[bin + 1]!) bin += 1;
  return bin;
}

/**
 * The histogram of a column; the score of a bin is -log2(density + alpha).
 * @param weight one a value, or undefined where all are 1
 */
export function columnBins(
  values: Float64Array,
  weight: Float64Array | undefined,
  { bins, alpha }: { readonly bins: number; readonly alpha: number },
): ColumnBins {
  const edges = equalEdges(values, bins);
  const counts = new Float64Array(bins);
  const scale = binScale(edges);
  for (let row = 0; row < values.length; row++) {
    counts[binOf(edges, scale, values[row]!)]! += weight === undefined ? 1 : weight[row]!;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scores = counts.map((count, bin) => {
    const density = count / (edges[bin + 1]! - edges[bin]!) / total;
    return -log(density + alpha) / Math.LN2;
  });
  return { edges, scores };
}

/**
 * What one column adds to the score of a value: the score of its bin; of the nearest bin where it
 * lies outside by at most `tolerance` bins; of the rarest bin beyond.
 * @returns NaN for NaN
 */
export function binTerm(
  { edges, scores }: ColumnBins,
  tolerance: number,
): (value: number) => number {
  const last = scores.length - 1;
  const scale = binScale(edges);
  const [low, high] = [edges[0]!, edges[last + 1]!];
  const lowest = low - (edges[1]! - low) * tolerance;
  const highest = high + (high - edges[last]!) * tolerance;
  const rarest = scores.reduce((a, b) => Math.max(a, b));
  return (value) => {
    if (value < low) return value >= lowest ? scores[0]! : rarest;
    if (value > high) return value <= highest ? scores[last]! : rarest;
    if (Number.isNaN(value)) return Number.NaN;
    return scores[binOf(edges, scale, value)]!;
  };
}
