import { log } from "@refrain/learn";
import { columnsOf, endOf, type FeatureValues, type RatingContext } from "./context.js";
import { sessionPause } from "./sessions.js";
import { TopValues } from "./top-values.js";

const names = [
  "activeDays",
  "ratingsPerDay",
  "busiestDayShare",
  "gapMedian",
  "gapRegularity",
  "sessions",
  "ratingsPerSession",
  "hourEntropy",
  "burstShare",
  "burstMost",
  "lowBurstMost",
  "endBurstMost",
  "endBurstThree",
] as const;

const hour = 3_600_000;
const day = 24 * hour;
/** Bombers of a title come within some days of each other. */
const campaign = 2 * day;
/** One that takes its time. */
const unhurried = 4 * day;

/** When a user rates: pace, regularity, sessions, hours; whether titles were rated in bursts. */
export function timeFeatures(context: RatingContext): FeatureValues {
  const { users, ratings } = context;
  if (!ratings.at) return {};
  const columns = columnsOf(names, users);
  const bursts = burstsOf(context, day);
  const isAt = (end: number) => (place: number) =>
    endOf(ratings.scale, ratings.value[place]!) === end;
  const lowBursts = burstsOf(context, campaign, isAt(-1));
  const ends = [-1, 1].map((end) => burstsOf(context, unhurried, isAt(end)));
  const top = new TopValues(3);
  for (let user = 0; user < users; user++) {
    const [from, to] = [ratings.userStart[user]!, ratings.userStart[user + 1]!];
    const times = ratings.at
      .slice(from, to)
      .filter((time) => !Number.isNaN(time))
      .sort();
    if (times.length === 0) continue;
    const pace = paceOf(times);
    for (const [name, value] of Object.entries(pace)) {
      columns[name as keyof typeof pace][user] = value;
    }
    top.clear();
    for (let k = from; k < to; k++) {
      top.add(Math.max(ends[0]![k]!, ends[1]![k]!));
      columns.burstShare[user]! += bursts[k]! / (to - from);
      columns.burstMost[user] = Math.max(columns.burstMost[user]!, bursts[k]!);
      columns.lowBurstMost[user] = Math.max(columns.lowBurstMost[user]!, lowBursts[k]!);
    }
    columns.endBurstMost[user] = top.highest();
    columns.endBurstThree[user] = 3 * top.mean();
  }
  return columns;
}

function paceOf(times: Float64Array) {
  const n = times.length;
  const days = new Map<number, number>();
  const hours = new Float64Array(24);
  for (const time of times) {
    const today = Math.floor(time / day);
    days.set(today, (days.get(today) ?? 0) + 1);
    hours[Math.floor(time / hour) % 24]! += 1 / n;
  }
  const gaps = times.slice(1).map((time, k) => time - times[k]!);
  const within = gaps.filter((gap) => gap <= sessionPause);
  const mean = within.reduce((sum, gap) => sum + gap, 0) / Math.max(1, within.length);
  const squares = within.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  const sessions = 1 + gaps.length - within.length;
  const sorted = gaps.slice().sort();
  return {
    activeDays: log(1 + days.size),
    ratingsPerDay: log(1 + n / days.size),
    busiestDayShare: Math.max(...days.values()) / n,
    gapMedian: log(1 + (sorted[sorted.length >> 1] ?? 0) / 1000),
    gapRegularity: within.length > 2 ? mean / (Math.sqrt(squares / within.length) + 1) : 0,
    sessions: log(sessions),
    ratingsPerSession: log(n / sessions),
    hourEntropy: -hours.reduce((sum, share) => sum + (share > 0 ? share * log(share) : 0), 0),
  };
}

/**
 * Of each rating: how many of its title's ratings fall within reach of it, over what is even.
 * @param counts whether a rating, by its place, is counted at all; others have no burst
 */
function burstsOf(
  { ratings, byItem, items }: RatingContext,
  reach: number,
  counts = (_: number) => true,
): Float64Array {
  const out = new Float64Array(ratings.item.length);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of ratings.at!) {
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const span = Math.max(2 * reach, last - first);
  for (let item = 0; item < items; item++) {
    const places = byItem.place.slice(byItem.start[item], byItem.start[item + 1]).filter(counts);
    places.sort((a, b) => ratings.at![a]! - ratings.at![b]! || a - b);
    const even = (places.length * 2 * reach) / span;
    let [from, to] = [0, 0];
    for (const [k, place] of places.entries()) {
      const time = ratings.at![place]!;
      while (ratings.at![places[from]!]! < time - reach) from += 1;
      to = Math.max(to, k);
      while (to + 1 < places.length && ratings.at![places[to + 1]!]! <= time + reach) to += 1;
      const near = to - from;
      out[place] = Math.max(0, near - even) / Math.sqrt(even + 1);
    }
  }
  return out;
}
