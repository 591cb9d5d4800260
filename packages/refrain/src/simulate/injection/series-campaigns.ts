import { RandomStream } from "@refrain/learn";
import { surveyTimes } from "./attack-times.js";
import type { RaterTruth } from "./inject.js";
import {
  buildRatings,
  type ItemView,
  onScale,
  type Ratings,
  userOfEntries,
  viewByItem,
} from "./ratings.js";
import type { Series } from "./series.js";

/** Kinds that need to know which titles belong together. */
export const seriesKinds = ["series-bombing"] as const;

/** What is true of an account, of kinds beyond the ten too. */
export interface HiddenTruth extends Omit<RaterTruth, "kind"> {
  /** Which kind, of the crooked. */
  readonly kind?: string;
  /** Series that it is to raise or lower, a place in `Series.names`. */
  readonly series?: number;
}

/** Ratings with crooked raters in them, and what is true of each account. */
export interface HiddenRatings {
  readonly ratings: Ratings;
  readonly truth: readonly HiddenTruth[];
}

/** How many to hide. */
export interface HideOptions {
  readonly seed: number;
  /** Accounts of the kind in each half; 12 unless told. */
  readonly perKindAndHalf?: number;
  /** 1 = as bold as can be … 0 = as anybody: ratings at the targets, plays; 1 unless told. */
  readonly strength?: number;
}

const second = 1_000;
const day = 86_400_000;
/** A campaign's days. */
const campaignDays = 5;
/** One campaign aims at a series of at most so many rated titles. */
const mostTitles = 12;

/**
 * Lets genuine users of each half join campaigns against a series, or for it: half of them lower
 * one series, half raise another, each most of its titles (six in ten at least), nearly always to
 * the end of the scale, within some days where there are times. What else they rated stays.
 * @param hidden ratings with or without other crooked raters
 */
export function hideSeriesBombers(
  hidden: HiddenRatings,
  series: Series,
  { seed, perKindAndHalf: size = 12, strength = 1 }: HideOptions,
): HiddenRatings {
  const { ratings } = hidden;
  const truth = [...hidden.truth];
  const changed = new Map<number, Map<number, Rated>>();
  const aimed = new Set(truth.flatMap(({ targets }) => targets.map((item) => series.of[item]!)));
  const ours = new Set<number>();
  const times = surveyTimes(ratings);
  const byItem = viewByItem(ratings);
  for (const half of [0, 1] as const) {
    const free = [...truth.keys()].filter(
      (user) => truth[user]!.anomalous === 0 && truth[user]!.half === half,
    );
    for (const direction of ["push", "nuke"] as const) {
      const random = new RandomStream(seed, `series-bombing ${direction}`, half);
      // Nobody else's target where there is such a series, never that of another campaign.
      const target = chooseSeries(series, ratings, [aimed, ours], random);
      if (target === undefined) continue;
      aimed.add(target);
      ours.add(target);
      const start = times?.campaignStart(random) ?? 0;
      const members = direction === "push" ? Math.ceil(size / 2) : Math.floor(size / 2);
      for (let k = 0; k < members && free.length > 0; k++) {
        const user = free.splice(random.below(free.length), 1)[0]!;
        const told = { items: series.items[target]!, direction, start, strength, random };
        const profile = bombed({ ratings, byItem }, user, told);
        changed.set(user, profile.rated);
        const one = { ...truth[user]!, kind: "series-bombing", direction, series: target };
        truth[user] = { ...one, anomalous: 1, targets: profile.targets };
      }
    }
  }
  return { ratings: withProfiles(ratings, changed), truth };
}

interface Rated {
  readonly value: number;
  readonly at: number;
}

/** One of the three quarters that fewest rate, which the first set lacks, else the second. */
function chooseSeries(
  { items, names }: Series,
  { item }: Ratings,
  taken: readonly ReadonlySet<number>[],
  random: RandomStream,
): number | undefined {
  const count = new Int32Array(items.reduce((most, own) => Math.max(most, ...own), 0) + 1);
  for (const one of item) count[one]! += 1;
  const known = items.map((own) => own.reduce((sum, one) => sum + count[one]!, 0) / own.length);
  const order = [...names.keys()].sort((a, b) => known[a]! - known[b]! || a - b);
  const rare = order.slice(0, Math.ceil(0.75 * order.length));
  const pools = taken.flatMap((aimed) => {
    const free = rare.filter((one) => !aimed.has(one) && items[one]!.length <= mostTitles);
    // Two titles are no series to speak of, where there are longer ones.
    return [free.filter((one) => items[one]!.length > 2), free];
  });
  const pool = pools.find((one) => one.length > 0);
  return pool?.[random.below(pool.length)];
}

function bombed(
  { ratings, byItem }: { readonly ratings: Ratings; readonly byItem: ItemView },
  user: number,
  told: {
    readonly items: Int32Array;
    readonly direction: "push" | "nuke";
    readonly start: number;
    readonly strength: number;
    readonly random: RandomStream;
  },
) {
  const { random, direction, items, strength } = told;
  const { scale, at } = ratings;
  const rated = profileOf(ratings, user);
  const share = 0.6 + 0.4 * random.uniform();
  const order = items.slice();
  random.shuffle(order);
  const targets = order.subarray(0, Math.max(2, Math.round(share * order.length)));
  const [end, inward] = direction === "push" ? [scale.high, -1] : [scale.low, 1];
  const step = scale.step > 0 ? scale.step : (scale.high - scale.low) / 10;
  let now = told.start + campaignDays * day * random.uniform();
  for (const item of targets) {
    const isMild = random.uniform() < 0.15;
    const bold = onScale(scale, isMild ? end + inward * step : end);
    // Toned down it is what somebody gave to the title.
    const [isBold, place] = [random.uniform() < strength, random.uniform()];
    const [first, last] = [byItem.start[item]!, byItem.start[item + 1]!];
    const value = isBold ? bold : byItem.value[first + Math.floor(place * (last - first))]!;
    rated.set(item, { value, at: at ? Math.floor(now / second) * second : Number.NaN });
    now += (4 + Math.floor(80 * random.uniform())) * second;
  }
  return { rated, targets: [...targets].sort((a, b) => a - b) };
}

function profileOf({ userStart, item, value, at }: Ratings, user: number): Map<number, Rated> {
  const rated = new Map<number, Rated>();
  for (let k = userStart[user]!; k < userStart[user + 1]!; k++) {
    rated.set(item[k]!, { value: value[k]!, at: at?.[k] ?? Number.NaN });
  }
  return rated;
}

/** The ratings with other ones for some users. */
export function withProfiles(
  ratings: Ratings,
  changed: ReadonlyMap<number, ReadonlyMap<number, Rated>>,
): Ratings {
  const owner = userOfEntries(ratings);
  const rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  const at: number[] = [];
  const push = (user: number, item: number, one: Rated) => {
    rows.user.push(user);
    rows.item.push(item);
    rows.value.push(one.value);
    at.push(one.at);
  };
  for (const [k, user] of owner.entries()) {
    if (changed.has(user)) continue;
    push(user, ratings.item[k]!, { value: ratings.value[k]!, at: ratings.at?.[k] ?? Number.NaN });
  }
  for (const [user, rated] of changed) for (const [item, one] of rated) push(user, item, one);
  const { userIds, itemIds, scale, repeats } = ratings;
  const built = buildRatings(
    { userIds, itemIds, scale },
    {
      user: Int32Array.from(rows.user),
      item: Int32Array.from(rows.item),
      value: Float64Array.from(rows.value),
      at: ratings.at && Float64Array.from(at),
    },
  );
  return { ...built, repeats };
}
