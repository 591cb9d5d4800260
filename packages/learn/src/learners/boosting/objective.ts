import { log } from "../../foundation/index.js";
import type { Learner } from "../contract.js";
import {
  binaryTarget,
  bothClasses,
  classTarget,
  numberTarget,
  refuseOneClass,
  type TrainingData,
} from "../door.js";

/** What is predicted and how it is judged. */
export interface Objective {
  /** Number that assembly/boost.ts knows it by. */
  readonly code: 0 | 1 | 2;
  /** Checks the target. */
  readonly check: (
    learner: Pick<Learner, "kind">,
    target: Float64Array | undefined,
  ) => Float64Array;
  /** Best constant margins, one an output. */
  readonly start: (
    learner: Pick<Learner, "kind">,
    data: TrainingData,
    target: Float64Array,
  ) => Float64Array;
}

function classWeights(target: Float64Array, weight: Float64Array | undefined): Float64Array {
  const sums = new Float64Array(target.reduce((most, value) => Math.max(most, value), 0) + 1);
  for (let row = 0; row < target.length; row++) sums[target[row]!]! += weight?.[row] ?? 1;
  return sums;
}

/** Log-loss of two classes. */
export const logisticObjective: Objective = {
  code: 0,
  check: binaryTarget,
  start: (learner, data, target) => {
    const rate = bothClasses(learner, target, data.weight);
    return Float64Array.of(log(rate) - log(1 - rate));
  },
};

/** Squared error. */
export const squaredObjective: Objective = {
  code: 1,
  check: numberTarget,
  start: (_learner, { weight }, target) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < target.length; row++) {
      const w = weight?.[row] ?? 1;
      sum += w * target[row]!;
      total += w;
    }
    return Float64Array.of(sum / total);
  },
};

/** Log-loss of several classes. */
export const softmaxObjective: Objective = {
  code: 2,
  check: classTarget,
  start: (learner, { weight }, target) => {
    refuseOneClass(learner, target);
    const sums = classWeights(target, weight);
    const total = sums.reduce((sum, value) => sum + value, 0);
    // A class that never comes keeps a probability that rounds to nothing.
    return sums.map((sum) => log(Math.max(sum / total, 1e-15)));
  },
};
