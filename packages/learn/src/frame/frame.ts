/**
 * A table of named columns of equal length. Immutable: the columns are kept, not copied, and nobody
 * writes to their arrays again; every verb gives a new table, which shares what it can.
 */

import type { Numbers } from "../foundation/index.js";
import {
  type CategoryColumn,
  type Column,
  categoryColumn,
  lengthOf,
  type NumberColumn,
  numberColumn,
  takeRows,
  viewRows,
} from "./column.js";
import { frameErrors } from "./errors.js";
import { hashColumns } from "./hash.js";

/** One row by name; what is null, undefined or absent is missing. */
export type Row = Readonly<Record<string, number | string | boolean | null | undefined>>;

/** A table of named typed-array columns; see the head of its file for who owns the memory. */
export class Frame {
  /** Columns in their order. */
  readonly columns: readonly Column[];
  /** Number of rows. */
  readonly rowCount: number;
  readonly #byName: ReadonlyMap<string, Column>;
  #hash: string | undefined;

  /**
   * @param columns of equal length, names without repeats
   * @param rowCount needed only for a table without columns
   * @throws FRAME_LENGTHS_DIFFER, FRAME_COLUMN_TWICE
   */
  constructor(columns: readonly Column[], rowCount?: number) {
    const expected = rowCount ?? (columns[0] === undefined ? 0 : lengthOf(columns[0]));
    const byName = new Map<string, Column>();
    for (const column of columns) {
      const rows = lengthOf(column);
      if (rows !== expected) {
        throw frameErrors.FRAME_LENGTHS_DIFFER({ column: column.name, rows, expected });
      }
      if (byName.has(column.name)) throw frameErrors.FRAME_COLUMN_TWICE({ column: column.name });
      byName.set(column.name, column);
    }
    this.columns = Object.freeze([...columns]);
    this.rowCount = expected;
    this.#byName = byName;
  }

  /** Names of the columns in their order. */
  get names(): readonly string[] {
    return this.columns.map((column) => column.name);
  }

  /**
   * Whether there is a column of this name.
   * @param name of a column
   */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * A column by name.
   * @throws FRAME_COLUMN_MISSING
   */
  column(name: string): Column {
    const column = this.#byName.get(name);
    if (column === undefined) {
      throw frameErrors.FRAME_COLUMN_MISSING({ column: name, columns: this.names });
    }
    return column;
  }

  /**
   * The values of a column of numbers; do not write to them.
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
   */
  numbers(name: string): Float64Array | Float32Array {
    const column = this.column(name);
    if (column.kind === "number") return column.values;
    throw frameErrors.FRAME_COLUMN_KIND({
      column: name,
      found: "categories",
      expected: "a column of numbers",
    });
  }

  /**
   * A column of categories.
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
   */
  categories(name: string): CategoryColumn {
    const column = this.column(name);
    if (column.kind === "category") return column;
    throw frameErrors.FRAME_COLUMN_KIND({
      column: name,
      found: "numbers",
      expected: "a column of categories",
    });
  }

  /**
   * The named columns, in the order given.
   * @throws FRAME_COLUMN_MISSING
   */
  select(names: readonly string[]): Frame {
    return new Frame(
      names.map((name) => this.column(name)),
      this.rowCount,
    );
  }

  /** All columns but the named ones; names that are not there are ignored. */
  drop(names: readonly string[]): Frame {
    const dropped = new Set(names);
    return new Frame(
      this.columns.filter((column) => !dropped.has(column.name)),
      this.rowCount,
    );
  }

  /** The table with these columns put in the place of those of the same name, or at the end. */
  with(columns: readonly Column[]): Frame {
    const given = new Map(columns.map((column) => [column.name, column]));
    const kept = this.columns.map((column) => given.get(column.name) ?? column);
    const added = columns.filter((column) => !this.has(column.name));
    const fresh = this.columns.length === 0 && this.rowCount === 0;
    return new Frame([...kept, ...added], fresh ? undefined : this.rowCount);
  }

  /**
   * The chosen rows in their order, copied; a row may come more than once.
   * @param rows row numbers
   * @throws FRAME_ROW_RANGE
   */
  take(rows: Uint32Array | Int32Array | readonly number[]): Frame {
    const checked = Uint32Array.from(rows);
    for (let i = 0; i < checked.length; i++) {
      if (checked[i] !== rows[i] || checked[i]! >= this.rowCount) {
        throw frameErrors.FRAME_ROW_RANGE({ row: rows[i]!, rows: this.rowCount });
      }
    }
    return new Frame(
      this.columns.map((column) => takeRows(column, checked)),
      checked.length,
    );
  }

