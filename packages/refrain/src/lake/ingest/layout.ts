import { closest } from "fastest-levenshtein";
import { type SourceColumn, type SourceKind, tables } from "../../events/index.js";
import { lakeErrors } from "../errors.js";
import { splitFields } from "./fields.js";
import type { Inspected } from "./inspect.js";
import { answersTo, type IngestPlan } from "./options.js";

/** A column of the file: its name there, and the source's name for it where it has one. */
export interface FileColumn {
  /** Name in the header or key; `columnN` where a file without header has more than the source. */
  readonly have: string;
  /** The source's column, absent for strays. */
  readonly column?: SourceColumn;
}

/** How one file is to be read. */
export interface Layout {
  readonly kind: SourceKind;
  readonly format: "delimited" | "json" | "parquet";
  /** For delimited files. */
  readonly delimiter: string;
  readonly quoted: boolean;
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** Columns in the file's order (delimited), else those that are read. */
  readonly columns: readonly FileColumn[];
}

/** Lines of the head that decide. */
const lookedLines = 10_000;
/** Share of the looked-at lines that must be readable. */
const readableShare = 0.05;

/**
 * Recognises kind, delimiter, header and columns from the name and the first lines.
 * @throws KIND_UNKNOWN, COLUMN_MISSING, WRONG_DELIMITER, WRONG_FORMAT, FILE_EMPTY
 */
export function layoutOf(
  file: Inspected,
  plan: IngestPlan,
  parquetColumns?: readonly string[],
): Layout {
  const candidates = kindsFor(file.name, plan);
  if (parquetColumns) return parquetLayout(file.name, plan, candidates, parquetColumns);
  const lines = headLines(file);
  if (lines.length === 0) throw lakeErrors.FILE_EMPTY({ file: file.name });
  const isJson = lines[0]!.trimStart().startsWith("{");
  const layout = isJson
    ? jsonLayout(file.name, plan, candidates, lines)
    : delimitedLayout(file.name, plan, candidates, lines);
  if (layout.header && file.facts.lines === 1) throw lakeErrors.FILE_EMPTY({ file: file.name });
  return layout;
}

interface Candidates {
  readonly kinds: readonly SourceKind[];
  /** Whether `--kind` or the name settled it. */
  readonly settled: boolean;
}

function kindsFor(name: string, plan: IngestPlan): Candidates {
  if (plan.kind) return { kinds: [plan.kind], settled: true };
  const lower = name.toLowerCase();
  const named = plan.source.kinds.find((kind) => kind.fileName.test(lower));
  return named
    ? { kinds: [named], settled: true }
    : { kinds: plan.source.kinds, settled: plan.source.kinds.length === 1 };
}

/** The first lines as text, without the byte order mark and without a last line that is cut. */
export function headLines(file: Inspected): string[] {
  const { head } = file.facts;
  const encoding = file.isUtf8 || looksUtf8(head) ? "utf-8" : "gbk";
  const text = new TextDecoder(encoding).decode(head);
  const lines = text.split(/\r\n|\n|\r/);
  const isWhole = head.length === file.bytes;
  if (!isWhole && lines.length > 1) lines.pop();
  return lines.filter((line) => line !== "").slice(0, lookedLines);
}

function looksUtf8(head: Buffer): boolean {
  const text = new TextDecoder("utf-8").decode(head);
  const broken = text.split("\ufffd").length - 1;
  return broken * 20 < text.replace(/[\0-\x7f]/g, "").length;
}

/** Finds each file column's meaning; `--column` goes before the known spellings. */
function matchColumns(
  have: readonly string[],
  kind: SourceKind,
  plan: IngestPlan,
): { columns: FileColumn[]; matched: number } {
  const left = new Map(have.map((name) => [name.toLowerCase(), name]));
  const meaning = new Map<string, SourceColumn>();
  for (const [want, name] of Object.entries(plan.columns)) {
    const column = kind.columns.find((one) => answersTo(one, want));
    const there = left.get(name.toLowerCase());
    if (column && there !== undefined) {
      meaning.set(there, column);
      left.delete(name.toLowerCase());
    }
  }
  for (const column of kind.columns) {
    if ([...meaning.values()].includes(column)) continue;
    for (const name of [column.name, ...(column.aliases ?? [])]) {
      const there = left.get(name.toLowerCase());
      if (there === undefined) continue;
      meaning.set(there, column);
      left.delete(name.toLowerCase());
      break;
    }
  }
  const columns = have.map((name): FileColumn => {
    const column = meaning.get(name);
    return column ? { have: name, column } : { have: name };
  });
  return { columns, matched: meaning.size };
}

