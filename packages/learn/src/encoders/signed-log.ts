import { log1p, type ModelState } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import { mapNumbers, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";
import { textsIn } from "./state.js";

function logColumn(values: Float64Array | Float32Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    const value = values[row]!;
    out[row] = value < 0 ? -log1p(-value) : log1p(value);
  }
  return out;
}

function fitted(columns: readonly string[]): FittedEncoder {
  const encode = (frame: Frame): Frame => mapNumbers(frame, columns, logColumn);
  const state = (): ModelState => ({ settings: { columns }, tensors: {} });
  return Object.freeze({ kind: "signedLog", encode, state });
}

/**
 * sign(x) · log(1 + |x|): draws in long tails on both sides. Missing values stay missing.
 * @param options which columns
 */
export function signedLog(options: ColumnChoice = {}): Encoder {
  const fit = async (data: EncoderData): Promise<EncoderFit> => {
    const encoder = fitted(numberNames(data.frame, options.columns));
    return { encoder, frame: await encodePaced([encoder], data.frame, data.pause) };
  };
  return Object.freeze({ kind: "signedLog", options: Object.freeze({ ...options }), fit });
}

/** @throws ENCODER_STATE */
export function restoreSignedLog(state: ModelState): FittedEncoder {
  return fitted(textsIn("signedLog", state, "columns"));
}
