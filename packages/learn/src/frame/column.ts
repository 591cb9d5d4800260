import { type Numbers, toDoubles } from "../foundation/index.js";
import { frameErrors } from "./errors.js";

/** A column of numbers; NaN is missing. */
export interface NumberColumn {
  /** Tells the two kinds of column apart. */
  readonly kind: "number";
  /** Unique in its table. */
  readonly name: string;
  /** One value a row. */
  readonly values: Float64Array | Float32Array;
}

/** A column of categories: codes into a dictionary; -1 is missing. */
export interface CategoryColumn {
  /** Tells the two kinds of column apart. */
  readonly kind: "category";
  /** Unique in its table. */
  readonly name: string;
  /** One code a row: -1, or a place in the dictionary. */
  readonly codes: Int32Array;
  /** Texts without repeats, in an order that means nothing. */
  readonly dictionary: readonly string[];
}

/** A named column. */
export type Column = NumberColumn | CategoryColumn;

/**
 * Makes a column of numbers.
 * @param name its name
 * @param values kept, not copied, where they are Float64Array or Float32Array; never write to them
 *   afterwards
 */
export function numberColumn(name: string, values: Numbers): NumberColumn {
  const kept = values instanceof Float32Array ? values : toDoubles(values);
  return Object.freeze({ kind: "number" as const, name, values: kept });
}

/**
 * Makes a column of categories from texts; the dictionary is in order of first appearance.
 * @param name its name
 * @param texts one a row; null and undefined are missing
 */
export function categoryColumn(
  name: string,
  texts: readonly (string | null | undefined)[],
): CategoryColumn {
  const places = new Map<string, number>();
  const codes = new Int32Array(texts.length);
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row];
    if (text === null || text === undefined) {
      codes[row] = -1;
      continue;
    }
    let place = places.get(text);
    if (place === undefined) {
      place = places.size;
      places.set(text, place);
    }
    codes[row] = place;
  }
  const dictionary = Object.freeze([...places.keys()]);
  return Object.freeze({ kind: "category" as const, name, codes, dictionary });
}

/**
 * Makes a column of categories from codes that exist already.
 * @param name its name
 * @param codes kept, not copied; -1 or a place in the dictionary
 * @param dictionary texts without repeats
 * @throws FRAME_CODE_RANGE for a code outside the dictionary
 */
export function codedColumn(
  name: string,
  codes: Int32Array,
  dictionary: readonly string[],
): CategoryColumn {
  const size = dictionary.length;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code < -1 || code >= size) {
      throw frameErrors.FRAME_CODE_RANGE({ column: name, row, code, size });
    }
  }
  return Object.freeze({
    kind: "category" as const,
    name,
    codes,
    dictionary: Object.freeze([...dictionary]),
  });
}

/**
 * Number of rows of a column.
 * @param column any column
 */
export function lengthOf(column: Column): number {
  return column.kind === "number" ? column.values.length : column.codes.length;
}

/** The chosen rows of a column, copied in their order. */
export function takeRows(column: Column, rows: Uint32Array): Column {
  if (column.kind === "category") {
    const codes = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!;
    return Object.freeze({ ...column, codes });
  }
  const source = column.values;
  const values =
    source instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = source[rows[i]!]!;
  return Object.freeze({ ...column, values });
}

/** Rows start … end - 1 of a column, sharing its memory. */
export function viewRows(column: Column, start: number, end: number): Column {
  return column.kind === "category"
    ? Object.freeze({ ...column, codes: column.codes.subarray(start, end) })
    : Object.freeze({ ...column, values: column.values.subarray(start, end) });
}
