import {
  binaryTarget,
  bothClasses,
  classTarget,
  numberTarget,
  refuseOneClass,
  type TrainingData,
} from "../door.js";
import type { ReadingUnits } from "./read-trees.js";

/** Targets and weights as the kernels take them, and what the results must be multiplied by. */
export interface PreparedTarget {
  readonly target: Float64Array;
  readonly weight: Float64Array | undefined;
  /** One output: whether sums of weights and targets are sums of integers, exact in any order. */
  readonly exact: boolean;
  readonly units: ReadingUnits;
}

/** What a forest predicts. */
export type ForestTarget = "binary" | "classes" | "values";

/** The power of two that brings numbers of a size to at most 1. */
function powerOfTwo(size: number): number {
  return size > 0 ? 2 ** Math.max(-1000, Math.ceil(Math.log2(size))) : 1;
}

const MOST_SUM = 2 ** 52;

/** Weights that are whole numbers stay; others are brought to at most 1, by a power of two. */
function prepareWeight(weight: Float64Array | undefined) {
  if (weight === undefined) return { weight, unit: 1, whole: true };
  let [sum, largest, whole] = [0, 0, true];
  for (const value of weight) {
    sum += value;
    largest = Math.max(largest, value);
    whole &&= Number.isInteger(value);
  }
  if (whole && sum < MOST_SUM / 256) return { weight, unit: 1, whole };
  const unit = powerOfTwo(largest);
  // Never 0: a leaf divides by the weights of its rows.
  return { weight: weight.map((value) => Math.max(value / unit, 1e-200)), unit, whole: false };
}

/** Values around 0 and of size 1 at most, so that no square overflows and sums stay sharp. */
function centred(target: Float64Array) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of target) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const mean = target.reduce((sum, value) => sum + value / target.length, 0);
  // Where 0 is among small numbers it stays the middle: they are then told back to the bit.
  const base = low <= 0 && high >= 0 ? 0 : Math.min(Math.max(mean, low), high);
  const unit = powerOfTwo(Math.max(high - base, base - low));
  return { base, unit, values: target.map((value) => (value - base) / unit) };
}

/**
 * Checks what is to be learnt, and brings it into the form of the kernels.
 * @param known of several classes: how many there may be, where a model says so
 * @throws TARGET_MISSING, TARGET_VALUE, TARGET_CLASS, TARGET_NUMBER, TARGET_ONE_CLASS
 */
export function prepareTarget(
  kind: string,
  wanted: ForestTarget,
  data: TrainingData,
  known?: number,
): PreparedTarget {
  const { weight, unit, whole } = prepareWeight(data.weight);
  if (wanted === "values") {
    const { base, unit: scale, values } = centred(numberTarget({ kind }, data.target));
    const units = { classes: 1, base, unit: scale, gain: scale * scale * unit, weight: unit };
    return { target: values, weight, exact: false, units };
  }
  if (wanted === "binary") {
    const target = binaryTarget({ kind }, data.target);
    if (known === undefined) bothClasses({ kind }, target, data.weight);
    const units = { classes: 1, base: 0, unit: 1, gain: unit, weight: unit };
    return { target, weight, exact: whole, units };
  }
  const target = classTarget({ kind }, data.target, known);
  if (known === undefined) refuseOneClass({ kind }, target);
  const classes = known ?? 1 + target.reduce((most, one) => Math.max(most, one), 0);
  const units = { classes: Math.max(2, classes), base: 0, unit: 1, gain: unit, weight: unit };
  return { target, weight, exact: false, units };
}
