import { describe, expect, it } from "vitest";
import { impute } from "../encoders/index.js";
import { Frame, numberColumn } from "../frame/index.js";
import {
  copod,
  type DetectorModel,
  ecod,
  extendedIsolationForest,
  fastMcd,
  fullGaussian,
  gaussian,
  gaussianMixture,
  hbos,
  isolationForest,
  type Learner,
  learnerCatalogue,
  localOutlierFactor,
  neighbourDistance,
  oneClassSvm,
  pca,
} from "../learners/index.js";
import { detectorUnion, pipeline } from "../models/index.js";
import type { CheckReport } from "./check.js";
import { checkLearner } from "./check-learner.js";

/** Every detector, with the options and the exceptions of its run; a new one is one row. */
const runs: Readonly<Record<string, () => Promise<CheckReport>>> = {
  copod: () => checkLearner(copod),
  ecod: () => checkLearner(ecod),
  "extended-isolation-forest": () =>
    checkLearner(extendedIsolationForest, {
      options: { trees: 20, sampleSize: 64 },
      exceptions: {
        "the order of rows does not matter": "Each tree draws its rows by their places.",
      },
    }),
  "fast-mcd": () =>
    checkLearner(fastMcd, {
      options: { starts: 20 },
      exceptions: {
        "weight k is the same as k equal rows": "Starts are rows drawn by their places.",
      },
    }),
  "full-gaussian": () => checkLearner(fullGaussian),
  gaussian: () => checkLearner(gaussian),
  "gaussian-mixture": () =>
    checkLearner(gaussianMixture, {
      options: { components: 2, starts: 2 },
      exceptions: {
        "the order of rows does not matter": "Starts are rows drawn by their places.",
        "weight k is the same as k equal rows": "Starts are rows drawn by their places.",
      },
    }),
  hbos: () => checkLearner(hbos),
  "isolation-forest": () =>
    checkLearner(isolationForest, {
      options: { trees: 20, sampleSize: 64 },
      exceptions: {
        "the order of rows does not matter": "Each tree draws its rows by their places.",
      },
    }),
  "local-outlier-factor": () => checkLearner(localOutlierFactor),
  "neighbour-distance": () => checkLearner(neighbourDistance),
  "one-class-svm": () => checkLearner(oneClassSvm),
  pca: () => checkLearner(pca),
  "pca by reconstruction": () =>
    checkLearner(pca, { options: { distance: "reconstruction", components: 2 } }),
  "pca by variance": () => checkLearner(pca, { options: { distance: "variance" } }),
  "pipeline of an imputation and gaussian": () =>
    checkLearner(pipeline({ encoders: [impute()], learner: gaussian })),
  "union of detectors": () =>
    checkLearner(detectorUnion({ members: [gaussian, hbos] }), {
      exceptions: {
        "the order of rows does not matter": "Rows are held out by their places.",
        "weight k is the same as k equal rows": "Rows are held out, and counted there, one by one.",
      },
    }),
};

describe("every detector conforms", () => {
  it("has a run", () => {
    const kinds = [...learnerCatalogue.values()]
      .filter(({ task }) => task === "detection")
      .map(({ kind }) => kind)
      // Networks have theirs in check-learner.test.ts.
      .filter((kind) => !kind.endsWith("autoencoder"));
    expect(Object.keys(runs)).toEqual(expect.arrayContaining(kinds));
  });

  it.each(Object.entries(runs))("%s", async (_, run) => {
    const report = await run();
    expect(report.results.filter(({ status }) => status === "failed")).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.results.length).toBeGreaterThan(50);
  });
});

/** A Gaussian with one promise broken. */
function broken(change: (model: DetectorModel) => Partial<DetectorModel>): Learner {
  const fit: Learner["fit"] = async (frame, target, options, extras) => {
    const model = await gaussian.fit(frame, target, options, extras);
    return Object.freeze({ ...model, ...change(model) });
  };
  return { ...gaussian, fit } as Learner;
}

const plants: Readonly<Record<string, readonly [Learner, string]>> = {
  "a collapse to one score": [
    broken(() => ({
      predict: async (frame) => new Float64Array(frame.rowCount).fill(1),
      predictRow: () => 1,
    })),
    "scores are distinct",
  ],
  "weights that were never trained": [
    {
      ...gaussian,
      fit: (frame, target, options, extras) => {
        const values = Float64Array.from({ length: frame.rowCount }, (_, row) => (row % 3) - 1);
        const untrained = frame.columns.map(({ name }) => numberColumn(name, values));
        return gaussian.fit(new Frame(untrained), target, options, extras);
      },
    } as Learner,
    "other rows teach other scores",
  ],
  "scores upside down": [
    broken((model) => ({
      predict: async (frame) => (await model.predict(frame)).map((score) => -score),
      predictRow: (row) => -model.predictRow(row),
    })),
    "planted outliers are found",
  ],
  "scores that are ranks within the batch": [
    broken((model) => ({
      predict: async (frame) => {
        const scores = await model.predict(frame);
        const sorted = scores.slice().sort();
        return scores.map((score) => sorted.indexOf(score));
      },
    })),
    "rows of a batch do not see each other",
  ],
  "reasons that are the same for every column": [
    broken((model) => ({
      contributions: async (frame) =>
        new Float64Array(frame.rowCount * model.schema.columns.length).fill(1),
    })),
    "the column that was tampered with is the reason",
  ],
  "no reasons": [
    broken(() => ({ contributions: undefined as never })),
    "reasons are one sound number a row and column, whatever the batch",
  ],
};

describe("a planted fault of a detector is caught", () => {
  it.each(Object.entries(plants))("%s", async (_, [learner, check]) => {
    const { results } = await checkLearner(learner);
    const failed = results.filter(({ status }) => status === "failed").map(({ name }) => name);
    expect(failed).toContain(check);
  });
});
