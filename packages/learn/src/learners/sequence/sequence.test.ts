import { describe, expect, it } from "vitest";
import { frameOf } from "../../frame/index.js";
import { rocAuc } from "../../metrics/index.js";
import type { FitProgress } from "../contract.js";
import { logistic } from "../linear/logistic.js";
import { lstm, lstmAutoencoder, mlp, mlpRegression } from "./learners.js";
import { orderWorld } from "./order-world.fixture.js";

const world = orderWorld(120, 12, 1);
const test = orderWorld(60, 12, 2);
const brief = { hidden: 12, epochs: 12, batchSize: 64, learningRate: 0.01 };

describe("an LSTM", () => {
  it("learns from order what a row alone does not tell", async () => {
    const { frame, target, groups } = world;
    const model = await lstm.fit(frame, target, brief, { groups });
    const scores = await model.predict(test.frame, { groups: test.groups });
    expect(rocAuc(test.target, scores)).toBeGreaterThan(0.97);
    const alone = await mlp.fit(frame, target, { ...brief, hidden: [12] });
    const straight = await logistic.fit(frame, target, {});
    for (const other of [alone, straight]) {
      expect(rocAuc(test.target, await other.predict(test.frame))).toBeLessThan(0.85);
    }
  });

  it("never looks at later rows, nor at rows of others", async () => {
    const { frame, target, groups } = world;
    const model = await lstm.fit(frame, target, { ...brief, epochs: 2 }, { groups });
    const all = await model.predict(test.frame, { groups: test.groups });
    const early = await model.predict(test.frame.view(0, 300), {
      groups: test.groups.subarray(0, 300),
    });
    expect(early).toEqual(all.slice(0, 300));
    const user = test.groups[7]!;
    const own = [...test.groups.keys()].filter((row) => test.groups[row] === user);
    const rows = own.map((row) => test.frame.row(row));
    expect(model.predictSequence(rows)).toBe(all[own.at(-1)!]);
    expect(model.predictSequence(rows.slice(0, 3))).toBe(all[own[2]!]);
    expect(model.predictRow(rows[0]!)).toBe(all[own[0]!]);
  });

  it("keeps the last steps of a sequence of 10,000 rows, and refuses one of none", async () => {
    const rows = 10_000;
    const values = Float64Array.from({ length: rows }, (_, row) => (row * 7919) % 13);
    const target = values.map((value) => (value > 6 ? 1 : 0));
    const groups = new Int32Array(rows).fill(4);
    const options = { ...brief, hidden: 4, epochs: 1, batchSize: 512, maxSteps: 16 };
    const model = await lstm.fit(frameOf({ x: values }), target, options, { groups });
    expect(model.card.summary["longestSequence"]).toBe(16);
    const scores = await model.predict(frameOf({ x: values }), { groups });
    const last = Array.from(values.subarray(-16), (x) => ({ x }));
    expect(scores[rows - 1]).toBe(model.predictSequence(last));
    const whole = Array.from(values, (x) => ({ x }));
    expect(scores[rows - 1]).toBe(model.predictSequence(whole));
    const refused = () => model.predictSequence([]);
    expect(refused).toThrow(expect.objectContaining({ code: "SEQUENCE_EMPTY" }));
    const short = model.predict(frameOf({ x: values }), { groups: groups.subarray(1) });
    await expect(short).rejects.toMatchObject({ code: "TARGET_LENGTH" });
  });

  it("reads 10,000 steps where it is told to, and hands gradients back through them", async () => {
    const rows = 10_000;
    const x = Float64Array.from({ length: rows + 1 }, (_, row) => (row === 0 ? 9 : row % 2));
    const groups = Int32Array.from(x, (_, row) => (row < rows ? 1 : 2));
    const target = groups.map((group) => group - 1);
    const options = { hidden: 4, epochs: 2, maxSteps: rows, examples: "last-row" } as const;
    const model = await lstm.fit(frameOf({ x }), target, options, { groups, threads: 1 });
    expect(model.card.summary).toMatchObject({ longestSequence: rows, examples: 2 });
    const steps = Array.from(x.subarray(0, rows), (value) => ({ x: value }));
    expect(model.predictSequence(steps)).not.toBe(model.predictSequence(steps.slice(-16)));
  });

  it("learns from the last row of each group alone where it is told to", async () => {
    const { frame, groups } = world;
    const target = world.target.map((value, row) => (row < 120 * 11 ? 1 - value : value));
    const options = { ...brief, epochs: 40, examples: "last-row" } as const;
    const model = await lstm.fit(frame, target, options, { groups });
    expect(model.card.summary["examples"]).toBe(120);
    const scores = await model.predict(test.frame, { groups: test.groups });
    expect(rocAuc(test.target.subarray(660), scores.subarray(660))).toBeGreaterThan(0.9);
  });
});

