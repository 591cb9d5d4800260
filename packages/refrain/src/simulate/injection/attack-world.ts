import { exp, log, type RandomStream } from "@refrain/learn";
import { type ItemView, onScale, type Ratings, viewByItem } from "./ratings.js";

/** What an attacker may know of a base: its items' counts and means, its tastes, its lengths. */
export interface AttackWorld {
  readonly base: Ratings;
  readonly byItem: ItemView;
  /** Raters of each item. */
  readonly count: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly globalMean: number;
  readonly globalDeviation: number;
  /** Items by count, most rated first. */
  readonly popular: Int32Array;
  /** Items that few have rated, for targets. */
  readonly rare: Int32Array;
  readonly lengths: FillerLengths;
}

/** Lengths of filled profiles: lognormal, cut at both ends. */
export interface FillerLengths {
  /** Half of the profiles are shorter. */
  readonly median: number;
  /** Standard deviation of the logarithm. */
  readonly logSd: number;
  /** Titles at least. */
  readonly least: number;
  /** Titles at most. */
  readonly most: number;
}

/** Lengths that suit a base: longer where more than 5 % of all pairs are rated. */
function lengthsFor({ item, userIds, itemIds }: Ratings): FillerLengths {
  const isDense = item.length > 0.05 * userIds.length * itemIds.length;
  return isDense
    ? { median: 55, logSd: 0.8, least: 20, most: 400 }
    : { median: 27, logSd: 0.6, least: 10, most: 150 };
}

/** Reads off a base what attackers know of it. */
export function surveyBase(base: Ratings, lengths = lengthsFor(base)): AttackWorld {
  const byItem = viewByItem(base);
  const items = base.itemIds.length;
  const [count, mean, deviation] = [0, 1, 2].map(() => new Float64Array(items));
  let [sum, squares] = [0, 0];
  for (const value of base.value) sum += value;
  const globalMean = sum / base.value.length;
  for (const value of base.value) squares += (value - globalMean) ** 2;
  for (let i = 0; i < items; i++) {
    const values = byItem.value.subarray(byItem.start[i], byItem.start[i + 1]);
    count![i] = values.length;
    mean![i] = values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
    const spread = values.reduce((total, value) => total + (value - mean![i]!) ** 2, 0);
    deviation![i] = Math.sqrt(spread / Math.max(1, values.length));
  }
  const popular = Int32Array.from({ length: items }, (_, i) => i).sort(
    (a, b) => count![b]! - count![a]! || a - b,
  );
  const few = Math.max(5, count![popular[items >> 1]!]!);
  return {
    ...{ base, byItem, globalMean, popular },
    ...{ count: count!, mean: mean!, deviation: deviation! },
    globalDeviation: Math.sqrt(squares / base.value.length),
    rare: popular.filter((i) => count![i]! <= few && count![i]! > 0),
    lengths: { ...lengths, most: Math.min(lengths.most, Math.floor(items / 2)) },
  };
}

/** A profile's number of fillers. */
export function drawLength({ lengths }: AttackWorld, random: RandomStream): number {
  const { median, logSd, least, most } = lengths;
  const drawn = Math.round(median * exp(logSd * random.normal()));
  return Math.max(1, Math.min(most, Math.max(Math.min(least, most), drawn)));
}

/**
 * Draws different items, each with a chance that grows with its weight.
 * @param items what to draw from
 * @param weight of an item; those of weight 0 are never drawn
 * @source Efraimidis & Spirakis 2006
 */
export function drawItems(
  items: Int32Array,
  size: number,
  weight: (item: number) => number,
  random: RandomStream,
): number[] {
  const keyed: { item: number; key: number }[] = [];
  for (const item of items) {
    const chance = weight(item);
    const key = log(1 - random.uniform());
    if (chance > 0) keyed.push({ item, key: key / chance });
  }
  keyed.sort((a, b) => b.key - a.key || a.item - b.item);
  return keyed.slice(0, size).map((one) => one.item);
}

/** A rating about a mean, on the scale. */
export function drawRating(
  { base }: AttackWorld,
  mean: number,
  deviation: number,
  random: RandomStream,
): number {
  return onScale(base.scale, mean + deviation * random.normal());
}

/** Items that the raters of one item also rate, the closest first (cosine of raters). */
export function tasteOf({ base, byItem, count }: AttackWorld, seedItem: number): number[] {
  const together = new Map<number, number>();
  for (let k = byItem.start[seedItem]!; k < byItem.start[seedItem + 1]!; k++) {
    const user = byItem.user[k]!;
    for (let p = base.userStart[user]!; p < base.userStart[user + 1]!; p++) {
      const item = base.item[p]!;
      together.set(item, (together.get(item) ?? 0) + 1);
    }
  }
  const closeness = (item: number, both: number) =>
    both < 2 && item !== seedItem ? 0 : both / Math.sqrt(count[item]! * count[seedItem]!);
  return [...together]
    .map(([item, both]) => ({ item, close: closeness(item, both) }))
    .sort((a, b) => b.close - a.close || a.item - b.item)
    .map((one) => one.item);
}
