import type { JobOptions, Limits } from "../../foundation/index.js";
import { type SqlColumn, withSourceFile } from "../../lake/index.js";
import { simulateErrors } from "../errors.js";
import { itemsSource } from "./beside-sources.js";

/** A row that was left out, and where it stands. */
export interface RejectedBeside {
  /** Line in the file (row of a Parquet file), the first is 1. */
  readonly line: number;
  readonly reason: string;
  /** The row, at most 200 characters. */
  readonly text: string;
}

/** What is known of a title. */
export interface ItemInfo {
  readonly series?: string;
  readonly title?: string;
}

/** What a file of items held. */
export interface ItemsFile {
  readonly file: string;
  /** By the item's name in the ratings. */
  readonly items: ReadonlyMap<string, ItemInfo>;
  /** Rows with something on them, the header left out. */
  readonly rows: number;
  /** Items that stand in no series. */
  readonly withoutSeries: number;
  /** Rows that say again what an earlier one said. */
  readonly duplicates: number;
  /** Rows left out, by reason: MISSING_ITEM, TWO_SERIES, or what makes a line no row. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first hundred of them. */
  readonly rejected: readonly RejectedBeside[];
}

/** How to read a file that stands beside ratings. */
export interface BesideOptions extends JobOptions {
  /** Spelling in the file by the column's name. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
}

/** Counts rows that are left out and keeps the first of them. */
export class Rejects {
  readonly byReason: Record<string, number> = {};
  readonly first: RejectedBeside[] = [];

  add(line: number, reason: string, text: string): void {
    this.byReason[reason] = (this.byReason[reason] ?? 0) + 1;
    if (this.first.length < 100) this.first.push({ line, reason, text: text.slice(0, 200) });
  }
}

/** The texts of a column; nulls where the file has no such column. */
export function textsOf(columns: readonly SqlColumn[], name: string): readonly (string | null)[] {
  const found = columns.find((one) => one.name === name);
  if (found?.kind === "text") return found.values;
  return new Array<null>(columns[0]!.values.length).fill(null);
}

/** The numbers of a column; NaN where the file has no such column. */
export function numbersOf(columns: readonly SqlColumn[], name: string): Float64Array {
  const found = columns.find((one) => one.name === name);
  if (found?.kind === "number") return found.values;
  return new Float64Array(columns[0]!.values.length).fill(Number.NaN);
}

/**
 * Reads titles with their series: CSV, JSON lines or Parquet, plain or .gz, columns by name. A
 * title in two series keeps the first; the row with the other is left out.
 * @throws FILE_NOT_FOUND, FILE_EMPTY, NOT_TEXT, GZIP_DAMAGED, PARQUET_DAMAGED, COLUMN_UNKNOWN,
 *   COLUMN_MISSING, WRONG_DELIMITER, WRONG_FORMAT, ITEMS_UNUSABLE, INTERRUPTED
 */
export async function readItems(file: string, options: BesideOptions = {}): Promise<ItemsFile> {
  return await withSourceFile({ file, source: itemsSource, ...options }, async (read) => {
    const rejects = new Rejects();
    const place = `CAST("~line" AS DOUBLE) AS "line", "~text" AS "text", "~fault" AS "fault"`;
    const wanted = read.columns.map((name) => `trim("${name}") AS "${name}"`).join(", ");
    const columns = await read.engine.columns(
      `SELECT ${wanted}, ${place} FROM (${read.texts}) ORDER BY "~line"`,
    );
    const broken = await read.engine.rows(read.broken);
    for (const row of broken) {
      rejects.add(Number(row["line"]), String(row["reason"]), String(row["text"]));
    }
    const taken = takeItems(columns, rejects);
    if (taken.items.size === 0) {
      throw simulateErrors.ITEMS_UNUSABLE({ file, rows: read.rows, reasons: rejects.byReason });
    }
    const { items, duplicates } = taken;
    const withoutSeries = [...items.values()].filter((one) => one.series === undefined).length;
    return {
      ...{ file, items, duplicates, withoutSeries, rows: read.rows },
      rejectedByReason: rejects.byReason,
      rejected: rejects.first,
    };
  });
}

function takeItems(columns: readonly SqlColumn[], rejects: Rejects) {
  const text = (name: string) => textsOf(columns, name);
  const [item, series, title] = [text("item"), text("series"), text("title")];
  const [line, raw, fault] = [numbersOf(columns, "line"), text("text"), text("fault")];
  const items = new Map<string, ItemInfo>();
  let duplicates = 0;
  for (const [row, id] of item.entries()) {
    const refuse = (reason: string) => rejects.add(line[row]!, reason, raw[row] ?? "");
    if (fault[row] !== null) refuse(fault[row]!);
    else if (!id) refuse("MISSING_ITEM");
    else {
      const known = items.get(id);
      const own = series[row] || known?.series;
      const words = known?.title ?? title[row];
      if (known?.series !== undefined && known.series !== own) refuse("TWO_SERIES");
      else if (known && known.series === own && (known.title ?? "") === (words ?? "")) {
        duplicates += 1;
      } else items.set(id, { ...(own && { series: own }), ...(words && { title: words }) });
    }
  }
  return { items, duplicates };
}