/** The first candidate whose telling columns are all there; the settled one without asking. */
function chooseKind(
  name: string,
  plan: IngestPlan,
  candidates: Candidates,
  have: readonly string[],
): SourceKind {
  if (candidates.settled) return candidates.kinds[0]!;
  const matches = candidates.kinds.map((kind) => ({ kind, ...matchColumns(have, kind, plan) }));
  const recognised = matches.find((match) => isRecognised(match.kind, match.columns));
  if (recognised) return recognised.kind;
  const nearest = matches.sort((a, b) => b.matched - a.matched)[0];
  if (plan.source.anyName && nearest) return nearest.kind;
  throw kindUnknown(name, plan);
}

function isRecognised(kind: SourceKind, columns: readonly FileColumn[]): boolean {
  const found = new Set(columns.map((one) => one.column?.name));
  return (kind.recognisedBy ?? []).every((want) => found.has(want));
}

function kindUnknown(name: string, plan: IngestPlan): Error {
  return lakeErrors.KIND_UNKNOWN({
    name,
    source: plan.source.name,
    known: plan.source.kinds.map((one) => one.name),
  });
}

function jsonLayout(
  name: string,
  plan: IngestPlan,
  candidates: Candidates,
  lines: readonly string[],
): Layout {
  const keys = new Set<string>();
  let refused = 0;
  for (const line of lines) {
    const row = parsedObject(line);
    if (row) for (const key of Object.keys(row)) keys.add(key);
    else refused++;
  }
  if (refused > lines.length * (1 - readableShare)) {
    const looked = lines.length;
    throw lakeErrors.WRONG_FORMAT({ file: name, refused, looked, expected: "JSON objects" });
  }
  const have = [...keys];
  const kind = chooseKind(name, plan, candidates, have);
  const { columns } = matchColumns(have, kind, plan);
  assertColumns(name, kind, columns, plan);
  const read = columns.filter((one) => one.column !== undefined);
  return { kind, format: "json", delimiter: "", quoted: false, header: false, columns: read };
}

function parsedObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parquetLayout(
  name: string,
  plan: IngestPlan,
  candidates: Candidates,
  have: readonly string[],
): Layout {
  const kind = chooseKind(name, plan, candidates, have);
  const { columns } = matchColumns(have, kind, plan);
  assertColumns(name, kind, columns, plan);
  const read = columns.filter((one) => one.column !== undefined);
  return { kind, format: "parquet", delimiter: "", quoted: false, header: false, columns: read };
}

function delimitedLayout(
  name: string,
  plan: IngestPlan,
  candidates: Candidates,
  lines: readonly string[],
): Layout {
  const tried = candidates.kinds
    .flatMap((kind) => splitsOf(kind, plan, lines))
    .filter((split) => split.fitness > 0)
    .sort((a, b) => b.fitness - a.fitness);
  const best = candidates.settled ? tried[0] : chooseSplit(tried, plan);
  if (!best) {
    if (!candidates.settled) throw kindUnknown(name, plan);
    const kind = candidates.kinds[0]!;
    if (kind.format === "json") {
      const looked = lines.length;
      throw lakeErrors.WRONG_FORMAT({ file: name, refused: looked, looked, expected: "JSON" });
    }
    throw lakeErrors.WRONG_DELIMITER({
      file: name,
      refused: lines.length,
      looked: lines.length,
      columns: kind.columns.filter((column) => !column.headerOnly).length,
      delimiters: spokenDelimiters(kind),
    });
  }
  assertColumns(name, best.kind, best.columns, plan);
  const { kind, delimiter, quoted, header, columns } = best;
  return { kind, format: "delimited", delimiter, quoted, header, columns };
}

/** Among several kinds: the one whose telling columns are named, else the only one so wide. */
function chooseSplit(tried: readonly Split[], plan: IngestPlan): Split | undefined {
  const named = tried.find((split) => split.header && isRecognised(split.kind, split.columns));
  if (named) return named;
  if (plan.source.anyName) return tried.find((split) => split.header);
  const wide = tried.filter(
    (split) =>
      !split.header &&
      split.columns.length === split.kind.columns.filter((column) => !column.headerOnly).length,
  );
  return new Set(wide.map((split) => split.kind)).size === 1 ? wide[0] : undefined;
}

interface Split extends Layout {
  /** 0 = cannot be; else higher is better: named columns first, then the share of lines. */
  readonly fitness: number;
}

