import type { Engine } from "../engine.js";
import { quoteName, quoteText } from "../sql-text.js";
import type { RawFormat } from "./profile.js";
import { type HeadOutline, type HeadText, outlineRows } from "./profile-head.js";

/** A raw file as a relation of texts; JSON values stand as JSON text, missing ones are NULL. */
export interface RawSource {
  /** What stands behind FROM. */
  readonly from: string;
  readonly columns: readonly RawColumn[];
  /** Values are JSON text. */
  readonly json: boolean;
  /** No value is long enough to be cut. */
  readonly short?: boolean;
}

/** A column of the file and the expression that reads it. */
export interface RawColumn {
  readonly name: string;
  readonly sql: string;
}

/** A file and how to read it. */
export interface RawFile {
  readonly path: string;
  readonly format: RawFormat;
}

/**
 * The file as a relation. The strict reading is fast and refuses what it did not expect; the
 * tolerant one takes anything and leaves out what is no row.
 * @returns undefined where there is no strict reading
 */
export async function openRaw(
  engine: Engine,
  { path, format }: RawFile,
  head: HeadOutline,
  tolerant: boolean,
): Promise<RawSource | undefined> {
  if (format.kind === "parquet") return parquet(engine, path);
  if (format.kind === "delimited") return delimited(path, format, head.names, tolerant);
  if (tolerant) return tolerantJson(path, await allKeys(engine, path, head));
  const lower = new Set(head.names.map((name) => name.toLowerCase()));
  if (lower.size < head.names.length || head.names.length === 0 || lower.has("")) return undefined;
  return strictJson(path, head.names);
}

/** Keys of all lines: those of the first lines in order, then the others by name. */
async function allKeys(engine: Engine, path: string, head: HeadOutline): Promise<string[]> {
  const rows = await engine.rows(
    `SELECT DISTINCT unnest(json_keys(line)) AS "key" FROM ${objectLines(path)} ORDER BY 1`,
  );
  const others = rows.map((row) => String(row["key"])).filter((key) => !head.names.includes(key));
  return [...head.names, ...others];
}

/** Lines that hold something, but no row, given how many rows were read. */
export async function unreadableLines(
  engine: Engine,
  { path, format }: RawFile,
  { text, rows }: { readonly text: HeadText; readonly rows: number },
): Promise<number> {
  if (format.kind === "parquet") return 0;
  if (text.whole) return unreadableAmong(text, format, rows);
  const [counted] = await engine.rows(
    `SELECT count(*) AS "lines" FROM ${linesSql(path)} WHERE trim(line) <> ''`,
  );
  const header = format.kind === "delimited" && (format.skipLines ?? Number(format.header)) > 0;
  return Math.max(0, Number(counted?.["lines"]) - Number(header) - rows);
}

/** The same where all lines were read already. */
export function unreadableAmong(text: HeadText, format: RawFormat, rows: number): number {
  const lines = text.lines.filter((line) => line.trim() !== "").length;
  const header = format.kind === "delimited" && (format.skipLines ?? Number(format.header)) > 0;
  return Math.max(0, lines - Number(header) - rows);
}

/**
 * One row: for each key, `absent_i` = rows of JSON lines without it. A key is looked for as text
 * first, and by parsing only where the text does not show it or lines hold objects in objects.
 */
export function absentSql(path: string, keys: readonly string[], nested: boolean): string {
  const absent = keys.map((key, at) => {
    const parsed = `json_exists(line, ${quoteText(jsonPointer(key))})`;
    const text = `contains(line, ${quoteText(`${JSON.stringify(key)}:`)})`;
    const present = nested ? parsed : `CASE WHEN ${text} THEN true ELSE ${parsed} END`;
    return `count(*) FILTER (NOT (${present})) AS "absent_${at}"`;
  });
  return `SELECT ${absent.join(", ")} FROM ${objectLines(path)}`;
}

/** One row a line, `line` its text; blank lines are NULL. */
function linesSql(path: string): string {
  return (
    `read_csv(${quoteText(path)}, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', ` +
    `escape = '', header = false, auto_detect = false, ignore_errors = true)`
  );
}

/**
 * JSON lines read by keys that are known. DuckDB refuses, at no cost, a key that it did not meet
 * among the first lines: that is how stray keys are noticed without listing each row's keys.
 */
export function strictJson(path: string, keys: readonly string[]): RawSource {
  return {
    from:
      `read_json(${quoteText(path)}, format = 'newline_delimited', auto_detect = true, ` +
      `sample_size = ${outlineRows}, maximum_depth = 1, map_inference_threshold = -1, ` +
      `field_appearance_threshold = 0) AS "raw"`,
    // Without its table's name "user" would be the engine's own user where the key is missing.
    columns: keys.map((name) => ({ name, sql: `CAST("raw".${quoteName(name)} AS VARCHAR)` })),
    json: true,
  };
}

/** JSON lines taken line by line, with every key; lines that are no objects left out. Slower. */
function tolerantJson(path: string, keys: readonly string[]): RawSource {
  const pointers = keys.map((key) => quoteText(jsonPointer(key))).join(", ");
  if (keys.length === 0) return { from: objectLines(path), columns: [], json: true };
  return {
    from: `(SELECT json_extract(line, [${pointers}]) AS "parts" FROM ${objectLines(path)})`,
    columns: keys.map((name, at) => ({
      name,
      sql: `CAST(nullif("parts"[${at + 1}], 'null'::JSON) AS VARCHAR)`,
    })),
    json: true,
  };
}

/** Only the lines that are JSON objects. */
function objectLines(path: string): string {
  return `(SELECT line FROM ${linesSql(path)} WHERE ${isObject("line")})`;
}

/** True for lines that hold one JSON object. */
function isObject(line: string): string {
  return `(CASE WHEN json_valid(${line}) THEN json_type(${line}) = 'OBJECT' ELSE false END)`;
}

/** Delimited texts; rows with another number of fields are refused, or left out if `tolerant`. */
function delimited(
  path: string,
  format: Extract<RawFormat, { kind: "delimited" }>,
  names: readonly string[],
  tolerant: boolean,
): RawSource {
  const { delimiter, quote = "", skipLines } = format;
  const header = format.header && skipLines === undefined;
  const types = names.map((_, at) => `'c${at}': 'VARCHAR'`).join(", ");
  return {
    from:
      `read_csv(${quoteText(path)}, columns = {${types}}, delim = ${quoteText(delimiter)}, ` +
      `header = ${header}, skip = ${skipLines ?? 0}, quote = ${quoteText(quote)}, escape ` +
      `= ${quoteText(quote)}, ` +
      `auto_detect = false, ignore_errors = ${tolerant})`,
    columns: names.map((name, at) => ({ name, sql: quoteName(`c${at}`) })),
    json: false,
  };
}

/** Parquet; typed already, its values are turned into JSON text. */
async function parquet(engine: Engine, path: string): Promise<RawSource> {
  const from = `read_parquet(${quoteText(path)})`;
  const described = await engine.rows(`DESCRIBE SELECT * FROM ${from}`);
  return {
    from,
    columns: described.map((row) => {
      const name = String(row["column_name"]);
      const json = `CAST(to_json(${quoteName(name)}) AS VARCHAR)`;
      return { name, sql: `nullif(${json}, 'null')` };
    }),
    json: true,
  };
}

/** RFC 6901: a path to a key whatever its characters. */
function jsonPointer(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
