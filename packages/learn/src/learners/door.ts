/** What every learner checks before it computes: targets, weights, columns, options. */

import { type Numbers, type Pacer, toDoubles } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import { type Moments, momentsOf } from "../kernels/index.js";
import type { FitExtras, Learner } from "./contract.js";
import { learnerErrors } from "./errors.js";

/** Rows to learn from: those of weight 0 are gone, and weights that are all 1 too. */
export interface TrainingData {
  /** Features. */
  readonly frame: Frame;
  /** One a row, or undefined for detectors. */
  readonly target: Float64Array | undefined;
  /** One a row, above 0; undefined where all are 1. */
  readonly weight: Float64Array | undefined;
  /** One group a row. */
  readonly groups: Int32Array | undefined;
}

function checkLength(what: string, found: number, rows: number): void {
  if (found !== rows) throw learnerErrors.TARGET_LENGTH({ what, found, rows });
}

/** @returns rows of weight above 0, or undefined where that is all of them */
function weightedRows(weight: Float64Array): number[] | undefined {
  const rows: number[] = [];
  for (let row = 0; row < weight.length; row++) {
    const value = weight[row]!;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw learnerErrors.WEIGHT_VALUE({ row, value });
    }
    if (value > 0) rows.push(row);
  }
  return rows.length === weight.length ? undefined : rows;
}

/**
 * Takes in what `fit` was given.
 * @throws TARGET_LENGTH, WEIGHT_VALUE, FIT_EMPTY
 */
export function trainingData(
  learner: Pick<Learner, "kind">,
  frame: Frame,
  target: Numbers | undefined,
  extras: FitExtras,
): TrainingData {
  const rows = frame.rowCount;
  if (target !== undefined) checkLength("the target", target.length, rows);
  if (extras.groups !== undefined) checkLength("groups", extras.groups.length, rows);
  if (extras.weight !== undefined) checkLength("the weight", extras.weight.length, rows);
  const weight = extras.weight === undefined ? undefined : toDoubles(extras.weight);
  const kept = weight === undefined ? undefined : weightedRows(weight);
  const given: TrainingData = {
    frame,
    target: target === undefined ? undefined : toDoubles(target),
    weight,
    groups: extras.groups,
  };
  const positive = kept === undefined ? given : takeTraining(given, kept);
  const data = { ...positive, weight: allOnes(positive.weight) };
  const columns = frame.columns.length;
  if (data.frame.rowCount === 0 || columns === 0) {
    throw learnerErrors.FIT_EMPTY({ learner: learner.kind, rows: data.frame.rowCount, columns });
  }
  return data;
}

function pick(
  values: Float64Array | undefined,
  rows: readonly number[] | Uint32Array,
): Float64Array | undefined {
  if (values === undefined) return undefined;
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

/** Chosen rows of training data, copied. */
export function takeTraining(
  data: TrainingData,
  rows: readonly number[] | Uint32Array,
): TrainingData {
  const { groups } = data;
  return {
    frame: data.frame.take(rows),
    target: pick(data.target, rows),
    weight: pick(data.weight, rows),
    groups: groups && Int32Array.from(rows, (row) => groups[row]!),
  };
}

function allOnes(weight: Float64Array | undefined): Float64Array | undefined {
  return weight?.every((value) => value === 1) ? undefined : weight;
}

/**
 * The target of a classifier.
 * @throws TARGET_MISSING, TARGET_VALUE
 */
export function binaryTarget(
  learner: Pick<Learner, "kind">,
  target: Float64Array | undefined,
): Float64Array {
  return checkedTarget(
    learner,
    target,
    (value) => value === 0 || value === 1,
    learnerErrors.TARGET_VALUE,
  );
}

/**
 * The target of a regression.
 * @throws TARGET_MISSING, TARGET_NUMBER
 */
export function numberTarget(
  learner: Pick<Learner, "kind">,
  target: Float64Array | undefined,
): Float64Array {
  return checkedTarget(
    learner,
    target,
    (value) => Math.abs(value) <= LARGEST,
    learnerErrors.TARGET_NUMBER,
  );
}

/** Classes of a target at most. */
const MOST_CLASSES = 1000;

/**
 * The target of a classifier of several classes: 0 … K - 1.
 * @param known how many classes there may be, where a model says so
 * @throws TARGET_MISSING, TARGET_CLASS
 */
export function classTarget(
  learner: Pick<Learner, "kind">,
  target: Float64Array | undefined,
  known = MOST_CLASSES,
): Float64Array {
  return checkedTarget(
    learner,
    target,
    (value) => Number.isInteger(value) && value >= 0 && value < known,
    (fault) => learnerErrors.TARGET_CLASS({ ...fault, most: known - 1 }),
  );
}

function checkedTarget(
  learner: Pick<Learner, "kind">,
  target: Float64Array | undefined,
  holds: (value: number) => boolean,
  fault: (found: { row: number; value: number }) => Error,
): Float64Array {
  if (target === undefined) throw learnerErrors.TARGET_MISSING({ learner: learner.kind });
  const row = target.findIndex((value) => !holds(value));
  if (row >= 0) throw fault({ row, value: target[row]! });
  return target;
}

/**
 * Weighted share of positives, for learners that need both classes.
 * @throws TARGET_ONE_CLASS
 */
export function bothClasses(
  learner: Pick<Learner, "kind">,
  target: Float64Array,
  weight: Float64Array | undefined,
): number {
  refuseOneClass(learner, target);
  return positiveRate(target, weight);
}

/** @throws TARGET_ONE_CLASS where all rows are of one class */
export function refuseOneClass(learner: Pick<Learner, "kind">, target: Float64Array): void {
  const value = target[0]!;
  if (target.some((other) => other !== value)) return;
  throw learnerErrors.TARGET_ONE_CLASS({ learner: learner.kind, value, rows: target.length });
}

/** Weighted share of positives. */
export function positiveRate(target: Float64Array, weight: Float64Array | undefined): number {
  let positives = 0;
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const w = weight === undefined ? 1 : weight[row]!;
    positives += w * target[row]!;
    total += w;
  }
  return positives / total;
}

