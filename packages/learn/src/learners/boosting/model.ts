import { exp, type Json, type ModelState, sigmoid } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import type { TreeEnsemble } from "../tree/ensemble.js";
import { ensembleState, restoreEnsemble } from "../tree/ensemble-state.js";
import { FrameScorer } from "../tree/score.js";
import { scoreRow } from "../tree/score-row.js";

/** A fitted gradient boosting. */
export interface BoostingModel extends Model {
  /** Its trees; their values are added to `start` and give margins. */
  readonly trees: TreeEnsemble;
  /** One an output: the margin before the first tree. */
  readonly start: Float64Array;
  /**
   * Sums before they become probabilities: log-odds, values, or the logarithms of several classes.
   * @returns rows × outputs, row-major
   */
  readonly margins: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
}

/** From margins to what is predicted, in place; one row's outputs stand together. */
function link(card: ModelCard, margins: Float64Array, outputs: number): Float64Array {
  if (card.task === "regression") return margins;
  if (outputs === 1) {
    for (let i = 0; i < margins.length; i++) margins[i] = sigmoid(margins[i]!);
    return margins;
  }
  for (let at = 0; at < margins.length; at += outputs) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = at; k < at + outputs; k++) highest = Math.max(highest, margins[k]!);
    let sum = 0;
    for (let k = at; k < at + outputs; k++) {
      margins[k] = exp(margins[k]! - highest);
      sum += margins[k]!;
    }
    for (let k = at; k < at + outputs; k++) margins[k]! /= sum;
  }
  return margins;
}

/** Makes the model of its card, trees and start. */
export function boostingModel(
  card: ModelCard,
  trees: TreeEnsemble,
  start: Float64Array,
): BoostingModel {
  const scorer = new FrameScorer(card, trees, start);
  const scoreOne = (row: Row | Float64Array, output = 0): number =>
    link(card, scoreRow(trees, card.schema, row, start), start.length)[output]!;
  return Object.freeze({
    card,
    schema: card.schema,
    trees,
    start,
    margins: (frame: Frame, extras?: PredictExtras) => scorer.score(frame, extras),
    predict: async (frame: Frame, extras?: PredictExtras) =>
      link(card, await scorer.score(frame, extras), start.length),
    predictRow: scoreOne,
    predictValues: scoreOne,
    state: () => ensembleState(trees, { start: Array.from(start) }),
  });
}

function isStart(value: Json | undefined, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every(Number.isFinite);
}

/**
 * Makes a model of its state again.
 * @throws MODEL_STATE
 */
export function restoreBoosting(card: ModelCard, state: ModelState): BoostingModel {
  const trees = restoreEnsemble(card, state);
  const start = state.settings["start"];
  if (!isStart(start, trees.outputs)) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "its start is no list of numbers" });
  }
  return boostingModel(card, trees, Float64Array.from(start));
}
