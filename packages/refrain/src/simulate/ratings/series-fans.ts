import { log, RandomStream } from "@refrain/learn";
import { type Ratings, userOfEntries } from "../injection/ratings.js";
import type { Series } from "../injection/series.js";
import { withProfiles } from "../injection/series-campaigns.js";

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

interface Rated {
  readonly value: number;
  readonly at: number;
}

/**
 * Lets genuine raters take series as people do. More than half are fans of one or two series that
 * they know: they rate most of the parts, better than what else they rate, one in eight worse,
 * in one sitting or part by part. One series in thirty has a part that lets many down: within four
 * days dozens rate it low who rated its other parts as ever. One in fifteen has a release: within
 * a week a third of its raters rate what they know of it, as they like it. All are genuine.
 */
export function withFans(genuine: Ratings, series: Series, seed: number): Ratings {
  const changed = new Map<number, Map<number, Rated>>();
  const profile = (user: number) => {
    const known = changed.get(user) ?? profileOf(genuine, user);
    changed.set(user, known);
    return known;
  };
  for (let user = 0; user < genuine.userIds.length; user++) {
    const random = new RandomStream(seed, "simulate fans", user);
    const draw = random.uniform();
    const wanted = draw < 0.4 ? 0 : draw < 0.75 ? 1 : 2;
    for (let k = 0; k < wanted; k++) follow(profile(user), series, random);
  }
  letDown(genuine, series, profile, new RandomStream(seed, "simulate let-downs"));
  release(genuine, series, profile, new RandomStream(seed, "simulate releases"));
  return withProfiles(genuine, changed);
}

function profileOf({ userStart, item, value, at }: Ratings, user: number): Map<number, Rated> {
  const rated = new Map<number, Rated>();
  for (let k = userStart[user]!; k < userStart[user + 1]!; k++) {
    rated.set(item[k]!, { value: value[k]!, at: at![k]! });
  }
  return rated;
}

/** Rates most parts of a series of which a part is rated already. */
function follow(rated: Map<number, Rated>, series: Series, random: RandomStream): void {
  const known = [...rated.keys()].filter((item) => series.of[item]! >= 0);
  const anchor = known[random.below(Math.max(1, known.length))];
  const [lift, share] = [random.uniform() < 0.125 ? -1.6 : 0.9, 0.5 + 0.5 * random.uniform()];
  const [isSitting, pace] = [random.uniform() < 0.5, day * (0.5 + 6 * random.uniform())];
  if (anchor === undefined) return;
  const mean = [...rated.values()].reduce((sum, one) => sum + one.value, 0) / rated.size;
  let now = rated.get(anchor)!.at;
  for (const item of series.items[series.of[anchor]!]!) {
    const [chance, noise, wait] = [random.uniform(), random.normal(), random.uniform()];
    now += isSitting ? (3 + Math.floor(-60 * log(1 - wait))) * second : pace * (0.3 + wait);
    if (item === anchor || chance >= share) continue;
    const value = Math.min(5, Math.max(1, Math.round(mean + lift + 0.6 * noise)));
    rated.set(item, { value, at: Math.floor(now / second) * second });
  }
}

type Profile = (user: number) => Map<number, Rated>;

/** Parts that many found bad at once. */
function letDown(genuine: Ratings, series: Series, profile: Profile, random: RandomStream): void {
  const rates = ratersBySeries(genuine, series);
  for (let wave = 0; wave < Math.ceil(series.names.length / 30); wave++) {
    const { target, start } = drawWave(genuine, series, random);
    const part = series.items[target]!.at(-1)!;
    for (const user of rates[target]!) {
      const [joins, noise, when] = [random.uniform(), random.normal(), random.uniform()];
      if (joins >= 0.35) continue;
      const value = Math.min(5, Math.max(1, Math.round(1.6 + 0.7 * noise)));
      const at = Math.floor((start + 4 * day * when * when) / second) * second;
      profile(user).set(part, { value, at });
    }
  }
}

/** Weeks in which many rate all that they know of a series. */
function release(genuine: Ratings, series: Series, profile: Profile, random: RandomStream): void {
  const rates = ratersBySeries(genuine, series);
  for (let wave = 0; wave < Math.ceil(series.names.length / 15); wave++) {
    const { target, start } = drawWave(genuine, series, random);
    for (const user of rates[target]!) {
      const [joins, when] = [random.uniform(), random.uniform()];
      if (joins >= 0.33) continue;
      const rated = profile(user);
      let now = start + 7 * day * when * when;
      for (const item of series.items[target]!) {
        const known = rated.get(item);
        now += (3 + Math.floor(-60 * log(1 - random.uniform()))) * second;
        if (known) rated.set(item, { ...known, at: Math.floor(now / second) * second });
      }
    }
  }
}

/** A series of more than two parts, and when its wave begins. */
function drawWave(genuine: Ratings, { names, items }: Series, random: RandomStream) {
  const long = [...names.keys()].filter((one) => items[one]!.length > 2);
  const target = long[random.below(long.length)]!;
  const [first, last] = spanOf(genuine);
  return { target, start: first + (last - first) * random.uniform() };
}

function ratersBySeries(genuine: Ratings, series: Series): readonly (readonly number[])[] {
  const raters = series.names.map(() => new Set<number>());
  for (const [k, user] of userOfEntries(genuine).entries()) {
    raters[series.of[genuine.item[k]!]!]?.add(user);
  }
  return raters.map((one) => [...one]);
}

function spanOf({ at }: Ratings): readonly [number, number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of at!) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return [first, last];
}
