import { setImmediate as nextTurn } from "node:timers/promises";
import { log, RandomStream } from "@refrain/learn";
import type { JobOptions } from "../../foundation/index.js";
import { buildRatings, type Ratings } from "../injection/ratings.js";
import { drawRater, drawTitles, likingOf, type Rater, rate, type Titles } from "./rater.js";

/** What genuine ratings are drawn from. */
export interface GenuineOptions {
  readonly seed: number;
  readonly users: number;
  readonly items: number;
  readonly days: number;
  /** First day, `YYYY-MM-DD`. */
  readonly start: string;
}

const dayMs = 86_400_000;
const secondMs = 1_000;

/** Users between two looks at the abort signal: some milliseconds. */
const stride = 8;

/**
 * Draws what a service's genuine users rate: what they have met (famous titles, what is to their
 * taste, and what is their habit) gets quality, liking, a bias of their own and noise, in sessions
 * of minutes.
 * @param job stops between users, and is told of progress
 */
export async function drawGenuineRatings(
  { seed, users, items, days, start }: GenuineOptions,
  job: Pick<JobOptions, "onProgress" | "signal"> = {},
): Promise<Ratings> {
  const titles = drawTitles(seed, items);
  const first = Date.parse(`${start}T00:00:00Z`);
  const rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  const at: number[] = [];
  for (let index = 0; index < users; index++) {
    if (index % stride === 0) {
      await nextTurn();
      job.signal?.throwIfAborted();
      job.onProgress?.({ doing: "simulating ratings", share: (0.9 * index) / users });
    }
    const rater = drawRater(seed, index);
    const random = new RandomStream(seed, "simulate ratings", index);
    const once = meet(rater, titles, random);
    const met = [...once, ...once.slice(0, Math.round(rater.again * once.length))];
    const times = sessionTimes(rater, met.length, days, random);
    for (const [i, title] of met.entries()) {
      rows.user.push(index);
      rows.item.push(title);
      rows.value.push(rate(rater, titles, title, random));
      at.push(first + times[i]!);
    }
  }
  return buildRatings(
    {
      userIds: names("u", users),
      itemIds: names("t", items),
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      user: Int32Array.from(rows.user),
      item: Int32Array.from(rows.item),
      value: Float64Array.from(rows.value),
      at: Float64Array.from(at),
    },
  );
}

/** `u0001`, `u0002`, … */
function names(letter: string, count: number): string[] {
  const width = String(count).length;
  return Array.from({ length: count }, (_, i) => letter + String(i + 1).padStart(width, "0"));
}

/**
 * The titles that a rater meets, each at most once: the largest of log weight + Gumbel noise, which
 * draws without replacement with chances proportional to the weights.
 */
function meet(rater: Rater, titles: Titles, random: RandomStream): number[] {
  const count = titles.fame.length;
  const keys = new Float64Array(count);
  const sought = rater.taste.map((liked, k) => 0.8 * liked + rater.habit[k]!);
  for (let title = 0; title < count; title++) {
    const gumbel = -log(-log(1 - random.uniform()) || 1e-300);
    const chosen = likingOf(sought, titles, title);
    keys[title] = rater.fashion * titles.fame[title]! + chosen + gumbel;
  }
  const order = Int32Array.from(keys.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
  const met = order.slice(0, Math.min(rater.wanted, Math.floor(0.6 * count)));
  random.shuffle(met);
  return [...met];
}

/** When the ratings are given, milliseconds from the first day's midnight, ascending. */
function sessionTimes(rater: Rater, count: number, days: number, random: RandomStream): number[] {
  const times: number[] = [];
  let day = rater.begin * days;
  let now = 0;
  for (let left = 0; times.length < count; left--) {
    if (left <= 0) {
      left = 1 + Math.floor(-rater.sessionRatings * log(1 - random.uniform()));
      const hour = rater.hour + 3 * (random.uniform() + random.uniform() - 1);
      const begins =
        Math.floor(Math.min(day, days - 1)) * dayMs + Math.floor(hour * 3600) * secondMs;
      now = Math.max(begins, now + 3600 * secondMs);
      day += 0.5 - rater.sessionDays * log(1 - random.uniform());
    }
    times.push(now);
    now += (3 + Math.floor(-rater.paceSeconds * log(1 - random.uniform()))) * secondMs;
  }
  return times;
}
