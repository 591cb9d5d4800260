import type { ModelState } from "../foundation/index.js";
import { type Frame, numberColumn } from "../frame/index.js";
import { argsort, momentsOf, selectNth } from "../kernels/index.js";
import { finiteValues, mapNumbers, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";
import { placeOf, type RowColumn, type RowPath, rowPath } from "./row-path.js";
import { doublesIn, textsIn, vectorOf } from "./state.js";

/** Options of `impute`. */
export interface ImputeOptions extends ColumnChoice {
  /** What stands in for a missing value: the column's median (default) or mean. */
  readonly strategy?: "median" | "mean";
  /** Adds a column of 0 and 1, `NAME_missing`, where training had missing values; default true. */
  readonly indicators?: boolean;
}

/** The middle value; of two middle values their mean. */
function plainMedian(values: Float64Array): number {
  if (values.length === 0) return 0;
  const work = values.slice();
  const upper = selectNth(work, values.length >>> 1);
  if (values.length % 2 === 1) return upper;
  const lower = selectNth(work, (values.length >>> 1) - 1);
  return lower + (upper - lower) / 2;
}

/** The same with weights, as if rows were repeated. */
function weightedMedian(values: Float64Array, weight: Float64Array | undefined): number {
  if (weight === undefined) return plainMedian(values);
  const order = argsort(values);
  const total = weight.reduce((sum, value) => sum + value, 0);
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    below += weight[order[i]!]!;
    if (below < total / 2) continue;
    const value = values[order[i]!]!;
    const next = below > total / 2 ? value : (values[order[i + 1] ?? order[i]!] ?? value);
    return value + (next - value) / 2;
  }
  return 0;
}

export function fillFor(
  column: Float64Array | Float32Array,
  weight: Float64Array | undefined,
  strategy: "median" | "mean",
): { fill: number; missing: boolean } {
  const known = finiteValues(column, weight);
  const missing = known.values.length < column.length;
  if (known.values.length === 0) return { fill: 0, missing };
  const mean = strategy === "mean" ? momentsOf(known.values, known.weight).mean : Number.NaN;
  const fill = Number.isFinite(mean) ? mean : weightedMedian(known.values, known.weight);
  return { fill: Number.isFinite(fill) ? fill : 0, missing };
}

function fillValue(value: number, fill: number): number {
  return Number.isFinite(value) ? value : fill;
}

function fillColumn(values: Float64Array | Float32Array, fill: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) out[row] = fillValue(values[row]!, fill);
  return out;
}

function prepareRow({ columns, indicators, fills }: Parts, row: readonly RowColumn[]): RowPath {
  const filled = columns.map((name, place) => {
    const at = placeOf(row, name, "number");
    return { name, value: (values: Float64Array) => fillValue(values[at]!, fills[place]!) };
  });
  const marks = indicators.map((name) => {
    const at = placeOf(row, name, "number");
    const value = (values: Float64Array) => (Number.isFinite(values[at]!) ? 0 : 1);
    return { name: `${name}_missing`, value };
  });
  return rowPath(row, [], [...filled, ...marks]);
}

function markMissing(values: Float64Array | Float32Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) out[row] = Number.isFinite(values[row]!) ? 0 : 1;
  return out;
}

interface Parts {
  readonly columns: readonly string[];
  readonly indicators: readonly string[];
  readonly fills: Float64Array;
}

function fitted(parts: Parts): FittedEncoder {
  const { columns, indicators, fills } = parts;
  const encode = (frame: Frame): Frame => {
    const marks = indicators.map((name) =>
      numberColumn(`${name}_missing`, markMissing(frame.numbers(name))),
    );
    return mapNumbers(frame, columns, (values, place) => fillColumn(values, fills[place]!)).with(
      marks,
    );
  };
  const state = (): ModelState => ({
    settings: { columns, indicators },
    tensors: { fills: vectorOf(fills) },
  });
  const prepare = (row: readonly RowColumn[]) => prepareRow(parts, row);
  return Object.freeze({ kind: "impute", encode, prepareRow: prepare, state });
}

async function fit(data: EncoderData, options: ImputeOptions): Promise<EncoderFit> {
  const { frame, weight } = data;
  const columns = numberNames(frame, options.columns);
  const found: ReturnType<typeof fillFor>[] = [];
  for (const name of columns) {
    await data.pause();
    found.push(fillFor(frame.numbers(name), weight, options.strategy ?? "median"));
  }
  const wanted = options.indicators ?? true;
  const encoder = fitted({
    columns,
    indicators: columns.filter((_, place) => wanted && found[place]!.missing),
    fills: Float64Array.from(found, ({ fill }) => fill),
  });
  return { encoder, frame: await encodePaced([encoder], frame, data.pause) };
}

/**
 * Fills missing and infinite numbers with the column's median or mean of training (0 where training
 * knew none), and marks where it did.
 * @param options see ImputeOptions
 */
export function impute(options: ImputeOptions = {}): Encoder {
  return Object.freeze({
    kind: "impute",
    accepts: Object.freeze({ missing: true }),
    options: Object.freeze({ strategy: "median", indicators: true, ...options }),
    fit: (data: EncoderData) => fit(data, options),
  });
}

/** @throws ENCODER_STATE */
export function restoreImpute(state: ModelState): FittedEncoder {
  const columns = textsIn("impute", state, "columns");
  const indicators = textsIn("impute", state, "indicators");
  return fitted({
    columns,
    indicators,
    fills: doublesIn("impute", state, "fills", columns.length),
  });
}
