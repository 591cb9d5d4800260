/** Rows as a network sees them: floats of mean 0 and spread 1. */

import type { Pacer } from "../../foundation/index.js";
import type { Moments } from "../../kernels/index.js";
import { refuseValue } from "../door.js";

/** What is taken off and divided by, one a column. */
export interface Scaling {
  readonly means: Float64Array;
  /** Above 0. */
  readonly deviations: Float64Array;
}

/** Values further from the mean count as this many deviations. */
const MOST_DEVIATIONS = 100;
/** Larger ones are refused, as everywhere. */
const LARGEST = 1e150;
/** So few that their floats stay in the second cache while columns are gone through. */
const ROWS_BETWEEN_POLLS = 2048;

/** Scaling by moments; a constant column keeps its scale. */
export function scalingOf(moments: readonly Moments[]): Scaling {
  return {
    means: Float64Array.from(moments, ({ mean }) => mean),
    deviations: Float64Array.from(moments, ({ mean, deviation }) =>
      // The digits of a constant may leave a spread that is none.
      deviation > 1e-12 * Math.abs(mean) ? deviation : 1,
    ),
  };
}

/** A value, less the mean and over the deviation; what is far off is cut. */
function scaled(value: number, mean: number, inverse: number): number {
  const apart = (value - mean) * inverse;
  if (apart > MOST_DEVIATIONS) return MOST_DEVIATIONS;
  return apart < -MOST_DEVIATIONS ? -MOST_DEVIATIONS : apart;
}

/** One value, scaled and rounded. */
export function scaledValue({ means, deviations }: Scaling, column: number, value: number): number {
  return Math.fround(scaled(value, means[column]!, 1 / deviations[column]!));
}

/** Rows of a table, and where they go. */
export interface MatrixRows {
  /** For errors: whose rows, and the names of the columns. */
  readonly kind: string;
  readonly names: readonly string[];
  /** Columns in the order of the network. */
  readonly columns: readonly Float64Array[];
  /** Places of the rows in the table; undefined = as they stand. */
  readonly rows: Uint32Array | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * Writes scaled rows.
 * @param to rows × width, row-major; called for after each wait, since memory may have grown
 * @throws FEATURE_VALUE for what is missing or not finite
 */
export async function writeMatrix(
  { kind, names, columns, rows, start, end }: MatrixRows,
  target: { readonly scaling: Scaling; readonly width: number; readonly to: () => Float32Array },
  pacer: Pacer,
): Promise<void> {
  const { scaling, width } = target;
  for (let first = start; first < end; first += ROWS_BETWEEN_POLLS) {
    await pacer.pause();
    const last = Math.min(end, first + ROWS_BETWEEN_POLLS);
    const to = target.to().subarray((first - start) * width, (last - start) * width);
    if (columns.length < width) to.fill(0);
    columns.forEach((values, column) => {
      const mean = scaling.means[column]!;
      const inverse = 1 / scaling.deviations[column]!;
      let at = column;
      for (let place = first; place < last; place++, at += width) {
        const value = values[rows === undefined ? place : rows[place]!]!;
        if (!(value <= LARGEST && value >= -LARGEST)) refuseValue({ kind }, names[column]!, values);
        to[at] = scaled(value, mean, inverse);
      }
    });
  }
}
