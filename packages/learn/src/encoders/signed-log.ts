import { log1p, type ModelState } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import { mapNumbers, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";
import { mapPath, type RowColumn } from "./row-path.js";
import { textsIn } from "./state.js";

function logValue(value: number): number {
  return value < 0 ? -log1p(-value) : log1p(value);
}

function logColumn(values: Float64Array | Float32Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    out[row] = logValue(values[row]!);
  }
  return out;
}

function fitted(columns: readonly string[]): FittedEncoder {
  const encode = (frame: Frame): Frame => mapNumbers(frame, columns, logColumn);
  const state = (): ModelState => ({ settings: { columns }, tensors: {} });
  const prepareRow = (row: readonly RowColumn[]) => mapPath(row, columns, logValue);
  return Object.freeze({ kind: "signedLog", encode, prepareRow, state });
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
