import { describe, expect, it } from "vitest";
import {
  beta,
  countEncode,
  impute,
  isotonic,
  oneHot,
  platt,
  signedLog,
  spline,
  standardScale,
  targetEncode,
} from "../encoders/index.js";
import type { Frame } from "../frame/index.js";
import {
  boosting,
  boostingMulticlass,
  boostingRegression,
  decisionTree,
  decisionTreeMulticlass,
  decisionTreeRegression,
  extraTrees,
  extraTreesMulticlass,
  extraTreesRegression,
  type Learner,
  lastState,
  learnerCatalogue,
  logistic,
  lstm,
  lstmAutoencoder,
  lstmRegression,
  type Model,
  majority,
  mlp,
  mlpAutoencoder,
  mlpRegression,
  multinomial,
  prior,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
  ridge,
  singleFeature,
} from "../learners/index.js";
import { pipeline, softVote, stacking } from "../models/index.js";
import type { CheckGroup, CheckReport } from "./check.js";
import { checkLearner } from "./check-learner.js";

const encoders = [impute(), signedLog(), standardScale(), oneHot()];
const looksAtTargets = "It looks at targets only.";
const constant = {
  "scores are distinct": looksAtTargets,
  "it beats the prior on rows it has not seen": looksAtTargets,
  "it ranks rows it has not seen better than chance": looksAtTargets,
  "a planted copy of the label is used": looksAtTargets,
};
const classOnly = { "scores are near the true probabilities": "Its scores are classes." };
const counted = {
  "weight k is the same as k equal rows": "Bins and the rows of a leaf are counted, not weighed.",
};
const severalOutputs = "It gives one probability a class, and the check reads one a row.";
const severalWeighed = {
  "a table scores as its rows one by one": severalOutputs,
  "rows of a batch do not see each other": severalOutputs,
  "a target that is neither 0 nor 1 is refused": "Its targets are classes 0, 1, 2 …",
  "it beats the prior on rows it has not seen": severalOutputs,
  "it ranks rows it has not seen better than chance": severalOutputs,
  "random labels teach nothing": severalOutputs,
  "a planted copy of the label is used": severalOutputs,
};
const several = { ...counted, ...severalWeighed };
const dealt = "Folds are dealt by place, so the calibrator sees other held-out scores.";
const crossFitted = {
  "the order of rows does not matter": dealt,
  "weight k is the same as k equal rows": dealt,
};

const inTurn = {
  "a fit keeps to its memory limit, or is refused before it begins":
    "Its members plan one after the other: the second one's refusal comes after the first one.",
};

const short = { rounds: 25 };
const brief = { epochs: 20, batchSize: 32, learningRate: 0.01 };
const batched = {
  "the order of rows does not matter": "Batches are drawn by places.",
  "weight k is the same as k equal rows": "A heavy row is in one batch, equal rows in several.",
};
const reads = { options: { ...brief, hidden: 8 }, exceptions: batched };
const layered = { options: { ...brief, hidden: [16] }, exceptions: batched };
const few = { trees: 20, minSamplesLeaf: 3 };
const wide = { minSamplesLeaf: 20 };
const oneTree = { ...counted, "scores are distinct": "A tree has as many scores as leaves." };
const drawn = {
  ...counted,
  "the order of rows does not matter": "Each tree draws its rows by their places.",
};

const scaled = pipeline({ encoders, learner: logistic });
const fewTrees = pipeline({ encoders: [], learner: boosting, options: { rounds: 10 } });

/**
 * Every learner, with the options and the exceptions of its run; a new learner is one row.
 * Detectors have theirs in detectors.test.ts.
 */
