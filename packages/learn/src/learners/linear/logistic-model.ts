import { type ModelState, Pacer, sigmoid } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import { linearMargin, linearMargins } from "../../kernels/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { numberColumns, refuseValue } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, rowNumbers } from "../schema.js";
import type { WaldStatistics } from "./standard-errors.js";

/** A fitted logistic regression. */
export interface LogisticModel extends Model {
  /**
   * One a column, in the order of the schema: change of the log-odds for one more of the column.
   */
  readonly coefficients: Float64Array;
  /** Log-odds where every column is 0. */
  readonly intercept: number;
  /** Wald statistics, intercept last, of an unpenalised fit that asked for them. */
  readonly wald: WaldStatistics | undefined;
}

/** What a logistic model is made of. */
export interface LogisticParts {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  readonly wald: WaldStatistics | undefined;
}

const ROWS_BETWEEN_POLLS = 65_536;

function refuseRow(card: ModelCard, columns: readonly Float64Array[]): never {
  columns.forEach((values, j) => {
    refuseValue(card, card.schema.columns[j]!.name, values);
  });
  throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its coefficients overflow" });
}

async function predictFrame(
  card: ModelCard,
  parts: LogisticParts,
  frame: Frame,
  extras: PredictExtras = {},
): Promise<Float64Array> {
  const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
  const columns = numberColumns(card, alignFrame(frame, card.schema));
  const out = new Float64Array(frame.rowCount);
  for (let start = 0; start < out.length; start += ROWS_BETWEEN_POLLS) {
    await pacer.pause();
    const count = Math.min(ROWS_BETWEEN_POLLS, out.length - start);
    const part = out.subarray(start, start + count);
    linearMargins(columns, parts.coefficients, parts.intercept, start, count, part);
    for (let i = 0; i < count; i++) {
      if (!Number.isFinite(part[i]!)) refuseRow(card, columns);
      part[i] = sigmoid(part[i]!);
    }
  }
  return out;
}

function predictOne(card: ModelCard, parts: LogisticParts, row: Row): number {
  const values = rowNumbers(row, card.schema);
  const margin = linearMargin(values, parts.coefficients, parts.intercept);
  if (!Number.isFinite(margin))
    refuseRow(
      card,
      Array.from(values, (value) => Float64Array.of(value)),
    );
  return sigmoid(margin);
}

/** Makes the model of its card and parts. */
export function logisticModel(card: ModelCard, parts: LogisticParts): LogisticModel {
  return Object.freeze({
    card,
    schema: card.schema,
    ...parts,
    predict: (frame: Frame, extras?: PredictExtras) => predictFrame(card, parts, frame, extras),
    predictRow: (row: Row) => predictOne(card, parts, row),
    state: () => logisticState(parts),
  });
}

function logisticState({ coefficients, intercept, wald }: LogisticParts): ModelState {
  const vector = (values: Float64Array) => ({ shape: [values.length], values });
  const tensors = {
    coefficients: vector(coefficients),
    intercept: vector(Float64Array.of(intercept)),
  };
  if (wald === undefined) return { settings: {}, tensors };
  const { standardErrors, pValues } = wald;
  return {
    settings: {},
    tensors: { ...tensors, standardErrors: vector(standardErrors), pValues: vector(pValues) },
  };
}

function doubles(card: ModelCard, state: ModelState, name: string, length: number): Float64Array {
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

/** @throws MODEL_STATE */
export function restoreLogistic(card: ModelCard, state: ModelState): LogisticModel {
  const width = card.schema.columns.length;
  if (card.schema.columns.some((column) => column.kind !== "number")) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its schema holds categories" });
  }
  const wald =
    state.tensors["standardErrors"] === undefined
      ? undefined
      : {
          standardErrors: doubles(card, state, "standardErrors", width + 1),
          pValues: doubles(card, state, "pValues", width + 1),
        };
  return logisticModel(card, {
    coefficients: doubles(card, state, "coefficients", width),
    intercept: doubles(card, state, "intercept", 1)[0]!,
    wald,
  });
}
