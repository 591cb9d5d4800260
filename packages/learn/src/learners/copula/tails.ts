/** Empirical tails of one column of training: how much lies at or below, and at or above, a value. */

import { log } from "../../foundation/index.js";
import { momentsOf } from "../../kernels/index.js";

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
  if (weight === undefined) return { ...distinct(Float64Array.from(values).sort()), skew };
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

/** How many of an ascending run are at most a value; 0 for NaN. */
function countAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Joins -log of the two tail probabilities of a value, by the skewness of its column. */
export type TailScore = (left: number, right: number, skew: number) => number;

/** -log((mass + 1) / (total + 1)), from a table where masses are counts. */
export function surprise(total: number, whole: boolean): (mass: number) => number {
  const end = log(total + 1);
  const of = (mass: number): number => end - log(mass + 1);
  if (!whole) return of;
  const table = Float64Array.from({ length: total + 1 }, (_, mass) => of(mass));
  return (mass) => table[mass]!;
}

/**
 * What one column adds to the score of a value. The value itself is counted as one more row, so
 * that no tail is empty: what PyOD gives for a batch of that row alone.
 * @returns NaN for NaN
 */
export function tailTerm(
  { values, cumulated, skew }: ColumnTails,
  surpriseOf: (mass: number) => number,
  combine: TailScore,
): (value: number) => number {
  const total = cumulated[cumulated.length - 1]!;
  return (value) => {
    if (Number.isNaN(value)) return Number.NaN;
    const place = countAtMost(values, value);
    const below = place === 0 ? 0 : cumulated[place - 1]!;
    const tied = place > 0 && values[place - 1] === value;
    const strictlyBelow = tied ? (place === 1 ? 0 : cumulated[place - 2]!) : below;
    return combine(surpriseOf(below), surpriseOf(total - strictlyBelow), skew);
  };
}
