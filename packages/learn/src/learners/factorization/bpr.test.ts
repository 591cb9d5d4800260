import { describe, expect, it } from "vitest";
import { exp, Pacer, streamKey } from "../../foundation/index.js";
import { type CategoryColumn, frameOf } from "../../frame/index.js";
import { bpr } from "./bpr.js";
import { type BprOptions, rateOf } from "./bpr-options.js";
import { type Csr, csrOf } from "./csr.js";
import { firstFactors } from "./first-factors.js";
import { negativePool } from "./negative-pool.js";
import { tasteWorld } from "./world.fixture.js";

const [USERS, ITEMS] = [40, 30];
const { frame, weight } = tasteWorld(1, USERS, ITEMS, 300);
const pacer = new Pacer(undefined, "a test");

function codes(name: string): Int32Array {
  return (frame.column(name) as CategoryColumn).codes;
}

function takenPairs(): Promise<Csr> {
  const entries = { rows: codes("user"), columns: codes("item"), values: weight };
  return csrOf(entries, [USERS, ITEMS], pacer);
}

function mix(word: number): number {
  let x = word >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b) >>> 0;
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** The random words of assembly/random.ts for steps, as numbers below a count. */
function drawsOf(seed: number, sweep: number) {
  const [low, high] = streamKey(seed, "triples");
  const purpose = (Math.imul(2, 0x632be5ab) + sweep) >>> 0;
  const salt = mix((mix((mix((low + 0x9e3779b9) >>> 0) ^ high) >>> 0) + mix(purpose)) >>> 0);
  return (item: number, count: number) => {
    const word = mix((Math.imul(item, 0x9e3779b1) + salt) >>> 0);
    return Number((BigInt(word) * BigInt(count)) >> 32n);
  };
}

const f = Math.fround;

/** user x (liked - other) in floats, in the order of the kernel's lanes. */
function marginOf(u: Float32Array, a: Float32Array, b: Float32Array): number {
  const lanes = new Float32Array(8);
  for (let j = 0; j < u.length; j++) {
    lanes[j % 8] = f(lanes[j % 8]! + f(u[j]! * f(a[j]! - b[j]!)));
  }
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((k) => f(lanes[k]! + lanes[k + 4]!));
  return f(f(s0! + s2!) + f(s1! + s3!));
}

