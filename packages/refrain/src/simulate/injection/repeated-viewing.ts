import { exp, RandomStream } from "@refrain/learn";
import type { HiddenRatings, HiddenTruth, HideOptions } from "./series-campaigns.js";
import { logOf, type View, type Views, viewsOf } from "./views.js";

/** Kinds that need a viewing log. */
export const viewingKinds = ["repeated-viewing"] as const;

/** A viewing log with crooked viewers in it. */
export interface HiddenViews {
  readonly views: Views;
  readonly truth: readonly HiddenTruth[];
}

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

/**
 * Lets genuine users of each half play some titles over and over: one to three titles that a
 * campaign's members have in common (a third of them have their own), 20 to 600 times, back to back
 * within three weeks, six in ten of them round the clock, seven in ten on one device; a third break
 * off as soon as a play may count.
 * What they watch and rate otherwise stays.
 * @param views of the accounts of `truth`, in their order
 */
export function hideRepeatedViewers(
  { truth: given, ratings }: HiddenRatings,
  views: Views,
  { seed, perKindAndHalf: size = 12, strength = 1 }: HideOptions,
): HiddenViews {
  const truth = [...given];
  const rows = new Map<number, View[]>();
  const span = spanOf(views);
  const lengths = lengthsOf(views);
  for (const half of [0, 1] as const) {
    const free = [...truth.keys()].filter((user) => {
      const hasViews = views.userStart[user]! < views.userStart[user + 1]!;
      return truth[user]!.anomalous === 0 && truth[user]!.half === half && hasViews;
    });
    for (const turn of [0, 1]) {
      const random = new RandomStream(seed, `repeated-viewing ${turn}`, half);
      const targets = targetsOf(views, ratings.itemIds.length, random);
      const start = span.first + 0.9 * random.uniform() * (span.last - span.first);
      const told = { last: span.last, lengths, strength, random };
      const members = turn === 0 ? Math.ceil(size / 2) : Math.floor(size / 2);
      for (let k = 0; k < members && free.length > 0; k++) {
        const user = free.splice(random.below(free.length), 1)[0]!;
        const isAlone = random.uniform() < 1 / 3;
        const own = isAlone ? targetsOf(views, ratings.itemIds.length, random) : targets;
        rows.set(user, repeatsOf(viewsOf(views, user), { targets: own, start, ...told }));
        const one = { ...truth[user]!, kind: "repeated-viewing", direction: "push" } as const;
        truth[user] = { ...one, anomalous: 1, targets: own };
      }
    }
  }
  const all = [...given.keys()].flatMap((user) => [
    ...viewsOf(views, user),
    ...(rows.get(user) ?? []),
  ]);
  return { views: logOf(views, all, views), truth };
}

function spanOf({ at }: Views) {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of at) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return { first, last };
}

/** One to three rated titles, the more likely the more it is watched. */
function targetsOf({ item }: Views, rated: number, random: RandomStream): number[] {
  const targets = new Set<number>();
  const wanted = 1 + random.below(3);
  for (let tries = 0; targets.size < wanted && tries < 1000; tries++) {
    const one = item[random.below(item.length)]!;
    if (one < rated) targets.add(one);
  }
  return [...targets].sort((a, b) => a - b);
}

interface Campaign {
  readonly targets: readonly number[];
  readonly start: number;
  readonly last: number;
  /** Seconds of each title. */
  readonly lengths: Float64Array;
  readonly strength: number;
  readonly random: RandomStream;
}

/** @param own what the user watches otherwise, at least one view */
function repeatsOf(own: readonly View[], campaign: Campaign): View[] {
  const { targets, start, last, lengths, strength, random } = campaign;
  const bold = Math.min(600, Math.max(20, 90 * exp(0.8 * random.normal())));
  const plays = Math.ceil(strength * bold);
  const isRound = random.uniform() < 0.6;
  const isShort = random.uniform() < 1 / 3;
  const oneDevice = random.uniform() < 0.7;
  const home = own[random.below(own.length)]!;
  const [wakes, awake] = [6 + 4 * random.uniform(), isRound ? 24 : 5 + 9 * random.uniform()];
  let now = start + 3 * day * random.uniform();
  return Array.from({ length: plays }, (): View => {
    const item = targets[random.below(targets.length)]!;
    const length = lengths[item]!;
    const share = isShort ? Math.min(1, (32 + 30 * random.uniform()) / length) : 1;
    const seconds = Math.max(1, Math.round(share * length * (0.97 + 0.03 * random.uniform())));
    const place = oneDevice ? home : own[random.below(own.length)]!;
    if (isOutside(now, wakes, awake)) now = Math.floor(now / day + 1) * day + wakes * hour;
    const at = Math.floor(Math.min(now, last) / second) * second;
    now += (seconds + 1 + 20 * random.uniform()) * second;
    const { user, device, address, session } = place;
    return { user, item, at, seconds, share, device, address, session };
  });
}

function isOutside(now: number, wakes: number, awake: number): boolean {
  if (awake >= 24) return false;
  const since = (now % day) / hour - wakes;
  return since < 0 || since > awake;
}

/** Seconds of each title: its longest view, an hour where none is told. */
function lengthsOf({ item, itemIds, seconds }: Views): Float64Array {
  const most = new Float64Array(itemIds.length);
  for (const [k, one] of item.entries()) {
    const told = seconds?.[k] ?? Number.NaN;
    if (told > most[one]!) most[one] = told;
  }
  return most.map((one) => (one > 0 ? one : 3_600));
}
