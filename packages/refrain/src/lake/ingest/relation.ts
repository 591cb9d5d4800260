import { emptyTexts, undatedDay } from "../../events/index.js";
import { quoteName, quotePath, quoteText } from "../sql-text.js";
import type { Layout } from "./layout.js";
import { longestLineBytes } from "./line-scan.js";

/** A file as the SQL engine is to read it. */
export interface Readable {
  readonly path: string;
  readonly layout: Layout;
  /** Lines before the first row: the header and what stands above it. */
  readonly skipLines: number;
  /** Number of the last line when it has no end. */
  readonly openLine?: number;
  /** Columns of nested type, for Parquet. */
  readonly nested: ReadonlySet<string>;
}

const unknownPlace = `NULL::BIGINT AS "~line", NULL::VARCHAR AS "~text", NULL::VARCHAR AS "~fault"`;

/**
 * The bulk relation: parallel, in no order. Lines that are no rows are missing (delimited) or come
 * as rows of nulls (JSON), so that the difference to the counted lines is the number of rejects.
 */
export function bulkRelation(file: Readable): string {
  const { layout } = file;
  if (layout.format === "parquet") {
    const from = `read_parquet(${quotePath(file.path)})`;
    return `SELECT ${parquetColumns(file)}, ${unknownPlace} FROM ${from}`;
  }
  const from = bulkReader(file, quotePath(file.path));
  return `SELECT ${bulkTexts(file)}, ${unknownPlace} FROM ${from}`;
}

/** What is known of a file and not read from it. */
export interface FileFacts {
  /** `YYYY-MM-DD` */
  readonly day: string | undefined;
  /** Number that stands for the input. */
  readonly input: bigint;
}

/**
 * The bulk relation of several files that differ in their paths and facts alone, which stand in
 * `~day` and `~input`: a statement of its own for each file would take longer than small files.
 */
export function bulkTogether(
  files: readonly { readonly readable: Readable; readonly facts: FileFacts }[],
): string {
  const { readable } = files[0]!;
  const byFile = (fact: (of: FileFacts) => string): string => {
    const cases = files.map(({ readable: { path }, facts }) => {
      return `WHEN ${quoteText(path)} THEN ${fact(facts)}`;
    });
    return `CASE "~file" ${cases.join(" ")} END`;
  };
  const day = byFile((facts) => quoteText(facts.day ?? undatedDay));
  const input = byFile((facts) => String(facts.input));
  const paths = `[${files.map((file) => quotePath(file.readable.path)).join(", ")}]`;
  return (
    `SELECT ${bulkTexts(readable)}, ${unknownPlace}, CAST(${day} AS DATE) AS "~day", ` +
    `${input} AS "~input" FROM ${bulkReader(readable, paths, ", filename = '~file'")}`
  );
}

/** @param from quoted path, or a list of them */
function bulkReader(file: Readable, from: string, more = ""): string {
  return file.layout.format === "json"
    ? bulkJson(file, from, more)
    : bulkDelimited(file, from, more);
}

function bulkTexts(file: Readable): string {
  const select = file.layout.columns.flatMap(({ column }, index) =>
    column ? [`${bulkText(file, index)} AS ${quoteName(column.name)}`] : [],
  );
  return select.join(", ");
}

/** The reader of delimited files makes the null-like texts null by itself. */
function bulkText({ layout }: Readable, index: number): string {
  return layout.format === "json"
    ? `nullif(${quoteName(layout.columns[index]!.have)}, '')`
    : `"c${index}"`;
}

const emptySql = emptyTexts.map(quoteText).join(", ");

function bulkDelimited({ layout, skipLines }: Readable, from: string, more: string): string {
  const columns = layout.columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  const quote = layout.quoted ? `'"'` : "''";
  return (
    `read_csv(${from}, delim = ${quoteText(layout.delimiter)}, quote = ${quote}, ` +
    `escape = ${quote}, header = false, skip = ${skipLines}, auto_detect = false, ` +
    `compression = 'none', ignore_errors = true, nullstr = [${emptySql}], ` +
    `columns = {${columns}}${more})`
  );
}

function bulkJson({ layout }: Readable, from: string, more: string): string {
  const columns = layout.columns.map(({ have }) => `${quoteText(have)}: 'VARCHAR'`).join(", ");
  return (
    `read_json(${from}, format = 'newline_delimited', ignore_errors = true, ` +
    `compression = 'uncompressed', columns = {${columns}}${more})`
  );
}

