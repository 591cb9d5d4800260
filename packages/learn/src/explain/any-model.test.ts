import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { categoryColumn, Frame, frameOf, numberColumn } from "../frame/index.js";
import { boosting, boostingMulticlass, logistic, multinomial, ridge } from "../learners/index.js";
import { rocAucMetric } from "../metrics/index.js";
import { explainLinear, partialDependence, permutationImportance } from "./index.js";

interface LinearCase {
  readonly x: readonly (readonly number[])[];
  readonly background: readonly (readonly number[])[];
  readonly coefficients: readonly number[];
  readonly intercept: number;
  readonly base: number;
  readonly values: readonly (readonly number[])[];
}

const file = new URL("./fixtures/explained.json", import.meta.url);
const { linear } = JSON.parse(readFileSync(file, "utf8")) as { readonly linear: LinearCase };

function tableOf(rows: readonly (readonly number[])[]): Frame {
  return new Frame(
    rows[0]!.map((_, k) =>
      numberColumn(
        `c${k}`,
        rows.map((row) => row[k]!),
      ),
    ),
  );
}

const random = new RandomStream(4, "any model");
const ROWS = 500;
const draw = () => Float64Array.from({ length: ROWS }, () => random.normal());
const [a, b, noise] = [draw(), draw(), draw()];
const towns = Array.from({ length: ROWS }, (_, row) =>
  row % 11 === 0 ? null : `town ${random.below(3)}`,
);
const frame = new Frame([
  numberColumn("a", a),
  numberColumn("b", b),
  numberColumn("copy of a", a),
  numberColumn("noise", noise),
]);
const mixed = new Frame([
  numberColumn(
    "a",
    a.map((value, row) => (row % 7 === 0 ? Number.NaN : value)),
  ),
  categoryColumn("town", towns),
]);
const values = a.map((value, row) => 3 * value - 2 * b[row]! + 1);
const classes = values.map((value) => (value > 1 ? 1 : 0));

describe("linear SHAP", () => {
  it("is shap's", async () => {
    const rows = tableOf(linear.x);
    const model = {
      schema: { columns: rows.names.map((name) => ({ name, kind: "number" as const })) },
      coefficients: Float64Array.from(linear.coefficients),
      intercept: linear.intercept,
    };
    const background = tableOf(linear.background);
    const explained = await explainLinear(model, rows, { background });
    expect(explained.base).toBeCloseTo(linear.base, 12);
    for (const [at, told] of linear.values.entries()) {
      for (const [k, value] of told.entries()) {
        expect(explained.values[at * 4 + k]).toBeCloseTo(value, 12);
      }
    }
  });

  it("sums to the margins of logistic, ridge and multinomial", async () => {
    const background = frame.view(0, 50);
    const rows = frame.view(50, 60);
    const two = await logistic.fit(frame, classes);
    const own = await explainLinear(two, rows, { background });
    const chances = await two.predict(rows);
    const value = await ridge.fit(frame, values);
    const told = await explainLinear(value, rows, { background });
    const predictions = await value.predict(rows);
    const many = await multinomial.fit(frame, classes);
    const [no, yes] = await Promise.all(
      [0, 1].map((output) => explainLinear(many, rows, { background, output })),
    );
    const shares = await many.predict(rows);
    for (let row = 0; row < 10; row++) {
      const sum = ({ base, values: all }: typeof own) =>
        all.subarray(row * 4, row * 4 + 4).reduce((x, y) => x + y, base);
      expect(1 / (1 + Math.exp(-sum(own)))).toBeCloseTo(chances[row]!, 12);
      expect(sum(told)).toBeCloseTo(predictions[row]!, 11);
      expect(1 / (1 + Math.exp(sum(no!) - sum(yes!)))).toBeCloseTo(shares[2 * row + 1]!, 11);
    }
  });

  it("refuses what the model would", async () => {
    const model = await ridge.fit(frame, values);
    const broken = frame.with([numberColumn("a", new Float64Array(ROWS).fill(Number.NaN))]);
    const background = frame;
    await expect(explainLinear(model, broken, { background })).rejects.toMatchObject({
      code: "FEATURE_VALUE",
    });
    await expect(explainLinear(model, frame, { background, output: 1 })).rejects.toMatchObject({
      code: "EXPLAIN_OUTPUT",
    });
    const none = frame.view(0, 0);
    await expect(explainLinear(model, frame, { background: none })).rejects.toMatchObject({
      code: "EXPLAIN_BACKGROUND",
    });
  });
});

