import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { undefinedReason } from "./metric.js";
import { brier, ece, logLoss, normalisedEntropy } from "./probability.js";
import { liftAt, prAuc, recallAtFpr, rocAuc } from "./ranking.js";
import { accuracy, bestF1, confusion, f1At, precisionAt, recallAt } from "./threshold.js";

interface Case {
  readonly name: string;
  readonly target: number[];
  readonly score: number[];
  readonly probability: number[];
  readonly weight: number[] | null;
  readonly [metric: string]: unknown;
}

const file = new URL("./fixtures/metrics.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

describe("metrics are scikit-learn's", () => {
  it.each(cases.map((one) => [one.name, one] as const))("on %s", (_, one) => {
    const { target, score, probability } = one;
    const weight = one.weight ?? undefined;
    const found = {
      rocAuc: rocAuc(target, score, weight),
      prAuc: prAuc(target, score, weight),
      logLoss: logLoss(target, probability, weight),
      brier: brier(target, probability, weight),
      accuracy: accuracy(target, score, 0, weight),
      f1: f1At(target, score, 0, weight),
      precision: precisionAt(target, score, 0, weight),
      recall: recallAt(target, score, 0, weight),
    };
    for (const [name, value] of Object.entries(found)) {
      expect(value, name).toBeCloseTo(one[name] as number, 12);
    }
  });
});

/** Targets, scores with ties, and weights, both classes present. */
const data = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -6, max: 6 }), fc.nat(3)), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => ({
    target: rows.map(([target]) => target),
    score: rows.map(([, score]) => score),
    weight: rows.map(([, , weight]) => weight),
  }))
  .filter(({ target, weight }) => undefinedReason(target, weight) === undefined);

/** The area by its definition: all pairs. */
function pairArea(target: number[], score: number[], weight: number[]): number {
  let won = 0;
  let pairs = 0;
  target.forEach((positive, i) => {
    target.forEach((other, j) => {
      if (positive !== 1 || other !== 0) return;
      const w = weight[i]! * weight[j]!;
      pairs += w;
      won += score[i]! > score[j]! ? w : score[i] === score[j] ? w / 2 : 0;
    });
  });
  return won / pairs;
}

const everyMetric = {
  rocAuc,
  prAuc,
  lift: (t: number[], s: number[], w?: number[]) => liftAt(t, s, 0.3, w),
  recallAtFpr: (t: number[], s: number[], w?: number[]) => recallAtFpr(t, s, 0.2, w),
  accuracy: (t: number[], s: number[], w?: number[]) => accuracy(t, s, 1, w),
  bestF1: (t: number[], s: number[], w?: number[]) => bestF1(t, s, w).f1,
  logLoss: (t: number[], s: number[], w?: number[]) => logLoss(t, s.map(toProbability), w),
  brier: (t: number[], s: number[], w?: number[]) => brier(t, s.map(toProbability), w),
  ece: (t: number[], s: number[], w?: number[]) => ece(t, s.map(toProbability), w),
};

function toProbability(score: number): number {
  return (score + 7) / 14;
}

describe("laws of metrics", () => {
  it("the area is the share of pairs in the right order", () => {
    fc.assert(
      fc.property(data, ({ target, score, weight }) => {
        expect(rocAuc(target, score, weight)).toBeCloseTo(pairArea(target, score, weight), 12);
      }),
    );
  });

  it.each(Object.entries(everyMetric))("%s: weight k is k rows; row order is nothing", (_, of) => {
    fc.assert(
      fc.property(data, ({ target, score, weight }) => {
        const rows = weight.flatMap((times, row) => Array<number>(times).fill(row)).reverse();
        const repeated = of(
          rows.map((row) => target[row]!),
          rows.map((row) => score[row]!),
        );
        expect(of(target, score, weight)).toBeCloseTo(repeated, 10);
      }),
    );
  });

  it("rising transformations change no ranking metric", () => {
    fc.assert(
      fc.property(data, ({ target, score, weight }) => {
        const other = score.map((value) => value ** 3 + 5);
        expect(rocAuc(target, other, weight)).toBe(rocAuc(target, score, weight));
        expect(prAuc(target, other, weight)).toBe(prAuc(target, score, weight));
        expect(bestF1(target, other, weight).f1).toBe(bestF1(target, score, weight).f1);
      }),
    );
  });
});

