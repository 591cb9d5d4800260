/**
 * Who had to do with what: a sparse matrix by rows. Row r's entries stand at places starts[r] …
 * starts[r + 1] - 1, columns ascending. Immutable; nobody writes to the arrays again.
 */
import type { Pacer } from "../../foundation/index.js";

/** A sparse matrix by rows; see the head of its file. */
export interface Csr {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** One a row, and the number of entries. */
  readonly starts: Int32Array;
  /** Column of each entry. */
  readonly indices: Int32Array;
  /** Value of each entry. */
  readonly values: Float32Array;
}

/** Entries without order: one row, column and value each. */
export interface Triplets {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array | Float32Array;
}

/** Entries between two polls for a stop: a few milliseconds. */
const BLOCK = 1 << 18;

/** Does work on so many entries, and looks for a stop in between. */
export async function inBlocks(
  count: number,
  pacer: Pacer,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += BLOCK) {
    await pacer.pause();
    work(from, Math.min(count, from + BLOCK));
  }
}

/** Where each key's entries begin. */
async function countStarts(keys: Int32Array, size: number, pacer: Pacer): Promise<Int32Array> {
  const starts = new Int32Array(size + 1);
  await inBlocks(keys.length, pacer, (from, to) => {
    for (let i = from; i < to; i++) starts[keys[i]! + 1]! += 1;
  });
  for (let key = 0; key < size; key++) starts[key + 1]! += starts[key]!;
  return starts;
}

/** The row of each entry. */
function rowsOf({ rows, starts, indices }: Csr): Int32Array {
  const out = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) out.fill(row, starts[row]!, starts[row + 1]!);
  return out;
}

/** Adds up entries that stand next to each other at the same place; in place. */
async function mergeRepeats(given: Csr & { readonly sums: Float64Array }, pacer: Pacer) {
  const { rows, columns, starts, indices, sums } = given;
  const merged = new Int32Array(rows + 1);
  let to = -1;
  let from = 0;
  for (let row = 0; row < rows; row++) {
    if (row % 4096 === 0) await pacer.pause();
    let last = -1;
    for (; from < starts[row + 1]!; from++) {
      if (indices[from] === last) sums[to]! += sums[from]!;
      else {
        to += 1;
        last = indices[from]!;
        indices[to] = last;
        sums[to] = sums[from]!;
      }
    }
    merged[row + 1] = to + 1;
  }
  const count = to + 1;
  const values = Float32Array.from(sums.subarray(0, count));
  return { rows, columns, starts: merged, indices: indices.slice(0, count), values };
}

/**
 * Sorts entries by row and column, by counting; repeats of a place are added up, in their order.
 * @param entries rows 0 … rows - 1, columns 0 … columns - 1
 * @throws LEARN_STOPPED
 */
export async function csrOf(
  entries: Triplets,
  [rows, columns]: readonly [number, number],
  pacer: Pacer,
): Promise<Csr> {
  const count = entries.rows.length;
  const byColumn = new Int32Array(count);
  const places = await countStarts(entries.columns, columns, pacer);
  await inBlocks(count, pacer, (from, to) => {
    for (let i = from; i < to; i++) byColumn[places[entries.columns[i]!]!++] = i;
  });
  const starts = await countStarts(entries.rows, rows, pacer);
  const next = starts.slice(0, rows);
  const indices = new Int32Array(count);
  const sums = new Float64Array(count);
  await inBlocks(count, pacer, (from, to) => {
    for (let k = from; k < to; k++) {
      const i = byColumn[k]!;
      const place = next[entries.rows[i]!]!++;
      indices[place] = entries.columns[i]!;
      sums[place] = entries.values[i]!;
    }
  });
  const values = new Float32Array(0);
  return await mergeRepeats({ rows, columns, starts, indices, values, sums }, pacer);
}

/**
 * The same matrix by columns: rows of the result are columns of the given one.
 * @throws LEARN_STOPPED
 */
export async function transposed(matrix: Csr, pacer: Pacer): Promise<Csr> {
  const { rows, columns } = matrix;
  const count = matrix.indices.length;
  const starts = await countStarts(matrix.indices, columns, pacer);
  const next = starts.slice(0, columns);
  const own = rowsOf(matrix);
  const indices = new Int32Array(count);
  const values = new Float32Array(count);
  await inBlocks(count, pacer, (from, to) => {
    for (let i = from; i < to; i++) {
      const place = next[matrix.indices[i]!]!++;
      indices[place] = own[i]!;
      values[place] = matrix.values[i]!;
    }
  });
  return { rows: columns, columns: rows, starts, indices, values };
}

/**
 * Values by a rule.
 * @throws LEARN_STOPPED
 */
export async function mapValues(
  values: Float32Array,
  rule: (value: number) => number,
  pacer: Pacer,
): Promise<Float32Array> {
  const out = new Float32Array(values.length);
  await inBlocks(values.length, pacer, (from, to) => {
    for (let at = from; at < to; at++) out[at] = rule(values[at]!);
  });
  return out;
}

/** The place of an entry, -1 where there is none. */
export function placeOf({ starts, indices }: Csr, row: number, column: number): number {
  let [low, high] = [starts[row]!, starts[row + 1]! - 1];
  while (low <= high) {
    const half = (low + high) >> 1;
    if (indices[half] === column) return half;
    if (indices[half]! < column) low = half + 1;
    else high = half - 1;
  }
  return -1;
}

/** Some rows of a matrix, in the order given; those without values stay without. */
export function pickRows(matrix: Csr, wanted: Int32Array): Csr {
  const { starts, indices, values, columns } = matrix;
  const own = new Int32Array(wanted.length + 1);
  for (const [place, row] of wanted.entries()) {
    own[place + 1] = own[place]! + starts[row + 1]! - starts[row]!;
  }
  const count = own.at(-1)!;
  const picked = new Int32Array(count);
  const weights = new Float32Array(values.length === 0 ? 0 : count);
  for (const [place, row] of wanted.entries()) {
    picked.set(indices.subarray(starts[row]!, starts[row + 1]!), own[place]!);
    weights.set(values.subarray(starts[row]!, starts[row + 1]!), own[place]!);
  }
  return { rows: wanted.length, columns, starts: own, indices: picked, values: weights };
}
