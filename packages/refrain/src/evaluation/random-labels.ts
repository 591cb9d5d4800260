import { betaRegularised, type Estimate, RandomStream, rocAuc } from "@refrain/learn";
import { type Candidate, type FitSettings, fitFold } from "./candidate.js";
import { evaluationErrors } from "./errors.js";
import { unknownEstimate } from "./judge.js";
import type { Evaluation, RandomLabels } from "./result.js";
import { sampleRows } from "./sample-rows.js";
import type { Fold } from "./splits.js";
import { type CheckedTable, pick } from "./table.js";

/** How the run on random labels is made. */
export interface RandomLabelOptions {
  /** Fits, 20 unless told; fewer make the interval too wide to say anything. */
  readonly repeats: number;
  /** Rows at most on each side, drawn at random: the run looks for leaks, not for skill. */
  readonly rows: number;
}

/** Defaults of the run on random labels. */
export const randomLabelDefaults: RandomLabelOptions = Object.freeze({ repeats: 20, rows: 10_000 });

/** Level of the interval, in 20 repeats; one honest run in a thousand fails. */
const level = 0.999;

/**
 * Half-width of the interval in standard errors, by Student's t.
 * @param freedom degrees of freedom, ≥ 1
 * @source Abramowitz & Stegun 26.7.1: P(|T| > t) = I(ν / (ν + t²); ν/2, 1/2)
 */
export function studentQuantile(freedom: number): number {
  let [low, high] = [0, 1000];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    const outside = betaRegularised(freedom / 2, 0.5, freedom / (freedom + middle * middle));
    if (outside > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Answers shuffled among the rows of the same period, so that each period keeps its share of
 * positives and every split stays what it was.
 */
export function shuffleLabels(table: CheckedTable, seed: number, repeat: number): Float64Array {
  const shuffled = table.target.slice();
  const stream = new RandomStream(seed, "random labels", repeat);
  const places = table.periods?.list.length ?? 1;
  for (let place = 0; place < places; place += 1) {
    const rows: number[] = [];
    for (let row = 0; row < table.rowCount; row += 1) {
      if ((table.periods?.of[row] ?? 0) === place) rows.push(row);
    }
    const order = Uint32Array.from(rows);
    stream.shuffle(order);
    rows.forEach((row, at) => {
      shuffled[row] = table.target[order[at]!]!;
    });
  }
  return shuffled;
}

/**
 * Fits and tests a candidate on shuffled answers again and again: an honest protocol finds nothing.
 * @returns the mean ROC-AUC with its 99.9 % interval, which must hold .5
 */
export async function runRandomLabels(
  candidate: Candidate,
  table: CheckedTable,
  fold: Fold,
  settings: FitSettings & { readonly randomLabels?: Partial<RandomLabelOptions> },
): Promise<RandomLabels> {
  const { repeats, rows } = { ...randomLabelDefaults, ...settings.randomLabels };
  if (repeats === 0) return noRandomLabels("It was not asked for.");
  const small: Fold = {
    ...fold,
    train: sampleRows(fold.train, rows, settings.seed),
    test: sampleRows(fold.test, rows, settings.seed + 1),
  };
  const values: number[] = [];
  // No calibrator: it keeps the order of scores, and ROC-AUC looks at nothing else.
  const variant = { ...settings.variant, ...candidate.brief };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const answers = shuffleLabels(table, settings.seed, repeat);
    const { test } = await fitFold(candidate, table, small, {
      ...settings,
      variant,
      seed: settings.seed + repeat,
      answers,
    });
    values.push(rocAuc(pick(answers, small.test), test));
  }
  const rocAucEstimate = meanWithInterval(values.filter((value) => !Number.isNaN(value)));
  const { low, high } = rocAucEstimate;
  return {
    model: candidate.name,
    rocAuc: rocAucEstimate,
    repeats,
    level,
    holdsHalf: low === null || high === null ? null : low <= 0.5 && high >= 0.5,
    values,
  };
}

/** No run, and why. */
export function noRandomLabels(reason: string): RandomLabels {
  const rocAucEstimate = unknownEstimate(reason);
  return { model: null, rocAuc: rocAucEstimate, repeats: 0, level, holdsHalf: null, values: [] };
}

/**
 * The gate: fails where a model found something in random labels.
 * @throws RANDOM_LABELS_LEARNED
 */
export function checkRandomLabels({ randomLabels }: Pick<Evaluation, "randomLabels">): void {
  if (randomLabels.holdsHalf !== false) return;
  throw evaluationErrors.RANDOM_LABELS_LEARNED({
    model: randomLabels.model ?? "",
    low: randomLabels.rocAuc.low ?? Number.NaN,
    high: randomLabels.rocAuc.high ?? Number.NaN,
    repeats: randomLabels.repeats,
  });
}

/** Mean with Student's interval. A model that gives all rows one score has .5 every time. */
function meanWithInterval(values: readonly number[]): Estimate {
  const count = values.length;
  if (count < 2) return unknownEstimate(`Only ${count} repeats had both classes in the test rows.`);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { value: mean, low: mean - half, high: mean + half };
}
