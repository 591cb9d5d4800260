import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { otherMean } from "./deviation.js";

const names = ["worthSlope", "worthZ", "worthSpread"] as const;
/** Ratings' worth of slope 1 that a short account is given. */
const prior = 2;

/**
 * How a user's ratings go along with what the titles are worth to others: the slope of a line
 * (people are about 1, a made-up rating 0), how many standard errors it is from 0, which a
 * correlation does not tell of long and short accounts alike, and what the line leaves.
 */
export function worthFeatures(context: RatingContext): FeatureValues {
  const { users, ratings, userMean, deviation } = context;
  const columns = columnsOf(names, users);
  const worth = ratings.value.map((value, k) => otherMean(context, ratings.item[k]!, value));
  const spread = spreadOf(worth);
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const n = to - from;
    let mean = 0;
    for (let k = from; k < to; k++) mean += worth[k]! / n;
    let [along, own, all] = [0, 0, 0];
    for (let k = from; k < to; k++) {
      const x = worth[k]! - mean;
      const y = ratings.value[k]! - userMean[user]!;
      along += x * y;
      own += x * x;
      all += y * y;
    }
    const extra = prior * spread ** 2;
    const slope = (along + extra) / Math.max(1e-12, own + extra);
    const rest = Math.max(0, all - 2 * slope * along + slope * slope * own);
    // Half a rating's worth of the spread of all: nobody is without error.
    const error = Math.sqrt((rest + 0.5 * deviation ** 2) / (n + 0.5));
    columns.worthSlope[user] = slope;
    columns.worthZ[user] = error > 0 ? along / Math.sqrt(Math.max(1e-12, own)) / error : 0;
    columns.worthSpread[user] = Math.sqrt(rest / Math.max(1, n));
  }
  return columns;
}

function spreadOf(values: Float64Array): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
}
