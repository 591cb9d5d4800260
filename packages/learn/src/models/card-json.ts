import type { Json } from "../foundation/index.js";
import { type Column, codedColumn, Frame, numberColumn } from "../frame/index.js";
import type { FeatureSchema, LearningTask, ModelCard, SchemaColumn } from "../learners/index.js";
import { countIn, type Fields, fieldsOf, listIn, refuseFile, textIn, textsIn } from "./fields.js";

const tasks: readonly LearningTask[] = [
  "classification",
  "regression",
  "detection",
  "recommendation",
];

/**
 * Everything of a card but its golden rows.
 * @param apart whether a column's dictionary stands elsewhere, so that only its length is told
 */
export function cardToJson(card: ModelCard, apart: (place: number) => boolean = () => false): Json {
  const { kind, task, schema, outputs, options, dataHash, trainingRows, summary } = card;
  const columns = schema.columns.map((column, place): Json => {
    const { name, kind: columnKind, dictionary } = column;
    if (dictionary === undefined) return { name, kind: columnKind };
    if (apart(place)) return { name, kind: columnKind, texts: dictionary.length };
    return { name, kind: columnKind, dictionary };
  });
  return { kind, task, columns, outputs, options, dataHash, trainingRows, summary };
}

/** Finds the texts of a column that stand elsewhere. */
export type ApartTexts = (place: number, count: number) => readonly string[];

function columnFromJson(value: unknown, place: number, apart: ApartTexts): SchemaColumn {
  const fields = fieldsOf(value, "a column");
  const name = textIn(fields, "name");
  const kind = textIn(fields, "kind");
  if (kind === "number") return Object.freeze({ name, kind });
  if (kind !== "category") refuseFile(`column "${name}" is of kind "${kind}"`);
  const dictionary = fields.has("texts")
    ? apart(place, countIn(fields, "texts"))
    : textsIn(fields, "dictionary");
  if (new Set(dictionary).size < dictionary.length) refuseFile("a dictionary repeats a text");
  return Object.freeze({ name, kind, dictionary: Object.freeze([...dictionary]) });
}

function schemaFromJson(fields: Fields, apart: ApartTexts): FeatureSchema {
  const columns = listIn(fields, "columns").map((value, place) =>
    columnFromJson(value, place, apart),
  );
  if (new Set(columns.map(({ name }) => name)).size < columns.length) {
    refuseFile("two columns have one name");
  }
  return Object.freeze({ columns: Object.freeze(columns) });
}

function plainIn(fields: Fields, key: string): Readonly<Record<string, Json>> {
  return Object.freeze(Object.fromEntries(fieldsOf(fields.get(key), `"${key}"`))) as Readonly<
    Record<string, Json>
  >;
}

const nowhere: ApartTexts = () => refuseFile("a column's texts are nowhere");

/**
 * A card as it was written, without golden rows.
 * @param apart finds dictionaries that do not stand in it
 * @throws MODEL_FILE_BROKEN
 */
export function cardFromJson(value: unknown, apart: ApartTexts = nowhere): ModelCard {
  const fields = fieldsOf(value, "the card");
  const task = tasks.find((known) => known === fields.get("task"));
  if (task === undefined) refuseFile(`"task" is none of ${tasks.join(", ")}`);
  const dataHash = textIn(fields, "dataHash");
  if (!/^[0-9a-f]{64}$/.test(dataHash)) refuseFile(`"dataHash" is no SHA-256`);
  return Object.freeze({
    kind: textIn(fields, "kind"),
    task,
    schema: schemaFromJson(fields, apart),
    outputs: Object.freeze([...textsIn(fields, "outputs")]),
    options: plainIn(fields, "options"),
    dataHash,
    trainingRows: countIn(fields, "trainingRows"),
    summary: plainIn(fields, "summary"),
    goldenRows: new Frame([], 0),
  });
}

/** Rows as lists of values in the order of the columns: numbers, texts, null for missing. */
export function rowsToJson(frame: Frame): Json {
  return Array.from({ length: frame.rowCount }, (_, index) => {
    const row = frame.row(index);
    return frame.names.map((name) => {
      const value = row[name] ?? null;
      return typeof value === "number" && !Number.isFinite(value) ? null : value;
    });
  });
}

function numberAt(value: unknown): number {
  if (value === null) return Number.NaN;
  if (typeof value !== "number") refuseFile("a golden row holds no number where one belongs");
  return value;
}

function codeAt(value: unknown, places: ReadonlyMap<string, number>): number {
  if (value === null) return -1;
  const place = typeof value === "string" ? places.get(value) : undefined;
  if (place === undefined) refuseFile("a golden row holds a text that is in no dictionary");
  return place;
}

function columnOfRows(wanted: SchemaColumn, values: readonly unknown[]): Column {
  const { name, dictionary } = wanted;
  if (dictionary === undefined) return numberColumn(name, Float64Array.from(values, numberAt));
  const places = new Map(dictionary.map((text, place) => [text, place]));
  const codes = Int32Array.from(values, (value) => codeAt(value, places));
  return codedColumn(name, codes, dictionary);
}

/**
 * Rows as they were written.
 * @throws MODEL_FILE_BROKEN
 */
export function rowsFromJson(value: readonly unknown[], schema: FeatureSchema): Frame {
  const width = schema.columns.length;
  const rows = value.map((row) => {
    if (Array.isArray(row) && row.length === width) return row as readonly unknown[];
    return refuseFile(`a golden row is no list of ${width} values`);
  });
  const columns = schema.columns.map((wanted, place) =>
    columnOfRows(
      wanted,
      rows.map((row) => row[place]),
    ),
  );
  return new Frame(columns, rows.length);
}
