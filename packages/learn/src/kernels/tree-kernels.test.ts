import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { log, RandomStream, softplus } from "../foundation/index.js";
import { openSession, type Session } from "./index.js";
import type { KernelName } from "./kernel-module.js";
import {
  bestThreshold,
  gradientOf,
  hessianOf,
  histogramOf,
  logisticGradientsOf,
  quantised,
} from "./reference.js";

let session: Session;
let start: number;

beforeAll(async () => {
  session = await openSession({ doing: "testing", threads: 1, steps: 0 });
  start = session.arena.mark();
});
afterAll(() => session.close());

async function run(kernel: KernelName, ...values: (number | bigint)[]): Promise<number> {
  return (await session.runAll([{ kernel, values }]))[0]!;
}

function fresh(): void {
  session.arena.release(start);
}

/** Puts an array into the session's memory; @returns its address. */
function put(values: Float64Array | Float32Array | Uint8Array | BigInt64Array | Uint32Array) {
  const address = session.arena.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  session.arena.bytes(address, values.byteLength).set(bytes);
  return address;
}

function longs(address: number, length: number): BigInt64Array {
  return new BigInt64Array(session.arena.memory.buffer, address, length);
}

function randomBins(random: RandomStream, count: number, most = 256): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(most));
}

function randomPacked(random: RandomStream, count: number): BigInt64Array {
  return BigInt64Array.from(
    { length: count },
    () => (BigInt(random.below(20001) - 10000) << 32n) + BigInt(1 + random.below(10000)),
  );
}

describe("histograms equal their scalar reference", () => {
  it.each([4, 8, 12, 28, 32, 36])("stride %i", async (stride) => {
    fresh();
    const random = new RandomStream(stride, "histogram");
    const bins = randomBins(random, stride * 301);
    const packed = randomPacked(random, 301);
    const rows = Uint32Array.from({ length: 301 }, (_, row) => row);
    const listed = rows.filter(() => random.uniform() < 0.4);
    const [atBins, atPacked, atListed] = [put(bins), put(packed), put(listed)];
    const size = stride * 256;
    const whole = session.arena.allocate(8 * size);
    const part = session.arena.allocate(8 * size);
    const besides = put(BigInt64Array.from(listed, (row) => packed[row]!));
    const scratch = session.arena.allocate(64 * stride + 64);
    const zero = put(new Uint8Array(8));
    longs(whole, size).fill(0n);
    longs(part, size).fill(0n);
    await run("addRows", atBins, stride, atPacked, 301, whole);
    const { length } = listed;
    await run("addListed", atBins, stride, besides, atListed, length, scratch, part, zero);
    expect(longs(whole, size)).toEqual(histogramOf(bins, stride, packed, rows));
    const expected = histogramOf(bins, stride, packed, listed);
    expect(longs(part, size)).toEqual(expected);
    await run("subtractHistogram", whole, part, size);
    await run("addHistogram", whole, part, size);
    expect(longs(whole, size)).toEqual(histogramOf(bins, stride, packed, rows));
  });
});

const packedSum = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }), fc.boolean())
  .map(([g, h, empty]) => (empty ? 0n : (BigInt(g) << 32n) + BigInt(h)));