describe("the best F1", () => {
  it("is the best over every threshold, and its threshold gives it", () => {
    fc.assert(
      fc.property(data, ({ target, score, weight }) => {
        const best = bestF1(target, score, weight);
        const thresholds = [...new Set(score)];
        const all = thresholds.map((threshold) => f1At(target, score, threshold, weight));
        expect(best.f1).toBeCloseTo(Math.max(...all), 12);
        expect(f1At(target, score, best.threshold, weight)).toBeCloseTo(best.f1, 12);
        expect(precisionAt(target, score, best.threshold, weight)).toBeCloseTo(best.precision, 12);
        expect(recallAt(target, score, best.threshold, weight)).toBeCloseTo(best.recall, 12);
      }),
    );
  });

  it("has its threshold in the middle, also of neighbours, infinities, large numbers", () => {
    expect(bestF1([1, 0], [3, 1]).threshold).toBe(2);
    expect(bestF1([1, 0], [1 + 2 ** -52, 1]).threshold).toBe(1 + 2 ** -52);
    expect(bestF1([1, 0], [1e308, -1e308]).threshold).toBe(0);
    expect(bestF1([1, 0], [1.7e308, 1.5e308]).threshold).toBe(1.7e308 / 2 + 1.5e308 / 2);
    expect(bestF1([1, 0], [0, Number.NEGATIVE_INFINITY]).threshold).toBe(0);
    expect(bestF1([1, 0], [Number.POSITIVE_INFINITY, 0]).threshold).toBe(Infinity);
    expect(bestF1([1, 1], [5, 4]).threshold).toBe(4);
    expect(bestF1([0, 0], [5, 4]).f1).toBeNaN();
  });
});

describe("metrics by hand", () => {
  it("count the four outcomes", () => {
    expect(confusion([1, 1, 0, 0, 1], [0.9, 0.5, 0.5, 0.1, 0.2], 0.5)).toEqual({
      truePositives: 2,
      falsePositives: 1,
      trueNegatives: 1,
      falseNegatives: 1,
    });
  });

  it("lift counts the part of a tied run that is inside", () => {
    expect(liftAt([1, 0, 0, 0], [4, 3, 2, 1], 0.25)).toBe(4);
    expect(liftAt([1, 0, 0, 0], [1, 1, 1, 1], 0.25)).toBe(1);
    expect(liftAt([1, 1, 0, 0], [4, 3, 2, 1], 0.5)).toBe(2);
  });

  it("recall stops before the false positives are too many", () => {
    expect(recallAtFpr([1, 0, 1, 0], [4, 3, 2, 1], 0)).toBe(0.5);
    expect(recallAtFpr([1, 0, 1, 0], [4, 3, 2, 1], 0.5)).toBe(1);
    expect(recallAtFpr([1, 0, 1, 0], [4, 4, 2, 1], 0.4)).toBe(0);
  });

  it("ECE is 0 where every bin keeps its word, and sees where not", () => {
    const target = Array.from({ length: 300 }, (_, row) => (row % 10 < 3 ? 1 : 0));
    expect(
      ece(
        target,
        target.map(() => 0.3),
      ),
    ).toBeCloseTo(0, 12);
    expect(
      ece(
        target,
        target.map(() => 0.5),
      ),
    ).toBeCloseTo(0.2, 12);
    expect(ece([0, 1], [0, 1])).toBe(0);
  });

  it("normalised entropy is 1 for the rate itself", () => {
    expect(normalisedEntropy([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25])).toBeCloseTo(1, 12);
    expect(normalisedEntropy([1, 0], [1, 0])).toBeLessThan(1e-12);
  });
});

describe("where a metric is not defined", () => {
  it("it is NaN, and there is a reason", () => {
    for (const metric of [rocAuc, normalisedEntropy]) {
      expect(metric([1, 1], [0.1, 0.2])).toBeNaN();
      expect(metric([], [])).toBeNaN();
    }
    expect(prAuc([0, 0], [0.1, 0.2])).toBeNaN();
    expect(undefinedReason([])).toBe("There are no rows.");
    expect(undefinedReason([0, 0])).toBe("None of the 2 rows is positive.");
    expect(undefinedReason([1, 1, 0], [1, 1, 0])).toBe("All of the 2 rows are positive.");
    expect(undefinedReason([0, 1])).toBeUndefined();
  });

  it("wrong input is refused: METRIC_LENGTHS_DIFFER, METRIC_VALUE", () => {
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => rocAuc([0, 1], [1])).toThrow(refused("METRIC_LENGTHS_DIFFER"));
    expect(() => rocAuc([0, 1], [1, 2], [1])).toThrow(refused("METRIC_LENGTHS_DIFFER"));
    expect(() => rocAuc([0, 2], [1, 2])).toThrow(refused("METRIC_VALUE"));
    expect(() => rocAuc([0, 1], [1, Number.NaN])).toThrow(refused("METRIC_VALUE"));
    expect(() => rocAuc([0, 1], [1, 2], [1, -1])).toThrow(refused("METRIC_VALUE"));
    expect(() => logLoss([0, 1], [0.5, 1.5])).toThrow(refused("METRIC_VALUE"));
    expect(() => ece([0, 1], [-0.5, 1])).toThrow(refused("METRIC_VALUE"));
    expect(rocAuc([0, 1], [-Infinity, Infinity])).toBe(1);
  });
});
