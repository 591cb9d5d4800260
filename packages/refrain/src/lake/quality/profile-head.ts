import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Place, RawFormat, ValuePlaces } from "./profile.js";

/** Files up to this size are looked at line by line, larger ones only at their beginning. */
const smallBytes = 4_000_000;
const fewLines = 8_192;
const mostLines = 32_768;
/** Rows by which keys are known and the number of distinct values is guessed. */
export const outlineRows = 2_048;
const keptPlaces = 3;
const keptEnds = 3;
const likelyCompression = 6;

/** The first lines of a file. */
export interface HeadText {
  readonly lines: readonly string[];
  /** Whether these are all the lines. */
  readonly whole: boolean;
  /** Characters of these lines. */
  readonly characters: number;
  /** Bytes of the file, guessed where it is compressed. */
  readonly fileBytes: number;
}

/** What the first lines show before the scan. */
export interface HeadOutline {
  /** Keys or column names in order of appearance. */
  readonly names: readonly string[];
  readonly whole: boolean;
  /** Rows that were looked at, and how many the file may hold. */
  readonly rows: number;
  readonly likelyRows: number;
  /** Distinct values among these rows, by column. */
  readonly distinct: ReadonlyMap<string, number>;
  /** Which value each of these rows has, as a number; -1 where it misses one. */
  readonly codes: ReadonlyMap<string, Int32Array>;
}

/** Where things stand among the first lines. */
export interface Located {
  readonly unreadable: readonly Place[];
  readonly columns: ReadonlyMap<string, LocatedColumn>;
}

/** Places in one column, by `valueKey`. */
export interface LocatedColumn {
  readonly missing: Place[];
  readonly values: Map<string, Place[]>;
  /** The least and the greatest numbers among these lines. */
  readonly ends: ValuePlaces[];
}

/** Reads the first lines of a plain or gzipped text file. */
export async function readHead(path: string, format: RawFormat): Promise<HeadText> {
  if (format.kind === "parquet") return { lines: [], whole: false, characters: 0, fileBytes: 0 };
  const gzipped = path.endsWith(".gz");
  const fileBytes = (await stat(path)).size * (gzipped ? likelyCompression : 1);
  const most = fileBytes <= smallBytes ? mostLines : fewLines;
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const gunzip = gzipped ? file.pipe(createGunzip()) : undefined;
  file.on("error", (error) => gunzip?.destroy(error));
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let rest = "";
  let read = 0;
  try {
    for await (const chunk of gunzip ?? file) {
      const text = rest + decoder.decode(chunk as Buffer, { stream: true });
      read += (chunk as Buffer).length;
      const parts = text.split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      if (lines.length >= most || read > 4 * smallBytes) break;
    }
  } finally {
    file.destroy();
    gunzip?.destroy();
  }
  const whole = lines.length < most && read <= 4 * smallBytes;
  if (whole && rest !== "") lines.push(rest);
  const kept = lines.slice(0, most).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  const characters = kept.reduce((sum, line) => sum + line.length + 1, 0);
  return { lines: kept, whole: whole && lines.length <= most, characters, fileBytes };
}

/** Reads names and the growth of distinct values from the first lines. */
export function outline(text: HeadText, format: RawFormat): HeadOutline {
  const reader = new RowReader(format);
  const seen = new Map<string, Map<string, number>>();
  const codes = new Map<string, Int32Array>();
  let rows = 0;
  for (const [at, line] of text.lines.entries()) {
    if (rows === outlineRows) break;
    const row = reader.read(line, at + 1);
    if (!row) continue;
    for (const name of reader.names) {
      const value = row(name);
      const values = seen.get(name) ?? new Map<string, number>();
      const codesOf = codes.get(name) ?? new Int32Array(outlineRows).fill(-1);
      seen.set(name, values);
      codes.set(name, codesOf);
      if (value === null) continue;
      const code = values.get(value) ?? values.size;
      values.set(value, code);
      codesOf[rows] = code;
    }
    rows++;
  }
  const share = text.fileBytes / Math.max(1, text.characters);
  return {
    names: reader.names,
    whole: text.whole && text.lines.length <= outlineRows,
    rows,
    likelyRows: text.whole ? text.lines.length : text.lines.length * share,
    distinct: new Map([...seen].map(([name, values]) => [name, values.size])),
    codes,
  };
}

/** What is looked for in a column: values by `valueKey` with the number of places wanted. */
export interface Wanted {
  readonly values: ReadonlyMap<string, number>;
  readonly missing: boolean;
  readonly ends: boolean;
}