describe("permutation importance", () => {
  it("finds what a model goes by, and groups what tells the same", async () => {
    const model = await logistic.fit(frame, classes);
    const { metric, importances } = await permutationImportance(model, frame, classes, {
      metric: rocAucMetric,
      columns: ["a", "b", "noise", ["a", "copy of a"]],
      repeats: 3,
      seed: 7,
    });
    expect(metric).toBeGreaterThan(0.99);
    const [one, other, nothing, both] = importances.map(({ mean }) => mean);
    expect(both).toBeGreaterThan(2 * one!);
    expect(other).toBeGreaterThan(0.05);
    expect(Math.abs(nothing!)).toBeLessThan(0.005);
    expect(importances[3]!.columns).toEqual(["a", "copy of a"]);
    expect(importances[0]!.losses.length).toBe(3);
    expect(importances[0]!.deviation).toBeGreaterThan(0);
  });

  it("is decided by its seed, whatever else is asked", async () => {
    const model = await logistic.fit(frame, classes);
    const ask = (columns: readonly string[], seed: number) =>
      permutationImportance(model, frame, classes, { metric: rocAucMetric, columns, seed });
    const [alone, beside, other] = [
      await ask(["b"], 1),
      await ask(["noise", "b"], 1),
      await ask(["b"], 2),
    ];
    expect(beside.importances[1]!.losses).toEqual(alone.importances[0]!.losses);
    expect(other.importances[0]!.losses).not.toEqual(alone.importances[0]!.losses);
  });

  it("takes any measure of any model, and stops", async () => {
    const model = await boostingMulticlass.fit(mixed, classes, { rounds: 3 });
    const measure = (target: ArrayLike<number>, predictions: Float64Array) => {
      let sum = 0;
      for (let row = 0; row < target.length; row++) sum += predictions[2 * row + target[row]!]!;
      return sum / target.length;
    };
    const metric = { better: "higher", measure } as const;
    const done: number[] = [];
    const { importances } = await permutationImportance(model, mixed, classes, {
      metric,
      onProgress: (progress) => done.push(progress.done),
    });
    expect(importances.map(({ columns }) => columns[0])).toEqual(["a", "town"]);
    expect(importances[0]!.mean).toBeGreaterThan(importances[1]!.mean);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const signal = AbortSignal.abort();
    await expect(
      permutationImportance(model, mixed, classes, { metric, signal }),
    ).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    await expect(
      permutationImportance(model, mixed, classes, { metric, memoryLimitBytes: 100 }),
    ).rejects.toMatchObject({ code: "EXPLAIN_MEMORY" });
  });
});

describe("partial dependence", () => {
  it("of a sum is a line, the same for each row", async () => {
    const model = await ridge.fit(frame, values, { l2: 0 });
    const { grid, mean, curves } = await partialDependence(model, frame, "b", {
      points: 9,
      curves: true,
    });
    expect(grid.length).toBe(9);
    expect(grid[0]).toBe(Math.min(...b));
    expect(grid[8]).toBe(Math.max(...b));
    const step = (at: ArrayLike<number>, from: number, k: number) =>
      (at[from + k]! - at[from]!) / ((grid[k] as number) - (grid[0] as number));
    for (let k = 1; k < 9; k++) {
      expect(step(mean, 0, k)).toBeCloseTo(-2, 6);
      expect(step(curves!, 9 * 40, k)).toBeCloseTo(-2, 6);
    }
  });

  it("asks categories and missing values as they are", async () => {
    const model = await boosting.fit(mixed, classes, { rounds: 5 });
    const town = await partialDependence(model, mixed, "town");
    expect(new Set(town.grid)).toEqual(new Set(["town 0", "town 1", "town 2", null]));
    const numbers = await partialDependence(model, mixed, "a", { points: 3 });
    expect(numbers.grid.length).toBe(4);
    expect(numbers.grid[3]).toBeNull();
    const asked = await partialDependence(model, mixed, "a", { grid: [-1, null] });
    const whole = await model.predict(
      mixed.with([numberColumn("a", new Float64Array(ROWS).fill(-1))]),
    );
    expect(asked.mean[0]).toBeCloseTo(whole.reduce((x, y) => x + y, 0) / ROWS, 12);
    expect(asked.mean[1]).toBe(numbers.mean[3]);
  });

  it("refuses outputs that there are not and tables without rows, and stops", async () => {
    const model = await boosting.fit(mixed, classes, { rounds: 2 });
    await expect(partialDependence(model, mixed, "a", { output: 1 })).rejects.toMatchObject({
      code: "EXPLAIN_OUTPUT",
    });
    await expect(partialDependence(model, mixed.view(0, 0), "a")).rejects.toMatchObject({
      code: "EXPLAIN_BACKGROUND",
    });
    const many = { curves: true, memoryLimitBytes: 1e4 };
    await expect(partialDependence(model, mixed, "a", many)).rejects.toMatchObject({
      code: "EXPLAIN_MEMORY",
    });
    const signal = AbortSignal.abort();
    await expect(partialDependence(model, mixed, "a", { signal })).rejects.toMatchObject({
      code: "LEARN_STOPPED",
    });
  });

  it("of an empty grid is empty", async () => {
    const model = await ridge.fit(frameOf({ a: [1, 2, 3] }), [1, 2, 3]);
    const { mean } = await partialDependence(model, frameOf({ a: [5] }), "a", { grid: [] });
    expect(mean.length).toBe(0);
  });
});
