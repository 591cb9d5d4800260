import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";

/** Bins of the scale for histograms. */
export const ratingBins = 5;

/** The bin of a rating: 0 at the scale's low end, 4 at its high end. */
export function binOf({ ratings: { scale } }: RatingContext, value: number): number {
  const place = (value - scale.low) / Math.max(1e-12, scale.high - scale.low);
  return Math.min(ratingBins - 1, Math.floor(place * ratingBins));
}

const names = [
  "length",
  "lengthVar",
  "ratingMean",
  "ratingSpread",
  "entropy",
  "modeShare",
  "topShare",
  "bottomShare",
  "middleShare",
  "distinct",
  "globalDivergence",
  "itemSurprise",
  "repeats",
] as const;

/**
 * How a user's ratings are spread over the scale.
 * @source Burke, Mobasher & Williams 2006 (LengthVar); Li 2016 (histogram, entropy)
 */
export function shapeFeatures(context: RatingContext): FeatureValues {
  const { users, size, userMean, ratings } = context;
  const columns = columnsOf(names, users);
  const bins = Array.from({ length: ratingBins }, () => new Float64Array(users));
  const meanSize = ratings.item.length / Math.max(1, users);
  const spread = size.reduce((sum, n) => sum + (n - meanSize) ** 2, 0);
  const norms = itemHistograms(context);
  for (let user = 0; user < users; user++) {
    const n = Math.max(1, size[user]!);
    const values = ratings.value.subarray(ratings.userStart[user], ratings.userStart[user + 1]);
    const tally = new Map<number, number>();
    for (const value of values) tally.set(value, (tally.get(value) ?? 0) + 1);
    columns.length[user] = log(1 + size[user]!);
    columns.lengthVar[user] = spread > 0 ? Math.abs(size[user]! - meanSize) / spread : 0;
    columns.ratingMean[user] = userMean[user]!;
    const squares = values.reduce((sum, value) => sum + (value - userMean[user]!) ** 2, 0);
    columns.ratingSpread[user] = Math.sqrt(squares / n);
    let entropy = 0;
    for (const times of tally.values()) entropy -= (times / n) * log(times / n);
    columns.entropy[user] = entropy;
    columns.modeShare[user] = Math.max(0, ...tally.values()) / n;
    const ends = values.map((value) => endOf(ratings.scale, value));
    columns.topShare[user] = ends.filter((end) => end > 0).length / n;
    columns.bottomShare[user] = ends.filter((end) => end < 0).length / n;
    columns.distinct[user] = tally.size;
    columns.repeats[user] = ratings.repeats[user]! / n;
    for (const value of values) bins[binOf(context, value)]![user]! += 1 / n;
    columns.middleShare[user] = bins[ratingBins >> 1]![user]!;
    columns.globalDivergence[user] = divergence(bins, user, norms.global, n);
    columns.itemSurprise[user] = norms.surprise(user);
  }
  const histogram = bins.map((values, bin) => [`histogram${bin + 1}`, values] as const);
  return { ...columns, ...Object.fromEntries(histogram) };
}

/** How the raters of all items, and of each, spread over the bins. */
function itemHistograms(context: RatingContext) {
  const { ratings, items, byItem } = context;
  const table = new Float64Array(items * ratingBins);
  const global = new Float64Array(ratingBins);
  for (let item = 0; item < items; item++) {
    for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
      const bin = binOf(context, byItem.value[k]!);
      table[item * ratingBins + bin]! += 1;
      global[bin]! += 1 / ratings.item.length;
    }
  }
  /** Mean -log share of the item's other raters in the user's bin. */
  const surprise = (user: number): number => {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    let sum = 0;
    for (let k = from; k < to; k++) {
      const [item, bin] = [ratings.item[k]!, binOf(context, ratings.value[k]!)];
      const same = table[item * ratingBins + bin]! - 1 + 5 * global[bin]!;
      sum -= log(Math.max(1e-6, same / (context.count[item]! + 4)));
    }
    return to > from ? sum / (to - from) : 0;
  };
  return { global, surprise };
}

/** Kullback-Leibler divergence of a user's bins (one rating added) from those of all. */
function divergence(
  bins: readonly Float64Array[],
  user: number,
  global: Float64Array,
  n: number,
): number {
  let sum = 0;
  for (let bin = 0; bin < ratingBins; bin++) {
    const norm = Math.max(1e-6, global[bin]!);
    const share = (bins[bin]![user]! * n + norm) / (n + 1);
    sum += share * log(share / norm);
  }
  return sum;
}