const runs: Readonly<Record<string, () => Promise<CheckReport>>> = {
  boosting: () => checkLearner(boosting, { options: short, exceptions: counted }),
  "boosting-multiclass": () =>
    checkLearner(boostingMulticlass, { options: short, exceptions: several }),
  "boosting-regression": () =>
    checkLearner(boostingRegression, { options: short, exceptions: counted }),
  "decision-tree": () => checkLearner(decisionTree, { options: wide, exceptions: oneTree }),
  "decision-tree-multiclass": () =>
    checkLearner(decisionTreeMulticlass, { options: wide, exceptions: { ...several, ...oneTree } }),
  "decision-tree-regression": () =>
    checkLearner(decisionTreeRegression, { options: wide, exceptions: oneTree }),
  "extra-trees": () => checkLearner(extraTrees, { options: few, exceptions: counted }),
  "extra-trees-multiclass": () =>
    checkLearner(extraTreesMulticlass, { options: few, exceptions: several }),
  "extra-trees-regression": () =>
    checkLearner(extraTreesRegression, { options: few, exceptions: counted }),
  "random-forest": () => checkLearner(randomForest, { options: few, exceptions: drawn }),
  "random-forest-multiclass": () =>
    checkLearner(randomForestMulticlass, { options: few, exceptions: { ...several, ...drawn } }),
  "random-forest-regression": () =>
    checkLearner(randomForestRegression, { options: few, exceptions: drawn }),
  logistic: () => checkLearner(logistic),
  "logistic with L1": () => checkLearner(logistic, { options: { l1: 2, l2: 0.5 } }),
  lstm: () => checkLearner(lstm, reads),
  "lstm-autoencoder": () => checkLearner(lstmAutoencoder, reads),
  "lstm-regression": () => checkLearner(lstmRegression, reads),
  majority: () => checkLearner(majority, { exceptions: { ...constant, ...classOnly } }),
  mlp: () => checkLearner(mlp, layered),
  "mlp-autoencoder": () => checkLearner(mlpAutoencoder, layered),
  "mlp-regression": () => checkLearner(mlpRegression, layered),
  multinomial: () => checkLearner(multinomial, { exceptions: severalWeighed }),
  prior: () => checkLearner(prior, { exceptions: constant }),
  ridge: () => checkLearner(ridge),
  singleFeature: () =>
    checkLearner(singleFeature, {
      exceptions: { "scores are distinct": "A rule has two sides." },
    }),
  lastState: () =>
    checkLearner(lastState, {
      options: { column: "state" },
      exceptions: {
        "scores are distinct": "There are three states.",
        "a planted copy of the label is used": "It looks at one column, which is chosen for it.",
      },
    }),
  "pipeline of logistic": () => checkLearner(pipeline({ encoders, learner: logistic })),
  "pipeline of logistic and Platt": () =>
    checkLearner(pipeline({ encoders, learner: logistic, calibrator: platt }), {
      exceptions: crossFitted,
    }),
  "pipeline of splines, rates, logistic and beta": () =>
    checkLearner(
      pipeline({
        encoders: [impute(), spline({ knots: 4 }), targetEncode(), standardScale()],
        learner: logistic,
        calibrator: beta,
      }),
      { options: { folds: 2 }, exceptions: crossFitted },
    ),
  softVote: () =>
    checkLearner(softVote({ members: [scaled, fewTrees] }), {
      exceptions: { ...counted, ...inTurn },
    }),
  stacking: () =>
    checkLearner(stacking({ members: [scaled, fewTrees] }), {
      options: { folds: 3 },
      exceptions: { ...crossFitted, ...inTurn },
    }),
  "pipeline of rates by order": () =>
    checkLearner(
      pipeline({
        encoders: [impute(), targetEncode({ scheme: "ordered" }), standardScale()],
        learner: logistic,
      }),
      { exceptions: crossFitted },
    ),
  "pipeline of counts and ridge": () =>
    checkLearner(pipeline({ encoders: [impute(), countEncode()], learner: ridge })),
  "pipeline of logistic and isotonic": () =>
    checkLearner(pipeline({ encoders, learner: logistic, calibrator: isotonic }), {
      exceptions: { ...crossFitted, "scores are distinct": "Isotonic steps are few on 400 rows." },
    }),
};

describe("every learner conforms", () => {
  it("has a run", () => {
    const kinds = [...learnerCatalogue.values()]
      .filter(({ task }) => task !== "detection" && task !== "recommendation")
      .map(({ kind }) => kind);
    expect(Object.keys(runs)).toEqual(expect.arrayContaining(kinds));
  });

  it.each(Object.entries(runs))("%s", async (_, run) => {
    const report = await run();
    expect(report.results.filter(({ status }) => status === "failed")).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.results.length).toBeGreaterThan(50);
  });
});

/** Logistic regression with one promise broken. */
function broken(change: (model: Model, frame: Frame) => Partial<Model>) {
  const fit: Learner["fit"] = async (frame, target, options, extras) => {
    const model = await logistic.fit(frame, target, options, extras);
    return Object.freeze({ ...model, ...change(model, frame) });
  };
  return { ...logistic, kind: "logistic", fit } as Learner;
}

async function failures(learner: Learner, groups?: readonly CheckGroup[]): Promise<string[]> {
  const { passed, results } = await checkLearner(learner, groups && { groups });
  const failed = results.filter(({ status }) => status === "failed");
  expect(passed).toBe(failed.length === 0);
  return failed.map(({ name }) => name);
}

