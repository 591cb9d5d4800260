import type { FittedEncoder, RowColumn, RowPath } from "../encoders/index.js";
import type { Row } from "../frame/index.js";
import {
  type FeatureSchema,
  frameOfRow,
  type Model,
  rowReader,
  type SchemaColumn,
} from "../learners/index.js";

/** Scores one row by name. */
export type RowScorer = (row: Row, output?: number) => number;

/** Every encoder's path in turn; undefined where one has none. */
function pathsOf(
  schema: FeatureSchema,
  encoders: readonly FittedEncoder[],
): readonly RowPath[] | undefined {
  let columns: readonly RowColumn[] = schema.columns;
  const paths: RowPath[] = [];
  for (const { prepareRow } of encoders) {
    if (prepareRow === undefined) return undefined;
    const path = prepareRow(columns);
    paths.push(path);
    columns = path.columns;
  }
  return paths;
}

/** For each code of one dictionary that of another; undefined where they are the same. */
function recoding(from: RowColumn, to: SchemaColumn): Int32Array | undefined {
  const [own, wanted] = [from.dictionary, to.dictionary];
  if (own === undefined || wanted === undefined) return undefined;
  if (own.length === wanted.length && own.every((text, code) => text === wanted[code])) {
    return undefined;
  }
  const places = new Map(wanted.map((text, code) => [text, code]));
  return Int32Array.from(own, (text) => places.get(text) ?? -1);
}

/** From an encoded row to the model's columns, in its order. */
function alignRow(
  columns: readonly RowColumn[],
  wanted: readonly SchemaColumn[],
): (values: Float64Array) => Float64Array {
  const sources = Int32Array.from(wanted, ({ name }) =>
    columns.findIndex((column) => column.name === name),
  );
  const codes = wanted.map((column, j) => recoding(columns[sources[j]!] ?? column, column));
  const out = new Float64Array(wanted.length);
  return (values) => {
    for (let j = 0; j < out.length; j++) {
      const value = values[sources[j]!]!;
      const own = codes[j];
      out[j] = own === undefined || value < 0 ? value : own[value]!;
    }
    return out;
  };
}

function plainValue({ dictionary }: SchemaColumn, value: number): number | string | null {
  if (dictionary !== undefined) return dictionary[value] ?? null;
  return Number.isNaN(value) ? null : value;
}

/** A model by the values of a row, also where it reads rows by name only. */
function byValues(inner: Model): (values: Float64Array, output?: number) => number {
  if (inner.predictValues !== undefined) return inner.predictValues;
  const { columns } = inner.schema;
  return (values, output) => {
    const entries = columns.map(
      (column, j) => [column.name, plainValue(column, values[j]!)] as const,
    );
    return inner.predictRow(Object.fromEntries(entries), output);
  };
}

/**
 * Scores rows one by one by encoders and a model, with everything settled beforehand that does not
 * depend on the row.
 * @param schema columns of the rows
 */
export function rowScorer(
  schema: FeatureSchema,
  encoders: readonly FittedEncoder[],
  inner: Model,
): RowScorer {
  const paths = pathsOf(schema, encoders);
  if (paths === undefined) {
    return (row, output) => {
      const encoded = encoders.reduce(
        (table, encoder) => encoder.encode(table),
        frameOfRow(row, schema),
      );
      return inner.predictRow(encoded.row(0), output);
    };
  }
  const read = rowReader(schema);
  const align = alignRow(paths.at(-1)?.columns ?? schema.columns, inner.schema.columns);
  const score = byValues(inner);
  return (row, output) => {
    let values = read(row);
    for (const path of paths) values = path.encode(values);
    return score(align(values), output);
  };
}
