import { describe, expect, it } from "vitest";
import { impute } from "../encoders/index.js";
import {
  copod,
  ecod,
  extendedIsolationForest,
  fullGaussian,
  gaussian,
  hbos,
  isolationForest,
  learnerCatalogue,
  localOutlierFactor,
  neighbourDistance,
  pca,
} from "../learners/index.js";
import { pipeline } from "../models/index.js";
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
  "full-gaussian": () => checkLearner(fullGaussian),
  gaussian: () => checkLearner(gaussian),
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
  pca: () => checkLearner(pca),
  "pca by reconstruction": () =>
    checkLearner(pca, { options: { distance: "reconstruction", components: 2 } }),
  "pca by variance": () => checkLearner(pca, { options: { distance: "variance" } }),
  "pipeline of an imputation and gaussian": () =>
    checkLearner(pipeline({ encoders: [impute()], learner: gaussian })),
};

describe("every detector conforms", () => {
  it("has a run", () => {
    const kinds = [...learnerCatalogue.values()]
      .filter(({ task }) => task === "detection")
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