/** Looks for the first places of values. */
export function locate(
  text: HeadText,
  { format, name: file }: { readonly format: RawFormat; readonly name: string },
  wanted: ReadonlyMap<string, Wanted>,
): Located {
  const reader = new RowReader(format);
  const unreadable: Place[] = [];
  const columns = new Map(
    [...wanted.keys()].map((name): [string, LocatedColumn] => [
      name,
      { missing: [], values: new Map(), ends: [] },
    ]),
  );
  for (const [at, line] of text.lines.entries()) {
    const row = reader.read(line, at + 1);
    const place = { file, line: at + 1 };
    if (row === undefined && unreadable.length < keptPlaces) unreadable.push(place);
    if (!row) continue;
    for (const [name, { values, missing, ends }] of wanted) {
      const column = columns.get(name)!;
      const value = row(name);
      if (value === null) {
        if (missing && column.missing.length < keptPlaces) column.missing.push(place);
        continue;
      }
      const most = values.get(value);
      if (most !== undefined) addPlace(column.values, value, { place, most });
      if (ends) addEnd(column.ends, value, place);
    }
  }
  return { unreadable, columns };
}

function addPlace(
  places: Map<string, Place[]>,
  value: string,
  { place, most }: { readonly place: Place; readonly most: number },
): void {
  const found = places.get(value);
  if (!found) places.set(value, [place]);
  else if (found.length < most) found.push(place);
}

/** Keeps the least and the greatest numbers met, in order. */
function addEnd(ends: ValuePlaces[], key: string, place: Place): void {
  const number = Number(key.slice(1));
  if (Number.isNaN(number) || key === "s") return;
  const between =
    ends.length === 2 * keptEnds &&
    number >= Number(ends[keptEnds - 1]!.value) &&
    number <= Number(ends[keptEnds]!.value);
  const value = key.slice(1);
  if (between || ends.some((end) => end.value === value)) return;
  ends.push({ value, places: [place] });
  ends.sort((a, b) => Number(a.value) - Number(b.value));
  if (ends.length > 2 * keptEnds) ends.splice(keptEnds, 1);
}

type Row = (name: string) => string | null;

/** Reads lines into rows whose values are texts by `valueKey`, null where missing. */
class RowReader {
  readonly names: string[] = [];
  readonly #known = new Set<string>();
  readonly #format: RawFormat;
  readonly #skipped: number;

  constructor(format: RawFormat) {
    this.#format = format;
    this.#skipped = format.kind === "delimited" ? (format.skipLines ?? 0) : 0;
    const named = format.kind === "delimited" && (!format.header || this.#skipped > 0);
    if (named) this.#name(format.columns ?? []);
  }

  /** @returns a row; undefined for a line that is none; null for blank, skipped and header lines */
  read(line: string, number: number): Row | undefined | null {
    if (line.trim() === "" || number <= this.#skipped) return null;
    if (this.#format.kind === "delimited") return this.#delimited(line, this.#format);
    const object = parseObject(number === 1 ? line.replace(/^\uFEFF/, "") : line);
    if (!object) return undefined;
    this.#name(Object.keys(object));
    return (name) => (Object.hasOwn(object, name) ? jsonKey(object[name]) : null);
  }

  #delimited(
    line: string,
    { delimiter, quote = "", header }: Extract<RawFormat, { kind: "delimited" }>,
  ): Row | undefined | null {
    if (header && this.names.length === 0) {
      this.#name(headerNames(line, delimiter, quote));
      return null;
    }
    const fields = splitFields(line, delimiter, quote);
    if (fields.length !== this.names.length) return undefined;
    return (name) => {
      const field = fields[this.names.indexOf(name)];
      return field === undefined || field === "" ? null : `s${field}`;
    };
  }

  #name(names: readonly string[]): void {
    for (const name of names) {
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.names.push(name);
    }
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const object = typeof value === "object" && value !== null && !Array.isArray(value);
    return object ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function jsonKey(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return `s${value}`;
  return typeof value === "number" ? `n${value}` : `v${JSON.stringify(value)}`;
}

/** The key under which a value of the engine stands among places: its kind and its text. */
export function valueKey(value: string, json: boolean): string {
  if (!json) return `s${value}`;
  try {
    return jsonKey(JSON.parse(value)) ?? "";
  } catch {
    return "";
  }
}

/** Fields of a line; a doubled quote inside a quoted field is one quote. */
export function splitFields(line: string, delimiter: string, quote: string): string[] {
  if (quote === "" || !line.includes(quote)) return line.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line.startsWith(quote, at)) {
      let end = line.indexOf(quote, at + 1);
      while (end >= 0 && line[end + 1] === quote) end = line.indexOf(quote, end + 2);
      const stop = end < 0 ? line.length : end;
      fields.push(line.slice(at + 1, stop).replaceAll(quote + quote, quote));
      at = stop + 1 + delimiter.length;
      if (stop + 1 >= line.length) break;
    } else {
      const stop = line.indexOf(delimiter, at);
      fields.push(line.slice(at, stop < 0 ? line.length : stop));
      if (stop < 0) break;
      at = stop + delimiter.length;
    }
  }
  return fields;
}

/** Names for the fields of a header line: blank ones are numbered, repeated ones told apart. */
function headerNames(line: string, delimiter: string, quote: string): string[] {
  const seen = new Map<string, number>();
  return splitFields(line.replace(/^\uFEFF/, ""), delimiter, quote).map((field, at) => {
    const name = field.trim() === "" ? `column ${at + 1}` : field.trim();
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} ${times}`;
  });
}
