import { closest } from "fastest-levenshtein";
import { type SourceColumn, type SourceKind, tables } from "../../events/index.js";
import { lakeErrors } from "../errors.js";
import { answersTo, type IngestPlan } from "./options.js";

/** A column of the file: its name there, and the source's name for it where it has one. */
export interface FileColumn {
  /** Name in the header or key; `columnN` where a file without header has more than the source. */
  readonly have: string;
  /** The source's column, absent for strays. */
  readonly column?: SourceColumn;
}

/** Finds each file column's meaning; `--column` goes before the known spellings. */
export function matchColumns(
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

export function isRecognised(kind: SourceKind, columns: readonly FileColumn[]): boolean {
  const found = new Set(columns.map((one) => one.column?.name));
  return (kind.recognisedBy ?? []).every((want) => found.has(want));
}

export function assertColumns(
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
    const isMeant = plan.source.anyName || kind.columns.some((column) => answersTo(column, want));
    if (isMeant && !has.some((name) => name.toLowerCase() === have.toLowerCase())) {
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
