import type { ModelState } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import { mapNumbers, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { fillFor } from "./impute.js";
import { encodePaced } from "./paced.js";
import { mapPath, type RowColumn } from "./row-path.js";
import { doublesIn, textsIn, vectorOf } from "./state.js";

const KIND = "excess";

/** A difference beyond the largest double counts as that; missing stays missing. */
function excessOf(value: number, median: number): number {
  if (Number.isNaN(value)) return value;
  const above = value - median;
  if (!(above > 0)) return 0;
  return Number.isFinite(value) ? Math.min(above, Number.MAX_VALUE) : above;
}

function excessColumn(values: Float64Array | Float32Array, median: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) out[row] = excessOf(values[row]!, median);
  return out;
}

function fitted(columns: readonly string[], medians: Float64Array): FittedEncoder {
  const encode = (frame: Frame): Frame =>
    mapNumbers(frame, columns, (values, place) => excessColumn(values, medians[place]!));
  const state = (): ModelState => ({
    settings: { columns },
    tensors: { medians: vectorOf(medians) },
  });
  const prepareRow = (row: readonly RowColumn[]) =>
    mapPath(row, columns, (value, place) => excessOf(value, medians[place]!));
  return Object.freeze({ kind: KIND, encode, prepareRow, state });
}

/**
 * max(x - median of training, 0): for detectors to which only much is abnormal, since they would
 * call rare small values strange too. Missing values stay missing.
 * @param options which columns
 */
export function excess(options: ColumnChoice = {}): Encoder {
  const fit = async (data: EncoderData): Promise<EncoderFit> => {
    const columns = numberNames(data.frame, options.columns);
    const medians: number[] = [];
    for (const name of columns) {
      await data.pause();
      medians.push(fillFor(data.frame.numbers(name), data.weight, "median").fill);
    }
    const encoder = fitted(columns, Float64Array.from(medians));
    return { encoder, frame: await encodePaced([encoder], data.frame, data.pause) };
  };
  return Object.freeze({ kind: KIND, options: Object.freeze({ ...options }), fit });
}

/** @throws ENCODER_STATE */
export function restoreExcess(state: ModelState): FittedEncoder {
  const columns = textsIn(KIND, state, "columns");
  return fitted(columns, doublesIn(KIND, state, "medians", columns.length));
}
