import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Frame, frameOf } from "../frame/index.js";
import { restoreEncoder } from "./catalogue.js";
import type { Encoder, FittedEncoder } from "./contract.js";
import { impute } from "./impute.js";
import { oneHot } from "./one-hot.js";
import { signedLog } from "./signed-log.js";
import { standardScale } from "./standard-scale.js";

const frame = frameOf({
  plays: [1, null, 3, 100],
  skips: [0, 0, 0, 0],
  city: ["a", null, "b", "a"],
});

async function fitted(
  encoder: Encoder,
  table: Frame = frame,
  weight?: number[],
): Promise<FittedEncoder> {
  const given = weight && Float64Array.from(weight);
  const pause = () => Promise.resolve();
  const { encoder: found } = await encoder.fit({ frame: table, weight: given, seed: 0, pause });
  return found;
}

function values(table: Frame, name: string): number[] {
  return Array.from(table.numbers(name));
}

describe("impute", () => {
  it("fills with the median, and marks what was missing", async () => {
    const out = (await fitted(impute())).encode(frame);
    expect(out.names).toEqual(["plays", "skips", "city", "plays_missing"]);
    expect(values(out, "plays")).toEqual([1, 3, 3, 100]);
    expect(values(out, "plays_missing")).toEqual([0, 1, 0, 0]);
  });

  it("fills with the mean, without marks, in the columns chosen", async () => {
    const out = await fitted(impute({ strategy: "mean", indicators: false, columns: ["plays"] }));
    expect(values(out.encode(frame), "plays")[1]).toBeCloseTo(104 / 3, 12);
    expect(out.encode(frame).names).toEqual(frame.names);
  });

  it("takes infinities for missing, and what training never knew for 0", async () => {
    const odd = frameOf({ x: [Infinity, 2, -Infinity, 4], none: [null, null, null, null] });
    const out = (await fitted(impute(), odd)).encode(odd);
    expect(values(out, "x")).toEqual([3, 2, 3, 4]);
    expect(values(out, "none")).toEqual([0, 0, 0, 0]);
  });

  it("has the median of rows repeated as often as they weigh", async () => {
    const rows = fc.array(
      fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 4 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const gap = frameOf({ x: [null] });
        const of = async (numbers: number[], weight?: number[]): Promise<number> =>
          values((await fitted(impute(), frameOf({ x: numbers }), weight)).encode(gap), "x")[0]!;
        const repeated = pairs.flatMap(([value, times]) => Array<number>(times).fill(value));
        const numbers = pairs.map(([value]) => value);
        const weight = pairs.map(([, times]) => times);
        expect(await of(numbers, weight)).toBe(await of(repeated));
        const sorted = [...repeated].sort((a, b) => a - b);
        const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
        expect(await of(repeated)).toBe((sorted[low]! + sorted[high]!) / 2);
      }),
    );
  });
});