/** The fit as a plain loop over one block. */
async function plainFit(options: BprOptions) {
  const taken = await takenPairs();
  const { factors, seed, l2, sweeps } = options;
  const width = Math.ceil((factors + 1) / 8) * 8;
  const first = (rows: number, purpose: string) =>
    firstFactors({ rows, factors, width }, seed, purpose, pacer);
  const users = await first(USERS, "first users");
  const items = await first(ITEMS, "first items");
  const pairs: [number, number][] = [];
  const own = Array.from({ length: USERS }, () => new Set<number>());
  for (let user = 0; user < USERS; user++) {
    users[user * width + factors] = 1;
    for (let at = taken.starts[user]!; at < taken.starts[user + 1]!; at++) {
      pairs.push([user, taken.indices[at]!]);
      own[user]!.add(taken.indices[at]!);
    }
    if (own[user]!.size === 0) users.fill(0, user * width, user * width + factors);
  }
  const pool = negativePool(options, taken);
  const row = (of: Float32Array, place: number) => of.subarray(place * width, (place + 1) * width);
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const rate = f(rateOf(options, sweep));
    const keep = f(1 - rateOf(options, sweep) * l2);
    const draw = drawsOf(seed, sweep);
    for (let step = 0; step < pairs.length; step++) {
      const [user, item] = pairs[draw(9 * step, pairs.length)]!;
      const tried = Array.from({ length: 8 }, (_, k) => pool[draw(9 * step + k + 1, pool.length)]!);
      const other = tried.find((one) => !own[user]!.has(one));
      if (other === undefined) continue;
      const [u, a, b] = [row(users, user), row(items, item), row(items, other)];
      const margin = marginOf(u, a, b);
      const e = exp(-Math.abs(margin));
      const pull = f(rate * f((margin >= 0 ? e : 1) / (1 + e)));
      for (let j = 0; j < width; j++) {
        const moved = f(pull * u[j]!);
        u[j] = f(f(keep * u[j]!) + f(pull * f(a[j]! - b[j]!)));
        a[j] = f(f(keep * a[j]!) + moved);
        b[j] = f(f(keep * b[j]!) - moved);
      }
      u[factors] = 1;
    }
  }
  return { users, items };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((s, v) => s + v, 0) / of.length;
  const [x, y] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - x) * (b[i]! - y);
    aa += (a[i]! - x) ** 2;
    bb += (b[i]! - y) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe("Bayesian personalised ranking", () => {
  it.each(["uniform", "popularity"] as const)(
    "takes the steps of a plain loop, to the bit (%s)",
    async (negatives) => {
      const options = { ...bpr.defaults, factors: 11, sweeps: 3, seed: 7, negatives };
      const model = await bpr.fit(frame, undefined, options);
      const plain = await plainFit(options);
      expect(model.userFactors).toEqual(plain.users);
      expect(model.itemFactors).toEqual(plain.items);
    },
  );

  it("gives the same bytes for any number of threads, over blocks that change", async () => {
    const wide = tasteWorld(3, 1000, 200, 30_000);
    const fit = async (threads: number) =>
      bpr.fit(wide.frame, undefined, { sweeps: 6 }, { threads });
    const alone = await fit(1);
    for (const threads of [2, 4]) {
      const model = await fit(threads);
      expect(model.userFactors.every((value, at) => value === alone.userFactors[at])).toBe(true);
      expect(model.itemFactors.every((value, at) => value === alone.itemFactors[at])).toBe(true);
    }
  });

  it("draws items once each, or as often as they were taken", async () => {
    const taken = await takenPairs();
    const pool = negativePool({ negatives: "uniform" }, taken);
    expect(pool).toEqual(Int32Array.from({ length: ITEMS }, (_, item) => item));
    const popular = negativePool({ negatives: "popularity" }, taken);
    const times = (item: number, of: Int32Array) => of.filter((one) => one === item).length;
    for (let item = 0; item < ITEMS; item++) {
      expect(times(item, popular)).toBe(Math.max(1, times(item, taken.indices)));
    }
  });

  it("folds users and items in about where training puts them", async () => {
    const wide = tasteWorld(5, 200, 100, 6000);
    const model = await bpr.fit(wide.frame, undefined, { factors: 8, sweeps: 60 });
    const { starts, indices } = model.seen;
    const names = Array.from(indices.subarray(starts[7], starts[8]), (item) => model.items[item]!);
    const folded = model.foldInUser({ names: [...names, "not an item"] });
    expect(folded.unknown).toEqual(["not an item"]);
    const own = model.items.map((item) => model.predictRow({ user: "user 7", item }));
    expect(correlation(folded.scores(), own)).toBeGreaterThan(0.85);
    expect(folded.best(3).every(({ name }) => !names.includes(name))).toBe(true);
    const place = model.items.indexOf("item 4");
    const takers = model.users.filter((_, user) => {
      return indices.subarray(starts[user], starts[user + 1]).includes(place);
    });
    const item = model.foldInItem({ names: takers });
    const scores = model.users.map((user) => model.predictRow({ user, item: "item 4" }));
    expect(correlation(item.scores(), scores)).toBeGreaterThan(0.85);
    const nobody = model.foldInUser({ names: ["item 1"], values: [0] });
    const biases = model.items.map((name) => model.predictRow({ user: "nobody", item: name }));
    expect(Array.from(nobody.scores())).toEqual(biases);
    expect(new Set(biases).size).toBeGreaterThan(50);
    expect(model.predictRow({ user: "user 7", item: "nothing" })).toBe(0);
    expect(() => model.foldInUser({ names: ["item 1"], values: [-1] })).toThrowError(
      expect.objectContaining({ code: "WEIGHT_VALUE" }),
    );
  });

  it("learns nothing of users who took all there is, and of one pair", async () => {
    const all = frameOf({ user: ["a", "a", "b", "b"], item: ["x", "y", "x", "y"] });
    const one = frameOf({ user: ["a"], item: ["x"] });
    for (const rows of [all, one]) {
      const model = await bpr.fit(rows, undefined, { sweeps: 2 });
      expect(model.card.summary["loss"]).toBe(0);
      expect(Number.isFinite(model.predictRow({ user: "a", item: "x" }))).toBe(true);
      expect((await model.recommend("all", 3, { exclude: "none" })).items[0]).not.toBe(-1);
    }
  });

  it("refuses steps too long: LEARNER_OPTION, FIT_DIVERGED; plans its memory", async () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    const fit = (options: Partial<BprOptions>, extras = {}) =>
      bpr.fit(frame, undefined, options, extras);
    await expect(fit({ learningRate: 2 })).rejects.toThrowError(code("LEARNER_OPTION"));
    await expect(fit({ l2: Number.NaN })).rejects.toThrowError(code("LEARNER_OPTION"));
    const far = { learningRate: 1, l2: 0, sweeps: 300 };
    const steps = tasteWorld(1, 300, 80, 3000).frame;
    await expect(bpr.fit(steps, undefined, far)).rejects.toThrowError(code("FIT_DIVERGED"));
    await expect(fit({}, { memoryLimit: 1000 })).rejects.toThrowError(code("KERNEL_MEMORY"));
  });
});
