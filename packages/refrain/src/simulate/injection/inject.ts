import { RandomStream } from "@refrain/learn";
import { simulateErrors } from "../errors.js";
import { genuineTimes, profileTimes, surveyTimes, type Times } from "./attack-times.js";
import { type AttackWorld, type FillerLengths, surveyBase } from "./attack-world.js";
import {
  bombingProfile,
  botRepeats,
  type Campaign,
  madeProfiles,
  type Profile,
  profileOf,
  sharedProfile,
} from "./profiles.js";
import { buildRatings, type Ratings } from "./ratings.js";
import { letShareMeet } from "./shared-sessions.js";

/** The kinds of crooked raters that can be hidden in a base. */
export const raterKinds = [
  "random",
  "average",
  "bandwagon",
  "segment",
  "love-hate",
  "average-over-popular",
  "group-bombing",
  "constant",
  "shared",
  "bot",
] as const;

/** One of the ten kinds. */
export type RaterKind = (typeof raterKinds)[number];

/** How many of what to hide. */
export interface InjectOptions {
  /** Decides everything random. */
  readonly seed: number;
  /** Accounts of each kind and half; 12 unless told. */
  readonly perKindAndHalf?: number;
  /** Share of all accounts that is crooked in the end: so many at random are kept. */
  readonly anomalousShare?: number;
  /** Kinds to hide; all ten unless told. */
  readonly kinds?: readonly RaterKind[];
  /** Lengths of filled profiles; by the base's density unless told. */
  readonly lengths?: FillerLengths;
  /** Chance that a shared account's second listener rates in the first one's sessions; .9. */
  readonly together?: number;
}

/** What is true of one account of an injected base. */
export interface RaterTruth {
  /** 1 = crooked. */
  readonly anomalous: 0 | 1;
  /** Which kind, of the crooked. */
  readonly kind?: RaterKind;
  /** Whether it raises or lowers its targets, where it has any. */
  readonly direction?: "push" | "nuke";
  /** Items that it is to raise or lower. */
  readonly targets: readonly number[];
  /** Half of the genuine users that it was hidden in. */
  readonly half: 0 | 1;
  /** Users of the base that it is made of. */
  readonly from: readonly number[];
}

/** A base with crooked raters in it. */
export interface InjectedRatings {
  /** All accounts, in random order under new names. */
  readonly ratings: Ratings;
  /** What is true of each, in the order of the ratings' users. */
  readonly truth: readonly RaterTruth[];
}

interface Account extends RaterTruth {
  readonly profile: Profile;
  /** Titles that are rated once more, the first of the profile. */
  readonly repeats: number;
  readonly times?: Times | undefined;
}

/**
 * Hides crooked raters in a base. The genuine users are dealt into two halves; each kind comes into
 * each half with members and targets of its own, half of its members to raise and half to lower.
 * @throws BASE_TOO_SMALL
 */
export function injectRaters(base: Ratings, options: InjectOptions): InjectedRatings {
  const { seed, perKindAndHalf: size = 12, kinds = raterKinds } = options;
  const users = base.userIds.length;
  const needed = 2 * (4 * size + 10);
  if (users < needed) throw simulateErrors.BASE_TOO_SMALL({ users, needed });
  const world = surveyBase(base, options.lengths);
  const order = Int32Array.from({ length: users }, (_, user) => user);
  new RandomStream(seed, "halves").shuffle(order);
  const aimed = new Set<number>();
  const accounts = ([0, 1] as const).flatMap((half) => {
    const members = order.filter((_, place) => place % 2 === half);
    return new Half({ world, members, half, aimed, seed }).accounts(kinds, size);
  });
  const { ratings, truth } = assemble(base, thinned(accounts, options), seed);
  const shared = truth.flatMap(({ kind, from }, user) =>
    kind === "shared" ? [{ user, from }] : [],
  );
  const chance = options.together ?? 0.9;
  return { ratings: letShareMeet(base, ratings, shared, { seed, chance }), truth };
}

interface HalfOptions {
  readonly world: AttackWorld;
  /** Genuine users of the half. */
  readonly members: Int32Array;
  readonly half: 0 | 1;
  /** Items that are targets already, of either half. */
  readonly aimed: Set<number>;
  readonly seed: number;
}

/** One half of the genuine users, and what is hidden among them. */
class Half {
  readonly #given: HalfOptions;
  readonly #times: ReturnType<typeof surveyTimes>;
  readonly #free: number[];

  constructor(given: HalfOptions) {
    this.#given = given;
    this.#free = [...given.members];
    this.#times = surveyTimes(given.world.base);
  }

