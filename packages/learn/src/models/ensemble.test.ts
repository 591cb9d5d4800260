import { describe, expect, it } from "vitest";
import { impute, oneHot, platt, standardScale } from "../encoders/index.js";
import { RandomStream, sigmoid } from "../foundation/index.js";
import { type Frame, frameOf } from "../frame/index.js";
import {
  boosting,
  boostingMulticlass,
  boostingRegression,
  type FitProgress,
  type Learner,
  logistic,
  multinomial,
  prior,
  ridge,
} from "../learners/index.js";
import { logLoss, rocAuc } from "../metrics/index.js";
import { readModel, writeModel } from "./model-file.js";
import { pipeline } from "./pipeline.js";
import { softVote } from "./soft-vote.js";
import { stacking } from "./stacking.js";

/** A straight half and a bent half, each of which one of the members finds. */
function world(rows: number, seed: number) {
  const stream = new RandomStream(seed, "ensemble test");
  const draw = () => Float64Array.from({ length: rows }, () => stream.normal());
  const [a, b, c] = [draw(), draw(), draw()];
  const city = Array.from(a, () => ["x", "y", "z"][stream.below(3)]!);
  const margin = a.map((value, row) => 1.5 * value + 3 * (Math.abs(b[row]!) - 0.8));
  const target = margin.map((value) => (stream.uniform() < sigmoid(value) ? 1 : 0));
  const groups = Int32Array.from(target, (_, row) => Math.floor(row / 2));
  return { frame: frameOf({ a, b, c, city }), target, margin, groups };
}

const straight = pipeline({ encoders: [impute(), standardScale(), oneHot()], learner: logistic });
const bent = pipeline({ encoders: [], learner: boosting, options: { rounds: 20, maxLeaves: 6 } });
const train = world(1500, 1);
const test = world(1500, 2);

async function lossOf(learner: Learner, extras = {}): Promise<number> {
  const model = await learner.fit(train.frame, train.target, {}, extras);
  return logLoss(test.target, await model.predict(test.frame));
}

async function sameRows(model: Awaited<ReturnType<Learner["fit"]>>, frame: Frame): Promise<void> {
  const outputs = model.card.outputs.length;
  const scores = await model.predict(frame);
  for (let row = 0; row < 20; row++) {
    for (let k = 0; k < outputs; k++) {
      expect(model.predictRow(frame.row(row), k)).toBe(scores[row * outputs + k]);
    }
  }
}

describe("a soft vote", () => {
  it("is the weighted mean of its members", async () => {
    const vote = softVote({ members: [prior, straight], weights: [1, 3] });
    const model = await vote.fit(train.frame, train.target, { seed: 4 });
    const [one, two] = model.members;
    const [p, q] = [await one!.predict(test.frame), await two!.predict(test.frame)];
    const scores = await model.predict(test.frame);
    scores.forEach((score, row) => {
      expect(score).toBeCloseTo(0.25 * p[row]! + 0.75 * q[row]!, 14);
    });
    expect(model.weights).toEqual([0.25, 0.75]);
    expect(model.members.map(({ card }) => card.options["seed"])).toEqual([4, 5]);
    expect(vote.accepts).toEqual({ missing: true, categories: true });
    await sameRows(model, test.frame);
  });

  it("loses less than its members do on average, since the loss is convex", async () => {
    const vote = await lossOf(softVote({ members: [straight, bent] }));
    expect(vote).toBeLessThan(((await lossOf(straight)) + (await lossOf(bent))) / 2);
  });

  it.each([
    ["no members", () => softVote({ members: [] })],
    ["two tasks", () => softVote({ members: [logistic, ridge] })],
    ["too few weights", () => softVote({ members: [prior, logistic], weights: [1] })],
    ["only weights of 0", () => softVote({ members: [prior], weights: [0] })],
    ["a negative weight", () => softVote({ members: [prior, logistic], weights: [2, -1] })],
    ["a final learner for another task", () => stacking({ members: [prior], final: ridge })],
  ])("is refused with ENSEMBLE_MEMBERS: %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "ENSEMBLE_MEMBERS" }));
  });
});

