/** What encoders share when they write and read their states. */

import type { Json, ModelState, Tensor } from "../foundation/index.js";
import { encoderErrors } from "./errors.js";

/** A vector as a tensor. */
export function vectorOf(values: Float64Array): Tensor {
  return { shape: [values.length], values };
}

/** @throws ENCODER_STATE */
export function refuseState(kind: string, reason: string): never {
  throw encoderErrors.ENCODER_STATE({ kind, reason });
}

/**
 * Reads a list of texts from a state's settings.
 * @throws ENCODER_STATE
 */
export function textsIn(kind: string, state: ModelState, key: string): readonly string[] {
  const value: Json | undefined = state.settings[key];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value as readonly string[];
  }
  return refuseState(kind, `setting "${key}" is no list of texts`);
}

/**
 * Reads finite doubles from a state's tensors.
 * @throws ENCODER_STATE
 */
export function doublesIn(
  kind: string,
  state: ModelState,
  key: string,
  length?: number,
): Float64Array {
  const values = state.tensors[key]?.values;
  if (!(values instanceof Float64Array) || (length !== undefined && values.length !== length)) {
    return refuseState(kind, `tensor "${key}" is not ${length ?? "some"} doubles`);
  }
  if (values.every(Number.isFinite)) return values;
  return refuseState(kind, `tensor "${key}" holds a number that is not finite`);
}
