import type { ModelState } from "../foundation/index.js";
import { type Frame, numberColumn } from "../frame/index.js";
import { argsort } from "../kernels/index.js";
import { finiteValues, numberNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encoderErrors } from "./errors.js";
import { encodePaced } from "./paced.js";
import { placeOf, type RowColumn, type RowPath, rowPath } from "./row-path.js";
import { doublesIn, refuseState, textsIn, vectorOf } from "./state.js";

/** Options of `spline`. */
export interface SplineOptions extends ColumnChoice {
  /** Knots at evenly spaced quantiles of the column, ≥ 2; default 5. Equal ones count once. */
  readonly knots?: number;
  /** Degree of the pieces, 1 … 5; default 3 (cubic). */
  readonly degree?: number;
}

const KIND = "spline";
const HIGHEST_DEGREE = 5;

/** The basis of one column. */
interface Basis {
  readonly degree: number;
  /** Rising, without repeats; fewer than two where the column keeps its place as it is. */
  readonly knots: Float64Array;
  /** `knots` with `degree` more on both sides, as far apart as the first and the last two. */
  readonly extended: Float64Array;
}

function basisOf(knots: Float64Array, degree: number): Basis {
  const count = knots.length;
  if (count < 2) return { degree, knots, extended: knots };
  const extended = new Float64Array(count + 2 * degree);
  extended.set(knots, degree);
  const [first, last] = [knots[1]! - knots[0]!, knots[count - 1]! - knots[count - 2]!];
  for (let k = 1; k <= degree; k++) {
    extended[degree - k] = knots[0]! - k * first;
    extended[degree + count - 1 + k] = knots[count - 1]! + k * last;
  }
  const sound = extended.every(
    (at, k) => Number.isFinite(at) && (k === 0 || at > extended[k - 1]!),
  );
  return sound ? { degree, knots, extended } : basisOf(knots.slice(0, 1), degree);
}

/** Number of columns that stand for one: all of the basis but the last, since they add up to 1. */
function widthOf({ knots, degree }: Basis): number {
  return knots.length < 2 ? 0 : knots.length + degree - 2;
}

/**
 * The pieces that are not 0 at a value, which is first drawn into the range of the knots.
 * @param out receives degree + 1 numbers
 * @returns place of the first of them in the basis
 * @source Piegl & Tiller 1997, algorithm A2.2
 */
function evaluate({ degree, knots, extended: t }: Basis, value: number, out: Float64Array): number {
  const last = knots.length - 1;
  const x = Math.min(Math.max(value, knots[0]!), knots[last]!);
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle]! <= x) low = middle;
    else high = middle;
  }
  const i = low + degree;
  out[0] = 1;
  for (let p = 1; p <= degree; p++) {
    let carried = 0;
    for (let r = 0; r < p; r++) {
      const right = t[i + r + 1]! - x;
      const left = x - t[i + 1 - p + r]!;
      const part = out[r]! / (right + left);
      out[r] = carried + right * part;
      carried = left * part;
    }
    out[p] = carried;
  }
  return low;
}

function expand(basis: Basis, values: Float64Array | Float32Array): Float64Array[] {
  const columns = Array.from({ length: widthOf(basis) }, () => new Float64Array(values.length));
  const pieces = new Float64Array(basis.degree + 1);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) {
      for (const column of columns) column[row] = value;
      continue;
    }
    const first = evaluate(basis, value, pieces);
    const count = Math.min(basis.degree + 1, columns.length - first);
    for (let k = 0; k < count; k++) columns[first + k]![row] = pieces[k]!;
  }
  return columns;
}

function nameOf(column: string, place: number): string {
  return `${column}_s${place}`;
}

function prepareRow(
  columns: readonly string[],
  bases: readonly Basis[],
  row: readonly RowColumn[],
): RowPath {
  const replaced = columns.filter((_, place) => widthOf(bases[place]!) > 0);
  const computed = columns.flatMap((name, place) => {
    const at = placeOf(row, name, "number");
    const basis = bases[place]!;
    const pieces = new Float64Array(basis.degree + 1);
    let first = 0;
    return Array.from({ length: widthOf(basis) }, (_, piece) => ({
      name: nameOf(name, piece),
      value: (values: Float64Array) => {
        const value = values[at]!;
        if (Number.isNaN(value)) return value;
        // Columns are asked for in their order: the first of them computes for all.
        if (piece === 0) first = evaluate(basis, value, pieces);
        return pieces[piece - first] ?? 0;
      },
    }));
  });
  return rowPath(row, replaced, computed);
}

