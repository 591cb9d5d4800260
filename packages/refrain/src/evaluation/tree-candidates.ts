import {
  type BoostingOptions,
  boosting,
  decisionTree,
  drawTree,
  type ForestModel,
  type ForestOptions,
  type Model,
  type PipelineModel,
  platt,
  printTree,
  randomForest,
} from "@refrain/learn";
import type { Candidate, Variant } from "./candidate.js";
import { encoded } from "./encoded.js";

/** Rows from which trees may be as large as the learner's own defaults make them. */
const manyRows = 50_000;

/**
 * Small trees and small steps where rows are few, so that no leaf learns single users by heart;
 * larger ones, and fewer of them, where there are many.
 */
function boostingOptions(rows: number): Partial<BoostingOptions> {
  return rows < manyRows
    ? { rounds: 100, learningRate: 0.05, maxLeaves: 8, l2: 5, columnShare: 0.5, rowShare: 0.8 }
    : { rounds: 200, learningRate: 0.1, maxLeaves: 31, l2: 1, columnShare: 0.8, rowShare: 0.8 };
}

/** Gradient boosting; missing values and categories as they are. */
export const calibratedBoosting: Candidate = {
  name: "boosting",
  kind: "model",
  learner: encoded({ encoders: [], learner: boosting, options: boostingOptions }),
  calibrators: [platt],
  stopping: { watch: { rounds: 1000, patience: 40 }, settle: settledRounds },
  brief: { rounds: 60 },
};

/** A single tree that a person can read; how deep is chosen on validation rows. */
export const calibratedTree: Candidate = {
  name: "cart",
  kind: "model",
  learner: encoded({
    encoders: [],
    learner: decisionTree,
    options: (rows) => ({ minSamplesLeaf: Math.max(20, Math.ceil(rows / 200)) }),
  }),
  calibrators: [platt],
  variants: [{ maxDepth: 3 }, { maxDepth: 5 }, { maxDepth: 8 }],
  drawing: (model) => {
    const { inner } = model as PipelineModel<ForestModel>;
    return { picture: drawTree(inner, { maxDepth: 2 }), text: printTree(inner) };
  },
};

/** Leaves large enough for a rate: answers such as these are too noisy for pure ones. */
const forestOptions = (rows: number): Partial<ForestOptions> => ({
  trees: 100,
  maxFeatures: "third",
  minSamplesLeaf: rows < manyRows ? 20 : 50,
  outOfBag: false,
});

/** Random forest; missing values and categories as they are. */
export const calibratedForest: Candidate = {
  name: "random-forest",
  kind: "model",
  learner: encoded({ encoders: [], learner: randomForest, options: forestOptions }),
  calibrators: [platt],
  brief: { trees: 20 },
};

/** The mean of the best rounds, and more of them as there are more rows to learn from. */
function settledRounds(models: readonly Model[], growth: number): Variant {
  const rounds = models.map((model) => {
    const { summary } = (model as PipelineModel).inner.card;
    return Number(summary["bestRound"]);
  });
  const mean = rounds.reduce((sum, value) => sum + value, 0) / rounds.length;
  return { rounds: Math.max(10, Math.round(mean * Math.sqrt(growth))) };
}
