/** What detectors of finite numbers share: the door of their fit, and the model around a scorer. */

import { type ModelState, Pacer } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, PredictExtras } from "./contract.js";
import { numberColumns, refuseValue, type TrainingData, trainingData } from "./door.js";
import { learnerErrors } from "./errors.js";
import { alignFrame, rowNumbers } from "./schema.js";

/** What one column adds to the score, by its value; NaN for NaN. */
export type ColumnTerm = (value: number) => number;

/** How a fitted detector looks at rows. Scores that are no numbers say that a value is none. */
export interface DetectorParts {
  /** Score of one row, values in the order of the schema; higher = more abnormal. */
  readonly score: (values: Float64Array) => number;
  /** Writes what each column has to do with the row's score. */
  readonly reasons: (values: Float64Array, out: Float64Array) => void;
  /** One a column, where the score is the sum of what each column adds. */
  readonly terms?: readonly ColumnTerm[];
  /** What the model is made of. */
  readonly state: () => ModelState;
}

/** How a detector looks at rows whose score is the sum of what each column adds. */
export function additiveParts(terms: readonly ColumnTerm[]): Omit<DetectorParts, "state"> {
  return {
    terms,
    score: (values) => {
      let sum = 0;
      for (let j = 0; j < terms.length; j++) sum += terms[j]!(values[j]!);
      return sum;
    },
    reasons: (values, out) => {
      for (let j = 0; j < terms.length; j++) out[j] = terms[j]!(values[j]!);
    },
  };
}

/** Values between two polls for a stop, of what columns add. */
const BLOCK = 16_384;
/** Rows between two polls, of scores that look at all columns at once. */
const ROWS_BETWEEN_POLLS = 1024;

/**
 * Takes in what a detector's `fit` was given: finite numbers.
 * @throws FIT_EMPTY, TARGET_LENGTH, WEIGHT_VALUE, FEATURE_KIND, FEATURE_VALUE
 */
export async function detectionData(
  learner: Pick<Learner, "kind">,
  frame: Frame,
  extras: FitExtras,
  pacer: Pacer,
): Promise<{ readonly data: TrainingData; readonly columns: Float64Array[] }> {
  const data = trainingData(learner, frame, undefined, extras);
  const columns = numberColumns(learner, data.frame);
  for (const [place, values] of columns.entries()) {
    await pacer.pause();
    refuseValue(learner, data.frame.columns[place]!.name, values);
  }
  return { data, columns };
}

function refuseScore(card: ModelCard, columns: readonly Float64Array[]): never {
  columns.forEach((values, place) => {
    refuseValue(card, card.schema.columns[place]!.name, values);
  });
  throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its scores overflow" });
}

function allFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}

/** Adds up what columns add, one column after the other: what a term looks up stays at hand. */
async function sumTerms(
  terms: readonly ColumnTerm[],
  columns: readonly Float64Array[],
  out: Float64Array,
  pacer: Pacer,
): Promise<void> {
  for (let j = 0; j < terms.length; j++) {
    const term = terms[j]!;
    const values = columns[j]!;
    for (let start = 0; start < out.length; start += BLOCK) {
      await pacer.pause();
      const end = Math.min(start + BLOCK, out.length);
      for (let row = start; row < end; row++) out[row]! += term(values[row]!);
    }
  }
}

/** Looks at one row after the other. */
async function byRow(
  columns: readonly Float64Array[],
  pacer: Pacer,
  one: (values: Float64Array, row: number) => void,
): Promise<void> {
  const rows = columns[0]!.length;
  const values = new Float64Array(columns.length);
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    for (let j = 0; j < values.length; j++) values[j] = columns[j]![row]!;
    one(values, row);
  }
}

/**
 * The model of a fitted detector.
 * @param card its card
 * @param parts how it scores, what its reasons are, its state
 */
export function detectorModel(
  card: ModelCard,
  parts: DetectorParts,
): DetectorModel & Required<Pick<DetectorModel, "predictValues">> {
  const width = card.schema.columns.length;
  const { terms } = parts;
  /** Fills one number a row, or one a row and column. */
  const over = async (
    frame: Frame,
    extras: PredictExtras,
    perRow: number,
    fill: (columns: readonly Float64Array[], out: Float64Array, pacer: Pacer) => Promise<void>,
  ): Promise<Float64Array> => {
    const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
    const columns = numberColumns(card, alignFrame(frame, card.schema));
    const out = new Float64Array(frame.rowCount * perRow);
    await fill(columns, out, pacer);
    if (!allFinite(out)) refuseScore(card, columns);
    return out;
  };
  const predict = (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> =>
    over(frame, extras, 1, (columns, out, pacer) =>
      terms === undefined
        ? byRow(columns, pacer, (values, row) => {
            out[row] = parts.score(values);
          })
        : sumTerms(terms, columns, out, pacer),
    );
  const contributions = (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> =>
    over(frame, extras, width, (columns, out, pacer) =>
      byRow(columns, pacer, (values, row) => {
        parts.reasons(values, out.subarray(row * width, (row + 1) * width));
      }),
    );
  const predictValues = (values: Float64Array): number => {
    const score = parts.score(values);
    if (Number.isFinite(score)) return score;
    const columns = Array.from(values, (value) => Float64Array.of(value));
    return refuseScore(card, columns);
  };
  return Object.freeze({
    card,
    schema: card.schema,
    predict,
    contributions,
    predictRow: (row: Row) => predictValues(rowNumbers(row, card.schema)),
    predictValues,
    state: parts.state,
  });
}
