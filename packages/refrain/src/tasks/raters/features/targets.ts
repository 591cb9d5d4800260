import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";

const names = ["tmf", "tmfMean", "shiftMost", "shiftSum"] as const;

/**
 * Titles that look like targets. TMF: over a user's titles the highest share of raters that look
 * suspicious (the tenth with the highest deviation by rarity, or most in lockstep). Shift: how far
 * a title's mean moves toward the user's rating from what its raters otherwise give.
 * @source Zhou et al. 2016 (target item analysis)
 */
export function targetFeatures(
  context: RatingContext,
  suspicion: readonly Float64Array[],
): FeatureValues {
  const { users, items, ratings, byItem, count } = context;
  const columns = columnsOf(names, users);
  const isSuspicious = new Uint8Array(users);
  for (const score of suspicion) {
    const bound = score.slice().sort()[Math.floor(0.9 * users)] ?? Number.POSITIVE_INFINITY;
    for (let user = 0; user < users; user++) if (score[user]! > bound) isSuspicious[user] = 1;
  }
  const marked = new Float64Array(items);
  const shift = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    let off = 0;
    for (let k = byItem.start[item]!; k < byItem.start[item + 1]!; k++) {
      const user = byItem.user[k]!;
      marked[item]! += isSuspicious[user]!;
      off += byItem.value[k]! - context.userMean[user]!;
    }
    shift[item] = off / Math.sqrt(Math.max(1, count[item]!));
  }
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    for (let k = from; k < to; k++) {
      const item = ratings.item[k]!;
      const others = count[item]! - 1;
      const share = others > 1 ? (marked[item]! - isSuspicious[user]!) / (others + 1) : 0;
      const lean = ratings.value[k]! - context.userMean[user]!;
      const along = others > 1 ? Math.max(0, shift[item]! * Math.sign(lean)) : 0;
      columns.tmf[user] = Math.max(columns.tmf[user]!, share);
      columns.tmfMean[user]! += share / (to - from);
      columns.shiftMost[user] = Math.max(columns.shiftMost[user]!, along);
      columns.shiftSum[user]! += along / Math.sqrt(to - from);
    }
  }
  return columns;
}
