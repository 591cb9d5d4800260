/** What encoders share that replace a category by one number from a table. */

import type { Json, ModelState } from "../foundation/index.js";
import { type CategoryColumn, type Frame, numberColumn } from "../frame/index.js";
import type { FittedEncoder } from "./contract.js";
import { placeOf, type RowColumn, rowPath } from "./row-path.js";
import { doublesIn, refuseState, textsIn, vectorOf } from "./state.js";

/** Numbers by category for some columns. */
export interface CategoryTables {
  readonly columns: readonly string[];
  /** For each column the texts that training met. */
  readonly texts: readonly (readonly string[])[];
  /** For each column one number a text and, last, that of missing and unknown texts. */
  readonly values: readonly Float64Array[];
}

/** One number a code of a dictionary and, last, that of missing and unknown texts. */
function byCode(
  dictionary: readonly string[],
  texts: readonly string[],
  values: Float64Array,
): Float64Array {
  const places = new Map(texts.map((text, place) => [text, place]));
  const numbers = new Float64Array(dictionary.length + 1).fill(values[texts.length]!);
  dictionary.forEach((text, code) => {
    const place = places.get(text);
    if (place !== undefined) numbers[code] = values[place]!;
  });
  return numbers;
}

function numberAt(numbers: Float64Array, code: number): number {
  return numbers[code < 0 ? numbers.length - 1 : code]!;
}

function encodeColumn(
  { codes, dictionary }: CategoryColumn,
  texts: readonly string[],
  values: Float64Array,
): Float64Array {
  const numbers = byCode(dictionary, texts, values);
  const out = new Float64Array(codes.length);
  for (let row = 0; row < out.length; row++) out[row] = numberAt(numbers, codes[row]!);
  return out;
}

/** Name of the number that stands for a category. */
export function tableName(column: string, suffix: string): string {
  return `${column}_${suffix}`;
}

/**
 * The encoder of its tables.
 * @param kind names it in files
 * @param suffix of the new columns' names
 */
export function tableEncoder(kind: string, suffix: string, tables: CategoryTables): FittedEncoder {
  const { columns, texts, values } = tables;
  const encode = (frame: Frame): Frame => {
    const added = columns.map((name, place) => {
      const numbers = encodeColumn(frame.categories(name), texts[place]!, values[place]!);
      return numberColumn(tableName(name, suffix), numbers);
    });
    return frame.drop(columns).with(added);
  };
  const prepareRow = (row: readonly RowColumn[]) => {
    const computed = columns.map((name, place) => {
      const slot = placeOf(row, name, "category");
      const numbers = byCode(row[slot]!.dictionary ?? [], texts[place]!, values[place]!);
      const value = (given: Float64Array) => numberAt(numbers, given[slot]!);
      return { name: tableName(name, suffix), value };
    });
    return rowPath(row, columns, computed);
  };
  const state = (): ModelState => ({
    settings: { columns, texts },
    tensors: Object.fromEntries(values.map((one, place) => [`values.${place}`, vectorOf(one)])),
  });
  return Object.freeze({ kind, encode, prepareRow, state });
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** @throws ENCODER_STATE */
export function restoreTable(kind: string, suffix: string, state: ModelState): FittedEncoder {
  const columns = textsIn(kind, state, "columns");
  const given = state.settings["texts"];
  const texts = Array.isArray(given) ? given.filter(isTexts) : [];
  if (!Array.isArray(given) || texts.length !== columns.length || given.length !== texts.length) {
    refuseState(kind, `setting "texts" is no list of texts a column`);
  }
  const values = texts.map((own, place) =>
    doublesIn(kind, state, `values.${place}`, own.length + 1),
  );
  return tableEncoder(kind, suffix, { columns, texts, values });
}
