import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameOf } from "../frame/index.js";
import { calibrationCurve, prCurve, rocCurve } from "./curves.js";
import { rocAuc } from "./ranking.js";
import { spearmanMatrix } from "./spearman.js";
import { averagePrecisionAtK, ndcgAtK, recallAtK } from "./top-k.js";

interface Fixture {
  readonly spearman: { readonly columns: (number | null)[][]; readonly matrix: number[][] };
  readonly topK: readonly {
    readonly recommended: number[];
    readonly relevant: number[];
    readonly k: number;
    readonly ndcg: number;
  }[];
}

const file = new URL("./fixtures/metrics.json", import.meta.url);
const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture;

describe("Spearman's matrix", () => {
  it("is SciPy's over the rows that both columns know", () => {
    const columns = fixture.spearman.columns.map((values, j) => [`c${j}`, values] as const);
    const { names, values, counts } = spearmanMatrix(frameOf(Object.fromEntries(columns)));
    expect(names).toEqual(["c0", "c1", "c2", "c3"]);
    fixture.spearman.matrix.flat().forEach((expected, place) => {
      expect(values[place]).toBeCloseTo(expected, 12);
    });
    const known = columns.map(([, list]) => list.map((value) => value !== null));
    expect(counts[1]).toBe(known[0]!.filter((one, row) => one && known[1]![row]).length);
  });

  it("is 1 or -1 where columns rise together or against each other, whatever the scale", () => {
    const run = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(run, (a) => {
        const cube = a.map((value) => value ** 3);
        const down = a.map((value) => -value);
        const { values } = spearmanMatrix(frameOf({ a, cube, down }));
        expect([...values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([
          1, 1, -1, 1, 1, -1, -1, -1, 1,
        ]);
      }),
    );
  });

  it("is NaN for a constant column, and takes numbers only", () => {
    const { values } = spearmanMatrix(frameOf({ a: [1, 2, 3], same: [4, 4, 4] }));
    expect(values[1]).toBeNaN();
    expect(() => spearmanMatrix(frameOf({ c: ["x", "y"] }))).toThrow(
      expect.objectContaining({ code: "FRAME_COLUMN_KIND" }),
    );
  });
});

describe("top-k metrics", () => {
  it("nDCG is scikit-learn's", () => {
    for (const { recommended, relevant, k, ndcg } of fixture.topK) {
      expect(ndcgAtK(recommended, new Set(relevant), k)).toBeCloseTo(ndcg, 12);
    }
  });

  it("by hand", () => {
    const relevant = new Set([1, 4, 8]);
    expect(averagePrecisionAtK([3, 1, 4], relevant, 3)).toBeCloseTo((1 / 2 + 2 / 3) / 3, 12);
    expect(averagePrecisionAtK([1], relevant, 1)).toBe(1);
    expect(recallAtK([3, 1, 4, 8], relevant, 3)).toBeCloseTo(2 / 3, 12);
    expect(ndcgAtK([1, 4, 8], relevant, 10)).toBe(1);
    for (const metric of [ndcgAtK, averagePrecisionAtK, recallAtK]) {
      expect(metric([1], new Set(), 1)).toBeNaN();
    }
  });
});

describe("curves", () => {
  const target = Array.from({ length: 5000 }, (_, row): number => ((row * 7919) % 5 < 2 ? 1 : 0));
  const score = target.map((label, row) => (((row * 104729) % 1000) / 1000 + label * 0.4) / 1.4);

  it("of ROC enclose the area, thinned or not", () => {
    const area = (points: ReturnType<typeof rocCurve>): number => {
      let sum = 0;
      points.forEach(({ x, y }, i) => {
        const last = points[i - 1] ?? { x: 0, y: 0 };
        sum += (x - last.x) * (y + last.y);
      });
      return sum;
    };
    const whole = rocCurve(target, score, { points: 1e6 });
    expect(area(whole) / 2).toBeCloseTo(rocAuc(target, score), 12);
    const thin = rocCurve(target, score, { points: 100 });
    expect(thin.length).toBeLessThanOrEqual(102);
    expect(area(thin) / 2).toBeCloseTo(rocAuc(target, score), 2);
    expect([thin[0], thin.at(-1)]).toMatchObject([
      { x: 0, y: 0, threshold: Number.POSITIVE_INFINITY },
      { x: 1, y: 1 },
    ]);
  });

  it("of precision and recall end at the positive rate", () => {
    const curve = prCurve(target, score, { points: 50 });
    const last = curve.at(-1)!;
    expect(last.x).toBe(1);
    expect(last.y).toBeCloseTo(target.filter((label) => label === 1).length / 5000, 12);
  });

  it("of calibration have bins of equal mass from low to high", () => {
    const bins = calibrationCurve(target, score, { points: 10 });
    expect(bins).toHaveLength(10);
    for (const { weight } of bins) expect(weight).toBeCloseTo(500, 6);
    const rising = bins.map(({ probability }) => probability);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(bins.reduce((sum, { rate, weight }) => sum + rate * weight, 0)).toBeCloseTo(2000, 6);
  });

  it("are empty where a class is absent", () => {
    expect(rocCurve([1, 1], [1, 2])).toEqual([]);
    expect(prCurve([0, 0], [1, 2])).toEqual([]);
    expect(calibrationCurve([], [])).toEqual([]);
  });
});
