/** Neighbours counted one by one: a row that came three times is three of them. */
import type { RowIndex } from "./row-index.js";

/** Up to k neighbours of a row, nearest first. */
export interface Units {
  /** Entries that are filled. */
  length: number;
  /** Neighbours counted, k where there are as many. */
  total: number;
  /** Number in the index, of each entry. */
  readonly numbers: Int32Array;
  /** Distance. */
  readonly distances: Float64Array;
  /** How often it counts. */
  readonly times: Float64Array;
}

/** @returns room for k neighbours */
export function roomForUnits(k: number): Units {
  return {
    length: 0,
    total: 0,
    numbers: new Int32Array(k),
    distances: new Float64Array(k),
    times: new Float64Array(k),
  };
}

/** What the kernels found for one row. */
export interface Found {
  readonly squares: Float64Array;
  readonly numbers: Int32Array;
  /** First entry of the row, and how many there are. */
  readonly at: number;
  readonly most: number;
}

/**
 * Counts a row's neighbours up to the room that there is.
 * @param own number of the row itself, which is left out once; -1 for none
 */
export function countUnits({ counts }: RowIndex, found: Found, own: number, units: Units): void {
  const k = units.numbers.length;
  units.length = 0;
  units.total = 0;
  for (let i = found.at; i < found.at + found.most && units.total < k; i++) {
    const square = found.squares[i]!;
    if (square === Number.POSITIVE_INFINITY) return;
    const number = found.numbers[i]!;
    const there = counts[number]! - (number === own ? 1 : 0);
    if (there === 0) continue;
    const times = Math.min(there, k - units.total);
    units.numbers[units.length] = number;
    units.distances[units.length] = Math.sqrt(square);
    units.times[units.length] = times;
    units.length += 1;
    units.total += times;
  }
}

/** Neighbours that are counted: those asked for, but no more than there are others. */
export function neighbourCount({ units }: RowIndex, asked: number): number {
  return Math.max(1, Math.min(asked, units - 1));
}