function fitted(
  columns: readonly string[],
  degree: number,
  knots: readonly Float64Array[],
): FittedEncoder {
  const bases = knots.map((own) => basisOf(own, degree));
  const replaced = columns.filter((_, place) => widthOf(bases[place]!) > 0);
  const encode = (frame: Frame): Frame => {
    const added = columns.flatMap((name, place) =>
      expand(bases[place]!, frame.numbers(name)).map((values, piece) =>
        numberColumn(nameOf(name, piece), values),
      ),
    );
    return frame.drop(replaced).with(added);
  };
  const state = (): ModelState => ({
    settings: { columns, degree },
    tensors: Object.fromEntries(
      bases.map((basis, place) => [`knots.${place}`, vectorOf(basis.knots)]),
    ),
  });
  const prepare = (row: readonly RowColumn[]) => prepareRow(columns, bases, row);
  return Object.freeze({ kind: KIND, encode, prepareRow: prepare, state });
}

/** Quantiles by linear interpolation, as if rows were repeated as often as they weigh. */
function quantiles(
  values: Float64Array,
  weight: Float64Array | undefined,
  count: number,
): Float64Array {
  const order = argsort(values);
  const total = weight?.reduce((sum, value) => sum + value, 0) ?? values.length;
  let at = 0;
  let upTo = weight === undefined ? 1 : weight[order[0]!]!;
  const valueAt = (place: number): number => {
    while (upTo <= place && at < order.length - 1) {
      at += 1;
      upTo += weight === undefined ? 1 : weight[order[at]!]!;
    }
    return values[order[at]!]!;
  };
  return Float64Array.from({ length: count }, (_, k) => {
    const place = Math.max(0, (total - 1) * (k / (count - 1)));
    const low = valueAt(Math.floor(place));
    const share = place - Math.floor(place);
    if (share === 0) return low;
    const kept = { at, upTo };
    const high = valueAt(Math.floor(place) + 1);
    ({ at, upTo } = kept);
    return low + share * (high - low);
  });
}

async function fit(
  data: EncoderData,
  options: SplineOptions,
  settings: Required<Omit<SplineOptions, "columns">>,
): Promise<EncoderFit> {
  const columns = numberNames(data.frame, options.columns);
  const knots: Float64Array[] = [];
  for (const name of columns) {
    await data.pause();
    const known = finiteValues(data.frame.numbers(name), data.weight);
    const found =
      known.values.length === 0
        ? new Float64Array(0)
        : quantiles(known.values, known.weight, settings.knots);
    knots.push(found.filter((value, k) => k === 0 || value > found[k - 1]!));
  }
  const encoder = fitted(columns, settings.degree, knots);
  return { encoder, frame: await encodePaced([encoder], data.frame, data.pause) };
}

/**
 * Replaces each column of numbers by the B-splines over its quantiles, `NAME_s0` …, so that a
 * linear learner can bend. Beyond the outer knots the curve is flat; missing values stay missing; a
 * column of one value stays as it is. The last spline is left out, since all of them add up to 1.
 * @param options see SplineOptions
 * @throws ENCODER_OPTION
 * @source de Boor 1978
 */
export function spline(options: SplineOptions = {}): Encoder {
  const { knots = 5, degree = 3 } = options;
  const refuse = (option: string, given: number, expected: string): never => {
    throw encoderErrors.ENCODER_OPTION({ encoder: KIND, option, given: String(given), expected });
  };
  if (!(Number.isSafeInteger(knots) && knots >= 2)) {
    refuse("knots", knots, "an integer of at least 2");
  }
  if (!(Number.isSafeInteger(degree) && degree >= 1 && degree <= HIGHEST_DEGREE)) {
    refuse("degree", degree, `an integer from 1 to ${HIGHEST_DEGREE}`);
  }
  return Object.freeze({
    kind: KIND,
    options: Object.freeze({ ...options, knots, degree }),
    fit: (data: EncoderData) => fit(data, options, { knots, degree }),
  });
}

/** @throws ENCODER_STATE */
export function restoreSpline(state: ModelState): FittedEncoder {
  const columns = textsIn(KIND, state, "columns");
  const degree = Number(state.settings["degree"]);
  if (!(Number.isSafeInteger(degree) && degree >= 1 && degree <= HIGHEST_DEGREE)) {
    refuseState(KIND, `setting "degree" is none from 1 to ${HIGHEST_DEGREE}`);
  }
  const knots = columns.map((_, place) => doublesIn(KIND, state, `knots.${place}`));
  const rising = knots.every((own) => own.every((at, k) => k === 0 || at > own[k - 1]!));
  if (!rising) refuseState(KIND, "its knots do not rise");
  return fitted(columns, degree, knots);
}
