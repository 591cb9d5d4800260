import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { hbos } from "./hbos.js";

interface Case {
  readonly name: string;
  readonly bins: number;
  readonly columns: number[][];
  readonly test: number[][];
  readonly scores: (number | null)[];
  readonly training: (number | null)[];
}

const file = new URL("./fixtures/hbos.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function tableOf(columns: readonly number[][]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("the histogram-based score", () => {
  it.each(cases.map((one) => [one.name, one] as const))("is PyOD's: %s", async (_, one) => {
    const frame = tableOf(one.columns);
    const model = await hbos.fit(frame, undefined, { bins: one.bins });
    const scores = [...(await model.predict(frame)), ...(await model.predict(tableOf(one.test)))];
    [...one.training, ...one.scores].forEach((expected, row) => {
      if (expected !== null) expect(scores[row]).toBeCloseTo(expected, 9);
    });
  });

  it("holds on where bins cannot be told apart: constants, numbers beside a huge one", async () => {
    const tight = frameOf({ a: [1e15, 1e15 + 0.125, 1e15], b: [0, 0, 5e-324] });
    const model = await hbos.fit(tight, undefined);
    expect((await model.predict(tight)).every(Number.isFinite)).toBe(true);
    const away = model.predictRow({ a: 2e15, b: 0 });
    expect(away).toBeGreaterThan(model.predictRow({ a: 1e15, b: 0 }));
  });

  it("says which column is rare", async () => {
    const a = Array.from({ length: 100 }, (_, i) => i % 10);
    const frame = frameOf({ a, b: a.map((value, i) => (i === 50 ? 40 : value)) });
    const model = await hbos.fit(frame, undefined);
    const reasons = await model.contributions(frame.view(50, 51));
    expect(reasons[1]).toBeGreaterThan(reasons[0]!);
    expect(reasons[0]! + reasons[1]!).toBe(model.predictRow(frame.row(50)));
  });

  it.each([{ bins: 1 }, { alpha: 0 }, { tolerance: -1 }])("refuses %o", async (options) => {
    await expect(hbos.fit(frameOf({ a: [1] }), undefined, options)).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
  });
});
