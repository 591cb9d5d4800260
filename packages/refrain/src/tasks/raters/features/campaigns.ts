import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";
import { TopValues } from "./top-values.js";

const names = ["campaignMost", "campaignThree"] as const;
/** Members of a campaign rate its titles within some days of each other, milliseconds. */
const reach = 4 * 86_400_000;

/**
 * Odd ratings of one title, at one end of the scale, within days of each other: of each of a user's
 * odd ratings what the others' in its time add up to, the highest and the three highest.
 * @param odd how odd each rating at an end is, 0 elsewhere
 * @param usual what is usual of it
 */
export function campaignFeatures(
  context: RatingContext,
  odd: Float64Array,
  usual: number,
): FeatureValues {
  const { users, ratings } = context;
  if (!ratings.at) return {};
  const columns = columnsOf(names, users);
  const excess = odd.map((one) => Math.max(0, one - usual));
  const together = sumsInTime(context, excess);
  const top = new TopValues(3);
  for (let user = 0; user < users; user++) {
    top.clear();
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      if (excess[k]! > 0) top.add(Math.sqrt(excess[k]! * together[k]!));
    }
    columns.campaignMost[user] = top.highest();
    columns.campaignThree[user] = 3 * top.mean();
  }
  return columns;
}

/** Of each odd rating: the excess of other odd ones of its title, at its end and in its time. */
function sumsInTime({ ratings, byItem, items, count }: RatingContext, excess: Float64Array) {
  const out = new Float64Array(excess.length);
  const at = ratings.at!;
  for (let item = 0; item < items; item++) {
    const places = byItem.place
      .slice(byItem.start[item], byItem.start[item + 1])
      .filter((place) => excess[place]! > 0 && !Number.isNaN(at[place]!));
    for (const end of [-1, 1]) {
      const own = places.filter((place) => endOf(ratings.scale, ratings.value[place]!) === end);
      own.sort((a, b) => at[a]! - at[b]! || a - b);
      let [from, to, sum] = [0, 0, 0];
      for (const place of own) {
        while (to < own.length && at[own[to]!]! <= at[place]! + reach) sum += excess[own[to++]!]!;
        while (at[own[from]!]! < at[place]! - reach) sum -= excess[own[from++]!]!;
        out[place] = Math.max(0, sum - excess[place]!) / Math.sqrt(count[item]!);
      }
    }
  }
  return out;
}
