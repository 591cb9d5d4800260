import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import { extraTrees, randomForest, randomForestRegression } from "./forest.js";

interface Case {
  readonly name: string;
  readonly options: { readonly min_samples_leaf: number; readonly max_features?: number };
  readonly columns: readonly (readonly number[])[];
  readonly target: readonly number[];
  /** Accuracy, or the share of the variance that is explained, with five seeds. */
  readonly scores: readonly number[];
}

const file = new URL("./fixtures/out-of-bag.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const learners = [randomForest, extraTrees, randomForestRegression];

describe("what is said out of bag is what scikit-learn's forests say", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (name, one) => {
    const learner = learners.find(({ kind }) => kind === name)!;
    const frame = new Frame(
      one.columns.map((values, k) => numberColumn(`c${k}`, Float64Array.from(values))),
    );
    const { min_samples_leaf: minSamplesLeaf, max_features: maxFeatures } = one.options;
    const common = { trees: 400, minSamplesLeaf, bootstrap: true, outOfBag: true };
    const options = maxFeatures === undefined ? common : { ...common, maxFeatures };
    let found = 0;
    for (const seed of [0, 1, 2]) {
      const { card } = await learner.fit(frame, one.target, { ...options, seed });
      const score = card.summary["outOfBagAccuracy"] ?? card.summary["outOfBagR2"];
      found += (score as number) / 3;
    }
    const expected = one.scores.reduce((sum, score) => sum + score, 0) / one.scores.length;
    expect(Math.abs(found - expected)).toBeLessThan(0.015);
  });
});