describe("standardScale", () => {
  it("gives mean 0 and deviation 1, shifts constants, keeps what is missing", async () => {
    const out = (await fitted(standardScale())).encode(frame);
    const plays = values(out, "plays").filter((value) => !Number.isNaN(value));
    expect(plays.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(plays.reduce((sum, value) => sum + value * value, 0) / 3).toBeCloseTo(1, 12);
    expect(values(out, "plays")[1]).toBeNaN();
    expect(values(out, "skips")).toEqual([0, 0, 0, 0]);
  });

  it("stays finite up to the largest numbers", async () => {
    const large = frameOf({ x: [1e308, -1e308, 1e308, 0] });
    const scaled = values((await fitted(standardScale(), large)).encode(large), "x");
    expect(scaled.every(Number.isFinite)).toBe(true);
    expect(scaled[0]).toBeCloseTo(0.904534, 5);
  });
});

describe("signedLog", () => {
  it("is odd, rising, and leaves 0 and what is missing", async () => {
    const table = frameOf({ x: [-10, -1, 0, 1, 10, null] });
    const out = values((await fitted(signedLog(), table)).encode(table), "x");
    expect(out[4]).toBeCloseTo(Math.log(11), 12);
    expect(out[0]).toBe(-out[4]!);
    expect(out[2]).toBe(0);
    expect(out[5]).toBeNaN();
  });
});

describe("oneHot", () => {
  it("gives each text a column, most frequent first; missing and unseen texts are 0", async () => {
    const encoder = await fitted(oneHot());
    const out = encoder.encode(frame);
    expect(out.names).toEqual(["plays", "skips", "city=a", "city=b"]);
    expect(values(out, "city=a")).toEqual([1, 0, 0, 1]);
    expect(values(out, "city=b")).toEqual([0, 0, 1, 0]);
    const unseen = encoder.encode(frameOf({ plays: [1], skips: [1], city: ["z"] }));
    expect(unseen.row(0)).toEqual({ plays: 1, skips: 1, "city=a": 0, "city=b": 0 });
  });

  it("lets rare texts share a column", async () => {
    const table = frameOf({ c: ["a", "a", "b", "b", "c", "d"] });
    const encoder = await fitted(oneHot({ maxCategories: 3 }), table);
    const out = encoder.encode(table);
    expect(out.names).toEqual(["c=a", "c=b", "c=(other)"]);
    expect(values(out, "c=(other)")).toEqual([0, 0, 0, 0, 1, 1]);
    expect(encoder.encode(frameOf({ c: ["new", null] })).row(0)["c=(other)"]).toBe(1);
  });

  it("does not care for the order of rows", async () => {
    const reversed = frame.take([3, 2, 1, 0]);
    expect((await fitted(oneHot(), reversed)).encode(frame).hash()).toBe(
      (await fitted(oneHot())).encode(frame).hash(),
    );
  });
});

describe("fitted encoders", () => {
  const all = [impute(), impute({ strategy: "mean" }), standardScale(), signedLog(), oneHot()];

  it.each(all.map((encoder) => [encoder.kind, encoder] as const))(
    "%s: come back from their state",
    async (kind, encoder) => {
      const before = await fitted(encoder);
      const again = restoreEncoder(kind, before.state());
      expect(again.encode(frame).hash()).toBe(before.encode(frame).hash());
      expect(again.state()).toEqual(before.state());
    },
  );

  it.each([
    ["impute", { settings: {}, tensors: {} }],
    ["impute", { settings: { columns: ["a"], indicators: [1] }, tensors: {} }],
    ["impute", { settings: { columns: ["a"], indicators: [] }, tensors: {} }],
    ["standardScale", { settings: { columns: [1] }, tensors: {} }],
    [
      "standardScale",
      {
        settings: { columns: ["a"] },
        tensors: {
          means: { shape: [1], values: Float64Array.of(0) },
          deviations: { shape: [1], values: Float64Array.of(0) },
        },
      },
    ],
    [
      "impute",
      {
        settings: { columns: ["a"], indicators: [] },
        tensors: { fills: { shape: [1], values: Float64Array.of(Number.NaN) } },
      },
    ],
    ["signedLog", { settings: {}, tensors: {} }],
    ["oneHot", { settings: { columns: ["a"], texts: [], other: [] }, tensors: {} }],
    ["oneHot", { settings: { columns: ["a"], texts: [["x"]], other: [1] }, tensors: {} }],
    ["oneHot", { settings: { columns: ["a"], texts: [[1]], other: [true] }, tensors: {} }],
    ["splines", { settings: {}, tensors: {} }],
  ])("%s: are refused with ENCODER_STATE where the state is wrong", (kind, state) => {
    expect(() => restoreEncoder(kind, state)).toThrow(
      expect.objectContaining({ code: "ENCODER_STATE" }),
    );
  });

  it("say which column is wrong: FRAME_COLUMN_KIND, FRAME_COLUMN_MISSING", async () => {
    const refused = (code: string) => expect.objectContaining({ code });
    await expect(fitted(impute({ columns: ["city"] }))).rejects.toThrow(
      refused("FRAME_COLUMN_KIND"),
    );
    await expect(fitted(oneHot({ columns: ["song"] }))).rejects.toThrow(
      refused("FRAME_COLUMN_MISSING"),
    );
  });
});