function splitsOf(kind: SourceKind, plan: IngestPlan, lines: readonly string[]): Split[] {
  return (kind.delimiters ?? [",", "\t", ";", "|"]).map((delimiter): Split => {
    // Fields in quotes belong to commas and semicolons; after a tab a quote is a character.
    const quoted = kind.quoted === true && (delimiter === "," || delimiter === ";");
    const rows = lines.map((line) => splitFields(line, delimiter, quoted));
    const first = rows[0] ?? [];
    const named = matchColumns(unique(first), kind, plan);
    const header = first.length > 1 && (named.matched >= 2 || looksLikeHeader(rows));
    const body = header ? rows.slice(1) : rows;
    const width = header ? first.length : usualWidth(body, kind);
    const fitting = body.filter((row) => row?.length === width).length;
    const share = body.length === 0 ? 1 : fitting / body.length;
    const columns = header ? named.columns : byPosition(width, kind, plan);
    const isPossible = width > 1 && share > readableShare && (header || columns.length > 0);
    const fitness = isPossible ? share + (header ? named.matched : 0) : 0;
    return { kind, format: "delimited", delimiter, quoted, header, columns, fitness };
  });
}

const columnName = /^[\p{L}_][\p{L}\p{N}_ .-]*$/u;

/** Names only, above a line that has more than names: every kind has a number or a time. */
function looksLikeHeader(rows: readonly (readonly string[] | undefined)[]): boolean {
  const areNames = (row: readonly string[] | undefined): boolean =>
    row?.every((field) => columnName.test(field)) ?? false;
  return areNames(rows[0]) && rows.length > 1 && !areNames(rows[1]);
}

function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((raw, index) => {
    const name = raw.trim() || `column${index + 1}`;
    const count = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** The width that most lines have which are wide enough for the columns that must be there. */
function usualWidth(rows: readonly (readonly string[] | undefined)[], kind: SourceKind): number {
  const counts = new Map<number, number>();
  for (const row of rows) if (row) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const ordered = kind.columns.filter((column) => !column.headerOnly);
  const needed = ordered.filter((column) => column.required !== false).length;
  let best = ordered.length;
  for (const [width, count] of counts) {
    if (width >= needed && count > (counts.get(best) ?? 0)) best = width;
  }
  return best;
}

/** Columns of a file without header: the source's in order; more are `columnN`; too few: none. */
function byPosition(width: number, kind: SourceKind, plan: IngestPlan): FileColumn[] {
  const ordered = kind.columns.filter((column) => !column.headerOnly);
  const needed = ordered.filter((column) => column.required !== false).length;
  if (ordered.length === 0 || width < needed) return [];
  const names = Array.from({ length: width }, (_, index) => `column${index + 1}`);
  const mapped = new Map<string, SourceColumn>();
  for (const [want, have] of Object.entries(plan.columns)) {
    const column = kind.columns.find((one) => answersTo(one, want));
    if (column && names.includes(have)) mapped.set(have, column);
  }
  return names.map((have, index): FileColumn => {
    const column = mapped.get(have) ?? ordered[index];
    return column ? { have, column } : { have };
  });
}

function assertColumns(
  file: string,
  kind: SourceKind,
  columns: readonly FileColumn[],
  plan: IngestPlan,
): void {
  const has = columns.map((one) => one.have);
  const found = new Set(columns.map((one) => one.column));
  for (const column of kind.columns) {
    const isNeeded = column.required ?? (!column.headerOnly && isKey(column, kind));
    if (isNeeded && !found.has(column)) {
      throw columnMissing(file, columns, { column: column.name, want: column.name });
    }
  }
  for (const [want, have] of Object.entries(plan.columns)) {
    const meant = kind.columns.filter((column) => answersTo(column, want));
    if (meant.length > 0 && !has.some((name) => name.toLowerCase() === have.toLowerCase())) {
      throw columnMissing(file, columns, { column: have, want });
    }
  }
}

/** Suggests the nearest name among the columns that mean nothing yet. */
function columnMissing(
  file: string,
  columns: readonly FileColumn[],
  missing: { readonly column: string; readonly want: string },
): Error {
  const has = columns.map((one) => one.have);
  const free = columns.filter((one) => !one.column).map((one) => one.have);
  const candidates = free.length > 0 ? free : has;
  const nearest = candidates.length > 0 ? closest(missing.want, candidates) : "HAVE";
  return lakeErrors.COLUMN_MISSING({ file, ...missing, has, nearest });
}

/** The columns without which a file of this kind says nothing. */
function isKey(column: SourceColumn, kind: SourceKind): boolean {
  if (column.to === "event_at") return !kind.dated && !kind.undated;
  const names = "table" in kind.route ? [kind.route.table] : Object.values(kind.route.tables);
  return (
    column === kind.columns.find((one) => one.to === column.to) &&
    names.some((table) => tables[table]?.columns[column.to ?? ""]?.required === true)
  );
}

function spokenDelimiters(kind: SourceKind): string {
  const spoken = (kind.delimiters ?? []).map((one) =>
    one === "\t" ? "a tab" : one === " " ? "a blank" : `"${one}"`,
  );
  return spoken.join(" or ");
}