let calls = 0;
const plants: Readonly<Record<string, readonly [Learner, string, CheckGroup?]>> = {
  "scores that depend on the batch": [
    broken((model) => ({
      predict: async (frame) => {
        const scores = await model.predict(frame);
        const most = scores.reduce((a, b) => Math.max(a, b), 0);
        return scores.map((score) => score / (most || 1));
      },
    })),
    "rows of a batch do not see each other",
  ],
  "columns taken by place, not by name": [
    broken((model) => ({
      predict: (frame) =>
        model.predict(
          frame.select(frame.names.slice(0, model.schema.columns.length)).with(
            model.schema.columns.map(({ name }, place) => ({
              kind: "number",
              name,
              values: frame.numbers(frame.names[place] ?? name),
            })),
          ),
        ),
    })),
    "the order of columns does not matter in prediction",
  ],
  "a random number that no seed decides": [
    broken((model) => {
      calls += 1;
      const shift = calls;
      return {
        state: () => {
          const state = model.state();
          return { ...state, settings: { shift } };
        },
      };
    }),
    "fit twice gives the same bytes",
  ],
  "inputs that are changed": [
    broken((_, frame) => {
      const values = frame.numbers("noise");
      if (values.length > 0) values[0] = 12345;
      return {};
    }),
    "inputs are never changed",
  ],
  "NaN that comes out": [
    broken((model) => ({
      predict: async (frame) => (await model.predict(frame)).fill(Number.NaN),
    })),
    "scores are sound",
  ],
  "a fit that ignores its signal": [
    {
      ...logistic,
      fit: (frame, target, options, extras) =>
        logistic.fit(frame, target, options, { ...extras, signal: undefined }),
    } as Learner,
    "a fit that is stopped before it starts does nothing",
  ],
  "a fit that ignores its weights": [
    {
      ...logistic,
      fit: (frame, target, options, extras) =>
        logistic.fit(frame, target, options, { ...extras, weight: undefined }),
    } as Learner,
    "weight k is the same as k equal rows",
  ],
  "a file that is another model": [
    {
      ...logistic,
      restore: (card, state) =>
        logistic.restore(card, {
          ...state,
          tensors: { ...state.tensors, intercept: { shape: [1], values: Float64Array.of(0) } },
        }),
    } as Learner,
    "a model that is read gives the same bytes and scores",
  ],
  "a fit that learns nothing": [
    broken((model) => ({
      predict: async (frame) => (await model.predict(frame)).fill(0.5),
      predictRow: () => 0.5,
    })),
    "training changes the model",
  ],
  "a result that depends on the threads": [
    {
      ...logistic,
      fit: (frame, target, options, extras) =>
        logistic.fit(frame, target, { ...options, l2: extras?.threads === 2 ? 2 : 1 }, extras),
    } as Learner,
    "any number of threads gives the same bytes",
  ],
  "scores that rank and are no probabilities": [
    broken((model) => ({
      predict: async (frame) => (await model.predict(frame)).map((score) => score ** 3),
    })),
    "scores are near the true probabilities",
  ],
  "constraints that are ignored": [
    {
      ...boosting,
      fit: (frame, target, options, extras) =>
        boosting.fit(frame, target, { ...options, monotone: {} }, extras),
    } as Learner,
    "monotone constraints hold on a grid",
    "probability",
  ],
  "a detector that collapsed": [
    {
      ...lstmAutoencoder,
      fit: async (frame, target, options, extras) => {
        const model = await lstmAutoencoder.fit(frame, target, { ...options, epochs: 1 }, extras);
        const predict = async (rows: Frame) => new Float64Array(rows.rowCount).fill(1);
        return Object.freeze({ ...model, predict, predictRow: () => 1 });
      },
    } as Learner,
    "scores are distinct",
    "alive",
  ],
  "trees that see the scale": [
    {
      ...boosting,
      fit: (frame, target, options, extras) => {
        const large = frame.numbers("state").some((value) => value > 2);
        return boosting.fit(frame, target, { ...options, maxLeaves: large ? 2 : 4 }, extras);
      },
    } as Learner,
    "trees do not see the scale of a column",
    "numbers",
  ],
  "a restorer that breaks instead of refusing": [
    {
      ...logistic,
      restore: (card, state) => {
        const { values } = state.tensors["coefficients"] ?? { values: [] };
        if (!Array.from(values).every(Number.isFinite)) throw new TypeError("oh");
        return logistic.restore(card, state);
      },
    } as Learner,
    "a forged state is refused, or scores all the same",
  ],
};

describe("a planted fault is caught", () => {
  it.each(Object.entries(plants))("%s", async (_, [learner, check, group]) => {
    expect(await failures(learner, group && [group])).toContain(check);
  });
});

describe("the suite itself", () => {
  it("runs only the groups it is asked for, and names exceptions that are not needed", async () => {
    const exceptions = { "the loss falls": "No reason." };
    const report = await checkLearner(logistic, { groups: ["alive"], exceptions });
    expect(new Set(report.results.map(({ group }) => group))).toEqual(new Set(["alive"]));
    const needless = report.results.find(({ name }) => name === "the loss falls");
    expect(needless).toMatchObject({
      status: "failed",
      message: "It holds: take the exception away.",
    });
  });

  it("reports what a learner throws, and goes on", async () => {
    const throwing = {
      ...logistic,
      fit: () => Promise.reject(new TypeError("oh")),
    } as unknown as Learner;
    const report = await checkLearner(throwing, { groups: ["alive", "honest"] });
    expect(report.passed).toBe(false);
    expect(report.results[0]).toMatchObject({ message: "it threw TypeError: oh" });
  });
});
