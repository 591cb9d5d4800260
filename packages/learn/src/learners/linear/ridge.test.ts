import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { ridge } from "./ridge.js";

interface Case {
  readonly name: string;
  readonly columns: number[][];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly l2: number;
  readonly coefficients: Readonly<Record<"svd" | "cholesky", number[]>>;
}

const file = new URL("./fixtures/ridge.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function frameOfColumns(columns: readonly (number[] | Float64Array)[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("ridge regression", () => {
  it.each(cases.map((one) => [one.name, one] as const))("is scikit-learn's: %s", async (_, one) => {
    const weight = one.weight ?? undefined;
    const frame = frameOfColumns(one.columns);
    const model = await ridge.fit(frame, one.target, { l2: one.l2 }, { weight });
    const found = [...model.coefficients, model.intercept];
    for (const solver of ["svd", "cholesky"] as const) {
      one.coefficients[solver].forEach((expected, j) => {
        const apart = Math.abs(found[j]! - expected) / (1 + Math.abs(expected));
        expect(apart, `${solver} ${j}`).toBeLessThan(1e-9);
      });
    }
  });

  it("finds a law to the last digits, whatever the size, and says how well it fits", async () => {
    const stream = new RandomStream(1, "ridge test");
    const x = Float64Array.from({ length: 2000 }, () => stream.normal());
    const far = Float64Array.from({ length: 2000 }, () => 1e6 + stream.normal());
    for (const size of [1e-9, 1, 1e100]) {
      const target = x.map((value, row) => size * (3 * value - (far[row]! - 1e6) + 2));
      const model = await ridge.fit(frameOfColumns([x, far]), target, { l2: 0 });
      expect(model.coefficients[0]! / size).toBeCloseTo(3, 9);
      expect(model.coefficients[1]! / size).toBeCloseTo(-1, 9);
      expect(model.card.summary["rSquared"]).toBeCloseTo(1, 12);
      expect(model.predictRow({ c0: 1, c1: 1e6 }) / size).toBeCloseTo(5, 6);
    }
  });

  it("shares out the coefficient of duplicate columns, and gives a constant one none", async () => {
    const x = [1, 2, 3, 4, 5, 6];
    const target = [2, 4, 6, 8, 10, 13];
    const frame = frameOf({ a: x, b: x, one: x.map(() => 4) });
    const model = await ridge.fit(frame, target, { l2: 0 });
    const alone = await ridge.fit(frame.select(["a"]), target, { l2: 0 });
    const [a, b, one] = model.coefficients;
    expect(a! + b!).toBeCloseTo(alone.coefficients[0]!, 8);
    expect(a).toBeCloseTo(b!, 5);
    expect(one).toBeCloseTo(0, 9);
  });

  it("refuses targets that are none (TARGET_NUMBER) or not there (TARGET_MISSING)", async () => {
    const frame = frameOf({ x: [1, 2] });
    await expect(ridge.fit(frame, [1, Number.NaN])).rejects.toMatchObject({
      code: "TARGET_NUMBER",
    });
    await expect(ridge.fit(frame, undefined)).rejects.toMatchObject({ code: "TARGET_MISSING" });
    await expect(ridge.fit(frame, [1, 2], { l2: -1 })).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
  });

  it("MODEL_STATE where a state is none of its own", async () => {
    const { card } = await ridge.fit(frameOf({ x: [1, 2] }), [1, 2]);
    expect(() => ridge.restore(card, { settings: {}, tensors: {} })).toThrow(
      expect.objectContaining({ code: "MODEL_STATE" }),
    );
  });
});
