import { exp, log, RandomStream } from "@refrain/learn";
import type { Ratings } from "../injection/ratings.js";
import { logOf, type View, type Views } from "../injection/views.js";
import type { Catalogue } from "./series-catalogue.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How somebody watches. */
interface Viewer {
  readonly user: number;
  /** Share of the rated titles that were seen elsewhere. */
  readonly elsewhere: number;
  /** Views of titles that are never rated, for each rated one. */
  readonly unrated: number;
  /** Hour around which evenings begin, UTC. */
  readonly evening: number;
  readonly devices: readonly number[];
  readonly addresses: readonly number[];
  /** Share of the views that run while another one does: a television left on. */
  readonly beside: number;
  readonly random: RandomStream;
}

/**
 * What genuine raters watch: before rating it, most of what they rate, and half as much again. One
 * in ten saw all that they rate elsewhere, half of those have no views at all. One in six has a
 * title for comfort (5 to 40 times), one in thirty has children (40 to 150 times one of a dozen
 * titles), one in sixteen lets series run through the night, one in sixteen leaves a screen on
 * while another one plays. All of them are genuine.
 */
export function drawGenuineViews(ratings: Ratings, catalogue: Catalogue, seed: number): Views {
  const rows: View[] = [];
  const choose = new RandomStream(seed, "simulate children's titles");
  const forChildren = Array.from({ length: 12 }, () => choose.below(ratings.itemIds.length));
  let session = 0;
  for (let user = 0; user < ratings.userIds.length; user++) {
    const random = new RandomStream(seed, "simulate views", user);
    const viewer = drawViewer(user, random);
    const plans = [...rated(ratings, viewer), ...unrated(ratings, viewer)];
    plans.push(...again(plans, viewer, forChildren), ...nights(plans, catalogue, viewer));
    const watched = watch(plans, catalogue, viewer, session);
    session = (watched.at(-1)?.session ?? session) + 1;
    for (const view of watched) rows.push(view);
  }
  return logOf(ratings, rows);
}

function drawViewer(user: number, random: RandomStream): Viewer {
  const isElsewhere = random.uniform() < 0.1;
  // Telephones are changed, and who travels has many addresses.
  const some = (mean: number) => Math.min(9, Math.floor(-mean * log(1 - random.uniform())));
  const devices = Array.from({ length: 1 + some(1.6) }, (_, k) => 10 * user + k);
  const addresses = Array.from({ length: 1 + some(1.4) }, (_, k) => 10 * user + k);
  return {
    ...{ user, random, devices, addresses },
    elsewhere: isElsewhere ? 1 : 0.05 + 0.45 * random.uniform(),
    unrated: isElsewhere ? Math.max(0, random.uniform() - 0.5) : 0.5 * exp(0.7 * random.normal()),
    evening: 15 + 6 * random.uniform(),
    beside: random.uniform() < 1 / 16 ? 0.05 + 0.15 * random.uniform() : 0,
  };
}

/** Something that is to be watched about a time. */
interface Plan {
  readonly item: number;
  readonly at: number;
  /** Nothing is watched before or after it in an evening: all of it runs at its own time. */
  readonly isNight?: boolean;
}

function evening({ evening: begins, random }: Viewer, at: number): number {
  const late = 2.5 * (random.uniform() + random.uniform());
  return Math.floor(at / day) * day + (begins + late) * hour;
}

/** Some time before each rating. */
function rated({ userStart, item, at }: Ratings, viewer: Viewer): Plan[] {
  const { user, random, elsewhere } = viewer;
  const plans: Plan[] = [];
  for (let k = userStart[user]!; k < userStart[user + 1]!; k++) {
    const isSeen = random.uniform() >= elsewhere;
    const before = random.uniform() < 0.3 ? day : 60 * day * random.uniform();
    if (isSeen) plans.push({ item: item[k]!, at: evening(viewer, at![k]! - before) });
  }
  return plans;
}

