import {
  bootstrap,
  confusion,
  type Estimate,
  f1Metric,
  prAucMetric,
  precisionMetric,
  recallMetric,
  rocAucMetric,
} from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { type LabelledDays, repeatedRows, takeDays } from "./data.js";

/** How well a threshold tells marked rows from others. */
export interface Outcome {
  readonly rows: number;
  readonly positives: number;
  readonly f1: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly prAuc: number | null;
  readonly rocAuc: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  /** 95 % intervals by user. */
  readonly intervals: Readonly<Record<OutcomeMetric, Estimate>>;
}

/** Metrics that have an interval. */
export type OutcomeMetric = "f1" | "precision" | "recall" | "prAuc" | "rocAuc";

/** The same on the test rows, with the rows that could flatter taken out. */
export interface TestOutcome extends Outcome {
  /** Rows of users of whom no marked row was learnt from. */
  readonly unseenUsers: Outcome;
  /** Without rows that repeat an earlier one: same user, same numbers. */
  readonly deduplicated: Outcome;
}

/** How intervals are made. */
export interface MeasureOptions {
  readonly seed: number;
  readonly resamples?: number | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const usualResamples = 1000;

/**
 * Judges scores at a threshold.
 * @param days rows that all have a mark
 * @param scores one a row; rows with score ≥ threshold are called
 */
export async function measure(
  days: LabelledDays,
  scores: Float64Array,
  threshold: number,
  { seed, resamples = usualResamples, threads, signal }: MeasureOptions,
): Promise<Outcome> {
  const { label, userCodes } = days;
  const called = confusion(label, scores, threshold);
  const metrics = [
    f1Metric(threshold),
    precisionMetric(threshold),
    recallMetric(threshold),
    prAucMetric,
    rocAucMetric,
  ];
  const { models } = await bootstrap(
    { target: label, scores: { it: scores }, units: userCodes },
    metrics,
    { resamples, seed },
    { threads, signal },
  );
  const intervals = models["it"] as Record<OutcomeMetric, Estimate>;
  const { f1, precision, recall, prAuc, rocAuc } = intervals;
  return {
    rows: label.length,
    positives: called.truePositives + called.falseNegatives,
    f1: f1.value,
    precision: precision.value,
    recall: recall.value,
    prAuc: prAuc.value,
    rocAuc: rocAuc.value,
    truePositives: called.truePositives,
    falsePositives: called.falsePositives,
    falseNegatives: called.falseNegatives,
    intervals,
  };
}

/**
 * Judges scores on test rows, also on those of users never learnt from, and without repeats.
 * @param known users of the rows that were learnt from
 */
export async function measureTest(
  days: LabelledDays,
  scores: Float64Array,
  threshold: number,
  options: MeasureOptions & { readonly known: ReadonlySet<string> },
): Promise<TestOutcome> {
  const on = (rows: Uint32Array): Promise<Outcome> =>
    measure(
      takeDays(days, rows),
      Float64Array.from(rows, (row) => scores[row]!),
      threshold,
      options,
    );
  const repeats = repeatedRows(days);
  const all = scores.length;
  return {
    ...(await measure(days, scores, threshold, options)),
    unseenUsers: await on(rowsWhere(all, (row) => !options.known.has(days.users[row]!))),
    deduplicated: await on(rowsWhere(all, (row) => repeats[row] === 0)),
  };
}
