import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import { boosting, boostingMulticlass, boostingRegression } from "./boosting.js";

interface Case {
  readonly name: string;
  readonly objective: "binary" | "regression" | "multiclass";
  readonly rounds: number;
  readonly options: {
    readonly lambda_l2?: number;
    readonly min_data_in_leaf?: number;
    readonly min_sum_hessian_in_leaf?: number;
  };
  readonly columns: readonly (readonly (number | null)[])[];
  readonly target: readonly number[];
  readonly predictions: readonly number[];
}

const file = new URL("./fixtures/lightgbm.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const learners = {
  binary: boosting,
  regression: boostingRegression,
  multiclass: boostingMulticlass,
};

describe("predictions are LightGBM's, where bins are the same", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const frame = new Frame(
      one.columns.map((values, k) =>
        numberColumn(
          `c${k}`,
          Float64Array.from(values, (value) => value ?? Number.NaN),
        ),
      ),
    );
    const model = await learners[one.objective].fit(frame, one.target, {
      rounds: one.rounds,
      maxLeaves: 15,
      l2: one.options.lambda_l2 ?? 0,
      minRows: one.options.min_data_in_leaf ?? 20,
      minHessian: one.options.min_sum_hessian_in_leaf ?? 1e-3,
    });
    const found = await model.predict(frame);
    const differences = found.map((value, row) => Math.abs(value - one.predictions[row]!));
    expect(differences.length).toBe(one.predictions.length);
    expect(Math.max(...differences)).toBeLessThan(1e-7);
  });
});
