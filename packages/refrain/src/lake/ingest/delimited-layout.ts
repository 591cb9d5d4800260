import type { SourceColumn, SourceKind } from "../../events/index.js";
import { lakeErrors } from "../errors.js";
import { assertColumns, type FileColumn, isRecognised, matchColumns } from "./columns.js";
import { splitFields } from "./fields.js";
import { type Candidates, kindUnknown, type Layout, readableShare } from "./layout.js";
import { answersTo, type IngestPlan } from "./options.js";

export function delimitedLayout(
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

function spokenDelimiters(kind: SourceKind): string {
  const spoken = (kind.delimiters ?? []).map((one) =>
    one === "\t" ? "a tab" : one === " " ? "a blank" : `"${one}"`,
  );
  return spoken.join(" or ");
}
