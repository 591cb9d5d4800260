import { choiceRank as rank } from "./components.js";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { biasResiduals } from "./latent.js";
import type { Subspace } from "./subspace.js";

const names = ["tasteGain", "tasteDistance", "tasteResidual", "tasteSpread"] as const;
/** Titles that are clustered at most of one user, evenly spaced. */
const most = 200;

/**
 * Whether two tastes explain a user's titles better than one: what two clusters of the titles'
 * embeddings save, how far apart they are times the smaller one's share, and whether ratings lean
 * differently in the two, each rating judged by the others. People who share an account have two.
 */
export function tasteFeatures(context: RatingContext, choice: Subspace): FeatureValues {
  const { ratings, users } = context;
  const columns = columnsOf(names, users);
  const embedding = unitRows(choice);
  const residual = biasResiduals(context);
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    if (to - from < 4) continue;
    const step = Math.max(1, (to - from) / most);
    const places = Array.from({ length: Math.floor((to - from) / step) }, (_, k) =>
      Math.floor(from + k * step),
    );
    const points = places.map((k) => ratings.item[k]! * rank);
    const split = twoMeans(embedding, points);
    columns.tasteGain[user] = split.one > 0 ? 1 - split.two / split.one : 0;
    columns.tasteDistance[user] = split.distance * split.smaller;
    columns.tasteSpread[user] = split.one / points.length;
    columns.tasteResidual[user] = residualGain(
      places.map((k) => residual[k]!),
      split.side,
    );
  }
  return columns;
}

/** Embeddings of the items, each of length 1. */
export function unitRows({ directions }: Subspace): Float64Array {
  const out = directions.slice();
  for (let at = 0; at < out.length; at += rank) {
    let sum = 0;
    for (let j = 0; j < rank; j++) sum += out[at + j]! ** 2;
    const factor = sum > 1e-30 ? 1 / Math.sqrt(sum) : 0;
    for (let j = 0; j < rank; j++) out[at + j]! *= factor;
  }
  return out;
}

function squaredDistance(a: Float64Array, at: number, b: Float64Array, bt: number): number {
  let sum = 0;
  for (let j = 0; j < rank; j++) sum += (a[at + j]! - b[bt + j]!) ** 2;
  return sum;
}

/** Two-means from the point farthest from the centre and the one farthest from that. */
function twoMeans(x: Float64Array, points: readonly number[]) {
  const centre = new Float64Array(rank);
  for (const at of points) for (let j = 0; j < rank; j++) centre[j]! += x[at + j]! / points.length;
  const farthest = (from: Float64Array, fromAt: number) => {
    let [best, distance] = [points[0]!, -1];
    for (const at of points) {
      const found = squaredDistance(x, at, from, fromAt);
      if (found > distance) [best, distance] = [at, found];
    }
    return best;
  };
  const first = farthest(centre, 0);
  const second = farthest(x, first);
  const means = new Float64Array(2 * rank);
  for (let j = 0; j < rank; j++) [means[j], means[rank + j]] = [x[first + j]!, x[second + j]!];
  const side = new Uint8Array(points.length);
  let [two, smaller] = [0, 0];
  for (let round = 0; round < 5; round++) {
    const sizes = [0, 0];
    two = 0;
    for (const [k, at] of points.entries()) {
      const near = squaredDistance(x, at, means, 0);
      const far = squaredDistance(x, at, means, rank);
      side[k] = near <= far ? 0 : 1;
      sizes[side[k]!]! += 1;
      two += Math.min(near, far);
    }
    smaller = Math.min(...sizes) / points.length;
    means.fill(0);
    for (const [k, at] of points.entries()) {
      const to = side[k]! * rank;
      for (let j = 0; j < rank; j++) means[to + j]! += x[at + j]! / sizes[side[k]!]!;
    }
  }
  const one = points.reduce((sum, at) => sum + squaredDistance(x, at, centre, 0), 0);
  const distance = Math.sqrt(squaredDistance(means, 0, means, rank));
  return { one, two, side, smaller, distance };
}

/** Share of the squared leave-one-out residuals that a lean for each side saves. */
function residualGain(residual: readonly number[], side: Uint8Array): number {
  const sums = [0, 0];
  const sizes = [0, 0];
  for (const [k, one] of residual.entries()) {
    sums[side[k]!]! += one;
    sizes[side[k]!]! += 1;
  }
  const [all, count] = [sums[0]! + sums[1]!, residual.length];
  let [together, apart] = [0, 0];
  for (const [k, one] of residual.entries()) {
    together += (one - (all - one) / (count + 1)) ** 2;
    apart += (one - (sums[side[k]!]! - one) / (sizes[side[k]!]! + 1)) ** 2;
  }
  return together > 0 ? 1 - apart / together : 0;
}
