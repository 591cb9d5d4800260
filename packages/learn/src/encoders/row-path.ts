/**
 * Rows one by one, without a table: a row is one number a column, of categories the place in a
 * dictionary (-1 = missing). Where each column stands is settled once; what comes out has the same
 * bits as the table's columns have.
 */

import { frameErrors } from "../frame/index.js";

/** A column of a row. */
export interface RowColumn {
  /** Its name. */
  readonly name: string;
  /** Of categories: the texts that codes stand for. */
  readonly dictionary?: readonly string[];
}

/** What an encoder does to rows of known columns. */
export interface RowPath {
  /** Columns of an encoded row. */
  readonly columns: readonly RowColumn[];
  /**
   * Encodes one row.
   * @param values one a column; not kept
   * @returns one a column of the path, in memory that the next call writes to
   */
  readonly encode: (values: Float64Array) => Float64Array;
}

/** A column that a path computes. */
export interface ComputedColumn {
  readonly name: string;
  /** Its value, from the columns before. */
  readonly value: (values: Float64Array) => number;
}

/**
 * Where a column stands.
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
 */
export function placeOf(
  columns: readonly RowColumn[],
  name: string,
  kind: "number" | "category",
): number {
  const place = columns.findIndex((column) => column.name === name);
  const found = columns[place];
  if (found === undefined) {
    const names = columns.map((column) => column.name);
    throw frameErrors.FRAME_COLUMN_MISSING({ column: name, columns: names });
  }
  if ((found.dictionary === undefined) === (kind === "number")) return place;
  const [expected, other] =
    kind === "number"
      ? ["a column of numbers", "categories"]
      : ["a column of categories", "numbers"];
  throw frameErrors.FRAME_COLUMN_KIND({ column: name, found: other, expected });
}

/**
 * A path that drops columns, and puts computed ones in the place of those of the same name, or at
 * the end: what `frame.drop(…).with(…)` does.
 */
export function rowPath(
  columns: readonly RowColumn[],
  dropped: readonly string[],
  computed: readonly ComputedColumn[],
): RowPath {
  const gone = new Set(dropped);
  const given = new Map(computed.map((column) => [column.name, column]));
  const kept = columns.filter((column) => !gone.has(column.name));
  const names = new Set(kept.map((column) => column.name));
  const added = computed.filter((column) => !names.has(column.name));
  const all = [...kept.map((column) => given.get(column.name) ?? column), ...added];
  const sources = Int32Array.from(all, (column) => columns.indexOf(column as RowColumn));
  const compute = all.map((column) => ("value" in column ? column.value : undefined));
  const out = new Float64Array(all.length);
  return {
    columns: all.map((column) => ("value" in column ? { name: column.name } : column)),
    encode: (values) => {
      for (let k = 0; k < out.length; k++) {
        const own = compute[k];
        out[k] = own === undefined ? values[sources[k]!]! : own(values);
      }
      return out;
    },
  };
}

/** A path that maps columns of numbers, each value on its own. */
export function mapPath(
  columns: readonly RowColumn[],
  names: readonly string[],
  map: (value: number, place: number) => number,
): RowPath {
  const computed = names.map((name, place) => {
    const at = placeOf(columns, name, "number");
    return { name, value: (values: Float64Array) => map(values[at]!, place) };
  });
  return rowPath(columns, [], computed);
}
