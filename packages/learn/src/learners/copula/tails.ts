/** Empirical tails of a column of training: how much lies at or below, and at or above, a value. */

import { log } from "../../foundation/index.js";
import { momentsOf } from "../../kernels/index.js";
import { type Cells, cellOf, cutCells } from "./cells.js";
import { sortedDoubles } from "./sort-doubles.js";

/** Distribution of one column in training. */
export interface ColumnTails {
  /** Distinct values, ascending. */
  readonly values: Float64Array;
  /** Weight of the rows up to each value, itself included; ascending. */
  readonly cumulated: Float64Array;
  /** Sign of the skewness: -1, 0 or 1. */
  readonly skew: number;
}

/** Orders values and sums weights over equal ones. */
export function columnTails(values: Float64Array, weight: Float64Array | undefined): ColumnTails {
  const skew = skewSign(values, weight);
  if (weight === undefined) return { ...distinct(sortedDoubles(values)), skew };
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const sorted = Float64Array.from(order, (row) => values[row]!);
  const { values: kept, cumulated: ends } = distinct(sorted);
  const sums = new Float64Array(sorted.length + 1);
  for (let rank = 0; rank < sorted.length; rank++) {
    sums[rank + 1] = sums[rank]! + weight[order[rank]!]!;
  }
  return { values: kept, cumulated: ends.map((end) => sums[end]!), skew };
}

/** Distinct values of a sorted run, and how many values lie at or below each. */
function distinct(sorted: Float64Array): { values: Float64Array; cumulated: Float64Array } {
  const values = new Float64Array(sorted.length);
  const cumulated = new Float64Array(sorted.length);
  let count = 0;
  for (let rank = 0; rank < sorted.length; rank++) {
    const value = sorted[rank]! + 0;
    if (count === 0 || values[count - 1] !== value) values[count++] = value;
    cumulated[count - 1] = rank + 1;
  }
  return { values: values.slice(0, count), cumulated: cumulated.slice(0, count) };
}

/** Sign of the third moment about the mean; 0 of a column that never changes. */
function skewSign(values: Float64Array, weight: Float64Array | undefined): number {
  const { mean, deviation } = momentsOf(values, weight);
  if (!(deviation > 0)) return 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    // In deviations, so that no cube overflows.
    const away = (values[row]! - mean) / deviation;
    sum += (weight === undefined ? 1 : weight[row]!) * away * away * away;
  }
  return Math.sign(sum);
}

/** Joins -log of the two tail probabilities of a value, by the skewness of its column. */
export type TailScore = (left: number, right: number, skew: number) => number;

/** -log((mass + 1) / (total + 1)), from a table where every mass is a count. */
export function surpriseOf(tails: readonly ColumnTails[]): (mass: number) => number {
  const total = tails[0]!.cumulated.at(-1)!;
  const end = log(total + 1);
  const rows = tails.reduce((most, { values }) => Math.max(most, values.length), 0);
  const whole = tails.every(({ cumulated }) => areWhole(cumulated));
  if (!whole || total > MOST_REPEATS * rows) return (mass) => end - log(mass + 1);
  const table = new Float64Array(total + 1);
  for (let mass = 0; mass <= total; mass++) table[mass] = end - log(mass + 1);
  return (mass) => table[mass]!;
}

/** A loop of its own: millions of calls of a function would be felt by who waits for a stop. */
function areWhole(values: Float64Array): boolean {
  for (let k = 0; k < values.length; k++) if (!Number.isSafeInteger(values[k])) return false;
  return true;
}

/** Rows a distinct value beyond which a table of all masses would not pay. */
const MOST_REPEATS = 16;

/** A column's distribution, laid out for looking up what it adds to the score of a value. */
export interface TailTable {
  readonly cells: Cells;
  /**
   * Three numbers a distinct value, together because they are read together: the value, what it
   * adds itself, and what a value between it and the next one adds.
   */
  readonly table: Float64Array;
  /** What a value below all others adds. */
  readonly lowest: number;
}

/**
 * Lays out a column. The value that is looked up is counted as one more row, so that no tail is
 * empty: what PyOD gives for a batch of that row alone.
 */
export function tailTable(
  { values, cumulated, skew }: ColumnTails,
  surprise: (mass: number) => number,
  combine: TailScore,
): TailTable {
  const count = values.length;
  const total = cumulated[count - 1]!;
  const table = new Float64Array(3 * count);
  let below = 0;
  for (let k = 0; k < count; k++) {
    const upTo = cumulated[k]!;
    const left = surprise(upTo);
    table[3 * k] = values[k]!;
    table[3 * k + 1] = combine(left, surprise(total - below), skew);
    table[3 * k + 2] = combine(left, surprise(total - upTo), skew);
    below = upTo;
  }
  return { cells: cutCells(values), table, lowest: combine(surprise(0), 0, skew) };
}

/**
 * What one column adds to the score of a value.
 * @returns NaN for NaN
 */
export function tailTerm({ cells, table, lowest }: TailTable): (value: number) => number {
  const { low, scale, starts } = cells;
  const last = starts.length - 2;
  return (value) => {
    const cell = cellOf(value, low, scale, last);
    let from = starts[cell]!;
    let to = starts[cell + 1]!;
    // How many of training are at most the value.
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (table[3 * middle]! <= value) from = middle + 1;
      else to = middle;
    }
    if (from === 0) return Number.isNaN(value) ? value : lowest;
    const at = 3 * from - 3;
    return table[at] === value ? table[at + 1]! : table[at + 2]!;
  };
}
