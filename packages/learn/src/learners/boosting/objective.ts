import { log } from "../../foundation/index.js";
import { bothClasses, type TrainingData } from "../door.js";
import { learnerErrors } from "../errors.js";

/** What is predicted and how it is judged. */
export interface Objective {
  /** Number that assembly/boost.ts knows it by. */
  readonly code: 0 | 1 | 2;
  /** Checks the target. */
  readonly check: (kind: string, target: Float64Array | undefined) => Float64Array;
  /** Best constant margins, one an output. */
  readonly start: (kind: string, data: TrainingData, target: Float64Array) => Float64Array;
}

const MOST_CLASSES = 1000;

function checkEach(
  kind: string,
  target: Float64Array | undefined,
  holds: (value: number) => boolean,
  refuse: (row: number, value: number) => Error,
): Float64Array {
  if (target === undefined) throw learnerErrors.TARGET_MISSING({ learner: kind });
  const row = target.findIndex((value) => !holds(value));
  if (row >= 0) throw refuse(row, target[row]!);
  return target;
}

function classWeights(target: Float64Array, weight: Float64Array | undefined): Float64Array {
  const sums = new Float64Array(target.reduce((most, value) => Math.max(most, value), 0) + 1);
  for (let row = 0; row < target.length; row++) sums[target[row]!]! += weight?.[row] ?? 1;
  return sums;
}

/** Log-loss of two classes. */
export const logisticObjective: Objective = {
  code: 0,
  check: (kind, target) =>
    checkEach(
      kind,
      target,
      (value) => value === 0 || value === 1,
      (row, value) => learnerErrors.TARGET_VALUE({ row, value }),
    ),
  start: (kind, data, target) => {
    const rate = bothClasses({ kind }, target, data.weight);
    return Float64Array.of(log(rate) - log(1 - rate));
  },
};

/** Squared error. */
export const squaredObjective: Objective = {
  code: 1,
  check: (kind, target) =>
    checkEach(
      kind,
      target,
      (value) => Math.abs(value) <= 1e150,
      (row, value) => learnerErrors.TARGET_NUMBER({ row, value }),
    ),
  start: (_kind, { weight }, target) => {
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
  check: (kind, target) =>
    checkEach(
      kind,
      target,
      (value) => Number.isInteger(value) && value >= 0 && value < MOST_CLASSES,
      (row, value) => learnerErrors.TARGET_CLASS({ row, value, most: MOST_CLASSES - 1 }),
    ),
  start: (kind, { weight }, target) => {
    const sums = classWeights(target, weight);
    const rows = target.length;
    if (sums.filter((sum) => sum > 0).length < 2) {
      throw learnerErrors.TARGET_ONE_CLASS({ learner: kind, value: target[0]!, rows });
    }
    const total = sums.reduce((sum, value) => sum + value, 0);
    // A class that never comes keeps a probability that rounds to nothing.
    return sums.map((sum) => log(Math.max(sum / total, 1e-15)));
  },
};
