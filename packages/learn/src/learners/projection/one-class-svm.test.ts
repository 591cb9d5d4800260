import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { oneClassSvm } from "./one-class-svm.js";

interface Case {
  readonly name: string;
  readonly nu: number;
  readonly columns: number[][];
  readonly test: number[][];
  readonly supports: number;
  readonly offset: number;
  readonly scores: number[];
  readonly training: number[];
}

const file = new URL("./fixtures/one-class-svm.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function tableOf(columns: readonly ArrayLike<number>[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, Float64Array.from(values))));
}

function normalRows(rows: number, width: number, seed = 1): Frame {
  const stream = new RandomStream(seed, "support rows");
  const column = () => Float64Array.from({ length: rows }, () => stream.normal());
  return tableOf(Array.from({ length: width }, column));
}

const names = cases.map((one) => [one.name, one] as const);

describe("the one-class support vector machine", () => {
  it.each(names)("scores as scikit-learn, to the digits of floats: %s", async (_, one) => {
    const { nu } = one;
    const model = await oneClassSvm.fit(tableOf(one.columns), undefined, { nu });
    expect(model.card.summary).toMatchObject({ converged: true });
    expect(model.card.summary["offset"]).toBeCloseTo(one.offset, 4);
    for (const [rows, scores] of [
      [one.test, one.scores],
      [one.columns, one.training],
    ] as const) {
      (await model.predict(tableOf(rows))).forEach((score, row) => {
        expect(score).toBeCloseTo(scores[row]!, 4);
      });
    }
  });

  it("leaves about the share nu of the rows outside", async () => {
    const frame = normalRows(1000, 3);
    for (const nu of [0.05, 0.2, 0.5]) {
      const model = await oneClassSvm.fit(frame, undefined, { nu });
      const outside = (await model.predict(frame)).filter((score) => score > 1e-4).length / 1000;
      expect(outside).toBeLessThanOrEqual(nu);
      expect(model.supportCount / 1000).toBeGreaterThanOrEqual(nu);
    }
  });

  it("keeps the order of far rows, and gives their distance as the reason", async () => {
    const model = await oneClassSvm.fit(normalRows(300, 2), undefined);
    const far = frameOf({ c0: [50, 5000, 1e150], c1: [0, 0, 0] });
    const scores = await model.predict(far);
    expect(scores[1]).toBeGreaterThan(scores[0]! + 1000);
    expect(scores[2]).toBeGreaterThan(scores[1]!);
    const reasons = await model.contributions(far);
    expect(reasons[0]! / scores[0]!).toBeCloseTo(1, 2);
    expect(reasons[0]).toBeGreaterThan(100 * reasons[1]!);
  });

  it("draws rows of a large table, by the seed alone, and scores nearly as from all", async () => {
    const frame = normalRows(3000, 3);
    const whole = await oneClassSvm.fit(frame, undefined, { sampleSize: 3000 });
    const all = await whole.predict(frame);
    const some = { sampleSize: 500 };
    const drawn = await oneClassSvm.fit(frame, undefined, some);
    expect(drawn.card.summary).toMatchObject({ sampledRows: 500 });
    const scores = await drawn.predict(frame);
    const again = await oneClassSvm.fit(frame, undefined, some);
    expect(await again.predict(frame)).toEqual(scores);
    const rms = Math.hypot(...all.map((score, row) => score - scores[row]!)) / Math.sqrt(3000);
    expect(rms).toBeLessThan(0.25);
    const other = await oneClassSvm.fit(frame, undefined, { ...some, seed: 1 });
    expect(await other.predict(frame)).not.toEqual(scores);
  });

  it("gives the same on 1, 2, 4 threads", async () => {
    const frame = normalRows(1800, 4);
    const one = await oneClassSvm.fit(frame, undefined, undefined, { threads: 1 });
    const scores = await one.predict(frame, { threads: 1 });
    for (const threads of [2, 4]) {
      const model = await oneClassSvm.fit(frame, undefined, undefined, { threads });
      expect(model.state()).toEqual(one.state());
      expect(await model.predict(frame, { threads })).toEqual(scores);
    }
  });

  it("scores rows by the kernels as one by one", async () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 50 }),
    );
    await fc.assert(
      fc.asyncProperty(sizes, async ([rows, width, seed]) => {
        const frame = normalRows(rows, width, seed);
        const model = await oneClassSvm.fit(frame, undefined, { nu: 0.3 });
        const scores = await model.predict(frame);
        expect(scores.map((_, row) => model.predictRow(frame.row(row)))).toEqual(scores);
      }),
      { numRuns: 30 },
    );
  });

  it("takes rows that are all alike, and one row", async () => {
    const alike = frameOf({ a: [3, 3, 3], b: [1, 1, 1] });
    const model = await oneClassSvm.fit(alike, undefined);
    expect(model.predictRow({ a: 3, b: 1 })).toBeCloseTo(0, 9);
    expect(model.predictRow({ a: 4, b: 1 })).toBeCloseTo(1, 6);
    expect(model.supportCount).toBe(1);
  });

  it.each([{ nu: 0 }, { nu: 1.5 }, { gamma: -1 }, { sampleSize: 0 }])(
    "refuses %o (LEARNER_OPTION)",
    async (options) => {
      const fitted = oneClassSvm.fit(normalRows(5, 2), undefined, options);
      await expect(fitted).rejects.toMatchObject({ code: "LEARNER_OPTION" });
    },
  );
});
