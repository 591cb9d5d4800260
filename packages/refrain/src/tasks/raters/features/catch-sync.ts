import { log } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

const grid = 12;

/**
 * Synchronicity: how close a user's titles are to each other in the plane of degree and mean
 * rating (share of pairs in one cell); normality: how close to all titles; and what synchronicity
 * exceeds the least that normality allows.
 * @source Jiang et al. 2014, "CatchSync"
 */
export function synchronicityFeatures(context: RatingContext): FeatureValues {
  const { users, items, ratings, count, itemMean } = context;
  const columns = columnsOf(["synchronicity", "normality", "synchronicityExcess"], users);
  const { low, high } = ratings.scale;
  const span = Math.max(1e-12, high - low);
  const highest = count.reduce((top, one) => Math.max(top, one), 1);
  const cell = Int32Array.from({ length: items }, (_, item) => {
    const across = Math.min(grid - 1, Math.floor((grid * log(count[item]!)) / log(highest + 1)));
    const up = Math.min(grid - 1, Math.floor((grid * (itemMean[item]! - low)) / span));
    return Math.max(0, across) * grid + up;
  });
  const all = new Float64Array(grid * grid);
  for (const one of cell) all[one]! += 1 / items;
  const self = all.reduce((sum, share) => sum + share * share, 0);
  const own = new Float64Array(grid * grid);
  for (let user = 0; user < users; user++) {
    const mine = ratings.item.subarray(ratings.userStart[user], ratings.userStart[user + 1]);
    own.fill(0);
    for (const item of mine) own[cell[item]!]! += 1 / mine.length;
    let [sync, normal] = [0, 0];
    for (let c = 0; c < own.length; c++) {
      sync += own[c]! ** 2;
      normal += own[c]! * all[c]!;
    }
    columns.synchronicity[user] = sync;
    columns.normality[user] = normal;
    columns.synchronicityExcess[user] = sync - normal ** 2 / self;
  }
  return columns;
}
