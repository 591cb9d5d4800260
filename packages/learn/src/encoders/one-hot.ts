import type { Json, ModelState } from "../foundation/index.js";
import { type CategoryColumn, type Column, type Frame, numberColumn } from "../frame/index.js";
import { categoryNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";
import { placeOf, type RowColumn, type RowPath, rowPath } from "./row-path.js";
import { refuseState, textsIn } from "./state.js";

/** Options of `oneHot`. */
export interface OneHotOptions extends ColumnChoice {
  /**
   * The most frequent categories get a column each, the others share `NAME=(other)`; default 32.
   */
  readonly maxCategories?: number;
}

const OTHER = "(other)";

interface Parts {
  readonly columns: readonly string[];
  /** For each column the texts that have a column of their own. */
  readonly texts: readonly (readonly string[])[];
  /** For each column whether the rest shares one. */
  readonly other: readonly boolean[];
}

function countTexts(column: CategoryColumn, weight: Float64Array | undefined): Float64Array {
  const counts = new Float64Array(column.dictionary.length);
  column.codes.forEach((code, row) => {
    if (code >= 0) counts[code]! += weight?.[row] ?? 1;
  });
  return counts;
}

/** Texts met in training, by falling weight, equal weights by text: row order does not matter. */
function frequentTexts(column: CategoryColumn, weight: Float64Array | undefined): string[] {
  const counts = countTexts(column, weight);
  const met = column.dictionary.map((text, code) => ({ text, count: counts[code]! }));
  return met
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text);
}

function indicator(name: string, codes: Int32Array, places: Int32Array, place: number): Column {
  const values = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    values[row] = code >= 0 && places[code] === place ? 1 : 0;
  }
  return numberColumn(name, values);
}

/** For each text of a dictionary the place of its own column, or -1. */
function placesOf(
  dictionary: readonly string[],
  texts: readonly string[],
  other: boolean,
): Int32Array {
  const own = new Map(texts.map((text, place) => [text, place]));
  const rest = other ? texts.length : -1;
  return Int32Array.from(dictionary, (text) => own.get(text) ?? rest);
}

/** One column of 0 and 1 for each text; a text that training never met is missing: all are 0. */
function expand(column: CategoryColumn, texts: readonly string[], other: boolean): Column[] {
  const places = placesOf(column.dictionary, texts, other);
  const names = other ? [...texts, OTHER] : texts;
  return names.map((text, place) =>
    indicator(`${column.name}=${text}`, column.codes, places, place),
  );
}

function prepareRow({ columns, texts, other }: Parts, row: readonly RowColumn[]): RowPath {
  const computed = columns.flatMap((name, at) => {
    const slot = placeOf(row, name, "category");
    const places = placesOf(row[slot]!.dictionary ?? [], texts[at]!, other[at]!);
    const names = other[at] ? [...texts[at]!, OTHER] : texts[at]!;
    return names.map((text, place) => ({
      name: `${name}=${text}`,
      value: (values: Float64Array) => (places[values[slot]!] === place ? 1 : 0),
    }));
  });
  return rowPath(row, columns, computed);
}

function fitted(parts: Parts): FittedEncoder {
  const { columns, texts, other } = parts;
  const encode = (frame: Frame): Frame => {
    const added = columns.flatMap((name, place) =>
      expand(frame.categories(name), texts[place]!, other[place]!),
    );
    return frame.drop(columns).with(added);
  };
  const state = (): ModelState => ({ settings: { columns, texts, other }, tensors: {} });
  const prepare = (row: readonly RowColumn[]) => prepareRow(parts, row);
  return Object.freeze({ kind: "oneHot", encode, prepareRow: prepare, state });
}

async function fit(data: EncoderData, options: OneHotOptions): Promise<EncoderFit> {
  const columns = categoryNames(data.frame, options.columns);
  const most = options.maxCategories ?? 32;
  const all: string[][] = [];
  for (const name of columns) {
    await data.pause();
    all.push(frequentTexts(data.frame.categories(name), data.weight));
  }
  const encoder = fitted({
    columns,
    texts: all.map((texts) => (texts.length > most ? texts.slice(0, most - 1) : texts)),
    other: all.map((texts) => texts.length > most),
  });
  return { encoder, frame: await encodePaced([encoder], data.frame, data.pause) };
}

/**
 * Replaces each column of categories by columns of 0 and 1, `NAME=TEXT`, at the end of the table.
 * Missing categories are 0 everywhere.
 * @param options see OneHotOptions
 */
export function oneHot(options: OneHotOptions = {}): Encoder {
  return Object.freeze({
    kind: "oneHot",
    accepts: Object.freeze({ categories: true }),
    options: Object.freeze({ maxCategories: 32, ...options }),
    fit: (data: EncoderData) => fit(data, options),
  });
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** @throws ENCODER_STATE */
export function restoreOneHot(state: ModelState): FittedEncoder {
  const columns = textsIn("oneHot", state, "columns");
  const { texts: lists, other } = state.settings;
  const texts = Array.isArray(lists) ? lists.filter(isTexts) : [];
  if (!Array.isArray(lists) || texts.length !== columns.length || lists.length !== texts.length) {
    return refuseState("oneHot", `setting "texts" is no list of texts a column`);
  }
  const flags = Array.isArray(other) ? other : [];
  if (flags.length !== columns.length || !flags.every((flag) => typeof flag === "boolean")) {
    return refuseState("oneHot", `setting "other" is no truth a column`);
  }
  return fitted({ columns, texts, other: flags as boolean[] });
}
