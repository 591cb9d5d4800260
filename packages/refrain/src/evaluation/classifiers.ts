import type { Candidate } from "./candidate.js";
import { calibratedLogistic } from "./candidates.js";
import { calibratedBoosting, calibratedForest, calibratedTree } from "./tree-candidates.js";

/** The models of every task, in the order of tables; a new learner is one line here. */
export const classifiers: readonly Candidate[] = [
  calibratedLogistic,
  calibratedTree,
  calibratedForest,
  calibratedBoosting,
];
