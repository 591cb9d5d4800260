import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { isolationForest } from "./isolation-forest.js";
import { averagePathLength, heightLimit } from "./path-length.js";

const random = new RandomStream(11, "isolation test");

function drawFrame(rows: number, width = 3): Frame {
  return new Frame(
    Array.from({ length: width }, (_, k) =>
      numberColumn(
        `c${k}`,
        Float64Array.from({ length: rows }, () => random.normal()),
      ),
    ),
  );
}

describe("the length of a path", () => {
  it("is Liu's c(n)", () => {
    expect([0, 1, 2].map(averagePathLength)).toEqual([0, 0, 1]);
    // 2 H(255) - 2 · 255 / 256 with the harmonic number by its approximation.
    expect(averagePathLength(256)).toBeCloseTo(10.2448, 4);
  });

  it("ends at the logarithm of the sample", () => {
    expect([1, 2, 3, 256, 257].map(heightLimit)).toEqual([0, 1, 2, 8, 9]);
  });
});

describe("isolation forest", () => {
  it("puts what is alone above what is among others", async () => {
    const frame = drawFrame(2000);
    const model = await isolationForest.fit(frame, undefined, { seed: 3 });
    const far = model.predictRow({ c0: 6, c1: -6, c2: 6 });
    const near = model.predictRow({ c0: 0, c1: 0, c2: 0 });
    expect(far).toBeGreaterThan(0.7);
    expect(near).toBeLessThan(0.45);
    const margins = await model.margins(frame);
    const scores = await model.predict(frame);
    expect(scores[7]).toBeCloseTo(2 ** margins[7]!, 12);
    expect(margins.every((margin) => margin < 0)).toBe(true);
  });

  it("puts a score down to columns, and the sum is the margin's distance to one base", async () => {
    const frame = drawFrame(1500);
    const model = await isolationForest.fit(frame, undefined, { trees: 40 });
    const odd = frameOf({ c0: [0, 7, 0.1], c1: [0.2, 0, 0], c2: [0, 0, -8] });
    const shares = await model.contributions(odd);
    const margins = await model.margins(odd);
    const base = margins[0]! - shares[0]! - shares[1]! - shares[2]!;
    for (const row of [1, 2]) {
      const sum = shares.slice(3 * row, 3 * row + 3).reduce((a, b) => a + b, base);
      expect(sum).toBeCloseTo(margins[row]!, 12);
    }
    expect(shares[3]).toBeGreaterThan(4 * Math.max(shares[4]!, shares[5]!));
    expect(shares[8]).toBeGreaterThan(4 * Math.max(shares[6]!, shares[7]!));
  });

  it("tells missing values from known ones that are all the same", async () => {
    const flags = Float64Array.from({ length: 300 }, (_, row) =>
      row % 100 === 0 ? Number.NaN : 1,
    );
    const frame = drawFrame(300, 1).with([numberColumn("flag", flags)]);
    const model = await isolationForest.fit(frame, undefined, { sampleSize: 300 });
    const scores = await model.predict(frameOf({ c0: [0, 0], flag: [Number.NaN, 1] }));
    expect(scores[0]).toBeGreaterThan(scores[1]! + 0.1);
  });

  it("puts infinite values beyond all others, and goes on near the largest", async () => {
    const values = [1, 2, 3, Number.POSITIVE_INFINITY, -1.7e308, 1.7e308];
    const model = await isolationForest.fit(frameOf({ x: values }), undefined, { sampleSize: 6 });
    const scores = values.map((x) => model.predictRow({ x }));
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true);
    expect(Math.min(scores[3]!, scores[4]!)).toBeGreaterThan(scores[1]!);
    expect(model.predictRow({ x: Number.NEGATIVE_INFINITY })).toBe(
      model.predictRow({ x: -1.7e308 }),
    );
  });

  it("gives every row one score where nothing tells rows apart", async () => {
    const model = await isolationForest.fit(frameOf({ x: [4, 4, 4, 4] }), undefined);
    // One leaf of four rows: its path is the usual one.
    expect(model.predictRow({ x: 99 })).toBeCloseTo(0.5, 12);
    const single = await isolationForest.fit(frameOf({ x: [4] }), undefined);
    expect(single.predictRow({ x: 4 })).toBe(1);
  });

  it("counts a row of weight k as k rows, to the bit, and refuses parts of rows", async () => {
    const frame = drawFrame(500);
    const weight = Float64Array.from({ length: 500 }, (_, row) => row % 4);
    const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const few = { trees: 20 };
    const weighted = await isolationForest.fit(frame, undefined, few, { weight });
    const repeated = await isolationForest.fit(frame.take(rows), undefined, few);
    expect(weighted.trees).toEqual(repeated.trees);
    await expect(
      isolationForest.fit(frame, undefined, {}, { weight: weight.map((w) => w / 2) }),
    ).rejects.toMatchObject({ code: "WEIGHT_WHOLE" });
  });

  it("refuses categories and options that make no sense", async () => {
    const texts = frameOf({ town: ["a", "b"] });
    await expect(isolationForest.fit(texts, undefined)).rejects.toMatchObject({
      code: "FEATURE_KIND",
    });
    await expect(
      isolationForest.fit(drawFrame(5), undefined, { sampleSize: 1 }),
    ).rejects.toMatchObject({ code: "LEARNER_OPTION" });
  });
});