describe("training", () => {
  it("gives the same bytes on any number of threads, with dropout and clipping", async () => {
    const { frame, target, groups } = orderWorld(150, 10, 3);
    const options = { hidden: 24, epochs: 2, batchSize: 128, dropout: 0.3, clipNorm: 0.2, seed: 9 };
    const expected = (await lstm.fit(frame, target, options, { groups, threads: 1 })).state();
    for (const threads of [2, 3]) {
      const model = await lstm.fit(frame, target, options, { groups, threads });
      expect(model.state()).toEqual(expected);
      const scores = await model.predict(frame, { groups, threads });
      expect(scores).toEqual(await model.predict(frame, { groups, threads: 1 }));
    }
    const other = await lstm.fit(frame, target, { ...options, seed: 10 }, { groups });
    expect(other.state()).not.toEqual(expected);
  });

  it("stops early on rows that are watched, and goes back to the best epoch", async () => {
    const { frame, target, groups } = orderWorld(12, 8, 4);
    const validation = { ...orderWorld(60, 8, 5) };
    const told: FitProgress[] = [];
    const options = { ...brief, hidden: 32, epochs: 200, learningRate: 0.03, patience: 4 };
    const extras = { groups, validation, onProgress: (one: FitProgress) => told.push(one) };
    const model = await lstm.fit(frame, target, options, extras);
    const losses = told.map(({ validationLoss }) => validationLoss!);
    const best = losses.indexOf(losses.reduce((a, b) => Math.min(a, b)));
    expect(told.length).toBe(best + 1 + 4);
    expect(model.card.summary).toMatchObject({ epochs: best + 1, validationLoss: losses[best] });
    expect(told.map(({ round }) => round)).toEqual(told.map((_, place) => place + 1));
    expect(told[0]!.secondsLeft).toBeGreaterThan(0);
    const again = await lstm.fit(frame, target, { ...options, epochs: best + 1 }, extras);
    const scores = await model.predict(frame, { groups });
    expect(await again.predict(frame, { groups })).toEqual(scores);
  });

  it("stops in the middle of an epoch, and starts anew afterwards", async () => {
    const { frame, target, groups } = orderWorld(2000, 10, 6);
    const controller = new AbortController();
    const fitting = lstm.fit(frame, target, { epochs: 50 }, { groups, signal: controller.signal });
    setTimeout(() => controller.abort(), 120);
    await expect(fitting).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    const few = await lstm.fit(frame.view(0, 50), target.subarray(0, 50), brief);
    expect(Number.isFinite(few.predictRow({ a: 1, b: 0, noise: 5000 }))).toBe(true);
  });

  it("says before it begins what does not fit into the memory that it may take", async () => {
    const { frame, target, groups } = world;
    const fitting = lstm.fit(frame, target, {}, { groups, memoryLimit: 100_000 });
    await expect(fitting).rejects.toMatchObject({ code: "KERNEL_MEMORY" });
  });

  it("says that weights grew beyond all numbers", async () => {
    const frame = frameOf({ x: Array.from({ length: 64 }, (_, row) => row) });
    const target = Float64Array.from({ length: 64 }, (_, row) => row % 7);
    const options = { learningRate: 1e38, hidden: [8, 8, 8], epochs: 30, clipNorm: 0 };
    const fitting = mlpRegression.fit(frame, target, options);
    await expect(fitting).rejects.toMatchObject({ code: "FIT_DIVERGED" });
  });

  it("scales columns and values inside", async () => {
    const x = Float64Array.from({ length: 300 }, (_, row) => 1e6 + 1e4 * ((row * 37) % 100));
    const target = x.map((value) => 7e5 + 0.01 * Math.abs(value - 1.5e6));
    const options = { hidden: [16], epochs: 60, batchSize: 32, learningRate: 0.01 };
    const model = await mlpRegression.fit(frameOf({ x }), target, options);
    const scores = await model.predict(frameOf({ x }));
    const error = scores.reduce((sum, score, row) => sum + (score - target[row]!) ** 2, 0);
    const mean = target.reduce((sum, value) => sum + value, 0) / 300;
    const spread = target.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(error).toBeLessThan(0.05 * spread);
  });
});

