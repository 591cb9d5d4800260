/**
 * Rows that neighbours are looked for among: each that is different once, with how often it came,
 * in order of a hash of its values. So a model does not depend on the order of its rows, and rows
 * that are all the same cost no more than one.
 */
import type { Pacer } from "../../foundation/index.js";
import { argsort } from "../../kernels/index.js";

/** Different rows; see the head of the file. */
export interface RowIndex {
  /** Row-major, columns in order of their names. */
  readonly rows: Float64Array;
  /** Columns. */
  readonly width: number;
  /** How often each row came, ≥ 1. */
  readonly counts: Float64Array;
  /** Sum of the counts. */
  readonly units: number;
}

/** Rows as columns, in order of the columns' names. */
export interface ColumnRows {
  readonly columns: readonly Float64Array[];
  readonly rowCount: number;
}

/** Multipliers of XXH32 and MurmurHash3: each lane mixes a row's words with its own. */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;

function mix(lane: number, word: number, prime: number): number {
  const sum = (lane + Math.imul(word, prime)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
}

const CHUNK = 8192;

/**
 * A number a row that equal rows share, and others nearly never: 53 bits of a hash.
 * @returns one a row, integers from 0 to 2^53 - 1
 */
export function rowKeys({ columns, rowCount }: ColumnRows): Float64Array {
  const first = new Int32Array(rowCount);
  const second = new Int32Array(rowCount).fill(PRIME_2);
  const chunk = new Float64Array(CHUNK);
  const words = new Int32Array(chunk.buffer);
  for (const values of columns) {
    for (let start = 0; start < rowCount; start += CHUNK) {
      const count = Math.min(CHUNK, rowCount - start);
      // -0 + 0 is 0.
      for (let i = 0; i < count; i++) chunk[i] = values[start + i]! + 0;
      for (let i = 0; i < count; i++) {
        const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
        first[start + i] = mix(mix(first[start + i]!, low, PRIME_2), high, PRIME_2);
        second[start + i] = mix(mix(second[start + i]!, high, PRIME_1), low, PRIME_1);
      }
    }
  }
  return Float64Array.from(first, (lane, row) => {
    const upper = lane ^ (lane >>> 15);
    return (upper >>> 0) * 2097152 + (second[row]! >>> 11);
  });
}

/** Which of two rows comes first by its values; 0 where they are equal. */
function compareRows(columns: readonly Float64Array[], a: number, b: number): number {
  for (const values of columns) {
    const [left, right] = [values[a]!, values[b]!];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Places of the rows by key, and where keys are equal by values. */
function sortedRows({ columns, rowCount }: ColumnRows, keys: Float64Array): Uint32Array {
  const order = Uint32Array.from(argsort(keys));
  for (let from = 0, to = 1; from < rowCount; from = to, to += 1) {
    while (to < rowCount && keys[order[to]!] === keys[order[from]!]) to += 1;
    if (to - from < 2) continue;
    const run = order.subarray(from, to);
    // Nearly always a run is one row many times, and stands already.
    const apart = run.some((row) => compareRows(columns, run[0]!, row) !== 0);
    if (apart) run.sort((a, b) => compareRows(columns, a, b));
  }
  return order;
}

/**
 * Makes the index of rows.
 * @param weight how often each row counts, whole; undefined where once
 */
export async function indexRows(
  given: ColumnRows,
  weight: Float64Array | undefined,
  pacer: Pacer,
): Promise<RowIndex> {
  const { columns, rowCount } = given;
  await pacer.pause();
  const keys = rowKeys(given);
  await pacer.pause();
  const order = sortedRows(given, keys);
  await pacer.pause();
  const firsts = new Uint32Array(rowCount);
  const counts = new Float64Array(rowCount);
  let found = 0;
  let units = 0;
  for (let at = 0; at < rowCount; at++) {
    const row = order[at]!;
    const before = order[at - 1];
    const again =
      before !== undefined && keys[before] === keys[row] && compareRows(columns, before, row) === 0;
    if (!again) firsts[found++] = row;
    const times = weight === undefined ? 1 : weight[row]!;
    counts[found - 1]! += times;
    units += times;
  }
  const width = columns.length;
  const rows = new Float64Array(found * width);
  for (const [j, values] of columns.entries()) {
    await pacer.pause();
    for (let i = 0; i < found; i++) rows[i * width + j] = values[firsts[i]!]! + 0;
  }
  return { rows, width, counts: counts.slice(0, found), units };
}

/**
 * The numbers of rows in an index.
 * @returns one a row, -1 where the index does not hold it
 */
export function findRows(
  { rows, width, counts }: RowIndex,
  keysOfIndex: Float64Array,
  sought: ColumnRows,
): Int32Array {
  const keys = rowKeys(sought);
  const same = (number: number, row: number): boolean =>
    sought.columns.every((values, j) => values[row] === rows[number * width + j]);
  return Int32Array.from(keys, (key, row) => {
    let from = 0;
    let to = counts.length;
    while (from < to) {
      const half = (from + to) >> 1;
      if (keysOfIndex[half]! < key) from = half + 1;
      else to = half;
    }
    for (; from < counts.length && keysOfIndex[from] === key; from++) {
      if (same(from, row)) return from;
    }
    return -1;
  });
}

/** An index's own rows as columns. */
export function indexColumns({ rows, width, counts }: RowIndex): ColumnRows {
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from(counts, (_count, row) => rows[row * width + j]!),
  );
  return { columns, rowCount: counts.length };
}
