import { describe, expect, it } from "vitest";
import {
  beta,
  countEncode,
  type Encoder,
  impute,
  isotonic,
  oneHot,
  platt,
  signedLog,
  spline,
  standardScale,
  targetEncode,
} from "../encoders/index.js";
import { exp, RandomStream, sigmoid } from "../foundation/index.js";
import { frameOf } from "../frame/index.js";
import { boosting, type FitProgress, logistic, prior } from "../learners/index.js";
import { ece, rocAuc } from "../metrics/index.js";
import { isLogisticModel, isPipelineModel } from "./guards.js";
import { readModel, writeModel } from "./model-file.js";
import { pipeline } from "./pipeline.js";
import { recalibrated } from "./pipeline-model.js";

const encoders = [impute(), signedLog(), standardScale(), oneHot()];

/** Users with three rows each; a column with a long tail, missing values, categories. */
function service(rows: number, seed: number) {
  const stream = new RandomStream(seed, "pipeline test");
  const plays: (number | null)[] = [];
  const city: (string | null)[] = [];
  const target: number[] = [];
  for (let row = 0; row < rows; row++) {
    const level = stream.normal();
    const place = stream.below(3);
    plays.push(stream.uniform() < 0.1 ? null : Math.round(exp(3 + 2 * level)));
    city.push(stream.uniform() < 0.1 ? null : ["a", "b", "c"][place]!);
    target.push(stream.uniform() < sigmoid(1.5 * level + place - 2) ? 1 : 0);
  }
  const groups = Int32Array.from(target, (_, row) => Math.floor(row / 3));
  return { frame: frameOf({ plays, city }), target, groups };
}

/** An encoder as others may write one: without a path for single rows. */
function slow(encoder: Encoder): Encoder {
  const fit: Encoder["fit"] = async (data) => {
    const { encoder: fitted, frame } = await encoder.fit(data);
    return { encoder: { kind: fitted.kind, encode: fitted.encode, state: fitted.state }, frame };
  };
  return { ...encoder, fit };
}

