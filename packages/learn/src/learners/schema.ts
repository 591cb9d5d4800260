import {
  type CategoryColumn,
  type Column,
  codedColumn,
  Frame,
  frameErrors,
  numberColumn,
  type Row,
} from "../frame/index.js";
import type { FeatureSchema, SchemaColumn } from "./contract.js";

/**
 * What a model that is trained on this table will want.
 * @param frame the training table
 */
export function schemaOf(frame: Frame): FeatureSchema {
  const columns = frame.columns.map((column): SchemaColumn => {
    const { name, kind } = column;
    return Object.freeze(
      column.kind === "number" ? { name, kind } : { name, kind, dictionary: column.dictionary },
    );
  });
  return Object.freeze({ columns: Object.freeze(columns) });
}

function recode(column: CategoryColumn, dictionary: readonly string[]): CategoryColumn {
  if (column.dictionary === dictionary) return column;
  const places = new Map(dictionary.map((text, place) => [text, place]));
  const codes = column.dictionary.map((text) => places.get(text) ?? -1);
  return codedColumn(
    column.name,
    column.codes.map((code) => (code < 0 ? -1 : codes[code]!)),
    dictionary,
  );
}

function alignColumn(column: Column, wanted: SchemaColumn): Column {
  if (column.kind !== wanted.kind) {
    const expected = wanted.kind === "number" ? "numbers" : "categories";
    const found = wanted.kind === "number" ? "categories" : "numbers";
    throw frameErrors.FRAME_COLUMN_KIND({ column: wanted.name, found, expected });
  }
  return column.kind === "number" ? column : recode(column, wanted.dictionary ?? []);
}

/**
 * The columns of a schema, in its order, categories in its codes (unknown texts become missing).
 * @param frame columns in any order; others are left out
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND
 */
export function alignFrame(frame: Frame, schema: FeatureSchema): Frame {
  return new Frame(
    schema.columns.map((wanted) => alignColumn(frame.column(wanted.name), wanted)),
    frame.rowCount,
  );
}

function rowNumber(row: Row, name: string): number {
  const value = row[name];
  if (typeof value === "number") return value;
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === "boolean") return value ? 1 : 0;
  throw frameErrors.FRAME_COLUMN_KIND({ column: name, found: `"${value}"`, expected: "a number" });
}

/**
 * The numbers of a row, in the order of a schema without categories; NaN is missing.
 * @throws FRAME_COLUMN_KIND for a text
 */
export function rowNumbers(row: Row, schema: FeatureSchema): Float64Array {
  const values = new Float64Array(schema.columns.length);
  for (let j = 0; j < values.length; j++) values[j] = rowNumber(row, schema.columns[j]!.name);
  return values;
}

/**
 * Reads rows in the order of a schema: numbers, NaN missing; of categories the place in the
 * dictionary, -1 missing or unknown.
 * @returns reads one row into memory that the next call writes to; throws FRAME_COLUMN_KIND for a
 *   text where a number belongs
 */
export function rowReader(schema: FeatureSchema): (row: Row) => Float64Array {
  const { columns } = schema;
  const values = new Float64Array(columns.length);
  const names = columns.map(({ name }) => name);
  const codes = columns.map(
    ({ dictionary }) => dictionary && new Map(dictionary.map((text, code) => [text, code])),
  );
  return (row) => {
    for (let j = 0; j < values.length; j++) {
      const name = names[j]!;
      const own = codes[j];
      if (own === undefined) values[j] = rowNumber(row, name);
      else {
        const value = row[name];
        const text = typeof value === "string" ? value : String(value);
        values[j] = value === null || value === undefined ? -1 : (own.get(text) ?? -1);
      }
    }
    return values;
  };
}

/** Places of a schema's columns in order of their names, on which nothing else depends. */
export function placesByName({ columns }: FeatureSchema): number[] {
  const names = columns.map(({ name }) => name);
  return [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
}

/**
 * A table of one row in the order of a schema.
 * @throws FRAME_COLUMN_KIND for a text where a number belongs
 */
export function frameOfRow(row: Row, schema: FeatureSchema): Frame {
  const columns = schema.columns.map((wanted) => {
    const { name, dictionary } = wanted;
    if (dictionary === undefined) return numberColumn(name, Float64Array.of(rowNumber(row, name)));
    const value = row[name];
    const code = value === null || value === undefined ? -1 : dictionary.indexOf(String(value));
    return codedColumn(name, Int32Array.of(code), dictionary);
  });
  return new Frame(columns, 1);
}
