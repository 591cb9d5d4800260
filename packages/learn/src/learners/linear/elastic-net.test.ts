import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream, sigmoid } from "../../foundation/index.js";
import { Frame, numberColumn } from "../../frame/index.js";
import { logistic } from "./logistic.js";

interface Case {
  readonly name: string;
  readonly columns: number[][];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly l1: number;
  readonly l2: number;
  readonly coefficients: Readonly<Partial<Record<"saga" | "liblinear", number[]>>>;
}

const file = new URL("./fixtures/elastic-net.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function frameOfColumns(columns: readonly (number[] | Float64Array)[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

/** Few columns that matter among many, the second a near copy of the first. */
function drawn(rows: number, width: number, seed: number) {
  const stream = new RandomStream(seed, "elastic net test");
  const columns = Array.from({ length: width }, () =>
    Float64Array.from({ length: rows }, () => stream.normal()),
  );
  columns[1] = columns[0]!.map((value, row) => 0.95 * value + 0.05 * columns[1]![row]!);
  const target = columns[0]!.map((value, row) =>
    stream.uniform() < sigmoid(1.5 * value - columns[2]![row]! - 1) ? 1 : 0,
  );
  return { columns, target };
}

describe("logistic regression with L1 has scikit-learn's coefficients", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const weight = one.weight ?? undefined;
    const options = { l1: one.l1, l2: one.l2, tolerance: 1e-11 };
    const model = await logistic.fit(frameOfColumns(one.columns), one.target, options, { weight });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    const found = [...model.coefficients, model.intercept];
    one.coefficients.saga!.forEach((expected, j) => {
      expect(Math.abs(found[j]! - expected), `saga ${j}`).toBeLessThan(1e-7);
      expect(found[j] === 0, `zero ${j}`).toBe(expected === 0);
    });
    one.coefficients.liblinear?.forEach((expected, j) => {
      expect(Math.abs(found[j]! - expected), `liblinear ${j}`).toBeLessThan(1e-4);
    });
  });
});

describe("logistic regression with L1", () => {
  it("meets the conditions of a minimum, and more so the tighter the tolerance", async () => {
    const { columns, target } = drawn(3000, 12, 1);
    const [l1, l2] = [30, 2];
    const frame = frameOfColumns(columns);
    const model = await logistic.fit(frame, target, { l1, l2, tolerance: 1e-10 });
    const scores = await model.predict(frame);
    columns.forEach((values, j) => {
      const w = model.coefficients[j]!;
      const slope = values.reduce((sum, x, row) => sum + x * (scores[row]! - target[row]!), l2 * w);
      if (w === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(l1 + 1e-6);
      else expect(slope).toBeCloseTo(-l1 * Math.sign(w), 5);
    });
    expect(model.card.summary["nonZero"]).toBeLessThan(12);
  });

  it("finds the same over the rows as over the Hessian, where the table is wide", async () => {
    const { columns, target } = drawn(200, 520, 2);
    const wide = await logistic.fit(frameOfColumns(columns), target, { l1: 8, l2: 0.5 });
    expect(wide.card.summary["stoppedBy"]).toBe("gradient");
    const kept = [...wide.coefficients.keys()].filter((j) => wide.coefficients[j] !== 0);
    expect(kept.length).toBeLessThan(60);
    const narrow = await logistic.fit(frameOfColumns(kept.map((j) => columns[j]!)), target, {
      l1: 8,
      l2: 0.5,
    });
    kept.forEach((j, place) => {
      expect(wide.coefficients[j]).toBeCloseTo(narrow.coefficients[place]!, 5);
    });
  });

  it("starts a long table from a sample, and ends where a short way would", async () => {
    const { columns, target } = drawn(70_000, 5, 6);
    const frame = frameOfColumns(columns);
    const options = { l1: 400, l2: 1, tolerance: 1e-10 };
    const model = await logistic.fit(frame, target, options);
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    expect(model.card.summary["rounds"]).toBeLessThan(6);
    const weight = target.map(() => 2);
    const doubled = { ...options, l1: 800, l2: 2 };
    const twice = await logistic.fit(frame, target, doubled, { weight });
    const rare = target.map((value, row) => (row % 500 === 0 ? value : 0));
    const few = await logistic.fit(frame, rare, { l1: 1, tolerance: 1e-9 });
    expect(few.card.summary["stoppedBy"]).toBe("gradient");
    model.coefficients.forEach((value, j) => {
      expect(twice.coefficients[j]).toBeCloseTo(value, 8);
    });
  });

  it("leaves nothing but the intercept where the penalty is large, and stays finite", async () => {
    const { columns, target } = drawn(300, 4, 3);
    const model = await logistic.fit(frameOfColumns(columns), target, { l1: 1e4, l2: 0 });
    expect([...model.coefficients]).toEqual([0, 0, 0, 0]);
    const rate = target.reduce((sum, value) => sum + value, 0) / 300;
    expect(sigmoid(model.intercept)).toBeCloseTo(rate, 8);
    const separable = frameOfColumns([[-2, -1, 1, 2]]);
    const sure = await logistic.fit(separable, [0, 0, 1, 1], { l1: 0.01, l2: 0 });
    expect(Number.isFinite(sure.coefficients[0])).toBe(true);
  });

  it("gives a constant column nothing", async () => {
    const { columns, target } = drawn(300, 3, 4);
    const frame = frameOfColumns([...columns, new Float64Array(300).fill(7)]);
    const model = await logistic.fit(frame, target, { l1: 1, l2: 0 });
    expect(model.coefficients[3]).toBe(0);
  });

  it("refuses a negative penalty with LEARNER_OPTION", async () => {
    const { columns, target } = drawn(20, 3, 5);
    await expect(logistic.fit(frameOfColumns(columns), target, { l1: -1 })).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
  });
});
