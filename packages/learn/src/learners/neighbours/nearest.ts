/** Nearest neighbours of one row in plain arithmetic: the kernels' own, to the bit. */
import type { RowIndex } from "./row-index.js";

/** Neighbours of a row, nearest first; ties by number. */
export interface NearestRows {
  /** Squared distances; Infinity where there are fewer neighbours. */
  readonly squares: Float64Array;
  /** Numbers in the index. */
  readonly numbers: Int32Array;
}

/** @returns room for so many neighbours */
export function roomFor(count: number): NearestRows {
  return { squares: new Float64Array(count), numbers: new Int32Array(count) };
}

/**
 * Square of the distance of a row of the index; sums of even and odd columns apart, then together.
 */
function squareOf(rows: Float64Array, at: number, values: Float64Array): number {
  const width = values.length;
  let even = 0;
  let odd = 0;
  for (let j = 0; j + 1 < width; j += 2) {
    const a = values[j]! - rows[at + j]!;
    const b = values[j + 1]! - rows[at + j + 1]!;
    even += a * a;
    odd += b * b;
  }
  if (width % 2 === 1) {
    const a = values[width - 1]! - rows[at + width - 1]!;
    even += a * a;
  }
  return even + odd;
}

/**
 * Finds the nearest rows.
 * @param values of the row, columns in the order of the index
 * @param out receives as many as it has room for
 */
export function nearestRows(index: RowIndex, values: Float64Array, out: NearestRows): void {
  const { rows, width, counts } = index;
  const { squares, numbers } = out;
  squares.fill(Number.POSITIVE_INFINITY);
  numbers.fill(0x7fffffff);
  const last = squares.length - 1;
  for (let number = 0; number < counts.length; number++) {
    const square = squareOf(rows, number * width, values);
    // Rows come in order of their numbers, so that of equal ones the first stays.
    if (!(square < squares[last]!)) continue;
    let at = last;
    for (; at > 0 && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!;
      numbers[at] = numbers[at - 1]!;
    }
    squares[at] = square;
    numbers[at] = number;
  }
}