function parquetColumns({ layout, nested }: Readable): string {
  const select = layout.columns.flatMap(({ have, column }) => {
    if (!column) return [];
    const value = nested.has(have)
      ? `CAST(to_json(${quoteName(have)}) AS VARCHAR)`
      : `CAST(${quoteName(have)} AS VARCHAR)`;
    return [`nullif(${value}, '') AS ${quoteName(column.name)}`];
  });
  return select.join(", ");
}

/**
 * The exact relation: every line that is not blank with its number, its text and what is wrong
 * with it as a whole; the columns are what the bulk relation gives. In file order, one thread.
 */
export function exactRelation(file: Readable): string {
  const { layout } = file;
  if (layout.format === "parquet") {
    return (
      `SELECT ${parquetColumns(file)}, "~line", "~text", NULL::VARCHAR AS "~fault" FROM ` +
      `(SELECT *, file_row_number + 1 AS "~line", CAST(to_json(r) AS VARCHAR) AS "~text" ` +
      `FROM read_parquet(${quotePath(file.path)}, file_row_number = true) AS r)`
    );
  }
  const rows =
    `SELECT * FROM (SELECT row_number() OVER () AS "~line", "line" AS "~text" ` +
    `FROM ${lineReader(file.path)}) WHERE "~text" IS NOT NULL AND "~line" > ${file.skipLines}`;
  return layout.format === "json" ? exactJson(file, rows) : exactDelimited(file, rows);
}

/** Lines as one text column: exact text and order; a file with a byte 1 was rewritten. */
function lineReader(path: string): string {
  return (
    `read_csv(${quotePath(path)}, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', ` +
    `escape = '', header = false, auto_detect = false, compression = 'none', ` +
    `max_line_size = ${longestLineBytes * 2})`
  );
}

function exactDelimited(file: Readable, rows: string): string {
  const { delimiter, quoted, columns } = file.layout;
  const fields = quoted
    ? `regexp_extract_all("~text" || ${quoteText(delimiter)}, ` +
      `${quoteText(`("(?:[^"]|"")*"|[^"${delimiter}][^${delimiter}]*|)${delimiter}`)}, 1)`
    : `string_split("~text", ${quoteText(delimiter)})`;
  const field = (index: number): string => {
    const text = `"~f"[${index + 1}]`;
    const plain = quoted
      ? `CASE WHEN starts_with(${text}, '"') ` +
        `THEN replace(substr(${text}, 2, length(${text}) - 2), '""', '"') ELSE ${text} END`
      : text;
    return `CASE WHEN ${plain} IN (${emptySql}) THEN NULL ELSE ${plain} END`;
  };
  const select = columns.flatMap(({ column }, index) =>
    column ? [`${field(index)} AS ${quoteName(column.name)}`] : [],
  );
  const fault = faultSql(file, `len("~f") <> ${columns.length}`, "COLUMN_COUNT");
  return (
    `SELECT ${select.join(", ")}, "~line", "~text", ${fault} AS "~fault" ` +
    `FROM (SELECT *, ${fields} AS "~f" FROM (${rows}))`
  );
}

function exactJson(file: Readable, rows: string): string {
  const shape = JSON.stringify(
    Object.fromEntries(file.layout.columns.map(({ have }) => [have, "VARCHAR"])),
  );
  const object =
    `CASE WHEN json_valid("~text") AND json_type("~text") = 'OBJECT' ` +
    `THEN from_json("~text", ${quoteText(shape)}) END`;
  const select = file.layout.columns.flatMap(({ have, column }) =>
    column ? [`nullif("~o".${quoteName(have)}, '') AS ${quoteName(column.name)}`] : [],
  );
  const fault = faultSql(file, `"~o" IS NULL`, "MALFORMED_JSON");
  return (
    `SELECT ${select.join(", ")}, "~line", "~text", ${fault} AS "~fault" ` +
    `FROM (SELECT *, ${object} AS "~o" FROM (${rows}))`
  );
}

/** A last line without its end that is no row was cut off. */
function faultSql({ openLine }: Readable, when: string, code: string): string {
  const cut =
    openLine === undefined ? "" : `WHEN ${when} AND "~line" = ${openLine} THEN 'TRUNCATED' `;
  return `CASE ${cut}WHEN ${when} THEN '${code}' END`;
}
