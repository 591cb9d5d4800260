import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ece, normalisedEntropy } from "./probability.js";
import { liftAt, recallAtFpr } from "./ranking.js";
import {
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  rSquared,
} from "./regression.js";
import { bestF1 } from "./threshold.js";

interface Case {
  readonly name: string;
  readonly target: number[];
  readonly score: number[];
  readonly probability: number[];
  readonly truth: number[];
  readonly weight: number[] | null;
  readonly [metric: string]: unknown;
}

const file = new URL("./fixtures/more-metrics.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

describe("metrics are what their definitions give, ties and weights included", () => {
  it.each(cases.map((one) => [one.name, one] as const))("on %s", (_, one) => {
    const { target, score, probability, truth } = one;
    const weight = one.weight ?? undefined;
    const found = {
      ece: ece(target, probability, weight),
      normalisedEntropy: normalisedEntropy(target, probability, weight),
      liftAt10: liftAt(target, score, 0.1, weight),
      recallAtFpr20: recallAtFpr(target, score, 0.2, weight),
      bestF1: bestF1(target, score, weight).f1,
      meanSquaredError: meanSquaredError(truth, score, weight),
      rootMeanSquaredError: rootMeanSquaredError(truth, score, weight),
      meanAbsoluteError: meanAbsoluteError(truth, score, weight),
      rSquared: rSquared(truth, score, weight),
    };
    for (const [name, value] of Object.entries(found)) {
      expect(value, name).toBeCloseTo(one[name] as number, 11);
    }
  });
});

describe("errors of values", () => {
  it("are not defined without rows, explained variance not without variance", () => {
    expect(meanSquaredError([], [])).toBeNaN();
    expect(rSquared([2, 2], [1, 2])).toBeNaN();
    expect(rSquared([1, 3], [2, 2])).toBe(0);
  });

  it("refuse lengths (METRIC_LENGTHS_DIFFER) and values (METRIC_VALUE) that do not fit", () => {
    const refused = (code: string) => expect.objectContaining({ code });
    expect(() => meanSquaredError([1, 2], [1])).toThrow(refused("METRIC_LENGTHS_DIFFER"));
    expect(() => meanAbsoluteError([1], [Number.NaN])).toThrow(refused("METRIC_VALUE"));
    expect(() => rSquared([Infinity], [1])).toThrow(refused("METRIC_VALUE"));
    expect(() => rootMeanSquaredError([1], [1], [-1])).toThrow(refused("METRIC_VALUE"));
  });
});
