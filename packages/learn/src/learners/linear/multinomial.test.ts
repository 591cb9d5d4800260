import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { logistic } from "./logistic.js";
import { multinomial } from "./multinomial.js";

interface Case {
  readonly name: string;
  readonly columns: number[][];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly l2: number;
  readonly lbfgs: number[];
  readonly "newton-cg": number[];
  readonly "newton-cg coefficients"?: number[];
}

const file = new URL("./fixtures/multinomial.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function frameOfColumns(columns: readonly (number[] | Float64Array)[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("multinomial regression", () => {
  it.each(cases.map((one) => [one.name, one] as const))("is scikit-learn's: %s", async (_, one) => {
    const weight = one.weight ?? undefined;
    const frame = frameOfColumns(one.columns);
    const two = new Set(one.target).size === 2;
    // scikit-learn's two classes share one coefficient: the penalty on both halves is half of it.
    const options = { l2: two ? 2 * one.l2 : one.l2, tolerance: 1e-11 };
    const model = await multinomial.fit(frame, one.target, options, { weight });
    expect(model.card.summary["stoppedBy"]).toBe("gradient");
    const found = await model.predict(frame.view(0, 20));
    found.forEach((probability, at) => {
      expect(Math.abs(probability - one["newton-cg"][at]!), `${at}`).toBeLessThan(1e-8);
      expect(Math.abs(probability - one.lbfgs[at]!), `${at}`).toBeLessThan(1e-6);
    });
    one["newton-cg coefficients"]?.forEach((expected, j) => {
      const own = [...model.coefficients, ...model.intercepts][j]!;
      expect(Math.abs(own - expected), `coefficient ${j}`).toBeLessThan(1e-7);
    });
  });

  it("is logistic regression where there are two classes", async () => {
    const { columns, target } = cases[2]!;
    const frame = frameOfColumns(columns);
    const both = await multinomial.fit(frame, target, { l2: 2, tolerance: 1e-12 });
    const one = await logistic.fit(frame, target, { l2: 1, tolerance: 1e-12 });
    const [expected, found] = [await one.predict(frame), await both.predict(frame)];
    expected.forEach((value, row) => {
      expect(found[2 * row + 1]).toBeCloseTo(value, 9);
    });
  });

  it("gives classes that training never met no chance, one row as the table", async () => {
    const stream = new RandomStream(2, "multinomial test");
    const x = Float64Array.from({ length: 300 }, () => stream.normal());
    const target = x.map((value) => (value + stream.normal() > 0 ? 3 : 1));
    const frame = frameOf({ x });
    const model = await multinomial.fit(frame, target);
    expect(model.classes).toEqual([1, 3]);
    expect(model.card.outputs).toEqual(["class 0", "class 1", "class 2", "class 3"]);
    const scores = await model.predict(frame.view(0, 5));
    for (let row = 0; row < 5; row++) {
      for (let k = 0; k < 4; k++) {
        expect(model.predictRow(frame.row(row), k)).toBe(scores[row * 4 + k]);
      }
      expect([scores[row * 4], scores[row * 4 + 2]]).toEqual([0, 0]);
    }
    expect(model.intercepts[0]! + model.intercepts[1]!).toBeCloseTo(0, 12);
  });

  it("manages more columns than a factor is made for, and none to penalise", async () => {
    const stream = new RandomStream(3, "multinomial test");
    const columns = Array.from({ length: 400 }, () =>
      Float64Array.from({ length: 300 }, () => stream.normal()),
    );
    const target = columns[0]!.map((value) => (value > 0.5 ? 2 : value > -0.5 ? 1 : 0));
    const wide = await multinomial.fit(frameOfColumns(columns), target, { l2: 20 });
    expect(wide.card.summary["stoppedBy"]).toBe("gradient");
    const few = frameOfColumns([columns[1]!, columns[1]!]);
    const free = await multinomial.fit(few, target, { l2: 0 });
    expect(free.card.summary["stoppedBy"]).toBe("gradient");
    const sum = [0, 1, 2].reduce((total, k) => total + free.coefficients[2 * k]!, 0);
    expect(sum).toBeCloseTo(0, 10);
  });

  it("refuses one class (TARGET_ONE_CLASS), halves (TARGET_CLASS), and categories", async () => {
    const frame = frameOf({ x: [1, 2, 3] });
    const refused = (target: number[]) => expect(multinomial.fit(frame, target)).rejects;
    await refused([2, 2, 2]).toMatchObject({ code: "TARGET_ONE_CLASS" });
    await refused([0, 1, 0.5]).toMatchObject({ code: "TARGET_CLASS" });
    const texts = frameOf({ x: ["a", "b", "c"] });
    await expect(multinomial.fit(texts, [0, 1, 2])).rejects.toMatchObject({ code: "FEATURE_KIND" });
  });

  it("MODEL_STATE where a state is none of its own", async () => {
    const model = await multinomial.fit(frameOf({ x: [1, 2, 3] }), [0, 1, 2]);
    const state = model.state();
    const refused = expect.objectContaining({ code: "MODEL_STATE" });
    for (const classes of [[0], [0, 2, 1], [0, 1, 7], ["a", 1, 2], null, [0, 1]]) {
      expect(() => multinomial.restore(model.card, { ...state, settings: { classes } })).toThrow(
        refused,
      );
    }
  });
});
