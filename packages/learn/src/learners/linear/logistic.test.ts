import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream, sigmoid } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import type { FitProgress } from "../contract.js";
import { logistic } from "./logistic.js";

interface Case {
  readonly name: string;
  readonly columns: number[][];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly l2: number;
  readonly coefficients: Readonly<Record<"lbfgs" | "newton-cholesky", number[]>>;
  readonly standardErrors?: number[];
  readonly pValues?: number[];
}

const file = new URL("./fixtures/logistic.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function frameOfColumns(columns: readonly (number[] | Float64Array)[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

/** Rows of a logistic law over normal columns of unlike scales. */
function drawn(rows: number, width: number, seed: number) {
  const stream = new RandomStream(seed, "logistic test");
  const columns = Array.from({ length: width }, (_, j) => {
    const scale = 10 ** (j % 4);
    return Float64Array.from({ length: rows }, () => scale * stream.normal() + 3 * scale);
  });
  const beta = columns.map((_, j) => stream.normal() / 10 ** (j % 4) / 2);
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const margin = columns.reduce((sum, c, j) => sum + beta[j]! * (c[row]! - 3 * 10 ** (j % 4)), 0);
    return stream.uniform() < sigmoid(margin - 1) ? 1 : 0;
  });
  return { frame: frameOfColumns(columns), target };
}

describe("logistic regression has scikit-learn's coefficients", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const weight = one.weight ?? undefined;
    const options = { l2: one.l2, tolerance: 1e-10, wald: true };
    const model = await logistic.fit(frameOfColumns(one.columns), one.target, options, { weight });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    const found = [...model.coefficients, model.intercept];
    for (const solver of ["newton-cholesky", "lbfgs"] as const) {
      one.coefficients[solver].forEach((expected, j) => {
        expect(Math.abs(found[j]! - expected), `${solver} ${j}`).toBeLessThan(1e-6);
      });
    }
    one.standardErrors?.forEach((expected, j) => {
      expect(model.wald!.standardErrors[j]).toBeCloseTo(expected, 6);
      expect(model.wald!.pValues[j]).toBeCloseTo(one.pValues![j]!, 6);
    });
    expect(model.wald === undefined).toBe(one.standardErrors === undefined);
  });
});

describe("logistic regression over more rows than the sample", () => {
  it("reaches a gradient of 1e-10 in few rounds, whatever the columns' scales", async () => {
    const { frame, target } = drawn(40_000, 6, 1);
    const model = await logistic.fit(frame, target, { l2: 0, tolerance: 1e-10 });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    expect(model.card.summary["rounds"]).toBeLessThan(12);
    const other = await logistic.fit(frame, target, { l2: 0, tolerance: 1e-10, seed: 9 });
    model.coefficients.forEach((value, j) => {
      expect(Math.abs(value - other.coefficients[j]!)).toBeLessThan(1e-8);
    });
  });

  it("manages a class too rare for the sample, and columns that it never shows", async () => {
    const { frame, target } = drawn(30_000, 2, 2);
    const rare = target.map((value, row) => (row % 1000 === 0 ? value : 0));
    const flag = Float64Array.from(rare, (_, row) => (row % 9973 === 0 ? 1 : 0));
    const table = frame.with([numberColumn("flag", flag)]);
    const model = await logistic.fit(table, rare, { tolerance: 1e-9 });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    const scores = await model.predict(table);
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    expect(mean).toBeCloseTo(rare.reduce((sum, value) => sum + value, 0) / rare.length, 9);
  });

  it("manages more columns than a Hessian is made for", async () => {
    const stream = new RandomStream(3, "wide");
    const columns = Array.from({ length: 400 }, () =>
      Float64Array.from({ length: 500 }, () => stream.normal()),
    );
    const target = columns[0]!.map((value) => (value + stream.normal() > 0 ? 1 : 0));
    const model = await logistic.fit(frameOfColumns(columns), target, { l2: 10 });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
  });

  it("lets a timer run while it computes", async () => {
    const { frame, target } = drawn(200_000, 6, 4);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 5);
    const fit = logistic.fit(frame, target, { tolerance: 0 }, { signal: controller.signal });
    await expect(fit).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    clearTimeout(timer);
  });
});