describe("an LSTM autoencoder", () => {
  it("finds a sequence in an order that it has not seen, and says by which column", async () => {
    const rows = 1200;
    const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 6));
    const rising = (row: number) => ((Math.floor(row / 6) * 7) % 10) / 5 + (row % 6);
    const steady = (row: number) => (Math.floor(row / 6) * 3) % 10;
    const draw = (x: (row: number) => number) =>
      frameOf({
        x: Float64Array.from({ length: rows }, (_, row) => x(row)),
        y: Float64Array.from({ length: rows }, (_, row) => steady(row)),
      });
    const falling = draw((row) => rising(row - (row % 6) + 5 - (row % 6)));
    const options = { ...brief, batchSize: 16, code: 2, epochs: 40, examples: "last-row" } as const;
    const model = await lstmAutoencoder.fit(draw(rising), undefined, options, { groups });
    const normal = await model.predict(draw(rising), { groups });
    const strange = await model.predict(falling, { groups });
    const whole = (_: number, row: number) => row % 6 === 5;
    const scores = [...normal.filter(whole), ...strange.filter(whole)];
    const marks = scores.map((_, at) => (at < 200 ? 0 : 1));
    expect(rocAuc(marks, scores)).toBeGreaterThan(0.95);
    const reasons = await model.contributions(falling, { groups });
    let [byX, all] = [0, 0];
    strange.forEach((score, row) => {
      expect(reasons[2 * row]! + reasons[2 * row + 1]!).toBeCloseTo(score, 10);
      if (row % 6 === 5) {
        byX += reasons[2 * row]!;
        all += score;
      }
    });
    expect(byX / all).toBeGreaterThan(0.6);
    const own = Array.from({ length: 6 }, (_, step) => falling.row(step));
    const steps = model.stepContributions(own);
    for (const column of [0, 1]) {
      const sum = steps.reduce((kept, value, at) => kept + (at % 2 === column ? value : 0), 0);
      expect(Math.abs(sum - reasons[10 + column]!)).toBeLessThan(1e-6 * strange[5]!);
    }
    const tampered = own.map((row, step) => (step === 2 ? { ...row, y: 60 } : row));
    const found = model.stepContributions(tampered);
    expect(found.indexOf(found.reduce((a, b) => Math.max(a, b)))).toBe(2 * 2 + 1);
    const long = model.stepContributions(Array.from({ length: 7 }, () => own).flat());
    expect(long.length).toBe(84);
    expect(long.subarray(0, 20).every((value) => value === 0)).toBe(true);
    expect(long.subarray(20).every((value) => value > 0)).toBe(true);
    const refused = () => model.stepContributions([]);
    expect(refused).toThrow(expect.objectContaining({ code: "SEQUENCE_EMPTY" }));
  });
});
