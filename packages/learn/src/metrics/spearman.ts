import { toDoubles } from "../foundation/index.js";
import { type Frame, frameErrors } from "../frame/index.js";
import { argsort } from "../kernels/index.js";

/** Rank correlations of every pair of columns. */
export interface CorrelationMatrix {
  /** Names of the columns, of rows and columns of the matrix alike. */
  readonly names: readonly string[];
  /** Names × names, row-major, -1…1; NaN where a column is constant or fewer than two rows pair. */
  readonly values: Float64Array;
  /** Names × names, row-major: rows in which both columns are known. */
  readonly counts: Int32Array;
}

interface Sorted {
  readonly values: Float64Array;
  /** Known rows in ascending order of value. */
  readonly order: Uint32Array;
  readonly complete: boolean;
  /** Mid-ranks over the known rows. */
  readonly ranks: Float64Array;
}

/**
 * Mid-ranks of a column over the rows that the other column knows as well.
 * @returns the number of such rows; `out` holds a rank for each, and is not touched elsewhere
 */
function midRanks(
  order: Uint32Array,
  values: Float64Array,
  other: Float64Array,
  out: Float64Array,
) {
  let count = 0;
  const rows: number[] = [];
  let runValue = Number.NaN;
  const close = (): void => {
    const rank = count - (rows.length - 1) / 2;
    for (const row of rows) out[row] = rank;
    rows.length = 0;
  };
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (Number.isNaN(other[row])) continue;
    if (values[row] !== runValue) {
      close();
      runValue = values[row]!;
    }
    rows.push(row);
    count += 1;
  }
  close();
  return count;
}

function sortColumn(values: Float64Array): Sorted {
  const all = argsort(values);
  let known = all.length;
  while (known > 0 && Number.isNaN(values[all[known - 1]!])) known -= 1;
  const order = all.subarray(0, known);
  const ranks = new Float64Array(values.length);
  midRanks(order, values, values, ranks);
  return { values, order, complete: known === values.length, ranks };
}

/** Pearson's correlation of ranks over `rows`; the mean of mid-ranks is always (n + 1) / 2. */
function correlateRanks(
  a: Float64Array,
  b: Float64Array,
  rows: Uint32Array,
  count: number,
): number {
  const mean = (count + 1) / 2;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < rows.length; i++) {
    const x = a[rows[i]!]! - mean;
    const y = b[rows[i]!]! - mean;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (aa === 0 || bb === 0) return Number.NaN;
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa) / Math.sqrt(bb)));
}

function correlate(
  a: Sorted,
  b: Sorted,
  left: Float64Array,
  right: Float64Array,
): { value: number; count: number } {
  if (a.complete && b.complete) {
    const count = a.order.length;
    return { value: correlateRanks(a.ranks, b.ranks, a.order, count), count };
  }
  const count = midRanks(a.order, a.values, b.values, left);
  midRanks(b.order, b.values, a.values, right);
  const rows = a.order.filter((row) => !Number.isNaN(b.values[row]));
  return { value: correlateRanks(left, right, rows, count), count };
}

/**
 * Spearman's rank correlation of every pair of columns, over the rows that both know, ties with
 * their mid-rank.
 * @param frame columns of numbers
 * @throws FRAME_COLUMN_KIND for a column of categories
 */
export function spearmanMatrix(frame: Frame): CorrelationMatrix {
  const sorted = frame.columns.map((column) => {
    if (column.kind === "number") return sortColumn(toDoubles(column.values));
    const expected = "a column of numbers";
    throw frameErrors.FRAME_COLUMN_KIND({ column: column.name, found: "categories", expected });
  });
  const size = sorted.length;
  const values = new Float64Array(size * size);
  const counts = new Int32Array(size * size);
  const left = new Float64Array(frame.rowCount);
  const right = new Float64Array(frame.rowCount);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const { value, count } = correlate(sorted[i]!, sorted[j]!, left, right);
      values[i * size + j] = value;
      values[j * size + i] = value;
      counts[i * size + j] = count;
      counts[j * size + i] = count;
    }
  }
  return { names: frame.names, values, counts };
}
