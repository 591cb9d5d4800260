/** What every model with one weighted sum a row shares: scoring, state, restoring. */

import { type ModelState, Pacer, type Tensor } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import { linearMargin, linearMargins } from "../../kernels/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { numberColumns, refuseValue } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, rowNumbers } from "../schema.js";

/** A weighted sum of columns. */
export interface LinearParts {
  /** One a column, in the order of the schema. */
  readonly coefficients: Float64Array;
  /** The sum where every column is 0. */
  readonly intercept: number;
}

const ROWS_BETWEEN_POLLS = 65_536;

/** Says which value makes a sum that is no number. */
export function refuseMargin(card: ModelCard, columns: readonly Float64Array[]): never {
  columns.forEach((values, j) => {
    refuseValue(card, card.schema.columns[j]!.name, values);
  });
  throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its coefficients overflow" });
}

/** The same for one row. */
export function refuseRowMargin(card: ModelCard, values: Float64Array): never {
  return refuseMargin(
    card,
    Array.from(values, (value) => Float64Array.of(value)),
  );
}

/** Rows start … start + count - 1 of a table of numbers, and where their outputs go. */
export interface PredictChunk {
  readonly columns: readonly Float64Array[];
  readonly start: number;
  readonly count: number;
  /** count × outputs, row-major. */
  readonly out: Float64Array;
}

/**
 * Scores a table chunk by chunk, so that it can be stopped.
 * @param score writes the outputs of a chunk; false where one is no number
 */
export async function predictChunks(
  card: ModelCard,
  frame: Frame,
  extras: PredictExtras,
  score: (chunk: PredictChunk) => boolean,
): Promise<Float64Array> {
  const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
  const columns = numberColumns(card, alignFrame(frame, card.schema));
  const outputs = card.outputs.length;
  const values = new Float64Array(frame.rowCount * outputs);
  const most = Math.max(1024, Math.floor(ROWS_BETWEEN_POLLS / outputs));
  for (let start = 0; start < frame.rowCount; start += most) {
    await pacer.pause();
    const count = Math.min(most, frame.rowCount - start);
    const out = values.subarray(start * outputs, (start + count) * outputs);
    if (!score({ columns, start, count, out })) refuseMargin(card, columns);
  }
  return values;
}

/**
 * The predicting half of a linear model.
 * @param link from the sum to what is predicted
 */
export function linearPredictor(
  card: ModelCard,
  { coefficients, intercept }: LinearParts,
  link: (margin: number) => number,
): Required<Pick<Model, "card" | "schema" | "predict" | "predictRow" | "predictValues">> {
  const predictValues = (values: Float64Array): number => {
    const margin = linearMargin(values, coefficients, intercept);
    return Number.isFinite(margin) ? link(margin) : refuseRowMargin(card, values);
  };
  return {
    card,
    schema: card.schema,
    predict: (frame: Frame, extras: PredictExtras = {}) =>
      predictChunks(card, frame, extras, ({ columns, start, count, out }) => {
        linearMargins(columns, coefficients, intercept, start, count, out);
        for (let i = 0; i < count; i++) {
          if (!Number.isFinite(out[i]!)) return false;
          out[i] = link(out[i]!);
        }
        return true;
      }),
    predictRow: (row: Row) => predictValues(rowNumbers(row, card.schema)),
    predictValues,
  };
}

/** A vector as a tensor. */
export function vector(values: Float64Array): Tensor {
  return { shape: [values.length], values };
}

/** Coefficients and intercept as tensors. */
export function linearTensors({ coefficients, intercept }: LinearParts): ModelState["tensors"] {
  return { coefficients: vector(coefficients), intercept: vector(Float64Array.of(intercept)) };
}

/**
 * Finite doubles of a state.
 * @throws MODEL_STATE
 */
export function doublesOf(
  card: ModelCard,
  state: ModelState,
  name: string,
  length: number,
): Float64Array {
  const values = state.tensors[name]?.values;
  if (!(values instanceof Float64Array) || values.length !== length) {
    const reason = `tensor "${name}" is not ${length} doubles`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  if (!values.every(Number.isFinite)) {
    const reason = `tensor "${name}" holds a number that is not finite`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  return values;
}

/**
 * Number of columns of a schema of numbers.
 * @throws MODEL_STATE where it holds categories
 */
export function numberWidth(card: ModelCard): number {
  if (card.schema.columns.some((column) => column.kind !== "number")) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its schema holds categories" });
  }
  return card.schema.columns.length;
}

/** @throws MODEL_STATE */
export function restoreLinear(card: ModelCard, state: ModelState): LinearParts {
  return {
    coefficients: doublesOf(card, state, "coefficients", numberWidth(card)),
    intercept: doublesOf(card, state, "intercept", 1)[0]!,
  };
}
