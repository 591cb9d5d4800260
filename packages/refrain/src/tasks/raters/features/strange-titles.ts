import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = ["strangeMost", "strangeThree", "strangeEnds"] as const;
/** Standard deviations that a title is below a user's usual fame, at most. */
const most = 6;
/** Titles are compared with others of like fame: two groups a step of e, so many at most. */
const groups = 24;

/**
 * Titles that none of their raters would be expected to rate. A rating is strange by how much less
 * known its title is than what the user otherwise rates, over what is usual for titles of that
 * fame: who finds the unknown has found more of it. Of each title the strangeness of its other
 * raters is summed; a user has the highest such meetings, over all ratings (`strangeMost`,
 * `strangeThree`) and over those where all stand at one end of the scale (`strangeEnds`).
 */
export function strangeTitleFeatures(context: RatingContext): FeatureValues {
  const { ratings, users, items, count } = context;
  const columns = columnsOf(names, users);
  const strange = strangeness(context);
  const placeOf = (k: number) => (endOf(ratings.scale, ratings.value[k]!) + 3) % 3;
  // Of all ratings, of those at the high end, of those at the low end.
  const sums = [0, 1, 2].map(() => new Float64Array(items));
  for (const [k, one] of strange.entries()) {
    const end = placeOf(k);
    sums[0]![ratings.item[k]!]! += one;
    if (end > 0) sums[end]![ratings.item[k]!]! += one;
  }
  const [all, ends] = [new TopValues(3), new TopValues(3)];
  for (let user = 0; user < users; user++) {
    all.clear();
    ends.clear();
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const own = strange[k]!;
      if (own <= 0) continue;
      const item = ratings.item[k]!;
      const met = (end: number) => {
        const others = sums[end]![item]! - own;
        return others > 0 ? Math.sqrt((own * others) / Math.sqrt(count[item]! + 1)) : 0;
      };
      const end = placeOf(k);
      all.add(met(0));
      if (end > 0) ends.add(met(end));
    }
    columns.strangeMost[user] = all.highest();
    columns.strangeThree[user] = 3 * all.mean();
    columns.strangeEnds[user] = 3 * ends.mean();
  }
  return columns;
}

/** How strange each rating is, in standard deviations of those of titles of like fame. */
function strangeness({ ratings, users, count }: RatingContext): Float64Array {
  const out = new Float64Array(ratings.item.length);
  const fame = count.map((one) => log(Math.max(1, one)));
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const n = to - from;
    if (n < 4) continue;
    let [sum, squares] = [0, 0];
    for (let k = from; k < to; k++) {
      const known = fame[ratings.item[k]!]!;
      sum += known;
      squares += known * known;
    }
    for (let k = from; k < to; k++) {
      const known = fame[ratings.item[k]!]!;
      const mean = (sum - known) / (n - 1);
      const spread = Math.sqrt(Math.max(0, (squares - known * known) / (n - 1) - mean ** 2));
      out[k] = Math.max(-most, Math.min(most, (mean - known) / (spread + 0.3)));
    }
  }
  const group = fame.map((one) => Math.min(groups - 1, Math.floor(2 * one)));
  const [total, sums, squares] = [0, 1, 2].map(() => new Float64Array(groups));
  for (const [k, one] of out.entries()) {
    const at = group[ratings.item[k]!]!;
    total![at]! += 1;
    sums![at]! += one;
    squares![at]! += one * one;
  }
  return out.map((one, k) => {
    const at = group[ratings.item[k]!]!;
    const mean = sums![at]! / total![at]!;
    return (one - mean) / Math.sqrt(Math.max(0.05, squares![at]! / total![at]! - mean ** 2));
  });
}
