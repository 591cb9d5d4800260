import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { bestF1, confusion, densitySweep } from "../../metrics/index.js";
import { gaussian } from "./gaussian.js";

describe("the diagonal Gaussian", () => {
  const frame = frameOf({ a: [0, 2, 4], b: [10, 10, 10] });

  it("scores minus the log density, the sum of what its columns add", async () => {
    const model = await gaussian.fit(frame, undefined);
    expect([...model.mu]).toEqual([2, 10]);
    expect(model.sigma[0]).toBeCloseTo(Math.sqrt(8 / 3), 12);
    expect(model.sigma[1]).toBe(1);
    const density = Math.exp(-((3 - 2) ** 2) / (2 * (8 / 3))) / Math.sqrt(2 * Math.PI * (8 / 3));
    const [a, b] = await model.contributions(frameOf({ a: [3], b: [10] }));
    expect(a).toBeCloseTo(-Math.log(density), 12);
    expect(b).toBeCloseTo(Math.log(2 * Math.PI) / 2, 12);
    expect(model.predictRow({ a: 3, b: 10 })).toBe(a! + b!);
    expect(model.card.summary["constantColumns"]).toEqual(["b"]);
  });

  it("keeps rows apart whose density is 0 in doubles, and stays finite", async () => {
    const model = await gaussian.fit(frame, undefined);
    const scores = await model.predict(frameOf({ a: [1e3, 1e4, 1e300], b: [10, 10, 10] }));
    expect(scores[1]).toBeGreaterThan(scores[0]! + 1e6);
    expect(scores[2]).toBeGreaterThan(1e299);
  });

  it("trims one column after the other, by rows that are left", async () => {
    const a = [...Array.from({ length: 50 }, (_, i) => i % 5), 1000];
    const b = [...Array.from({ length: 49 }, (_, i) => i % 7), 500, 900];
    const model = await gaussian.fit(frameOf({ a, b }), undefined, { trim: 4 });
    // The last row goes for column a, so that it no longer hides row 49 in column b.
    expect(model.card.summary["rowsTrimmed"]).toEqual({ a: 1, b: 1 });
    expect(model.mu[0]).toBeLessThan(3);
    const weights = Float64Array.from(a, (_, i) => (i === 50 ? 2 : 1));
    const weighted = await gaussian.fit(
      frameOf({ a, b }),
      undefined,
      { trim: 4 },
      { weight: weights },
    );
    expect(weighted.card.summary["rowsTrimmed"]).toEqual({ a: 2, b: 1 });
  });

  it("rounds for the trim alone, and trims nothing where the deviation rounds to 0", async () => {
    const small = frameOf({ a: [1e-5, 2e-5, 3e-5, 1e-3] });
    const rounded = await gaussian.fit(small, undefined, { trim: 1.5, trimDecimals: 3 });
    expect(rounded.card.summary["rowsTrimmed"]).toEqual({ a: 0 });
    const exact = await gaussian.fit(small, undefined, { trim: 1.5 });
    expect(exact.card.summary["rowsTrimmed"]).toEqual({ a: 1 });
  });

  it("refuses a trim that leaves nothing (LEARNER_OPTION), and what is no number", async () => {
    const two = frameOf({ a: [0, 1] });
    await expect(gaussian.fit(two, undefined, { trim: 0.5 })).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
    await expect(gaussian.fit(two, undefined, { trim: 0 })).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
    const hole = frameOf({ a: [0, Number.NaN] });
    await expect(gaussian.fit(hole, undefined)).rejects.toMatchObject({ code: "FEATURE_VALUE" });
    const model = await gaussian.fit(two, undefined);
    await expect(model.predict(hole)).rejects.toMatchObject({ code: "FEATURE_VALUE" });
    expect(() => model.predictRow({})).toThrow(expect.objectContaining({ code: "FEATURE_VALUE" }));
  });
});

const folder = new URL("../../../../../../shared/data/music_gaming/", import.meta.url);

/** The five features of a delivery, and its marks. */
function readGaming(name: string): { frame: Frame; target: Float64Array } {
  const lines = gunzipSync(readFileSync(new URL(name, folder)))
    .toString("utf8")
    .split(/\r?\n/);
  const rows = lines.slice(1).filter((line) => line !== "");
  const fields = Array.from({ length: 7 }, () => new Float64Array(rows.length));
  rows.forEach((line, row) => {
    line.split(",").forEach((text, j) => {
      fields[j]![row] = Number(text);
    });
  });
  const columns = fields.slice(1, 6).map((values, j) => numberColumn(`f${j}`, values));
  return { frame: new Frame(columns), target: fields[6]! };
}

describe.skipIf(!existsSync(folder))("on a day of real usage (skipped without its data)", () => {
  it("gives what the original gave: as shipped, and with the exact threshold", async () => {
    const model = await gaussian.fit(readGaming("Dec10_WW.txt.gz").frame, undefined, {
      trim: 55,
      trimDecimals: 3,
    });
    expect(Object.values(model.card.summary["rowsTrimmed"] as object)).toEqual([2, 1, 9, 33, 7]);
    const validation = readGaming("Jan2020_validationSet.txt.gz");
    const test = readGaming("Jan2020_testSet.txt.gz");
    const scores = await model.predict(validation.frame);
    const testScores = await model.predict(test.frame);
    const swept = densitySweep(validation.target, scores);
    expect(swept.f1).toBeCloseTo(0.8913, 4);
    expect(confusion(test.target, testScores, swept.threshold)).toMatchObject({
      truePositives: 374,
      falsePositives: 97,
      falseNegatives: 2,
    });
    const exact = bestF1(validation.target, scores);
    expect(exact.f1).toBeCloseTo(0.9687, 4);
    const c = confusion(test.target, testScores, exact.threshold);
    const f1 = c.truePositives / (c.truePositives + (c.falsePositives + c.falseNegatives) / 2);
    expect(f1).toBeCloseTo(0.9705, 4);
  });
});