describe("split search", () => {
  it("finds the threshold that the scalar reference finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(packedSum, { minLength: 2, maxLength: 256 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 0, max: 100 }),
        async (sums, least, penalty) => {
          fresh();
          const histogram = BigInt64Array.from(sums);
          const total = histogram.reduce((a, b) => a + b, 0n);
          const at = put(histogram);
          const scratch = session.arena.allocate(4096);
          const split = session.arena.allocate(64);
          await run("splitNumbers", at, sums.length, total, least, penalty, scratch, split);
          const expected = bestThreshold(histogram, total, { least, penalty });
          const [worth] = session.arena.doubles(split, 1);
          if (expected === undefined) {
            expect(worth).toBe(Number.NEGATIVE_INFINITY);
            return;
          }
          const [bin, missingLeft] = session.arena.integers(split + 8, 2);
          expect({ worth, bin, missingLeft, left: longs(split + 16, 1)[0] }).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a free search", () => {
  it("is the constrained one without bounds, but for rounding", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packedSum, { minLength: 2, maxLength: 40 }), async (sums) => {
        fresh();
        const histogram = BigInt64Array.from(sums);
        const total = histogram.reduce((a, b) => a + b, 0n);
        const at = put(histogram);
        const scratch = session.arena.allocate(4096);
        const free = session.arena.allocate(64);
        const bounded = session.arena.allocate(64);
        const common = [at, sums.length, total, 1, 1] as const;
        const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        await run("splitNumbers", ...common, scratch, free);
        await run("splitConstrained", ...common, 0, low, high, scratch, bounded);
        const [expected] = session.arena.doubles(free, 1);
        expect(session.arena.doubles(bounded, 1)[0]).toBeCloseTo(expected!, 6);
      }),
    );
  });

  it("finds the best prefix of sorted categories that a search of all finds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packedSum, { minLength: 3, maxLength: 9 }), async (sums) => {
        fresh();
        const histogram = BigInt64Array.from(sums);
        const total = histogram.reduce((a, b) => a + b, 0n);
        const at = put(histogram);
        const scratch = session.arena.allocate(4096);
        const split = session.arena.allocate(64);
        await run("splitCategories", at, sums.length, total, 1, 1, 0, 1, 255, scratch, split);
        const [found] = session.arena.doubles(split, 1);
        // A division that is worth nothing is none.
        expect(Math.max(0, found!)).toBeCloseTo(bestSubset(histogram, total), 4);
        if (found! <= 0) return;
        const set = session.arena.bytes(split + 32, 32);
        const left = histogram.reduce(
          (sum, value, bin) => ((set[bin >> 3]! >> (bin & 7)) & 1 ? sum : sum + value),
          0n,
        );
        expect(longs(split + 16, 1)[0]).toBe(left);
      }),
    );
  });
});

/** The worth of the best of all two-sided divisions: the optimum is a prefix (Fisher 1958). */
function bestSubset(histogram: BigInt64Array, total: bigint): number {
  let best = 0;
  for (let subset = 1; subset < 2 ** histogram.length - 1; subset++) {
    const left = histogram.reduce(
      (sum, value, bin) => ((subset >> bin) & 1 ? sum + value : sum),
      0n,
    );
    const right = total - left;
    if (hessianOf(left) < 1 || hessianOf(right) < 1) continue;
    const worth = (side: bigint) => gradientOf(side) ** 2 / (hessianOf(side) + 1);
    best = Math.max(best, worth(left) + worth(right));
  }
  return best;
}

describe("rows", () => {
  it("are partitioned as their bits say: left ones upwards, right ones downwards", async () => {
    fresh();
    const random = new RandomStream(1, "partition");
    const set = randomBins(random, 32);
    const column = randomBins(random, 5000);
    const order = Uint32Array.from({ length: 2500 }, (_, k) => 2 * k);
    const goesRight = (row: number) => ((set[column[row]! >> 3]! >> (column[row]! & 7)) & 1) === 1;
    const packed = randomPacked(random, 2500);
    const [atColumn, atOrder, atPacked] = [put(column), put(order), put(packed)];
    const table = session.arena.allocate(256);
    await run("spreadSet", put(set), table);
    const all = [...order.keys()];
    const lefts = all.filter((k) => !goesRight(order[k]!));
    const rights = all.filter((k) => goesRight(order[k]!)).reverse();
    const expected = [...lefts, ...rights];
    const [outOrder, outPacked] = [session.arena.allocate(1e4), session.arena.allocate(2e4)];
    const outcome = () => {
      const rows = new Uint32Array(session.arena.memory.buffer, outOrder, 2500);
      expect([...rows]).toEqual(expected.map((k) => order[k]!));
      expect([...longs(outPacked, 2500)]).toEqual(expected.map((k) => packed[k]!));
    };
    const from = [atOrder, atPacked, 2500] as const;
    const left = await run("partitionRows", atColumn, table, ...from, outOrder, outPacked);
    expect(left).toBe(lefts.length);
    outcome();
    session.arena.bytes(outPacked, 2e4).fill(0);
    const flags = session.arena.allocate(2500);
    expect(await run("flagRows", atColumn, table, atOrder, 2500, flags)).toBe(left);
    await run("moveRows", flags, ...from, outOrder, outPacked, 0, 2499);
    outcome();
  });

  it("become rows of bins from columns of bins", async () => {
    for (const columnCount of [1, 3, 4, 7]) {
      fresh();
      const stride = Math.ceil(columnCount / 4) * 4;
      const columns = randomBins(new RandomStream(columnCount, "rows"), columnCount * 50);
      const rows = put(new Uint8Array(stride * 50).fill(9));
      await run("binsToRows", put(columns), 50, columnCount, 0, 50, rows, stride);
      const expected = Uint8Array.from({ length: stride * 50 }, (_, i) => {
        const column = i % stride;
        return column < columnCount ? columns[column * 50 + Math.floor(i / stride)]! : 0;
      });
      expect(session.arena.bytes(rows, stride * 50)).toEqual(expected);
    }
  });
});

