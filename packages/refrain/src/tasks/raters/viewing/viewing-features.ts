import { log } from "@refrain/learn";
import type { Views } from "../../../simulate/index.js";
import type { FeatureValues, RatingContext } from "../features/context.js";
import { overlapsOf } from "./overlaps.js";

const hour = 3_600_000;
const day = 24 * hour;
/** So many hours people have at a stretch for one thing. */
const sitting = 48 * hour;
/** Plays of one title within a sitting that anybody may have. */
const usualPlays = 4;
/** A longer pause between two plays is rest. */
const rest = 3 * hour;

const ofRatings = ["viewsPerRating", "unviewedShare", "ratedFirstShare"] as const;
const ofViews = [
  "replayShare",
  "replayMost",
  "replayRun",
  "replayDense",
  "replayTogether",
  "replayUnrated",
  "viewHourEntropy",
  "viewStretch",
  "viewsBusiestDay",
  "viewBeat",
] as const;
const ofLength = ["watchedBusiestDay", "concurrentShare", "concurrentLongest"] as const;
const ofDevices = ["devices", "concurrentDevices", "deviceHours"] as const;
const ofAddresses = ["addresses", "concurrentAddresses"] as const;
const ofShare = ["glimpsedShare", "watchedShareSpread"] as const;
type Name =
  | (typeof ofRatings)[number]
  | (typeof ofViews)[number]
  | (typeof ofLength)[number]
  | (typeof ofDevices)[number]
  | (typeof ofAddresses)[number]
  | (typeof ofShare)[number];

/**
 * What a viewing log says of raters: titles played over and over, plays without rest, titles rated
 * without a view, and two titles at once on different devices. What the log has no column for is
 * not there; of a rater without views all but the first two are NaN.
 * @param views of the same users, in the same order
 */
export function viewingFeatures(context: RatingContext, views: Views): FeatureValues {
  const { users } = context;
  const hasLength = views.seconds !== undefined;
  const used: readonly Name[] = [
    ...ofRatings,
    ...ofViews,
    ...(hasLength ? ofLength : []),
    ...(views.device ? ofDevices.filter((name) => hasLength || !name.startsWith("conc")) : []),
    ...(views.address ? ofAddresses.filter((name) => hasLength || !name.startsWith("conc")) : []),
    ...(views.share || hasLength ? ofShare : []),
  ];
  const columns = Object.fromEntries(
    used.map((name) => [name, new Float64Array(users).fill(Number.NaN)]),
  );
  const glimpse = glimpseOf(views);
  const dense = Array.from({ length: users }, (_, user) => densestOf(views, user));
  const crowds = new Float64Array(views.itemIds.length);
  for (const { item, plays } of dense) {
    if (item >= 0) crowds[item]! += Math.max(0, plays - usualPlays);
  }
  for (let user = 0; user < users; user++) {
    const [from, to] = [views.userStart[user]!, views.userStart[user + 1]!];
    const found: Partial<Record<Name, number>> = {
      ...againstRatings(context, views, user),
      ...(to > from && {
        ...replays(context, views, user),
        ...densities(dense[user]!, crowds),
        ...rhythm(views, from, to),
        ...lengths(views, from, to, glimpse),
        ...overlapsOf(views, from, to),
        ...places(views, from, to),
      }),
    };
    for (const [name, value] of Object.entries(found)) {
      const column = columns[name];
      if (column) column[user] = value;
    }
  }
  return columns;
}

/** Ratings beside views: how many views, which ratings had none, which came before the first. */
function againstRatings({ ratings }: RatingContext, views: Views, user: number) {
  const first = new Map<number, number>();
  for (let k = views.userStart[user]!; k < views.userStart[user + 1]!; k++) {
    if (!first.has(views.item[k]!)) first.set(views.item[k]!, views.at[k]!);
  }
  const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
  const count = views.userStart[user + 1]! - views.userStart[user]!;
  let [unviewed, early, dated] = [0, 0, 0];
  for (let k = from; k < to; k++) {
    const seen = first.get(ratings.item[k]!);
    const at = ratings.at?.[k] ?? Number.NaN;
    if (seen === undefined) unviewed += 1;
    else if (!Number.isNaN(at)) {
      dated += 1;
      early += at < seen ? 1 : 0;
    }
  }
  return {
    viewsPerRating: log((1 + count) / (1 + to - from)),
    unviewedShare: to > from ? unviewed / (to - from) : Number.NaN,
    ratedFirstShare: dated > 0 ? early / dated : Number.NaN,
  };
}

