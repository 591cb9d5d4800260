import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { copod, ecod } from "./copula.js";

interface Case {
  readonly name: string;
  readonly columns: number[][];
  readonly test: number[][];
  readonly ecod: (number | null)[];
  readonly copod: (number | null)[];
  readonly ecodTraining: number[];
  readonly copodTraining: number[];
}

const file = new URL("./fixtures/tails.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function tableOf(columns: readonly number[][]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe.each(cases.map((one) => [one.name, one] as const))("on %s data", (_, one) => {
  const frame = tableOf(one.columns);
  const learners = [
    [ecod, one.ecod, one.ecodTraining],
    [copod, one.copod, one.copodTraining],
  ] as const;

  it.each(learners)("scores are PyOD's for batches of one row: %#", async (learner, expected) => {
    const model = await learner.fit(frame, undefined);
    const scores = await model.predict(tableOf(one.test));
    scores.forEach((score, row) => {
      // None where the row would turn the sign of a skewness, which here is that of training.
      const wanted = expected[row] ?? null;
      if (wanted !== null) expect(score).toBeCloseTo(wanted, 9);
    });
  });

  it.each(learners)(
    "training rows are PyOD's but for one row in n: %#",
    async (learner, _, peer) => {
      const model = await learner.fit(frame, undefined);
      const scores = await model.predict(frame);
      // There k of n, here (k + 1) of (n + 1): each tail is smaller by log 2 at most.
      const rows = frame.rowCount;
      const most = one.columns.length * 2 * Math.log((2 * rows) / (rows + 1));
      scores.forEach((score, row) => {
        expect(score).toBeLessThanOrEqual(peer[row]! + 1e-9);
        expect(score).toBeGreaterThanOrEqual(peer[row]! - most);
      });
    },
  );
});

describe("tails of training", () => {
  const frame = frameOf({ a: [1, 2, 2, 3, 9], b: [5, 5, 5, 5, 5] });

  it("count the row itself, so that a value far out has a finite score", async () => {
    const model = await ecod.fit(frame, undefined);
    // Column a leans to the right: of six rows one is at or above 100.
    const [a, b] = await model.contributions(frameOf({ a: [100], b: [5] }));
    expect(a).toBeCloseTo(Math.log(6), 12);
    expect(b).toBe(0);
    expect(model.predictRow({ a: 100, b: 5 })).toBe(a! + b!);
    expect(model.predictRow({ a: Number.POSITIVE_INFINITY, b: 5 })).toBe(a);
  });

  it("weigh rows: weight 2 is the row twice, to the bit where weights are whole", async () => {
    const weight = Float64Array.of(1, 3, 1, 2, 1);
    const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const weighted = await ecod.fit(frame, undefined, {}, { weight });
    const repeated = await ecod.fit(frame.take(rows), undefined);
    expect(await weighted.predict(frame)).toEqual(await repeated.predict(frame));
  });

  it("refuses a state that does not ascend (MODEL_STATE)", async () => {
    const model = await copod.fit(frame, undefined);
    const state = model.state();
    const values = state.tensors["values"]!.values.slice().reverse();
    const forged = { ...state, tensors: { ...state.tensors, values: { shape: [5], values } } };
    expect(() => copod.restore(model.card, forged)).toThrow(
      expect.objectContaining({ code: "MODEL_STATE" }),
    );
  });
});
