import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";

const names = [
  "mud",
  "rud",
  "qud",
  "popularityMedian",
  "popularityUpper",
  "logPopularity",
  "logPopularitySpread",
  "rareShare",
  "rareExtreme",
  "popularShare",
  "popularityRating",
  "choiceSurprise",
] as const;

/**
 * How widely known the titles are that a user rates: mean, range and lower quartile of their
 * raters (MUD, RUD, QUD), and how that goes with the rating.
 * @source Li et al. 2016, "Shilling attack detection in recommender systems via selecting patterns"
 */
export function popularityFeatures(context: RatingContext): FeatureValues {
  const { users, ratings, count } = context;
  const columns = columnsOf(names, users);
  const sorted = count.slice().sort();
  const rare = Math.max(2, sorted[sorted.length >> 1]!);
  const popular = sorted[Math.floor(0.98 * sorted.length)] ?? 1;
  const total = ratings.item.length;
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const n = to - from;
    if (n === 0) continue;
    const counts = Float64Array.from(ratings.item.subarray(from, to), (item) => count[item]!);
    const logs = counts.map((one) => log(one));
    const logMean = logs.reduce((sum, one) => sum + one, 0) / n;
    const logSquares = logs.reduce((sum, one) => sum + (one - logMean) ** 2, 0);
    let [few, fewExtreme, many, cross, own] = [0, 0, 0, 0, 0];
    for (let k = 0; k < n; k++) {
      const value = ratings.value[from + k]!;
      const isRare = counts[k]! <= rare;
      few += isRare ? 1 : 0;
      fewExtreme += isRare && endOf(ratings.scale, value) !== 0 ? 1 : 0;
      many += counts[k]! >= popular ? 1 : 0;
      cross += (value - context.userMean[user]!) * (logs[k]! - logMean);
      own += (value - context.userMean[user]!) ** 2;
    }
    counts.sort();
    columns.mud[user] = counts.reduce((sum, one) => sum + one, 0) / n;
    columns.rud[user] = counts[n - 1]! - counts[0]!;
    columns.qud[user] = counts[Math.floor(n / 4)]!;
    columns.popularityMedian[user] = counts[n >> 1]!;
    columns.popularityUpper[user] = counts[Math.floor((3 * n) / 4)]!;
    columns.logPopularity[user] = logMean;
    columns.logPopularitySpread[user] = Math.sqrt(logSquares / n);
    columns.rareShare[user] = few / n;
    columns.rareExtreme[user] = fewExtreme;
    columns.popularShare[user] = many / n;
    const scale = Math.sqrt(own * logSquares);
    columns.popularityRating[user] = scale > 0 ? cross / scale : 0;
    columns.choiceSurprise[user] = log(total) - logMean;
  }
  return columns;
}
