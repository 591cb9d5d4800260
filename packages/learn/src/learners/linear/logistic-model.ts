import { type ModelState, sigmoid } from "../../foundation/index.js";
import type { Model, ModelCard } from "../contract.js";
import {
  doublesOf,
  type LinearParts,
  linearPredictor,
  linearTensors,
  restoreLinear,
  vector,
} from "./linear-model.js";
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
export interface LogisticParts extends LinearParts {
  readonly wald: WaldStatistics | undefined;
}

/** Makes the model of its card and parts. */
export function logisticModel(card: ModelCard, parts: LogisticParts): LogisticModel {
  return Object.freeze({
    ...linearPredictor(card, parts, sigmoid),
    ...parts,
    state: () => logisticState(parts),
  });
}

function logisticState(parts: LogisticParts): ModelState {
  const tensors = linearTensors(parts);
  if (parts.wald === undefined) return { settings: {}, tensors };
  const { standardErrors, pValues } = parts.wald;
  return {
    settings: {},
    tensors: { ...tensors, standardErrors: vector(standardErrors), pValues: vector(pValues) },
  };
}

/** @throws MODEL_STATE */
export function restoreLogistic(card: ModelCard, state: ModelState): LogisticModel {
  const parts = restoreLinear(card, state);
  const all = parts.coefficients.length + 1;
  const wald =
    state.tensors["standardErrors"] === undefined
      ? undefined
      : {
          standardErrors: doublesOf(card, state, "standardErrors", all),
          pValues: doublesOf(card, state, "pValues", all),
        };
  return logisticModel(card, { ...parts, wald });
}
