import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { type Frame, frameOf } from "../frame/index.js";
import { rocAuc } from "../metrics/index.js";
import { countEncode } from "./count-encode.js";
import { type TargetEncodeOptions, targetEncode } from "./target-encode.js";

interface Given {
  readonly target: readonly number[];
  readonly weight?: readonly number[];
  readonly groups?: readonly number[];
  readonly seed?: number;
}

async function fit(frame: Frame, given: Given, options: TargetEncodeOptions = {}) {
  const { target, weight, groups, seed = 3 } = given;
  return targetEncode(options).fit({
    frame,
    target: Float64Array.from(target),
    weight: weight && Float64Array.from(weight),
    groups: groups && Int32Array.from(groups),
    seed,
    pause: () => Promise.resolve(),
  });
}

const texts = ["a", "b", "c", null];
const schemes = ["folds", "ordered"] as const;

/** Rows of four categories (one of them missing), targets and groups. */
const tables = fc
  .array(fc.tuple(fc.nat(3), fc.constantFrom(0, 1), fc.nat(5), fc.integer({ min: 1, max: 3 })), {
    minLength: 2,
    maxLength: 24,
  })
  .map((rows) => ({
    frame: frameOf({ city: [...rows.map(([code]) => texts[code]!), "a"] }),
    target: [...rows.map(([, target]) => target), 1],
    groups: [...rows.map(([, , group]) => group), 6],
    weight: [...rows.map(([, , , weight]) => weight), 1],
  }));

function encoded(frame: Frame): number[] {
  return Array.from(frame.numbers("city_target"));
}

describe("target encoding of training rows", () => {
  it.each(schemes)("never depends on the row's own target or its group's: %s", async (scheme) => {
    await fc.assert(
      fc.asyncProperty(tables, fc.boolean(), fc.nat(30), async (table, grouped, at) => {
        const { frame, target, weight } = table;
        const groups = grouped ? table.groups : target.map((_, row) => row);
        const row = at % target.length;
        const other = target.map((value, place) =>
          groups[place] === groups[row] ? 1 - value : value,
        );
        const before = await fit(frame, { target, weight, groups }, { scheme });
        const after = await fit(frame, { target: other, weight, groups }, { scheme });
        expect(encoded(after.frame)[row]).toBe(encoded(before.frame)[row]);
      }),
    );
  });

  it("never depends on later rows, where rows are ordered", async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.nat(30), async ({ frame, target }, at) => {
        const row = at % target.length;
        const other = target.map((value, place) => (place >= row ? 1 - value : value));
        const before = await fit(frame, { target }, { scheme: "ordered" });
        const after = await fit(frame, { target: other }, { scheme: "ordered" });
        expect(encoded(after.frame).slice(0, row + 1)).toEqual(
          encoded(before.frame).slice(0, row + 1),
        );
      }),
    );
  });

  it.each(schemes)("finds nothing in random targets, where the full table would: %s", async (s) => {
    const aucs: number[] = [];
    const leaky: number[] = [];
    for (let seed = 0; seed < 10; seed++) {
      const stream = new RandomStream(seed, "target encoding test");
      const ids = Array.from({ length: 1200 }, () => `id ${stream.below(400)}`);
      const target = ids.map(() => (stream.uniform() < 0.5 ? 1 : 0));
      const frame = frameOf({ city: ids });
      const { encoder, frame: own } = await fit(frame, { target, seed }, { scheme: s });
      aucs.push(rocAuc(target, encoded(own)));
      leaky.push(rocAuc(target, encoded(encoder.encode(frame))));
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / 10;
    expect(mean(aucs)).toBeGreaterThan(0.46);
    expect(mean(aucs)).toBeLessThan(0.51);
    expect(mean(leaky)).toBeGreaterThan(0.7);
  });

  it("is the other folds' smoothed mean", async () => {
    const frame = frameOf({ city: ["a", "a", "a", "a", "b", "b"] });
    const target = [1, 0, 1, 1, 0, 1];
    const groups = [0, 0, 1, 1, 0, 1];
    const { frame: own } = await fit(frame, { target, groups }, { folds: 2, smoothing: 3 });
    // Group 0 sees group 1: a has 2 of 2, b 1 of 1, all 3 of 3; and the other way round.
    const [zero, one] = [
      [(2 + 3) / 5, (1 + 3) / 4],
      [(1 + 1) / 5, (0 + 1) / 4],
    ];
    const expected = [zero[0]!, zero[0]!, one[0]!, one[0]!, zero[1]!, one[1]!];
    encoded(own).forEach((value, row) => {
      expect(value).toBeCloseTo(expected[row]!, 12);
    });
  });

  it("is the smoothed mean of the rows before, where rows are ordered", async () => {
    const frame = frameOf({ city: ["a", "b", "a", "a"] });
    const options = { scheme: "ordered", smoothing: 1 } as const;
    const { frame: own } = await fit(frame, { target: [1, 0, 1, 0] }, options);
    expect(encoded(own)).toEqual([0.5, 1, (1 + 1 / 2) / 2, (2 + 2 / 3) / 3]);
  });

  it("says a half where no other row is known", async () => {
    const frame = frameOf({ city: ["a", "b"] });
    const { frame: own } = await fit(frame, { target: [1, 1], groups: [4, 4] });
    expect(encoded(own)).toEqual([0.5, 0.5]);
  });
});

