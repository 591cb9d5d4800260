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
const ROWS_BETWEEN_POLLS = 8192;

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

/** One value, scaled and rounded. */
export function scaledValue({ means, deviations }: Scaling, column: number, value: number): number {
  const apart = (value - means[column]!) / deviations[column]!;
  return Math.fround(Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, apart)));
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
    const to = target.to();
    const last = Math.min(end, first + ROWS_BETWEEN_POLLS);
    columns.forEach((values, column) => {
      for (let place = first; place < last; place++) {
        const value = values[rows === undefined ? place : rows[place]!]!;
        if (!(Math.abs(value) <= 1e150)) refuseValue({ kind }, names[column]!, values);
        to[(place - start) * width + column] = scaledValue(scaling, column, value);
      }
    });
    for (let place = first; place < last; place++) {
      to.fill(0, (place - start) * width + columns.length, (place - start + 1) * width);
    }
  }
}
