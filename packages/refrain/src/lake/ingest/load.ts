import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine.js";
import { quoteName, quoteText } from "../sql-text.js";
import {
  type CompileOptions,
  isEventKind,
  rejectedRoute,
  sampledRoute,
  storedColumns,
  typedSelect,
} from "./compile.js";
import { bulkRelation, exactRelation, type Readable } from "./relation.js";

/** A file ready to be loaded. */
export interface Loadable {
  readonly readable: Readable;
  readonly compile: CompileOptions;
  /** Read line by line: slower, and true to every line. */
  readonly exact: boolean;
}

/** A Parquet file that a load wrote into the run's folder. */
export interface WrittenFile {
  readonly path: string;
  readonly table: string;
  readonly month?: string;
  readonly bucket?: number;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
  readonly firstAt?: string;
  readonly lastAt?: string;
}

/** What one load wrote, and how many rows of each input were kept and sampled out. */
export interface Loaded {
  readonly files: readonly WrittenFile[];
  readonly kept: ReadonlyMap<bigint, number>;
  readonly sampledOut: ReadonlyMap<bigint, number>;
}

/**
 * Loads files of one kind and one set of columns into partitions below `directory`. Rejected rows
 * land in a partition of their own and are dropped; they are located afterwards.
 */
export async function loadFiles(
  engine: Engine,
  inputs: readonly Loadable[],
  directory: string,
): Promise<Loaded> {
  const first = inputs[0]!.compile;
  const columns = [...storedColumns(first), "input_id"];
  const sampled = first.sampleUsers < 1 && columns.includes("user_id");
  const names = columns.map((name) => storedSql(name, sampled));
  const branches = inputs.map(
    ({ readable, compile, exact }) =>
      `SELECT ${names.join(", ")}, "to_table", "month", "bucket" FROM (` +
      `${typedSelect(compile, exact ? exactRelation(readable) : bulkRelation(readable))})`,
  );
  // Entities keep the order of their file: of two rows with one key the last one counts.
  const ordered = !isEventKind(first.kind);
  await engine.run(`SET preserve_insertion_order = ${ordered || inputs.some((one) => one.exact)}`);
  try {
    await engine.run(
      `COPY (${branches.join(" UNION ALL ")}) TO ${quoteText(directory)} ` +
        `(FORMAT parquet, PARTITION_BY ("to_table", "month", "bucket"))`,
    );
  } finally {
    await engine.run("SET preserve_insertion_order = false");
  }
  return readBack(engine, directory, columns);
}

function storedSql(name: string, sampled: boolean): string {
  const quoted = quoteName(name);
  return sampled && name !== "input_id"
    ? `CASE WHEN "to_table" <> '${sampledRoute}' THEN ${quoted} END AS ${quoted}`
    : quoted;
}

async function readBack(
  engine: Engine,
  directory: string,
  columns: readonly string[],
): Promise<Loaded> {
  const isEvent = columns.includes("event_at");
  const span = isEvent ? `, min("event_at") AS "first", max("event_at") AS "last"` : "";
  const rows = await engine.rows(
    `SELECT "filename", CAST("input_id" AS VARCHAR) AS "input", count(*) AS "rows"${span} ` +
      `FROM read_parquet(${quoteText(join(directory, "**", "*.parquet"))}, ` +
      `hive_partitioning = false, filename = true) GROUP BY ALL ORDER BY 1, 2`,
  );
  const kept = new Map<bigint, number>();
  const sampledOut = new Map<bigint, number>();
  const files = new Map<string, WrittenFile>();
  for (const row of rows) {
    const path = String(row["filename"]);
    const place = placeOf(path);
    const input = BigInt(String(row["input"]));
    const count = Number(row["rows"]);
    if (place.table === rejectedRoute) continue;
    if (place.table === sampledRoute) {
      sampledOut.set(input, (sampledOut.get(input) ?? 0) + count);
      continue;
    }
    kept.set(input, (kept.get(input) ?? 0) + count);
    const before = files.get(path);
    const firstAt = isEvent ? earlier(before?.firstAt, String(row["first"])) : undefined;
    const lastAt = isEvent ? later(before?.lastAt, String(row["last"])) : undefined;
    files.set(path, {
      path,
      ...(isEvent ? place : { table: place.table }),
      rows: (before?.rows ?? 0) + count,
      bytes: before?.bytes ?? (await stat(path)).size,
      columns,
      ...(firstAt === undefined ? {} : { firstAt }),
      ...(lastAt === undefined ? {} : { lastAt }),
    });
  }
  return { files: [...files.values()], kept, sampledOut };
}

function earlier(a: string | undefined, b: string): string {
  return a !== undefined && a < b ? a : b;
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}

/** Table, month and bucket from the path that the engine made. */
function placeOf(path: string): { table: string; month: string; bucket: number } {
  const part = (name: string): string =>
    decodeURIComponent(new RegExp(`[\\\\/]${name}=([^\\\\/]*)`).exec(path)?.[1] ?? "");
  return { table: part("to_table"), month: part("month"), bucket: Number(part("bucket")) };
}
