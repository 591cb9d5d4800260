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

/** Scores of a table, and from where on rows are called. */
export interface Called {
  /** One a row. */
  readonly scores: Float64Array;
  /** Rows with score ≥ threshold are called. */
  readonly threshold: number;
}

const metrics = [f1Metric(0), precisionMetric(0), recallMetric(0), prAucMetric, rocAucMetric];

/**
 * Judges scores at their thresholds, all on the same draws: these cost as much as what they tell.
 * @param days rows that all have a mark
 * @returns one outcome for each of `all`
 */
export async function measureEach(
  { label, userCodes }: LabelledDays,
  all: readonly Called[],
  { seed, resamples = usualResamples, threads, signal }: MeasureOptions,
): Promise<Outcome[]> {
  const { models } = await bootstrap(
    {
      target: label,
      scores: Object.fromEntries(all.map(fromThreshold).entries()),
      units: userCodes,
    },
    metrics,
    { resamples, seed },
    { threads, signal },
  );
  return all.map(({ scores, threshold }, at) => {
    const called = confusion(label, scores, threshold);
    const intervals = models[at] as Record<OutcomeMetric, Estimate>;
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
  });
}

/** Places in the order of the scores, 0 for the first that is called: no metric here sees more. */
function fromThreshold({ scores, threshold }: Called): Float64Array {
  const values = Float64Array.from(new Set(scores)).sort();
  const first = values.filter((value) => value < threshold).length;
  const places = new Map([...values].map((value, place) => [value, place - first]));
  return scores.map((score) => places.get(score)!);
}

/**
 * Judges scores on test rows, also on those of users never learnt from, and without repeats.
 * @param known users of the rows that were learnt from
 * @param beside what else is judged on all rows; its outcomes come behind
 */
export async function measureTest(
  days: LabelledDays,
  { scores, threshold }: Called,
  options: MeasureOptions & { readonly known: ReadonlySet<string> },
  beside: readonly Called[] = [],
): Promise<[TestOutcome, ...Outcome[]]> {
  const on = async (rows: Uint32Array): Promise<Outcome> => {
    const own = { scores: Float64Array.from(rows, (row) => scores[row]!), threshold };
    const [outcome] = await measureEach(takeDays(days, rows), [own], options);
    return outcome!;
  };
  const repeats = repeatedRows(days);
  const all = scores.length;
  const [whole, ...others] = await measureEach(days, [{ scores, threshold }, ...beside], options);
  const test = {
    ...whole!,
    unseenUsers: await on(rowsWhere(all, (row) => !options.known.has(days.users[row]!))),
    deduplicated: await on(rowsWhere(all, (row) => repeats[row] === 0)),
  };
  return [test, ...others];
}
