/**
 * The ten kinds of crooked raters, spelt a second time: from the papers' words (Burke, Mobasher &
 * Williams 2006 for the attacks) and without the code of the product's own injection, so that a
 * detector that only fits the latter shows. What differs: two teams a kind and half with targets of
 * their own; bandwagons rate few very popular titles at the top and the rest at random; segments
 * rate what one title's admirers like at the top and any others low; averages spread as all ratings
 * do; the popular are the first tenth or fifth; bombers are one team; bots rate evenly, at random.
 */
import { exp, log, RandomStream } from "@refrain/learn";
import type { Ratings } from "refrain";

/** An account of a base with foreign raters in it. */
export interface ForeignAccount {
  readonly user: string;
  readonly kind: string | undefined;
  /** Half of the people that it stands in: 0 to learn from, 1 to judge. */
  readonly half: number;
  /** Ratings by item; what a bot rates again stands in `again`. */
  readonly profile: ReadonlyMap<number, number>;
  readonly again: readonly number[];
}

type Profile = Map<number, number>;
type Account = { kind?: string; half: number; profile: Profile; again?: number[] };

interface World {
  readonly base: Ratings;
  readonly people: Profile[];
  readonly mean: Float64Array;
  /** Titles, the most rated first, and how often. */
  readonly popular: readonly number[];
  readonly count: Int32Array;
  readonly all: { readonly mean: number; readonly deviation: number };
  readonly isDense: boolean;
  readonly random: RandomStream;
}

/** Hides `size` accounts of each kind in each half of a base's people, under names of their own. */
export function hideForeignRaters(base: Ratings, seed: number, size: number): ForeignAccount[] {
  const world = surveyed(base, new RandomStream(seed, "foreign raters"));
  const { random, people } = world;
  const order = sample(world, [...people.keys()], people.length);
  const few = world.popular.filter(
    (item) => world.count[item]! <= Math.max(5, world.count[world.popular.at(-1)!]! + 4),
  );
  const targets = sample(world, few, few.length);
  const accounts = [0, 1].flatMap((half): Account[] => {
    const own = order.filter((_, at) => at % 2 === half);
    const aims = targets.filter((_, at) => at % 2 === half);
    const made = Object.entries(attacks).flatMap(([kind, make]) => {
      const teams = [0, 1].map(() => aims.splice(0, 1 + random.below(5)));
      return Array.from({ length: size }, (_, k): Account => {
        const isPush = kind !== "love-hate" && k % 2 === 0;
        const profile = make(world, lengthOf(world));
        const end = isPush ? base.scale.high : base.scale.low;
        for (const item of teams[k % 2]!) profile.set(item, end);
        return { kind, half, profile };
      });
    });
    const bombed = aims.splice(0, 1 + random.below(5));
    const bombers = own.splice(0, size).map((user): Account => {
      const profile = new Map(people[user]);
      for (const item of bombed) profile.set(item, base.scale.low);
      return { kind: "group-bombing", half, profile };
    });
    const shared = Array.from({ length: size }, (): Account => {
      const [one, other] = own.splice(0, 2).map((user) => [...people[user]!]);
      const kept = Math.max(10, Math.round((one!.length + other!.length) / 2));
      const profile = new Map(sample(world, [...one!, ...other!], kept));
      return { kind: "shared", half, profile };
    });
    const lone = Array.from({ length: size }, () => [
      { kind: "constant", half, profile: constant(world, lengthOf(world)) },
      bot(world, half),
    ]).flat();
    const genuine = own.map((user): Account => ({ half, profile: people[user]! }));
    return [...genuine, ...made, ...bombers, ...shared, ...lone];
  });
  return sample(world, accounts, accounts.length).map(({ kind, half, profile, again }, at) => ({
    ...{ user: String(at), kind, half, profile, again: again ?? [] },
  }));
}

/** `user,item,rating` a line, and `user,anomalous,kind,split`. */
export function foreignFiles(base: Ratings, accounts: readonly ForeignAccount[]) {
  return {
    ratings: accounts.flatMap(({ user, profile, again }) =>
      [...profile.keys(), ...again].map(
        (item) => `${user},${base.itemIds[item]},${profile.get(item)}`,
      ),
    ),
    truth: accounts.map(
      ({ user, kind, half }) =>
        `${user},${kind === undefined ? 0 : 1},${kind ?? ""},${half === 0 ? "train" : "test"}`,
    ),
  };
}