describe("stacking", () => {
  it("learns from predictions of rows that its members had not seen", async () => {
    const learner = stacking({ members: [straight, bent, memory] });
    const model = await learner.fit(train.frame, train.target, {}, { groups: train.groups });
    const weights = (model.final as Awaited<ReturnType<typeof logistic.fit>>).coefficients;
    // A member that only remembers says nothing about rows it has not seen.
    expect(Math.abs(weights[2]!)).toBeLessThan(0.02);
    expect(weights[0]).toBeGreaterThan(0.1);
    expect(weights[1]).toBeGreaterThan(0.1);
    const found = logLoss(test.target, await model.predict(test.frame));
    expect(found).toBeLessThan(Math.min(await lossOf(straight), await lossOf(bent)));
    await sameRows(model, test.frame);
    expect(model.card.summary).toMatchObject({
      folds: 5,
      members: ["pipeline", "pipeline", "memory"],
    });
  });

  it("keeps groups together: a copy of a user's row is no help", async () => {
    const rows = Uint32Array.from({ length: 800 }, (_, row) => row >> 1);
    const frame = train.frame.take(rows);
    const stream = new RandomStream(5, "group targets");
    const half = Array.from({ length: 400 }, () => stream.below(2));
    const target = Array.from(rows, (row) => half[row]!);
    const learner = stacking({ members: [memory] });
    const coefficient = async (groups?: Int32Array): Promise<number> => {
      const model = await learner.fit(frame, target, {}, { groups });
      return Math.abs((model.final as { coefficients?: Float64Array }).coefficients![0]!);
    };
    expect(await coefficient(Int32Array.from(rows))).toBeLessThan(0.05);
    expect(await coefficient()).toBeGreaterThan(0.1);
  });

  it("takes values and several classes", async () => {
    const values = stacking({ members: [boostingRegression, constantRidge] });
    const model = await values.fit(train.frame, train.margin);
    const errors = (await model.predict(test.frame)).map((v, row) => (v - test.margin[row]!) ** 2);
    expect(errors.reduce((sum, value) => sum + value, 0) / errors.length).toBeLessThan(0.3);
    expect(model.final.card.kind).toBe("ridge");
    const classes = train.margin.map((value) => (value > 1 ? 2 : value > -1 ? 1 : 0));
    const few = train.frame.select(["a", "b", "c"]);
    const several = stacking({ members: [boostingMulticlass, multinomial], final: multinomial });
    const three = await several.fit(few, classes, { folds: 2 });
    expect(three.card.outputs).toEqual(["class 0", "class 1", "class 2"]);
    expect(three.final.schema.columns.map(({ name }) => name)).toContain("1 multinomial 2");
    await sameRows(three, test.frame);
    expect(await three.predict(test.frame.view(0, 0))).toEqual(new Float64Array(0));
  });

  it("watches validation rows, and reports its progress to the end", async () => {
    const early = pipeline({ encoders: [], learner: boosting, options: { patience: 3 } });
    const steps: FitProgress[] = [];
    const learner = stacking({ members: [straight, early] });
    const validation = { frame: test.frame, target: test.target };
    const onProgress = (step: FitProgress) => steps.push(step);
    const model = await learner.fit(train.frame, train.target, {}, { validation, onProgress });
    expect(rocAuc(test.target, await model.predict(test.frame))).toBeGreaterThan(0.75);
    steps.forEach((step, k) => {
      expect(step.rounds).toBe(1300);
      expect(step.round).toBeGreaterThanOrEqual(steps[k - 1]?.round ?? 0);
    });
    expect(steps.at(-1)!.round).toBe(1300);
    expect(steps.at(-1)!.loss).toBeGreaterThan(0);
  });
});

describe("models that hold models", () => {
  const inner = stacking({
    members: [straight, softVote({ members: [bent, prior] })],
    final: pipeline({ encoders: [standardScale()], learner: logistic, calibrator: platt }),
  });

  it("come back from a file with all of them inside", async () => {
    const model = await inner.fit(train.frame, train.target, { folds: 2 });
    const back = readModel(writeModel(model));
    const rows = test.frame.view(0, 200);
    expect(await back.predict(rows)).toEqual(await model.predict(rows));
    expect(inner.restore(model.card, model.state()).predictRow(rows.row(0))).toBe(
      model.predictRow(rows.row(0)),
    );
  });

  it("find learners of others inside, and name unknown kinds (MODEL_KIND_UNKNOWN)", async () => {
    const learner = softVote({ members: [pipeline({ encoders: [], learner: foreign }), prior] });
    const bytes = writeModel(await learner.fit(train.frame, train.target));
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: "MODEL_KIND_UNKNOWN" }));
    const back = readModel(bytes, { learners: [learner] });
    expect(back.card.kind).toBe("softVote");
    expect(readModel(bytes, { learners: [foreign] }).card.kind).toBe("softVote");
  });

  it("are refused more than eight deep with MODEL_FILE_BROKEN", async () => {
    let deep: Learner = prior;
    for (let depth = 0; depth < 9; depth++) deep = softVote({ members: [deep] });
    const bytes = writeModel(await deep.fit(train.frame.view(0, 50), train.target.slice(0, 50)));
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: "MODEL_FILE_BROKEN" }));
  });

  it("are refused with MODEL_STATE where members or weights are none", async () => {
    const model = await softVote({ members: [prior] }).fit(train.frame, train.target);
    const { settings, tensors } = model.state();
    const vote = softVote({ members: [prior] });
    const refused = expect.objectContaining({ code: "MODEL_STATE" });
    for (const wrong of [{ members: [] }, { members: 1 }, { weights: [] }, { weights: [-1] }]) {
      const state = { settings: { ...settings, ...wrong }, tensors };
      expect(() => vote.restore(model.card, state)).toThrow(refused);
    }
    const card = { ...model.card, task: "regression" as const };
    expect(() => vote.restore(card, model.state())).toThrow(refused);
  });
});

const constantRidge = pipeline({ encoders: [oneHot()], learner: ridge });

/** A learner of somebody else's. */
const foreign: Learner = Object.freeze({
  ...prior,
  kind: "foreign",
  fit: async (...given: Parameters<Learner["fit"]>) => {
    const model = await prior.fit(...given);
    return Object.freeze({ ...model, card: Object.freeze({ ...model.card, kind: "foreign" }) });
  },
});

/** Remembers training rows by their first column, and knows nothing else. */
const memory: Learner = Object.freeze({
  ...prior,
  kind: "memory",
  accepts: { missing: true, categories: true },
  fit: async (frame, target, options, extras) => {
    const model = await prior.fit(frame, target, options, extras);
    const known = new Map(Array.from(frame.numbers("a"), (value, row) => [value, target![row]!]));
    const answer = (value: unknown): number => {
      const found = known.get(value as number);
      return found === undefined ? 0.5 : 0.1 + 0.8 * found;
    };
    return Object.freeze({
      ...model,
      card: Object.freeze({ ...model.card, kind: "memory" }),
      predict: async (table: Frame) => Float64Array.from(table.numbers("a"), answer),
      predictRow: (row: Readonly<Record<string, unknown>>) => answer(row["a"]),
    });
  },
} as Learner);
