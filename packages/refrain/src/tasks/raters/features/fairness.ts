import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

const rounds = 10;
/** Weight of the priors in numbers of ratings (Laplace smoothing). */
const prior = 2;

/**
 * Fairness of users, goodness of titles and reliability of ratings, each from the others:
 * fairness(u) = mean reliability of its ratings, goodness(i) = reliability-weighted mean,
 * reliability = half fairness, half 1 - |r - goodness|/2 with ratings on -1 … 1.
 * @source Kumar et al. 2018, "REV2"
 */
export function fairnessFeatures(context: RatingContext): FeatureValues {
  const { users, items, ratings, byItem } = context;
  const { low, high } = ratings.scale;
  const span = Math.max(1e-12, high - low);
  const value = ratings.value.map((one) => (2 * (one - low)) / span - 1);
  const reliability = new Float64Array(value.length).fill(1);
  const fairness = new Float64Array(users).fill(1);
  const goodness = new Float64Array(items);
  const normal = value.reduce((sum, one) => sum + one, 0) / value.length;
  for (let round = 0; round < rounds; round++) {
    for (let item = 0; item < items; item++) {
      let [sum, weight] = [prior * normal, prior];
      for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
        const place = byItem.place[k]!;
        sum += reliability[place]! * value[place]!;
        weight += reliability[place]!;
      }
      goodness[item] = sum / weight;
    }
    const usual = reliability.reduce((sum, one) => sum + one, 0) / reliability.length;
    for (let user = 0; user < users; user++) {
      const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
      let sum = prior * usual;
      for (let k = from; k < to; k++) {
        const near = 1 - Math.abs(value[k]! - goodness[ratings.item[k]!]!) / 2;
        reliability[k] = (fairness[user]! + near) / 2;
        sum += reliability[k]!;
      }
      fairness[user] = sum / (to - from + prior);
    }
  }
  const columns = columnsOf(["fairness", "leastReliable"], users);
  for (let user = 0; user < users; user++) {
    let least = 1;
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      least = Math.min(least, reliability[k]!);
    }
    columns.fairness[user] = fairness[user]!;
    columns.leastReliable[user] = least;
  }
  return columns;
}
