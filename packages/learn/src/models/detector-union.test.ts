import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneHot, standardScale } from "../encoders/index.js";
import { RandomStream } from "../foundation/index.js";
import { categoryColumn, Frame, frameOf, numberColumn } from "../frame/index.js";
import { ecod, gaussian, hbos, logistic, pca } from "../learners/index.js";
import { conformalPValues } from "../metrics/index.js";
import { conformalP, rankedP } from "./conformal-tail.js";
import { detectorContributions } from "./detector-reasons.js";
import { detectorUnion } from "./detector-union.js";
import { readModel, writeModel } from "./model-file.js";
import { pipeline } from "./pipeline.js";

/** Rows of a normal law with correlated columns a and b, and a third. */
function genuine(rows: number, purpose: string): Frame {
  const stream = new RandomStream(1, purpose);
  const a = Float64Array.from({ length: rows }, () => stream.normal());
  const b = a.map((value) => value + 0.1 * stream.normal());
  const c = a.map(() => stream.normal());
  return new Frame([numberColumn("a", a), numberColumn("b", b), numberColumn("c", c)]);
}

const members = [
  gaussian,
  pipeline({ encoders: [], learner: pca, options: { distance: "variance" } }),
];
const union = detectorUnion({ members });

describe("ranked p-values", () => {
  it("are below conformal ones by less than a step, and fall where scores rise", () => {
    const tail = { scores: Float64Array.of(1, 2, 2, 5) };
    const scores = [-3, 1, 1.5, 2, 2.1, 4.9, 5, 5.1, 9, 1e9, 1e300];
    const exact = scores.map((score) => conformalP(tail, score));
    expect(exact).toEqual([...conformalPValues(tail.scores, scores)]);
    scores.forEach((score, k) => {
      const ranked = rankedP(tail, score);
      expect(ranked).toBeGreaterThan(0);
      expect(ranked).toBeLessThanOrEqual(exact[k]!);
      expect(ranked).toBeGreaterThanOrEqual(exact[k]! - 0.2 - 1e-12);
      if (k > 1 && k < 10) expect(ranked).toBeLessThan(rankedP(tail, scores[k - 1]!));
    });
  });

  it("are numbers, and never rise with the score, whatever the calibration scores are", () => {
    const score = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, 1, 1 + Number.EPSILON, 1e-300, 1e300, -1e308, 1e308),
    );
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 6 }), score, score, (held, a, b) => {
        const tail = { scores: Float64Array.from(held).sort() };
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) => rankedP(tail, one));
        expect(high).toBeGreaterThan(0);
        expect(high).toBeLessThanOrEqual(low!);
        expect(low).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a union of detectors", () => {
  it("keeps its error rate on genuine rows, whatever the number of members", async () => {
    const model = await union.fit(genuine(4000, "train"), undefined);
    expect(model.card.summary["calibrationRows"]).toBe(1200);
    const p = await model.pValues(genuine(4000, "test"));
    for (const rate of [0.01, 0.05, 0.2]) {
      const found = p.filter((value) => value <= rate).length / p.length;
      expect(found).toBeLessThan(rate + 3 * Math.sqrt((rate * (1 - rate)) / 1200));
    }
  });

  it("finds what only one member sees, and gives the reasons of that one", async () => {
    const model = await union.fit(genuine(2000, "train"), undefined);
    // Each of a and b is ordinary; together they break the law that pca has seen.
    const row = frameOf({ a: [1], b: [-1], c: [0] });
    expect((await model.pValues(row))[0]).toBeLessThan(0.01);
    expect([...(await model.winners(row))]).toEqual([1]);
    const [a, b, c] = await model.contributions(row);
    expect(a! + b! + c!).toBeCloseTo(model.predictRow(row.row(0)), 9);
    expect(a! + b!).toBeGreaterThan(0.9 * (a! + b! + c!));
    const far = frameOf({ a: [0], b: [0], c: [40] });
    expect((await model.contributions(far))[2]).toBeGreaterThan(1);
  });

  it("calibrates on genuine validation rows, and with shares of the budget", async () => {
    const learner = detectorUnion({ members: [gaussian, hbos, ecod], shares: [2, 1, 1] });
    const frame = genuine(50, "validation");
    const target = Float64Array.from({ length: 50 }, (_, row) => (row < 10 ? 1 : 0));
    const model = await learner.fit(
      genuine(200, "train"),
      undefined,
      {},
      {
        validation: { frame, target },
      },
    );
    expect(model.card.summary["calibrationRows"]).toBe(40);
    expect(model.card.trainingRows).toBe(200);
    expect(model.shares).toEqual([0.5, 0.25, 0.25]);
  });

  it("takes rows that are all alike, and a few calibration rows", async () => {
    const alike = frameOf({ a: Array.from({ length: 40 }, () => 7), b: new Float64Array(40) });
    const model = await detectorUnion({ members: [gaussian, hbos, ecod] }).fit(alike, undefined);
    expect([...(await model.pValues(alike))]).toEqual(Array.from({ length: 40 }, () => 1));
    const odd = frameOf({ a: [1e150, -1e150, 7.1], b: [1e-300, 0, 0] });
    expect((await model.predict(odd)).every(Number.isFinite)).toBe(true);
    expect((await model.contributions(odd)).every(Number.isFinite)).toBe(true);
    const few = await union.fit(genuine(5, "train"), undefined);
    expect(few.card.summary["calibrationRows"]).toBe(1);
    const far = frameOf({ a: [99], b: [0], c: [0] });
    expect([...(await few.pValues(far))]).toEqual([1]);
    expect((await few.predict(far))[0]).toBeGreaterThan(0);
  });

  it("keeps rows of a group on one side", async () => {
    const groups = Int32Array.from({ length: 90 }, (_, row) => row % 3);
    const options = { calibrationShare: 0.4 };
    const model = await union.fit(genuine(90, "train"), undefined, options, { groups });
    expect(model.card.summary["calibrationRows"]).toBe(30);
  });

  it("comes back from its file with its members", async () => {
    const model = await union.fit(genuine(300, "train"), undefined);
    const test = genuine(20, "test");
    const stored = readModel(writeModel(model));
    expect(await stored.predict(test)).toEqual(await model.predict(test));
  });

  it("refuses other members (UNION_MEMBERS), and rows too few (UNION_CALIBRATION)", async () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => detectorUnion({ members: [] })).toThrow(code("UNION_MEMBERS"));
    expect(() => detectorUnion({ members: [logistic] })).toThrow(code("UNION_MEMBERS"));
    const zero = { members: [gaussian], shares: [0] };
    expect(() => detectorUnion(zero)).toThrow(code("UNION_MEMBERS"));
    await expect(union.fit(genuine(2, "train"), undefined)).rejects.toMatchObject({
      code: "UNION_CALIBRATION",
    });
  });
});

describe("reasons behind encoders", () => {
  it("are put down to the columns that were encoded", async () => {
    const stream = new RandomStream(2, "reasons");
    const kinds = Array.from({ length: 100 }, (_, row) => (row === 0 ? "rare" : "usual"));
    const frame = new Frame([
      numberColumn(
        "level",
        Float64Array.from(kinds, () => stream.normal()),
      ),
      categoryColumn("kind", kinds),
    ]);
    const model = await pipeline({
      encoders: [standardScale(), oneHot()],
      learner: gaussian,
    }).fit(frame, undefined);
    const found = await detectorContributions(model, frame.view(0, 2));
    expect(found).toHaveLength(4);
    expect(found[1]).toBeGreaterThan(found[3]! + 10);
    expect(found[0]! + found[1]!).toBeCloseTo(model.predictRow(frame.row(0)), 9);
  });
});