  /** Rows start … end - 1 (limits as in Array.slice), sharing the memory of this table. */
  view(start: number, end = this.rowCount): Frame {
    const from = Math.min(start < 0 ? Math.max(0, this.rowCount + start) : start, this.rowCount);
    const to = Math.min(end < 0 ? this.rowCount + end : end, this.rowCount);
    const last = Math.max(from, to);
    return new Frame(
      this.columns.map((column) => viewRows(column, from, last)),
      last - from,
    );
  }

  /**
   * Two tables: the rows whose mark is not 0, and the others, each in their order.
   * @param marks one a row
   * @throws FRAME_LENGTHS_DIFFER
   */
  split(marks: Numbers): readonly [Frame, Frame] {
    if (marks.length !== this.rowCount) {
      const rows = marks.length;
      throw frameErrors.FRAME_LENGTHS_DIFFER({ column: "marks", rows, expected: this.rowCount });
    }
    const inside: number[] = [];
    const outside: number[] = [];
    for (let row = 0; row < this.rowCount; row++) (marks[row] ? inside : outside).push(row);
    return [this.take(inside), this.take(outside)];
  }

  /**
   * One row by name, missing values as null.
   * @throws FRAME_ROW_RANGE
   */
  row(index: number): Row {
    if (!(index >= 0 && index < this.rowCount) || !Number.isInteger(index)) {
      throw frameErrors.FRAME_ROW_RANGE({ row: index, rows: this.rowCount });
    }
    const entries = this.columns.map((column) => {
      if (column.kind === "category") {
        return [column.name, column.dictionary[column.codes[index]!] ?? null] as const;
      }
      const value = column.values[index]!;
      return [column.name, !Number.isNaN(value) ? value : null] as const;
    });
    return Object.fromEntries(entries);
  }

  /**
   * Hash of names, kinds, dictionaries and values in their order; equal content, equal hash on
   * every machine. Computed once.
   * @returns 64 hexadecimal digits
   */
  hash(): string {
    this.#hash ??= hashColumns(this.columns, this.rowCount);
    return this.#hash;
  }
}

/** One column of equal columns one below the other, copied. */
function stack(parts: readonly Column[], rowCount: number): Column {
  const first = parts[0]!;
  if (first.kind === "category") {
    const codes = new Int32Array(rowCount);
    let at = 0;
    for (const part of parts as readonly CategoryColumn[]) {
      codes.set(part.codes, at);
      at += part.codes.length;
    }
    return Object.freeze({ ...first, codes });
  }
  const floats = parts.every(
    (part) => part.kind === "number" && part.values instanceof Float32Array,
  );
  const values = floats ? new Float32Array(rowCount) : new Float64Array(rowCount);
  let at = 0;
  for (const part of parts as readonly NumberColumn[]) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return Object.freeze({ ...first, values });
}

/**
 * Tables one below the other, copied.
 * @param frames at least one; all with the names, kinds and dictionaries of the first
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND where a table is unlike the first
 */
export function concatFrames(frames: readonly Frame[]): Frame {
  const first = frames[0] ?? new Frame([], 0);
  const rowCount = frames.reduce((sum, frame) => sum + frame.rowCount, 0);
  const columns = first.columns.map((column) => {
    const parts = frames.map((frame) => frame.column(column.name));
    const unlike = parts.find((part) => !alike(part, column));
    if (unlike === undefined) return stack(parts, rowCount);
    const expected = "the kind and dictionary of the first table";
    throw frameErrors.FRAME_COLUMN_KIND({ column: column.name, found: unlike.kind, expected });
  });
  return new Frame(columns, rowCount);
}

function alike(a: Column, b: Column): boolean {
  if (a.kind !== "category" || b.kind !== "category") return a.kind === b.kind;
  const { dictionary } = b;
  if (a.dictionary === dictionary) return true;
  return (
    a.dictionary.length === dictionary.length &&
    a.dictionary.every((text, place) => text === dictionary[place])
  );
}

/** What `frameOf` takes for one column. */
export type ColumnValues =
  | Numbers
  | readonly (number | null | undefined)[]
  | readonly (string | null | undefined)[];

/**
 * A table from a plain object: arrays of texts (null for missing) become categories, all others
 * numbers. An empty or all-null plain array is a column of numbers.
 * @param columns values by name, of equal length
 * @throws FRAME_LENGTHS_DIFFER
 */
export function frameOf(columns: Readonly<Record<string, ColumnValues>>): Frame {
  return new Frame(Object.entries(columns).map(([name, values]) => columnOf(name, values)));
}

function columnOf(name: string, values: ColumnValues): NumberColumn | CategoryColumn {
  if (Array.isArray(values) && values.some((value) => typeof value === "string")) {
    return categoryColumn(name, values as (string | null)[]);
  }
  if (!Array.isArray(values)) return numberColumn(name, values as Numbers);
  const numbers = Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN);
  return numberColumn(name, numbers);
}