  accounts(kinds: readonly RaterKind[], size: number): Account[] {
    const crooked = raterKinds
      .filter((kind) => kinds.includes(kind))
      .flatMap((kind) => this.#campaigns(kind, size));
    const genuine = this.#free.map((user) => this.#genuine(user));
    return [...genuine, ...crooked];
  }

  #genuine(user: number): Account {
    const profile = profileOf(this.#given.world, user);
    const times = this.#times && genuineTimes(this.#given.world.base, user);
    return {
      anomalous: 0,
      targets: [],
      half: this.#given.half,
      from: [user],
      profile,
      repeats: this.#given.world.base.repeats[user]!,
      times,
    };
  }

  #campaigns(kind: RaterKind, size: number): Account[] {
    const pushers = Math.ceil(size / 2);
    return [...this.#campaign(kind, true, pushers), ...this.#campaign(kind, false, size - pushers)];
  }

  #campaign(kind: RaterKind, isPush: boolean, size: number): Account[] {
    const direction = isPush ? "push" : "nuke";
    const stream = new RandomStream(this.#given.seed, `${kind} ${direction}`, this.#given.half);
    const isAimed = kind !== "constant" && kind !== "shared";
    const targets = isAimed ? this.#targets(stream) : [];
    const campaign = { world: this.#given.world, targets, isPush };
    const start = this.#times?.campaignStart(stream) ?? 0;
    return Array.from({ length: size }, () => {
      const { profile, from } = this.#member(kind, campaign, stream);
      const own = from.map((user) => this.#given.world.base.repeats[user]!);
      const mean = own.reduce((sum, one) => sum + one, 0) / Math.max(1, own.length);
      const repeats = kind === "bot" ? botRepeats(profile, stream) : Math.round(mean);
      const told = { targets: new Set(targets), kind, from };
      const times = this.#times && profileTimes(this.#times, profile, { ...told, start }, stream);
      const aims =
        isAimed && kind !== "group-bombing" ? ({ direction, targets } as const) : { targets };
      return { anomalous: 1, kind, ...aims, half: this.#given.half, from, profile, repeats, times };
    });
  }

  /** One to five titles that few have rated and nobody else aims at. */
  #targets(stream: RandomStream): number[] {
    const targets: number[] = [];
    const wanted = 1 + stream.below(5);
    for (let tries = 0; targets.length < wanted && tries < 1000; tries++) {
      const item = this.#given.world.rare[stream.below(this.#given.world.rare.length)]!;
      if (this.#given.aimed.has(item)) continue;
      this.#given.aimed.add(item);
      targets.push(item);
    }
    return targets;
  }

  #member(kind: RaterKind, campaign: Campaign, stream: RandomStream) {
    if (kind === "group-bombing") {
      const user = this.#take(stream);
      return { profile: bombingProfile(campaign, user), from: [user] };
    }
    if (kind === "shared") {
      const pair = [this.#take(stream), this.#take(stream)] as const;
      return { profile: sharedProfile(this.#given.world, pair, stream), from: [...pair] };
    }
    return { profile: madeProfiles[kind](campaign, stream), from: [] };
  }

  /** A genuine user leaves the half: what is made of them stands in their place. */
  #take(stream: RandomStream): number {
    const place = stream.below(this.#free.length);
    return this.#free.splice(place, 1)[0]!;
  }
}

/** All genuine accounts, and of the crooked so many that their share is the one that is wanted. */
function thinned(
  accounts: readonly Account[],
  { anomalousShare: share, seed }: InjectOptions,
): readonly Account[] {
  if (share === undefined) return accounts;
  const crooked = accounts.filter((one) => one.anomalous === 1);
  const genuine = accounts.length - crooked.length;
  const order = Int32Array.from(crooked.keys());
  new RandomStream(seed, "crooked that stay").shuffle(order);
  const stay = order.subarray(0, Math.round((share * genuine) / (1 - share)));
  const kept = new Set([...stay].map((place) => crooked[place]!));
  return accounts.filter((one) => one.anomalous === 0 || kept.has(one));
}

function assemble(base: Ratings, accounts: readonly Account[], seed: number): InjectedRatings {
  const order = Int32Array.from(accounts.keys());
  new RandomStream(seed, "order of accounts").shuffle(order);
  const shuffled = [...order].map((place) => accounts[place]!);
  const width = String(shuffled.length).length;
  const userIds = shuffled.map((_, user) => `u${String(user + 1).padStart(width, "0")}`);
  const rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  const at: number[] = [];
  for (const [user, { profile, repeats, times }] of shuffled.entries()) {
    for (const [item, value] of [...[...profile].slice(0, repeats), ...profile]) {
      rows.user.push(user);
      rows.item.push(item);
      rows.value.push(value);
      // Whole seconds for all: fractions would tell what is made from what was logged.
      at.push(Math.floor((times?.get(item) ?? Number.NaN) / 1000) * 1000);
    }
  }
  const ratings = buildRatings(
    { userIds, itemIds: base.itemIds, scale: base.scale },
    {
      user: Int32Array.from(rows.user),
      item: Int32Array.from(rows.item),
      value: Float64Array.from(rows.value),
      at: base.at && Float64Array.from(at),
    },
  );
  return {
    ratings,
    truth: shuffled.map(({ profile: _, times: __, repeats: ___, ...truth }) => truth),
  };
}