describe("gradients", () => {
  const random = new RandomStream(5, "gradients");
  const score = Float64Array.from({ length: 101 }, (_, i) =>
    i < 4 ? [0, 800, -800, -0][i]! : 5 * random.normal(),
  );
  const target = Float64Array.from(score, () => (random.uniform() < 0.3 ? 1 : 0));
  const weight = Float64Array.from(score, () => random.uniform() * 3);

  it.each([undefined, weight])("of the logistic loss equal their reference", async (weights) => {
    fresh();
    const out = session.arena.allocate(8 * 102);
    const sums = put(new Float64Array(4));
    const at = weights === undefined ? 0 : put(weights);
    await run("logisticGradients", put(score), put(target), at, out, 101, sums);
    const expected = logisticGradientsOf(score, target, weights);
    expect(session.arena.floats(out, 202)).toEqual(expected.gradients);
    expect(session.arena.doubles(sums, 4)).toEqual(expected.sums);
  });

  it("are rounded to the packed integers of the reference", async () => {
    fresh();
    const { gradients } = logisticGradientsOf(score, target, weight);
    const packed = session.arena.allocate(8 * 101);
    await run("quantise", put(gradients), packed, 101, 12345, 1e6, 2e6);
    expect(longs(packed, 101)).toEqual(quantised(gradients, 12345, 1e6, 2e6));
  });

  it("of the squared loss are differences, of classes probabilities less hits", async () => {
    fresh();
    const out = session.arena.allocate(8 * 102);
    const sums = put(new Float64Array(4));
    await run("squaredGradients", put(score), put(target), put(weight), out, 101, sums);
    const squared = score.map((s, i) => Math.fround((s - target[i]!) * weight[i]!));
    expect(session.arena.floats(out, 202).filter((_, i) => i % 2 === 0)).toEqual(
      Float32Array.from(squared),
    );
    const scores = Float64Array.from({ length: 3 * 104 }, () => random.normal());
    const probabilities = session.arena.allocate(8 * 3 * 104);
    await run("softmaxRows", put(scores), probabilities, 104, 3, 0, 101);
    const p = session.arena.doubles(probabilities, 3 * 104);
    for (let row = 0; row < 101; row++) {
      expect(p[row]! + p[104 + row]! + p[208 + row]!).toBeCloseTo(1, 14);
      expect(log(p[row]! / p[104 + row]!)).toBeCloseTo(scores[row]! - scores[104 + row]!, 12);
    }
    await run("softmaxGradients", probabilities, put(target), 0, out, 101, 1, 1.5, sums);
    const floats = session.arena.floats(out, 202);
    for (let row = 0; row < 101; row++) {
      const own = p[row]!;
      expect(floats[2 * row]).toBe(Math.fround(own - (target[row] === 1 ? 1 : 0)));
      expect(floats[2 * row + 1]).toBeCloseTo(1.5 * own * (1 - own), 6);
    }
  });

  it("fall from losses that are means of the same formula", async () => {
    fresh();
    const logistic = await run("logisticLoss", put(score), put(target), put(weight), 101);
    const margins = score.map((s, i) => softplus(target[i] === 1 ? -s : s) * weight[i]!);
    expect(logistic).toBeCloseTo(
      margins.filter((_, i) => Math.abs(score[i]!) < 700).reduce((a, b) => a + b, 0) +
        margins.filter((_, i) => Math.abs(score[i]!) >= 700).reduce((a, b) => a + b, 0),
      6,
    );
    const squared = await run("squaredLoss", put(score), put(target), 0, 101);
    expect(squared).toBeCloseTo(
      score.reduce((sum, s, i) => sum + (s - target[i]!) ** 2, 0),
      4,
    );
  });
});