function surveyed(base: Ratings, random: RandomStream): World {
  const { userStart, item, value, itemIds } = base;
  const people = base.userIds.map((_, user): Profile => {
    const places = Array.from(item.subarray(userStart[user], userStart[user + 1]), (one, k) => {
      return [one, value[userStart[user]! + k]!] as const;
    });
    return new Map(places);
  });
  const count = new Int32Array(itemIds.length);
  const mean = new Float64Array(itemIds.length);
  for (const [k, one] of item.entries()) {
    count[one]! += 1;
    mean[one]! += (value[k]! - mean[one]!) / count[one]!;
  }
  const all = value.reduce((sum, one) => sum + one, 0) / value.length;
  const spread = value.reduce((sum, one) => sum + (one - all) ** 2, 0) / value.length;
  const rated = [...count.keys()].filter((one) => count[one]! > 0);
  return {
    ...{ base, people, mean, count, random },
    popular: rated.sort((a, b) => count[b]! - count[a]! || a - b),
    all: { mean: all, deviation: Math.sqrt(spread) },
    isDense: item.length > 0.05 * people.length * rated.length,
  };
}

/** So many, each as likely as the others, in random order. */
function sample<Item>({ random }: World, from: readonly Item[], size: number): Item[] {
  const left = [...from];
  const many = Math.min(size, left.length);
  for (let k = 0; k < many; k++) {
    const other = k + random.below(left.length - k);
    [left[k], left[other]] = [left[other]!, left[k]!];
  }
  return left.slice(0, many);
}

/** Lengths are drawn again outside their bounds. */
function lengthOf({ isDense, random }: World): number {
  const [median, sd, least, most] = isDense ? [55, 0.8, 20, 400] : [27, 0.6, 10, 150];
  for (;;) {
    const drawn = Math.round(median * exp(sd * random.normal()));
    if (drawn >= least && drawn <= most) return drawn;
  }
}

function about({ base, random, all }: World, mean = all.mean, deviation = all.deviation): number {
  const { low, high, step } = base.scale;
  const drawn = low + Math.round((mean + deviation * random.normal() - low) / step) * step;
  return Math.min(high, Math.max(low, drawn));
}

type Attack = (world: World, length: number) => Profile;

const random: Attack = (world, length) =>
  new Map(sample(world, world.popular, length).map((item) => [item, about(world)]));

const average: Attack = (world, length) =>
  new Map(
    sample(world, world.popular, length).map((item) => [item, about(world, world.mean[item])]),
  );

const bandwagon: Attack = (world, length) => {
  const profile = random(world, Math.round(0.75 * length));
  const known = world.popular.slice(0, Math.max(20, Math.round(world.popular.length / 50)));
  const chosen = sample(world, known, Math.max(2, length - profile.size));
  for (const item of chosen) profile.set(item, world.base.scale.high);
  return profile;
};

const segment: Attack = (world, length) => {
  const { people, popular, all, base } = world;
  const loved = popular[10 + world.random.below(140)]!;
  const liking = new Map<number, number>();
  for (const person of people) {
    if ((person.get(loved) ?? 0) <= all.mean) continue;
    for (const [item, value] of person) {
      if (value > all.mean) liking.set(item, (liking.get(item) ?? 0) + 1);
    }
  }
  const close = [...liking]
    .filter(([item]) => world.count[item]! >= 5)
    .map(([item, both]) => [item, both / Math.sqrt(world.count[item]!)] as const)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const { low, high, step } = base.scale;
  const others = sample(world, popular, Math.floor(length / 2));
  const profile: Profile = new Map(others.map((item) => [item, about(world, low + step, step)]));
  for (const [item] of close.slice(0, Math.ceil(length / 2))) profile.set(item, high);
  return profile;
};

const loveHate: Attack = (world, length) =>
  new Map(sample(world, world.popular, length).map((item) => [item, world.base.scale.high]));

const averageOverPopular: Attack = (world, length) => {
  const share = world.random.uniform() < 2 / 3 ? 0.1 : 0.2;
  const top = world.popular.slice(0, Math.max(60, Math.round(share * world.popular.length)));
  return new Map(sample(world, top, length).map((item) => [item, about(world, world.mean[item])]));
};

const attacks: Readonly<Record<string, Attack>> = {
  ...{ random, average, bandwagon, segment, "love-hate": loveHate },
  "average-over-popular": averageOverPopular,
};

/** What many rate, nearly always with one value, mostly a kind one. */
function constant(world: World, length: number): Profile {
  const { base, popular, count, random: stream } = world;
  const { low, high, step } = base.scale;
  const values = Array.from(
    { length: Math.round((high - low) / step) + 1 },
    (_, k) => low + k * step,
  );
  const liked = stream.uniform() < 0.6 ? values.slice(values.length >> 1) : values;
  const [one] = sample(world, liked, 1);
  const keys = popular.map((item) => [item, log(1 - stream.uniform()) / count[item]!] as const);
  const chosen = keys.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, length);
  return new Map(
    chosen.map(([item]) => [item, stream.uniform() < 0.03 ? sample(world, values, 1)[0]! : one!]),
  );
}

function bot(world: World, half: number): Account {
  const volume = (3 + world.random.below(6)) * (world.isDense ? 55 : 27);
  const profile = random(world, volume);
  return { kind: "bot", half, profile, again: sample(world, [...profile.keys()], volume >> 2) };
}
