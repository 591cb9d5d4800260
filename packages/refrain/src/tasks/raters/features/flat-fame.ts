import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

const names = ["flatMean", "flatReach", "flatGap"] as const;
/** Titles, of five at most one, that may be what the account is there for. */
const set = { most: 5, share: 0.2 };

/**
 * Whether titles are drawn evenly from all down to some fame. Ranks by fame, without the least
 * known few (targets), by the highest of those that stay: a list that is gone through at random
 * has the mean ½ and no gap to the even distribution; people rate the best known most. `flatReach`
 * is how far down it goes, a share of all titles.
 * @source Hurley, Cheng & Zhang 2009 (average over popular items); Kolmogorov's distance
 */
export function flatFameFeatures(context: RatingContext): FeatureValues {
  const { ratings, users, items } = context;
  const columns = columnsOf(names, users);
  const rank = ranksByFame(context);
  for (let user = 0; user < users; user++) {
    const own = ratings.item.subarray(ratings.userStart[user], ratings.userStart[user + 1]);
    const ranks = Float64Array.from(own, (item) => rank[item]!).sort();
    const n = ranks.length - Math.min(set.most, Math.floor(set.share * ranks.length));
    if (n < 3) continue;
    const reach = (ranks[n - 1]! * (n + 1)) / n;
    let [sum, gap] = [0, 0];
    for (let k = 0; k < n; k++) {
      const share = ranks[k]! / reach;
      sum += share;
      gap = Math.max(gap, Math.abs(share - (k + 0.5) / n));
    }
    columns.flatMean[user] = sum / n;
    columns.flatReach[user] = reach / items;
    columns.flatGap[user] = gap * Math.sqrt(n);
  }
  return columns;
}

/** Rank of each item, the best known first; items of one count share the middle of theirs. */
function ranksByFame({ count, items }: RatingContext): Float64Array {
  const order = Int32Array.from(count.keys()).sort((a, b) => count[b]! - count[a]! || a - b);
  const rank = new Float64Array(items);
  for (let from = 0; from < items; ) {
    let to = from;
    while (to < items && count[order[to]!] === count[order[from]!]) to += 1;
    for (const item of order.subarray(from, to)) rank[item] = (from + to) / 2;
    from = to;
  }
  return rank;
}
