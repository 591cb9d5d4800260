import { lakeErrors } from "../errors.js";
import { assertColumns, matchColumns } from "./columns.js";
import { delimitedLayout } from "./delimited-layout.js";
import type { Inspected } from "./inspect.js";
import { type Candidates, chooseKind, kindsFor, type Layout, readableShare } from "./layout.js";
import type { IngestPlan } from "./options.js";

/** Lines of the head that decide. */
const lookedLines = 10_000;

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
  const objects = lines.filter((line) => line.trimStart().startsWith("{")).length;
  const wantsJson = candidates.kinds.some((kind) => kind.format === "json");
  const layout =
    objects * (wantsJson ? 20 : 2) >= lines.length
      ? jsonLayout(file.name, plan, candidates, lines)
      : delimitedLayout(file.name, plan, candidates, lines);
  if (layout.header && file.facts.lines === 1) throw lakeErrors.FILE_EMPTY({ file: file.name });
  return layout;
}

/** The first lines as text, without the byte order mark and without a last line that is cut. */
function headLines(file: Inspected): string[] {
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
