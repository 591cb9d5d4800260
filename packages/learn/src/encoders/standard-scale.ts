import type { ModelState } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import { type Moments, momentsOf } from "../kernels/index.js";
import { finiteValues, mapNumbers, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";
import { mapPath, type RowColumn } from "./row-path.js";
import { doublesIn, refuseState, textsIn, vectorOf } from "./state.js";

interface Parts {
  readonly columns: readonly string[];
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Moments of numbers up to the largest double: those whose squares overflow are first divided. */
function safeMoments(values: Float64Array, weight: Float64Array | undefined): Moments {
  if (values.length === 0) return { mean: 0, deviation: 1 };
  const plain = momentsOf(values, weight);
  if (Number.isFinite(plain.deviation)) {
    return plain.deviation > 0 ? plain : { mean: plain.mean, deviation: 1 };
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const { mean, deviation } = momentsOf(
    values.map((value) => value / largest),
    weight,
  );
  return { mean: mean * largest, deviation: deviation * largest };
}

function scaleValue(value: number, mean: number, deviation: number): number {
  const scaled = (value - mean) / deviation;
  const overflown = !Number.isFinite(scaled) && Number.isFinite(value);
  return overflown ? value / deviation - mean / deviation : scaled;
}

function scaleColumn(
  values: Float64Array | Float32Array,
  mean: number,
  deviation: number,
): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) out[row] = scaleValue(values[row]!, mean, deviation);
  return out;
}

function fitted(parts: Parts): FittedEncoder {
  const { columns, means, deviations } = parts;
  const encode = (frame: Frame): Frame =>
    mapNumbers(frame, columns, (values, place) =>
      scaleColumn(values, means[place]!, deviations[place]!),
    );
  const state = (): ModelState => ({
    settings: { columns },
    tensors: { means: vectorOf(means), deviations: vectorOf(deviations) },
  });
  const prepareRow = (row: readonly RowColumn[]) =>
    mapPath(row, columns, (value, place) => scaleValue(value, means[place]!, deviations[place]!));
  return Object.freeze({ kind: "standardScale", encode, prepareRow, state });
}

async function fit(data: EncoderData, options: ColumnChoice): Promise<EncoderFit> {
  const columns = numberNames(data.frame, options.columns);
  const moments: Moments[] = [];
  for (const name of columns) {
    await data.pause();
    const known = finiteValues(data.frame.numbers(name), data.weight);
    moments.push(safeMoments(known.values, known.weight));
  }
  const encoder = fitted({
    columns,
    means: Float64Array.from(moments, ({ mean }) => mean),
    deviations: Float64Array.from(moments, ({ deviation }) => deviation),
  });
  return { encoder, frame: await encodePaced([encoder], data.frame, data.pause) };
}

/**
 * Shifts and scales columns of numbers to mean 0 and standard deviation 1 of training; a constant
 * column is only shifted. Missing values stay missing.
 * @param options which columns
 */
export function standardScale(options: ColumnChoice = {}): Encoder {
  return Object.freeze({
    kind: "standardScale",
    options: Object.freeze({ ...options }),
    fit: (data: EncoderData) => fit(data, options),
  });
}

/** @throws ENCODER_STATE */
export function restoreStandardScale(state: ModelState): FittedEncoder {
  const kind = "standardScale";
  const columns = textsIn(kind, state, "columns");
  const means = doublesIn(kind, state, "means", columns.length);
  const deviations = doublesIn(kind, state, "deviations", columns.length);
  if (!deviations.every((deviation) => deviation > 0)) {
    refuseState(kind, "a deviation is not above 0");
  }
  return fitted({ columns, means, deviations });
}
