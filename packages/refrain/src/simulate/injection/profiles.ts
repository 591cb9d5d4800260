import type { RandomStream } from "@refrain/learn";
import { type AttackWorld, drawItems, drawLength, drawRating, tasteOf } from "./attack-world.js";
import { onScale, pick } from "./ratings.js";

/** Ratings by item of one account. */
export type Profile = Map<number, number>;

/** What the members of one campaign share. */
export interface Campaign {
  readonly world: AttackWorld;
  /** Titles that are to rise or fall. */
  readonly targets: readonly number[];
  readonly isPush: boolean;
}

/** Makes one account of a campaign. */
export type MakeProfile = (campaign: Campaign, random: RandomStream) => Profile;

const ends = ({ world, isPush }: Campaign): { target: number; opposite: number } => {
  const { low, high } = world.base.scale;
  return isPush ? { target: high, opposite: low } : { target: low, opposite: high };
};

function withTargets(campaign: Campaign, profile: Profile): Profile {
  for (const item of campaign.targets) profile.set(item, ends(campaign).target);
  return profile;
}

function fill(items: readonly number[], rate: (item: number) => number): Profile {
  return new Map(items.map((item) => [item, rate(item)]));
}

const evenly = () => 1;

/** Fillers anywhere, rated as all ratings together are. */
const random: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const items = drawItems(world.popular, drawLength(world, stream), evenly, stream);
  return withTargets(
    campaign,
    fill(items, () => like(world, stream)),
  );
};

function like(world: AttackWorld, stream: RandomStream): number {
  return drawRating(world, world.globalMean, world.globalDeviation, stream);
}

function likeItem(world: AttackWorld, item: number, stream: RandomStream): number {
  return drawRating(world, world.mean[item]!, world.deviation[item]!, stream);
}

/** Fillers anywhere, each rated about its own mean. */
const average: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const items = drawItems(world.popular, drawLength(world, stream), evenly, stream);
  return withTargets(
    campaign,
    fill(items, (item) => likeItem(world, item, stream)),
  );
};

/** Some widely known titles at the top, further fillers among the popular. */
const bandwagon: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const size = drawLength(world, stream);
  const known = world.popular.subarray(0, Math.max(2 * size, Math.ceil(world.popular.length / 10)));
  const items = drawItems(known, size, (item) => world.count[item]!, stream);
  const shown = new Set(items.slice(0, Math.max(1, Math.round(size / 10))));
  const { high } = world.base.scale;
  return withTargets(
    campaign,
    fill(items, (item) => (shown.has(item) ? high : like(world, stream))),
  );
};

/** Titles of one taste at the top, some others at the bottom: the followers of a taste. */
const segment: MakeProfile = (campaign, stream) => {
  const { world, targets } = campaign;
  const size = drawLength(world, stream);
  const [low, high] = [world.base.scale.low, world.base.scale.high];
  // The taste belongs to the campaign, not to the member.
  const middling = world.popular.subarray(0, Math.ceil(world.popular.length / 5));
  const taste = tasteOf(world, middling[targets[0]! % middling.length]!);
  const pool = Int32Array.from(taste.slice(0, Math.max(20, Math.ceil(1.5 * size))));
  const liked = drawItems(pool, Math.ceil(0.7 * size), evenly, stream);
  const others = drawItems(world.popular, size - liked.length, evenly, stream);
  const profile = fill(others, () => low);
  for (const item of liked) profile.set(item, high);
  return withTargets(campaign, profile);
};

/** The target at one end, all fillers at the other. */
const loveHate: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const items = drawItems(world.popular, drawLength(world, stream), evenly, stream);
  return withTargets(
    campaign,
    fill(items, () => ends(campaign).opposite),
  );
};

/** Fillers among the most rated 20 to 50 %, each rated about its own mean. */
const averageOverPopular: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const size = drawLength(world, stream);
  const share = 0.2 + 0.3 * stream.uniform();
  const top = Math.max(size, Math.ceil(share * world.popular.length));
  const items = drawItems(world.popular.subarray(0, top), size, evenly, stream);
  return withTargets(
    campaign,
    fill(items, (item) => likeItem(world, item, stream)),
  );
};

/** One value for at least 95 % of what anyone may have rated: above the middle, or below it. */
const constant: MakeProfile = ({ world, isPush }, stream) => {
  const { scale } = world.base;
  const size = drawLength(world, stream);
  const items = drawItems(world.popular, size, (item) => world.count[item]!, stream);
  const place = isPush ? 0.5 + 0.5 * stream.uniform() : 0.5 * stream.uniform();
  const one = onScale(scale, scale.low + place * (scale.high - scale.low));
  const odd = 0.05 * stream.uniform();
  return fill(items, () => (stream.uniform() < odd ? like(world, stream) : one));
};

/** Four to eight times an ordinary volume, values in a short cycle; `botRepeats` come on top. */
const bot: MakeProfile = (campaign, stream) => {
  const { world } = campaign;
  const volume = Math.round(world.lengths.median * (4 + 4 * stream.uniform()));
  const size = Math.min(volume, Math.floor(0.6 * world.popular.length));
  const items = drawItems(world.popular, size, (item) => Math.sqrt(world.count[item]!), stream);
  const cycle = Array.from({ length: 2 + stream.below(4) }, () => like(world, stream));
  let turn = 0;
  return withTargets(
    campaign,
    fill(items, () => cycle[turn++ % cycle.length]!),
  );
};

/** How many of its titles a bot rates once more: a tenth to a third. */
export function botRepeats(profile: Profile, stream: RandomStream): number {
  return Math.ceil(profile.size * (0.1 + 0.23 * stream.uniform()));
}

/** A real account that gives the campaign's targets the lowest rating, all else as it was. */
export function bombingProfile(campaign: Campaign, user: number): Profile {
  const profile = profileOf(campaign.world, user);
  for (const item of campaign.targets) profile.set(item, campaign.world.base.scale.low);
  return profile;
}

/** Two real accounts in one, thinned to an ordinary length. */
export function sharedProfile(
  world: AttackWorld,
  [one, other]: readonly [number, number],
  stream: RandomStream,
): Profile {
  const [first, second] = [profileOf(world, one), profileOf(world, other)];
  const length = Math.max(4, pick(stream, [first.size, second.size]));
  const merged = [...first, ...second];
  const places = drawItems(Int32Array.from(merged.keys()), length, evenly, stream);
  return new Map(places.map((place) => merged[place]!));
}

/** The ratings of a user of the base. */
export function profileOf({ base }: AttackWorld, user: number): Profile {
  const profile: Profile = new Map();
  for (let k = base.userStart[user]!; k < base.userStart[user + 1]!; k++) {
    profile.set(base.item[k]!, base.value[k]!);
  }
  return profile;
}

/** Accounts that are made from nothing, by kind. */
export const madeProfiles = {
  random,
  average,
  bandwagon,
  segment,
  "love-hate": loveHate,
  "average-over-popular": averageOverPopular,
  constant,
  bot,
} satisfies Record<string, MakeProfile>;