describe("logistic regression where there is no single answer", () => {
  it("stops by itself on separable rows without a penalty", async () => {
    const frame = frameOf({ x: [-2, -1, 1, 2] });
    const model = await logistic.fit(frame, [0, 0, 1, 1], { l2: 0, maxRounds: 50 });
    expect(model.coefficients[0]).toBeGreaterThan(1);
    expect(Number.isFinite(model.coefficients[0])).toBe(true);
  });

  it("shares out the coefficient of duplicate columns, without standard errors", async () => {
    const { frame, target } = drawn(300, 1, 5);
    const twice = frame.with([numberColumn("again", frame.numbers("c0"))]);
    const options = { l2: 0, wald: true };
    const one = await logistic.fit(frame, target, options);
    const two = await logistic.fit(twice, target, options);
    expect(two.coefficients[0]! + two.coefficients[1]!).toBeCloseTo(one.coefficients[0]!, 6);
    expect(one.wald).toBeDefined();
    expect(two.wald).toBeUndefined();
  });

  it("gives a constant column no coefficient", async () => {
    const { frame, target } = drawn(300, 1, 6);
    const table = frame.with([numberColumn("one", new Float64Array(300).fill(7))]);
    const model = await logistic.fit(table, target, { l2: 0 });
    expect(model.coefficients[1]).toBeCloseTo(0, 9);
  });
});

describe("logistic regression says", () => {
  it("how far it is", async () => {
    const steps: FitProgress[] = [];
    const { frame, target } = drawn(2000, 3, 7);
    await logistic.fit(frame, target, {}, { onProgress: (step) => steps.push(step) });
    expect(steps.length).toBeGreaterThan(0);
    expect(steps[0]).toMatchObject({ round: 1, rounds: 200 });
    expect(steps[0]!.secondsLeft).toBeGreaterThanOrEqual(0);
  });

  const x = frameOf({ x: [1, 2, 3, 4] });
  const target = [0, 1, 0, 1];
  const fits: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["FIT_EMPTY", () => logistic.fit(frameOf({}), [])],
    ["FIT_EMPTY", () => logistic.fit(x, target, {}, { weight: [0, 0, 0, 0] })],
    ["TARGET_MISSING", () => logistic.fit(x, undefined)],
    ["TARGET_LENGTH", () => logistic.fit(x, [0, 1])],
    ["TARGET_LENGTH", () => logistic.fit(x, target, {}, { weight: [1] })],
    ["TARGET_LENGTH", () => logistic.fit(x, target, {}, { groups: Int32Array.of(1) })],
    ["TARGET_VALUE", () => logistic.fit(x, [0, 1, 0, 0.5])],
    ["TARGET_ONE_CLASS", () => logistic.fit(x, [1, 1, 1, 1])],
    ["WEIGHT_VALUE", () => logistic.fit(x, target, {}, { weight: [1, Number.NaN, 1, 1] })],
    ["FEATURE_VALUE", () => logistic.fit(frameOf({ x: [1, null, 3, 4] }), target)],
    ["FEATURE_VALUE", () => logistic.fit(frameOf({ x: [1, Infinity, 3, 4] }), target)],
    ["FEATURE_VALUE", () => logistic.fit(frameOf({ x: [1, 1e300, 3, 4] }), target)],
    ["FEATURE_KIND", () => logistic.fit(frameOf({ x: ["a", "b", "c", "d"] }), target)],
    ["LEARNER_OPTION", () => logistic.fit(x, target, { l2: -1 })],
    ["LEARNER_OPTION", () => logistic.fit(x, target, { maxRounds: 0 })],
    ["LEARNER_OPTION", () => logistic.fit(x, target, { seed: 0.5 })],
  ];

  it.each(fits)("%s where it cannot fit", async (code, fit) => {
    await expect(fit()).rejects.toMatchObject({ code });
  });

  it("MODEL_STATE where a state is none of its own", async () => {
    const { card } = await logistic.fit(x, [0, 1, 1, 0]);
    const vector = (...values: number[]) => ({
      shape: [values.length],
      values: Float64Array.from(values),
    });
    const refused = expect.objectContaining({ code: "MODEL_STATE" });
    const restore = (tensors: Record<string, ReturnType<typeof vector>>) => () =>
      logistic.restore(card, { settings: {}, tensors });
    expect(restore({})).toThrow(refused);
    expect(restore({ coefficients: vector(1, 2), intercept: vector(1) })).toThrow(refused);
    expect(restore({ coefficients: vector(1), intercept: vector(Number.NaN) })).toThrow(refused);
    const categories = { ...card, schema: { columns: [{ name: "x", kind: "category" as const }] } };
    expect(() => logistic.restore(categories, { settings: {}, tensors: {} })).toThrow(refused);
  });
});