/** Titles as popular as those that all rate. */
function unrated({ userStart, item, at }: Ratings, viewer: Viewer): Plan[] {
  const { user, random } = viewer;
  const [start, end] = [userStart[user]!, userStart[user + 1]!];
  const wanted = Math.round((end - start) * viewer.unrated);
  return Array.from({ length: wanted }, () => {
    const when = at![start + random.below(Math.max(1, end - start))]! + 40 * day * random.uniform();
    return { item: item[random.below(item.length)]!, at: evening(viewer, when) };
  });
}

/** A title for comfort, or one that children want: all children want the same dozen. */
function again(plans: readonly Plan[], viewer: Viewer, forChildren: readonly number[]): Plan[] {
  const { random } = viewer;
  const draw = random.uniform();
  const favourite = plans[random.below(Math.max(1, plans.length))];
  const size = random.uniform();
  const wanted = forChildren[random.below(forChildren.length)]!;
  if (favourite === undefined || draw > 1 / 6 + 1 / 30) return [];
  const isChild = draw < 1 / 30;
  const times = Math.round(isChild ? 40 + 110 * size : 5 + 35 * size ** 2);
  const days = isChild ? 15 + 60 * random.uniform() : 150;
  return Array.from({ length: times }, () => {
    const when = favourite.at + days * day * random.uniform();
    const early = isChild ? Math.floor(when / day) * day + (6 + 12 * random.uniform()) * hour : 0;
    if (isChild) return { item: wanted, at: early };
    return { item: favourite.item, at: evening(viewer, when) };
  });
}

/** Nights through which parts of a series run on by themselves. */
function nights(plans: readonly Plan[], { series }: Catalogue, viewer: Viewer): Plan[] {
  const { random } = viewer;
  const isSleeper = random.uniform() < 1 / 16;
  const known = plans.filter(({ item }) => series.of[item]! >= 0);
  const some = known[random.below(Math.max(1, known.length))];
  if (!isSleeper || some === undefined) return [];
  const parts = series.items[series.of[some.item]!]!;
  return Array.from({ length: 8 + random.below(30) }, () => {
    const begins = evening(viewer, some.at + 90 * day * random.uniform()) + 2 * hour;
    const runs = 4 + random.below(9);
    return Array.from({ length: runs }, (_, k) => {
      return { item: parts[k % parts.length]!, at: begins + 40 * minute * k, isNight: true };
    });
  }).flat();
}

/** One after the other, on one device an evening; but for screens that are left on. */
function watch(
  plans: readonly Plan[],
  { seconds }: Catalogue,
  viewer: Viewer,
  before: number,
): View[] {
  const { user, random, devices, addresses, beside } = viewer;
  const sorted = [...plans].sort((a, b) => a.at - b.at || a.item - b.item);
  let [free, session] = [Number.NEGATIVE_INFINITY, before];
  let [device, address] = [devices[0]!, addresses[0]!];
  return sorted.map(({ item, at, isNight = false }) => {
    const isBeside = devices.length > 1 && random.uniform() < beside;
    const begins = isBeside ? Math.min(at, free - 10 * minute) : Math.max(at, free);
    if (begins - free > hour) {
      session += 1;
      device = devices[random.below(devices.length)]!;
      address = addresses[random.uniform() < 0.6 ? 0 : random.below(addresses.length)]!;
    }
    const part =
      random.uniform() < 0.75 || isNight ? 0.9 + 0.1 * random.uniform() : random.uniform();
    const watched = Math.max(1, Math.round(part * seconds[item]!));
    const start = Math.floor((Number.isFinite(begins) ? begins : at) / second) * second;
    if (!isBeside) free = start + (watched + 5 + Math.floor(60 * random.uniform())) * second;
    const other = devices.find((one) => one !== device) ?? device;
    const share = watched / seconds[item]!;
    return {
      ...{ user, item, at: start, seconds: watched, share: Math.min(1, share) },
      ...{ device: isBeside ? other : device, address, session },
    };
  });
}
