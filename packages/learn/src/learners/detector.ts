/** What detectors of finite numbers share: the door of their fit, and the model around a scorer. */

import { type ModelState, Pacer } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, PredictExtras } from "./contract.js";
import { numberColumns, refuseValue, type TrainingData, trainingData } from "./door.js";
import { learnerErrors } from "./errors.js";
import { alignFrame, rowNumbers } from "./schema.js";

/** Columns of a table and a run of its rows. */
export interface RowBlock {
  /** One a column of the schema. */
  readonly columns: readonly Float64Array[];
  /** First row. */
  readonly start: number;
  /** Number of rows. */
  readonly count: number;
}

/** How a fitted detector looks at rows. Scores that are no numbers say that a value is none. */
export interface DetectorParts {
  /** Score of one row, values in the order of the schema; higher = more abnormal. */
  readonly score: (values: Float64Array) => number;
  /** Writes what each column has to do with the row's score. */
  readonly reasons: (values: Float64Array, out: Float64Array) => void;
  /** Scores a block to the same bits as `score`, where by columns is faster than by rows. */
  readonly scoreBlock?: (block: RowBlock, out: Float64Array) => void;
  /** The same for reasons: count × columns, row-major. */
  readonly reasonsBlock?: (block: RowBlock, out: Float64Array) => void;
  /** What the model is made of. */
  readonly state: () => ModelState;
}

/** What one column adds to the score, by its value; NaN for NaN. */
export type ColumnTerm = (value: number) => number;

/** How a detector looks at rows whose score is the sum of what each column adds. */
export function additiveParts(
  terms: readonly ColumnTerm[],
): Pick<DetectorParts, "score" | "reasons"> & Required<Pick<DetectorParts, "scoreBlock">> {
  return {
    score: (values) => {
      let sum = 0;
      for (let j = 0; j < terms.length; j++) sum += terms[j]!(values[j]!);
      return sum;
    },
    // Column by column, in the order of the sum above, so that the bits are the same.
    scoreBlock: ({ columns, start, count }, out) => {
      out.fill(0);
      terms.forEach((term, j) => {
        const values = columns[j]!;
        for (let row = 0; row < count; row++) out[row]! += term(values[start + row]!);
      });
    },
    reasons: (values, out) => {
      for (let j = 0; j < terms.length; j++) out[j] = terms[j]!(values[j]!);
    },
  };
}

/** Rows of one block: polls for a stop come between them. */
const BLOCK = 8192;

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

function byRow(
  block: RowBlock,
  width: number,
  out: Float64Array,
  one: (values: Float64Array, out: Float64Array) => void,
): void {
  const { columns, start, count } = block;
  const values = new Float64Array(columns.length);
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < values.length; j++) values[j] = columns[j]![start + row]!;
    one(values, out.subarray(row * width, (row + 1) * width));
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
  const columnCount = card.schema.columns.length;
  const scoreBlock =
    parts.scoreBlock ??
    ((block: RowBlock, out: Float64Array) => {
      byRow(block, 1, out, (values, place) => {
        place[0] = parts.score(values);
      });
    });
  const reasonsBlock =
    parts.reasonsBlock ??
    ((block: RowBlock, out: Float64Array) => {
      byRow(block, columnCount, out, parts.reasons);
    });
  const overBlocks = async (
    frame: Frame,
    extras: PredictExtras,
    width: number,
    fill: (block: RowBlock, out: Float64Array) => void,
  ): Promise<Float64Array> => {
    const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
    const columns = numberColumns(card, alignFrame(frame, card.schema));
    const out = new Float64Array(frame.rowCount * width);
    for (let start = 0; start < frame.rowCount; start += BLOCK) {
      await pacer.pause();
      const count = Math.min(BLOCK, frame.rowCount - start);
      const part = out.subarray(start * width, (start + count) * width);
      fill({ columns, start, count }, part);
      if (!part.every(Number.isFinite)) refuseScore(card, columns);
    }
    return out;
  };
  const predictValues = (values: Float64Array): number => {
    const score = parts.score(values);
    if (Number.isFinite(score)) return score;
    const columns = Array.from(values, (value) => Float64Array.of(value));
    return refuseScore(card, columns);
  };
  return Object.freeze({
    card,
    schema: card.schema,
    predict: (frame: Frame, extras: PredictExtras = {}) => overBlocks(frame, extras, 1, scoreBlock),
    contributions: (frame: Frame, extras: PredictExtras = {}) =>
      overBlocks(frame, extras, columnCount, reasonsBlock),
    predictRow: (row: Row) => predictValues(rowNumbers(row, card.schema)),
    predictValues,
    state: parts.state,
  });
}