describe("a pipeline", () => {
  it("is one model over raw columns", async () => {
    const { frame, target, groups } = service(3000, 1);
    const learner = pipeline({ encoders, learner: logistic, calibrator: platt });
    const model = await learner.fit(frame, target, {}, { groups });
    const test = service(3000, 2);
    const scores = await model.predict(test.frame);
    expect(rocAuc(test.target, scores)).toBeGreaterThan(0.8);
    expect(ece(test.target, scores)).toBeLessThan(0.04);
    expect(model.schema.columns.map(({ name }) => name)).toEqual(["plays", "city"]);
    expect(model.inner.schema.columns.map(({ name }) => name).sort()).toEqual([
      "city=a",
      "city=b",
      "city=c",
      "plays",
      "plays_missing",
    ]);
    expect(model.card.summary["calibratedOn"]).toBe("5 folds");
    expect(isPipelineModel(model)).toBe(true);
    expect(isLogisticModel(model.inner)).toBe(true);
    expect(isLogisticModel(model)).toBe(false);
  });

  it("describes everything that decides its fit", async () => {
    const { frame, target } = service(300, 3);
    const learner = pipeline({ encoders, learner: logistic, options: { l2: 2 } });
    const { card } = await learner.fit(frame, target, { seed: 11 });
    expect(card.options).toMatchObject({
      seed: 11,
      encoders: [
        { kind: "impute", strategy: "median", indicators: true },
        { kind: "signedLog" },
        { kind: "standardScale" },
        { kind: "oneHot", maxCategories: 32 },
      ],
      learner: { kind: "logistic", l2: 2, seed: 11 },
      calibrator: null,
    });
    expect(card.summary["calibratedOn"]).toBe("none");
  });

  it("calibrates on validation rows where there are some", async () => {
    const { frame, target } = service(1500, 4);
    const validation = service(1500, 5);
    const learner = pipeline({ encoders, learner: logistic, calibrator: isotonic });
    const weight = validation.target.map(() => 1);
    const extras = { validation: { ...validation, weight } };
    const model = await learner.fit(frame, target, {}, extras);
    expect(model.card.summary["calibratedOn"]).toBe("validation rows");
    const scores = await model.predict(validation.frame);
    expect(ece(validation.target, scores)).toBeLessThan(0.01);
  });

  it("goes without a calibrator where a class has too few users for two folds", async () => {
    const { frame, groups } = service(60, 6);
    const target = Array.from(groups, (group) => (group === 0 ? 1 : 0));
    const learner = pipeline({ encoders, learner: logistic, calibrator: platt });
    const model = await learner.fit(frame, target, {}, { groups });
    expect(model.card.summary["calibratedOn"]).toBe("none: too few rows of a class");
    expect(model.calibrator).toBeUndefined();
  });

  it("fits fewer folds where a class has few users, and works without encoders", async () => {
    const frame = frameOf({ x: [0, 1, 2, 3, 4, 5, 6, 7] });
    const learner = pipeline({ encoders: [], learner: prior, calibrator: platt });
    const model = await learner.fit(frame, [0, 1, 0, 1, 0, 0, 0, 0]);
    expect(model.card.summary["calibratedOn"]).toBe("2 folds");
  });

  it("reports the fits of its cross-fit too, and the losses of its own fit only", async () => {
    const { frame, target } = service(900, 12);
    const learner = pipeline({ encoders, learner: logistic, calibrator: platt });
    const steps: FitProgress[] = [];
    await learner.fit(frame, target, {}, { onProgress: (step) => steps.push(step) });
    steps.forEach((step, k) => {
      expect(step.rounds).toBe(600);
      expect(step.round).toBeGreaterThanOrEqual(steps[k - 1]?.round ?? 0);
      if (step.round > 100) expect(step.loss).toBeUndefined();
    });
    expect(steps[0]!.loss).toBeGreaterThan(0);
    expect(steps.at(-1)).toMatchObject({ round: 600, secondsLeft: 0 });
  });

  it("lets an abort through while its calibrator learns", async () => {
    const rows = 60_000;
    const stream = new RandomStream(13, "long calibration");
    const x = Float64Array.from({ length: rows }, () => stream.normal());
    const target = x.map((value) => (stream.uniform() < sigmoid(value) ? 1 : 0));
    let passes = 0;
    const controller = new AbortController();
    const steps: typeof platt.steps = function* (given) {
      for (const _ of platt.steps!(given)) {
        passes += 1;
        controller.abort();
        yield;
      }
      return platt.fit(given.score, given.target);
    };
    const slowly = { ...platt, steps };
    const learner = pipeline({ encoders: [], learner: logistic, calibrator: slowly });
    const extras = { validation: { frame: frameOf({ x }), target }, signal: controller.signal };
    await expect(learner.fit(frameOf({ x }), target, {}, extras)).rejects.toMatchObject({
      code: "LEARN_STOPPED",
    });
    expect(passes).toBe(1);
  });

  it("takes another calibrator, which is stored with the model", async () => {
    const { frame, target } = service(600, 8);
    const model = await pipeline({ encoders, learner: logistic }).fit(frame, target);
    const scores = await model.predict(frame);
    const line = platt.fit(
      scores,
      Float64Array.from(target, (value) => 1 - value),
    );
    const other = recalibrated(model, line, "answers turned round");
    expect(await other.predict(frame)).toEqual(scores.map(line.calibrate));
    expect(other.card.options["calibrator"]).toBe("platt");
    expect(other.card.summary["calibratedOn"]).toBe("answers turned round");
    const back = readModel(writeModel(other));
    expect(await back.predict(frame)).toEqual(await other.predict(frame));
  });

  it("shows a training row no target of its own through its encoders", async () => {
    const aucs: number[] = [];
    for (let seed = 0; seed < 8; seed++) {
      const stream = new RandomStream(seed, "pipeline of ids");
      const draw = (rows: number) => {
        const ids = Array.from({ length: rows }, () => `id ${stream.below(200)}`);
        return { frame: frameOf({ id: ids }), target: ids.map(() => stream.below(2)) };
      };
      const [training, test] = [draw(800), draw(800)];
      const learner = pipeline({ encoders: [targetEncode()], learner: logistic });
      const model = await learner.fit(training.frame, training.target, { seed });
      // A leak would make the encoded rate the best predictor there is: a slope far above 1.
      expect(Math.abs(model.inner.coefficients[0]!)).toBeLessThan(3);
      aucs.push(rocAuc(test.target, await model.predict(test.frame)));
    }
    const mean = aucs.reduce((sum, value) => sum + value, 0) / aucs.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it("keeps a user's rows out of each other's encoding", async () => {
    const { frame, groups } = service(900, 9);
    const target = Array.from(groups, (group) => (group % 2 === 0 ? 1 : 0));
    const users = frameOf({ user: Array.from(groups, (group) => `user ${group}`) });
    const learner = pipeline({ encoders: [targetEncode()], learner: logistic });
    const model = await learner.fit(users, target, {}, { groups });
    expect(Math.abs(model.inner.coefficients[0]!)).toBeLessThan(3);
    expect(frame.rowCount).toBe(900);
  });

  it.each([
    ["splines and rates", [impute(), spline(), targetEncode()], logistic, beta],
    ["counts before trees", [countEncode()], boosting, isotonic],
    ["categories as they are", [signedLog()], boosting, undefined],
    ["an encoder without a row path", [...encoders.slice(0, 3), slow(oneHot())], logistic, platt],
  ] as const)("scores rows one by one to the same bits: %s", async (_, chosen, learner, last) => {
    const { frame, target } = service(400, 10);
    const parts = { encoders: chosen, learner: learner as typeof logistic };
    const model = await pipeline(last ? { ...parts, calibrator: last } : parts).fit(frame, target);
    const test = service(60, 11).frame;
    const scores = await model.predict(test);
    scores.forEach((score, row) => {
      expect(model.predictRow(test.row(row))).toBe(score);
    });
    expect(model.predictRow({ plays: 3, city: "nowhere" })).toBeGreaterThan(0);
    expect(() => model.predictRow({ plays: "many", city: "a" })).toThrow('holds "many"');
  });

  it("refuses one fold (LEARNER_OPTION) and names the column that is missing", async () => {
    const { frame, target } = service(100, 7);
    const learner = pipeline({ encoders, learner: logistic });
    await expect(learner.fit(frame, target, { folds: 1 })).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
    const model = await learner.fit(frame, target);
    await expect(model.predict(frame.drop(["plays"]))).rejects.toThrow('no column "plays"');
  });
});
