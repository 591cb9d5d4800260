import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { gaussianMixture } from "./mixture.js";

interface Case {
  readonly name: string;
  readonly components: number;
  readonly columns: number[][];
  readonly test: number[][];
  readonly scores: number[];
  readonly weights: number[];
}

const file = new URL("./fixtures/mixture.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function tableOf(columns: readonly number[][]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("a mixture of normal distributions", () => {
  it.each(cases.map((one) => [one.name, one] as const))("is scikit-learn's: %s", async (_, one) => {
    const options = { components: one.components, tolerance: 1e-13, rounds: 2000 };
    const model = await gaussianMixture.fit(tableOf(one.columns), undefined, options);
    [...model.shares].sort().forEach((share, k) => {
      expect(share).toBeCloseTo(one.weights[k]!, 5);
    });
    const scores = await model.predict(tableOf(one.test));
    scores.forEach((score, row) => {
      expect(Math.abs(score - one.scores[row]!) / (1 + Math.abs(score))).toBeLessThan(1e-4);
    });
  });

  it("takes a row between two groups for abnormal, and says which column is off", async () => {
    const [, two] = cases;
    const frame = tableOf(two!.columns);
    const model = await gaussianMixture.fit(frame, undefined, { components: 2 });
    const [near, far] = [model.means[0]!, model.means[1]!];
    const between = { c0: (near[0]! + far[0]!) / 2, c1: (near[1]! + far[1]!) / 2 };
    const own = { c0: near[0]!, c1: near[1]! };
    expect(model.predictRow(between)).toBeGreaterThan(model.predictRow(own) + 3);
    const [c0, c1] = await model.contributions(frameOf({ c0: [near[0]! - 3], c1: [near[1]!] }));
    expect(c0).toBeGreaterThan(c1!);
  });

  it("holds on more components than rows, and on rows that are all alike", async () => {
    const alike = frameOf({ a: [1, 1, 1], b: [2, 2, 2] });
    const model = await gaussianMixture.fit(alike, undefined, { components: 5 });
    expect((await model.predict(alike)).every(Number.isFinite)).toBe(true);
  });
});
