import { exp, log, type ModelState } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import { linearMargin, linearMargins } from "../../kernels/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { rowNumbers } from "../schema.js";
import {
  doublesOf,
  numberWidth,
  type PredictChunk,
  predictChunks,
  refuseRowMargin,
} from "./linear-model.js";

/** A fitted multinomial regression; classes that training never met have probability 0. */
export interface MultinomialModel extends Model {
  /** The classes that training met, ascending. */
  readonly classes: readonly number[];
  /** Classes met × columns, row-major. */
  readonly coefficients: Float64Array;
  /** One a class met; they add up to 0. */
  readonly intercepts: Float64Array;
}

/** What a multinomial model is made of. */
export interface MultinomialParts {
  readonly classes: readonly number[];
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
}

/**
 * Replaces margins by probabilities.
 * @param margins one a class
 * @returns log Σ e^margin; not finite where a margin is none
 */
export function softmax(margins: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const margin of margins) highest = Math.max(highest, margin);
  let sum = 0;
  for (let k = 0; k < margins.length; k++) {
    margins[k] = exp(margins[k]! - highest);
    sum += margins[k]!;
  }
  for (let k = 0; k < margins.length; k++) margins[k]! /= sum;
  return highest + log(sum);
}

function scoreChunk(
  { classes, coefficients, intercepts }: MultinomialParts,
  { columns, start, count, out }: PredictChunk,
): boolean {
  const width = columns.length;
  const outputs = out.length / count;
  const margins = classes.map((_, k) => {
    const values = new Float64Array(count);
    const own = coefficients.subarray(k * width, (k + 1) * width);
    linearMargins(columns, own, intercepts[k]!, start, count, values);
    return values;
  });
  const row = new Float64Array(classes.length);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < row.length; k++) {
      row[k] = margins[k]![i]!;
      if (!Number.isFinite(row[k]!)) return false;
    }
    softmax(row);
    for (let k = 0; k < row.length; k++) out[i * outputs + classes[k]!] = row[k]!;
  }
  return true;
}

/** Makes the model of its card and parts. */
export function multinomialModel(card: ModelCard, parts: MultinomialParts): MultinomialModel {
  const { classes, coefficients, intercepts } = parts;
  const width = card.schema.columns.length;
  const weights = classes.map((_, k) => coefficients.subarray(k * width, (k + 1) * width));
  const predictValues = (values: Float64Array, output = 0): number => {
    const row = new Float64Array(classes.length);
    for (let k = 0; k < row.length; k++) {
      row[k] = linearMargin(values, weights[k]!, intercepts[k]!);
      if (!Number.isFinite(row[k]!)) refuseRowMargin(card, values);
    }
    softmax(row);
    return row[classes.indexOf(output)] ?? 0;
  };
  return Object.freeze({
    card,
    schema: card.schema,
    ...parts,
    predict: (frame: Frame, extras: PredictExtras = {}) =>
      predictChunks(card, frame, extras, (chunk) => scoreChunk(parts, chunk)),
    predictRow: (row: Row, output?: number) => predictValues(rowNumbers(row, card.schema), output),
    predictValues,
    state: (): ModelState => ({
      settings: { classes },
      tensors: {
        coefficients: { shape: [classes.length, width], values: coefficients },
        intercepts: { shape: [classes.length], values: intercepts },
      },
    }),
  });
}

/** @throws MODEL_STATE */
export function restoreMultinomial(card: ModelCard, state: ModelState): MultinomialModel {
  const width = numberWidth(card);
  const { classes } = state.settings;
  const outputs = card.outputs.length;
  const sound =
    Array.isArray(classes) &&
    classes.length > 1 &&
    classes.every((value, k) => {
      const known = Number.isInteger(value) && value >= 0 && value < outputs;
      return known && (k === 0 || value > classes[k - 1]);
    });
  if (!sound) {
    const reason = `its classes are no rising numbers below ${outputs}`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  return multinomialModel(card, {
    classes: classes as readonly number[],
    coefficients: doublesOf(card, state, "coefficients", classes.length * width),
    intercepts: doublesOf(card, state, "intercepts", classes.length),
  });
}
