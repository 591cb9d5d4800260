import type { RandomStream } from "@refrain/learn";
import type { Profile } from "./profiles.js";
import type { Ratings } from "./ratings.js";

/** When an account rated each item, milliseconds. */
export type Times = ReadonlyMap<number, number>;

const second = 1_000;
const minute = 60 * second;
const day = 86_400_000;

/** When the base was rated, as campaigns know it. */
export interface TimeWorld {
  readonly base: Ratings;
  /** First and last time. */
  readonly first: number;
  readonly last: number;
  /** When a campaign begins. */
  readonly campaignStart: (stream: RandomStream) => number;
}

/** The span of a base's times; undefined where ratings have none. */
export function surveyTimes(base: Ratings): TimeWorld | undefined {
  if (!base.at) return undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of base.at) {
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  const campaignStart = (stream: RandomStream) => first + 0.9 * stream.uniform() * (last - first);
  return { base, first, last, campaignStart };
}

/** The times of a user of the base. */
export function genuineTimes(base: Ratings, user: number): Times {
  const times = new Map<number, number>();
  for (let k = base.userStart[user]!; k < base.userStart[user + 1]!; k++) {
    times.set(base.item[k]!, base.at![k]!);
  }
  return times;
}

interface Told {
  readonly kind: string;
  readonly from: readonly number[];
  readonly targets: ReadonlySet<number>;
  /** When the campaign begins. */
  readonly start: number;
}

/**
 * Times of a crooked account, its titles in random order. What comes of real accounts keeps their
 * times, the targets fall into the campaign's three days. A bot rates at a beat, regular or less
 * so. Others have the pauses of somebody genuine, days without a rating cut to one at most: what
 * tells them is that they hurry, never a clock of their own.
 */
export function profileTimes(
  world: TimeWorld,
  profile: Profile,
  { kind, from, targets, start }: Told,
  stream: RandomStream,
): Times {
  const items = Int32Array.from(profile.keys());
  stream.shuffle(items);
  if (from.length > 0) {
    const known = new Map(from.flatMap((user) => [...genuineTimes(world.base, user)]));
    const lastDay = (): number => Math.min(world.last, start + 3 * day * stream.uniform());
    return new Map(
      [...items].map((item) => [
        item,
        (targets.has(item) ? undefined : known.get(item)) ?? lastDay(),
      ]),
    );
  }
  const pauses = kind === "bot" ? beatOf(stream) : borrowedPauses(world.base, stream);
  let now = kind === "bot" ? start : Math.floor(start / day) * day + pauses.firstOfDay;
  const times = new Map<number, number>();
  for (const item of items) {
    times.set(item, Math.min(world.last, now));
    now += pauses.next();
  }
  return times;
}

/** The time between one rating and the next, milliseconds. */
interface Pauses {
  /** Time of day of the first rating. */
  readonly firstOfDay: number;
  readonly next: () => number;
}

function beatOf(stream: RandomStream): Pauses {
  const beat = (5 + 55 * stream.uniform()) * second;
  const jitter = 0.02 + 0.2 * stream.uniform();
  return {
    firstOfDay: 0,
    next: () => beat * (1 + jitter * (2 * stream.uniform() - 1)),
  };
}

/** Ratings that somebody must have whose pauses are borrowed. */
const leastBorrowed = 10;

/** The pauses of a genuine user, from a random one on, whole days taken out but for one. */
function borrowedPauses(base: Ratings, stream: RandomStream): Pauses {
  let times = new Float64Array(0);
  for (let tries = 0; times.length < leastBorrowed && tries < 100; tries++) {
    const user = stream.below(base.userIds.length);
    const own = base.at!.slice(base.userStart[user], base.userStart[user + 1]);
    times = own.filter((time) => !Number.isNaN(time)).sort();
  }
  const pauses = Array.from(times.subarray(1), (time, k) => {
    const pause = time - times[k]!;
    return pause < 2 * day ? pause : (pause % day) + day * stream.below(2);
  });
  if (pauses.length === 0) pauses.push(minute);
  let place = stream.below(pauses.length);
  return {
    firstOfDay: (times[0] ?? 0) % day,
    next: () => pauses[place++ % pauses.length]!,
  };
}
