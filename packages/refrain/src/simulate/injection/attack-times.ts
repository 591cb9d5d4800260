import { log, type RandomStream } from "@refrain/learn";
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
 * Times of a crooked account. What comes of real accounts keeps their times, the targets fall into
 * the campaign's three days; a bot rates at a regular beat; others in some sessions of minutes,
 * targets among them.
 */
export function profileTimes(
  world: TimeWorld,
  profile: Profile,
  { kind, from, targets, start }: Told,
  stream: RandomStream,
): Times {
  const known = new Map(from.flatMap((user) => [...genuineTimes(world.base, user)]));
  const times = new Map<number, number>();
  if (kind === "bot") {
    const beat = (5 + 55 * stream.uniform()) * 1000;
    let now = start;
    for (const item of profile.keys()) {
      times.set(item, now);
      now += beat * (0.98 + 0.04 * stream.uniform());
    }
    return times;
  }
  let now = start + stream.uniform() * day;
  for (const item of profile.keys()) {
    const before = targets.has(item) ? undefined : known.get(item);
    if (from.length > 0) {
      times.set(item, before ?? Math.min(world.last, start + 3 * day * stream.uniform()));
      continue;
    }
    times.set(item, Math.min(world.last, now));
    // Nobody rates two titles within three seconds: a shorter gap would tell made accounts.
    now += 3 * second - minute * log(1 - stream.uniform());
    if (stream.uniform() < 0.05) now += stream.uniform() * day;
  }
  return times;
}