describe("target encoding of other rows", () => {
  const frame = frameOf({ plays: [1, 2, 3, 4, 5], city: ["a", "a", "b", null, "b"] });
  const target = [1, 1, 0, 1, 1];

  it("is the smoothed mean of all training rows; unknown texts are as missing ones", async () => {
    const { encoder } = await fit(frame, { target }, { smoothing: 2 });
    const out = encoder.encode(frameOf({ plays: [1, 1, 1, 1], city: ["a", "b", null, "z"] }));
    expect(out.names).toEqual(["plays", "city_target"]);
    const missing = (1 + 2 * 0.8) / 3;
    const expected = [(2 + 2 * 0.8) / 4, (1 + 2 * 0.8) / 4, missing, missing];
    encoded(out).forEach((value, row) => {
      expect(value).toBeCloseTo(expected[row]!, 12);
    });
  });

  it("counts weight k as k rows", async () => {
    const weight = [1, 2, 3, 1, 2];
    const rows = weight.flatMap((times, row) => Array<number>(times).fill(row));
    const weighted = await fit(frame, { target, weight });
    const repeated = await fit(frame.take(rows), { target: rows.map((row) => target[row]!) });
    const found = encoded(repeated.encoder.encode(frame));
    encoded(weighted.encoder.encode(frame)).forEach((value, row) => {
      expect(value).toBeCloseTo(found[row]!, 12);
    });
  });

  it("does without a prior", async () => {
    const { encoder } = await fit(frame, { target }, { smoothing: 0 });
    expect(encoded(encoder.encode(frame))).toEqual([1, 1, 0.5, 1, 0.5]);
  });

  it("needs a target (ENCODER_TARGET) and sound options (ENCODER_OPTION)", async () => {
    const data = { frame, seed: 0, pause: () => Promise.resolve() };
    await expect(targetEncode().fit(data)).rejects.toMatchObject({ code: "ENCODER_TARGET" });
    for (const options of [{ folds: 1 }, { smoothing: -1 }, { scheme: "time" as "folds" }]) {
      expect(() => targetEncode(options)).toThrow(
        expect.objectContaining({ code: "ENCODER_OPTION" }),
      );
    }
  });
});

describe("counts of categories", () => {
  it("are the training weight of each category; unknown texts are as missing ones", async () => {
    const frame = frameOf({ city: ["a", "a", "b", null] });
    const pause = () => Promise.resolve();
    const fitted = await countEncode().fit({ frame, seed: 0, pause });
    expect(Array.from(fitted.frame.numbers("city_count"))).toEqual([2, 2, 1, 1]);
    const other = fitted.encoder.encode(frameOf({ city: ["b", "z", "a"] }));
    expect(Array.from(other.numbers("city_count"))).toEqual([1, 1, 2]);
    const weight = Float64Array.of(3, 1, 2, 5);
    const weighed = await countEncode().fit({ frame, weight, seed: 0, pause });
    expect(Array.from(weighed.frame.numbers("city_count"))).toEqual([4, 4, 2, 5]);
  });
});