/** Titles over and over. */
function replays({ ratings }: RatingContext, views: Views, user: number) {
  const [from, to] = [views.userStart[user]!, views.userStart[user + 1]!];
  const plays = new Map<number, number>();
  let [run, longest] = [0, 0];
  for (let k = from; k < to; k++) {
    const item = views.item[k]!;
    plays.set(item, (plays.get(item) ?? 0) + 1);
    run = k > from && views.item[k - 1] === item ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  const [most, times] = [...plays].reduce((best, one) => (one[1] > best[1] ? one : best), [-1, 0]);
  const rated = ratings.item.subarray(ratings.userStart[user], ratings.userStart[user + 1]);
  return {
    replayShare: 1 - plays.size / (to - from),
    replayMost: log(times),
    replayRun: log(longest),
    replayUnrated: rated.includes(most) ? 0 : log(times),
  };
}

/** The title that was played most often within a sitting, -1 where nothing was; and how often. */
function densestOf(views: Views, user: number) {
  const recent = new Map<number, number[]>();
  let best = { item: -1, plays: 0 };
  for (let k = views.userStart[user]!; k < views.userStart[user + 1]!; k++) {
    const item = views.item[k]!;
    const within = (recent.get(item) ?? []).filter((at) => views.at[k]! - at <= sitting);
    const plays = within.push(views.at[k]!);
    recent.set(item, within);
    if (plays > best.plays) best = { item, plays };
  }
  return best;
}

function densities({ item, plays }: ReturnType<typeof densestOf>, crowds: Float64Array) {
  const own = Math.max(0, plays - usualPlays);
  return {
    replayDense: log(plays),
    replayTogether: log(1 + Math.sqrt(own * (crowds[item]! - own))),
  };
}

/** When it is watched: hours of the day, the longest time without rest, days, regular gaps. */
function rhythm({ at }: Views, from: number, to: number) {
  const n = to - from;
  const hours = new Float64Array(24);
  const days = new Map<number, number>();
  let [since, stretch, sum, squares, gaps] = [at[from]!, 0, 0, 0, 0];
  for (let k = from; k < to; k++) {
    hours[Math.floor(at[k]! / hour) % 24]! += 1 / n;
    const today = Math.floor(at[k]! / day);
    days.set(today, (days.get(today) ?? 0) + 1);
    const gap = k > from ? at[k]! - at[k - 1]! : 0;
    if (gap > rest) since = at[k]!;
    else if (k > from) {
      gaps += 1;
      sum += gap;
      squares += gap * gap;
    }
    stretch = Math.max(stretch, at[k]! - since);
  }
  const mean = sum / Math.max(1, gaps);
  const spread = Math.sqrt(Math.max(0, squares / Math.max(1, gaps) - mean * mean));
  return {
    viewHourEntropy: -hours.reduce((all, one) => all + (one > 0 ? one * log(one) : 0), 0),
    viewStretch: log(1 + stretch / hour),
    viewsBusiestDay: log(1 + Math.max(...days.values())),
    viewBeat: gaps > 2 ? mean / (spread + 1_000) : Number.NaN,
  };
}

/** Most seconds that a title was watched for, over all users: its length, as far as is known. */
function glimpseOf({ item, itemIds, seconds, share }: Views): (k: number) => number {
  if (share) return (k) => share[k]!;
  const most = new Float64Array(itemIds.length);
  for (const [k, one] of item.entries()) most[one] = Math.max(most[one]!, seconds?.[k] || 0);
  return (k) => (seconds?.[k] ?? Number.NaN) / Math.max(1, most[item[k]!]!);
}

function lengths(
  { at, seconds, share }: Views,
  from: number,
  to: number,
  glimpse: (k: number) => number,
) {
  const days = new Map<number, number>();
  let [told, short, sum, squares] = [0, 0, 0, 0];
  for (let k = from; k < to; k++) {
    const today = Math.floor(at[k]! / day);
    days.set(today, (days.get(today) ?? 0) + (seconds?.[k] || 0));
    const part = seconds || share ? glimpse(k) : Number.NaN;
    if (Number.isNaN(part)) continue;
    told += 1;
    short += part < 0.1 ? 1 : 0;
    sum += part;
    squares += part * part;
  }
  const mean = sum / told;
  return {
    watchedBusiestDay: Math.max(...days.values()) / 3_600,
    glimpsedShare: told > 0 ? short / told : Number.NaN,
    watchedShareSpread: told > 1 ? Math.sqrt(Math.max(0, squares / told - mean ** 2)) : Number.NaN,
  };
}

/** From how many devices and addresses, and whether each device has hours of its own. */
function places({ at, device, address }: Views, from: number, to: number) {
  const known = (codes: Int32Array | undefined) =>
    new Set(codes?.subarray(from, to).filter((one) => one >= 0));
  const [devices, addresses] = [known(device), known(address)];
  return {
    devices: devices.size > 0 ? log(devices.size) : Number.NaN,
    addresses: addresses.size > 0 ? log(addresses.size) : Number.NaN,
    deviceHours: devices.size > 0 ? sharedInformation(at, device!, from, to) : Number.NaN,
  };
}

/** Mutual information of device and quarter of the day, nats, without what chance gives. */
function sharedInformation(at: Float64Array, device: Int32Array, from: number, to: number): number {
  const cells = new Map<string, number>();
  const [rows, columns] = [new Map<number, number>(), new Map<number, number>()];
  let n = 0;
  for (let k = from; k < to; k++) {
    if (device[k]! < 0) continue;
    const quarter = Math.floor(at[k]! / hour / 6) % 4;
    const key = `${device[k]} ${quarter}`;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    rows.set(device[k]!, (rows.get(device[k]!) ?? 0) + 1);
    columns.set(quarter, (columns.get(quarter) ?? 0) + 1);
    n += 1;
  }
  let sum = 0;
  for (const [key, count] of cells) {
    const [row, column] = key.split(" ").map(Number) as [number, number];
    sum += (count / n) * log((count * n) / (rows.get(row)! * columns.get(column)!));
  }
  // Miller and Madow: chance alone gives so much.
  return sum - ((rows.size - 1) * (columns.size - 1)) / (2 * n);
}