/** Numbers beyond this are refused: sums of their squares would not be finite. */
const LARGEST = 1e150;

/**
 * Names the first value that a learner of finite numbers cannot use; silent where there is none.
 */
export function refuseValue(
  learner: Pick<Learner, "kind">,
  name: string,
  values: Float64Array,
): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(Math.abs(value) <= LARGEST)) {
      throw learnerErrors.FEATURE_VALUE({ learner: learner.kind, column: name, row, value });
    }
  }
}

/**
 * The columns of a table as doubles, for learners of numbers.
 * @throws FEATURE_KIND
 */
export function numberColumns(learner: Pick<Learner, "kind">, frame: Frame): Float64Array[] {
  return frame.columns.map((column) => {
    if (column.kind === "number") return toDoubles(column.values);
    throw learnerErrors.FEATURE_KIND({ learner: learner.kind, column: column.name });
  });
}

/**
 * Mean and spread of each column, for learners of finite numbers; one pass also finds what is not
 * finite. A column that never changes has the spread 1, so that it can be divided by.
 * @throws FEATURE_VALUE
 */
export async function columnMoments(
  learner: Pick<Learner, "kind">,
  data: TrainingData,
  columns: readonly Float64Array[],
  pacer: Pacer,
): Promise<Moments[]> {
  const found: Moments[] = [];
  for (const [place, values] of columns.entries()) {
    await pacer.pause();
    const moments = momentsOf(values, data.weight);
    if (!Number.isFinite(moments.deviation)) {
      refuseValue(learner, data.frame.columns[place]!.name, values);
    }
    found.push(moments.deviation > 0 ? moments : { ...moments, deviation: 1 });
  }
  return found;
}

/** What an option must be, in words, and how to tell. */
export interface OptionRule {
  /** For the error: `a number of at least 0`. */
  readonly expected: string;
  /** Whether a value is such. */
  readonly holds: (value: unknown) => boolean;
}

/** Rules that many options share. */
export const optionRules: Readonly<
  Record<"seed" | "notNegative" | "count" | "truth" | "folds", OptionRule>
> = {
  folds: {
    expected: "an integer of at least 2",
    holds: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 2,
  },
  seed: {
    expected: "an integer from 0 to 2^53 - 1",
    holds: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  notNegative: {
    expected: "a finite number of at least 0",
    holds: (value: unknown) => Number.isFinite(value) && (value as number) >= 0,
  },
  count: {
    expected: "an integer of at least 1",
    holds: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1,
  },
  truth: { expected: "true or false", holds: (value: unknown) => typeof value === "boolean" },
};

/**
 * Defaults and what the caller wants otherwise, checked and frozen.
 * @throws LEARNER_OPTION, also for an option that the learner does not have
 */
export function completeOptions<Options extends object>(
  learner: { readonly kind: string; readonly defaults: Readonly<Options> },
  given: Partial<Options> | undefined,
  rules: { readonly [Key in keyof Options]-?: OptionRule },
): Readonly<Options> {
  const options: Record<string, unknown> = { ...learner.defaults };
  const rulesByName = new Map<string, OptionRule>(Object.entries(rules));
  for (const [option, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    const rule = rulesByName.get(option);
    if (rule === undefined || !rule.holds(value)) {
      const expected = rule?.expected ?? `one of ${[...rulesByName.keys()].join(", ")}`;
      const said = rule === undefined ? "not known" : String(value);
      throw learnerErrors.LEARNER_OPTION({ learner: learner.kind, option, given: said, expected });
    }
    options[option] = value;
  }
  return Object.freeze(options) as Readonly<Options>;
}
