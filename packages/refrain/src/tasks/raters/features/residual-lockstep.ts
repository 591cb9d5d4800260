import { log } from "@refrain/learn";
import { columnsOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = [
  "liftedMost",
  "liftedThree",
  "liftedTogether",
  "loweredMost",
  "loweredThree",
  "loweredTogether",
] as const;
/** Users most in lockstep with one whose mean is told. */
const closestCount = 5;
/** Raters of a title that are paired with each other at most. */
const mostRaters = 200;
/** Standard deviations from which on a rating is far from what the latent model expects. */
const far = 0.8;
const farthest = 3;

/** Ratings far on one side of what is expected, and by how much. */
interface Side {
  /** Of each rating, 0 where it is not far. */
  readonly reach: Float64Array;
  /** Of each item: how many standard deviations the sum of reaches is above what is usual. */
  readonly surplus: (item: number, without: number) => number;
}

/**
 * Titles that many rate far above, or far below, what a model of their tastes expects of them: the
 * surplus of such ratings over what is usual, as each of a user's far ratings meets it, and how
 * much of it a user shares with the same others. Popular titles count as unknown ones do, and
 * ratings need not be at an end of the scale.
 * @param residual leave-one-out residuals of the latent model
 */
export function residualLockstepFeatures(
  context: RatingContext,
  residual: Float64Array,
): FeatureValues {
  const columns = columnsOf(names, context.users);
  const spread = Math.sqrt(residual.reduce((sum, one) => sum + one * one, 0) / residual.length);
  for (const [sign, name] of [
    [1, "lifted"],
    [-1, "lowered"],
  ] as const) {
    const side = sideOf(context, residual, sign / Math.max(1e-9, spread));
    meetings(context, side, columns[`${name}Most`], columns[`${name}Three`]);
    together(context, side, columns[`${name}Together`]);
  }
  return columns;
}

function sideOf(context: RatingContext, residual: Float64Array, factor: number): Side {
  const { items, ratings, count } = context;
  const reach = residual.map((one) => Math.min(farthest, Math.max(0, factor * one - far)));
  const mean = reach.reduce((sum, one) => sum + one, 0) / reach.length;
  const variance = reach.reduce((sum, one) => sum + (one - mean) ** 2, 0) / reach.length;
  const sums = new Float64Array(items);
  for (let k = 0; k < reach.length; k++) sums[ratings.item[k]!]! += reach[k]!;
  return {
    reach,
    surplus: (item, without) => {
      const others = count[item]! - 1;
      // Two ratings' worth of what is usual: of one rater alone nothing is known.
      return (sums[item]! - without - others * mean) / Math.sqrt((others + 2) * variance);
    },
  };
}

function meetings(
  { users, ratings }: RatingContext,
  { reach, surplus }: Side,
  most: Float64Array,
  three: Float64Array,
): void {
  const top = new TopValues(3);
  for (let user = 0; user < users; user++) {
    top.clear();
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const own = reach[k]!;
      if (own === 0) continue;
      const others = surplus(ratings.item[k]!, own);
      if (others > 0) top.add(Math.sqrt(own * others));
    }
    most[user] = top.highest();
    three[user] = 3 * top.mean();
  }
}

/** Far raters of the titles that have a surplus of them: their reach, and the title's weight. */
function together(context: RatingContext, { reach, surplus }: Side, out: Float64Array): void {
  const { users, items, ratings, byItem, count } = context;
  const weight = Float64Array.from({ length: items }, (_, item) => {
    const over = surplus(item, 0);
    return over > 1 ? over / log(5 + count[item]!) : 0;
  });
  const sum = new Float64Array(users);
  const top = new TopValues(closestCount);
  for (let user = 0; user < users; user++) {
    const met: number[] = [];
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const item = ratings.item[k]!;
      const own = reach[k]! * weight[item]!;
      if (own === 0) continue;
      const [from, to] = [byItem.start[item]!, byItem.start[item + 1]!];
      const step = Math.max(1, (to - from) / mostRaters);
      for (let at = from; at < to; at += step) {
        const p = Math.floor(at);
        const [other, theirs] = [byItem.user[p]!, reach[byItem.place[p]!]!];
        if (theirs === 0 || other === user) continue;
        if (sum[other] === 0) met.push(other);
        sum[other]! += own * theirs;
      }
    }
    top.clear();
    for (const other of met) {
      top.add(sum[other]!, other);
      sum[other] = 0;
    }
    out[user] = top.mean();
  }
}
