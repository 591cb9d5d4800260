import { join } from "node:path";
import { type ColumnType, type TableContract, tables } from "../events/index.js";
import { groupBy } from "../foundation/index.js";
import { bucketSql, bucketsIn } from "./buckets.js";
import type { Engine } from "./engine.js";
import { lakeErrors } from "./errors.js";
import type { LakeFile, Manifest } from "./manifest.js";
import { readManifest } from "./manifest-store.js";
import { quoteName, quotePath } from "./sql-text.js";

/** A lake as one commit left it; immutable, later commits are not seen. */
export interface Lake {
  readonly directory: string;
  readonly manifest: Manifest;
}

/**
 * Opens a lake at its last commit.
 * @param directory folder made by `ingest`
 * @throws LAKE_NOT_FOUND, LAKE_VERSION
 */
export async function openLake(directory: string): Promise<Lake> {
  const manifest = await readManifest(directory);
  if (!manifest) throw lakeErrors.LAKE_NOT_FOUND({ directory });
  return { directory, manifest };
}

/** SQL type of each column type, for DuckDB. */
export const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  integer: "BIGINT",
  real: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  date: "DATE",
  texts: "VARCHAR[]",
};

/** Which part of the lake a reader sees. */
export interface ViewOptions {
  /** Only this bucket of the events, or these. */
  readonly bucket?: number | readonly number[];
  /** Only events of these months (`YYYY-MM`), both ends included. */
  readonly months?: readonly [first: string, last: string];
  /** Only rows of this delivery. */
  readonly delivery?: string;
}

/**
 * Makes one view a canonical table, with the contract's columns and types; a table without rows
 * is an empty view. Entities show the last delivered row of each key.
 */
export async function registerViews(
  engine: Engine,
  lake: Lake,
  options: ViewOptions = {},
): Promise<void> {
  for (const table of Object.values(tables)) {
    const files = lake.manifest.files.filter(
      (file) => file.table === table.name && isSeen(lake, file, options),
    );
    const view = viewSql(lake, table, files, options);
    await engine.run(`CREATE OR REPLACE VIEW ${quoteName(table.name)} AS ${view}`);
  }
}

function isSeen(
  { manifest }: Lake,
  file: LakeFile,
  { bucket, months, delivery }: ViewOptions,
): boolean {
  const wanted = bucket === undefined ? undefined : [bucket].flat();
  return (
    (!wanted || bucketsIn(file, manifest).some((one) => wanted.includes(one))) &&
    (delivery === undefined || file.delivery === delivery) &&
    (!months || !file.month || (file.month >= months[0] && file.month <= months[1]))
  );
}

function viewSql(
  lake: Lake,
  table: TableContract,
  files: readonly LakeFile[],
  options: ViewOptions,
): string {
  const columns = Object.entries(table.columns);
  if (files.length === 0) {
    const nulls = columns.map(([name]) => nullColumn(table, name));
    return `SELECT ${nulls.join(", ")} WHERE false`;
  }
  const names = columns.map(([name]) => quoteName(name)).join(", ");
  if (table.nature === "event" || !table.key) {
    const parts = groupBy(files, (file) => `${file.schema} ${rowsSql(lake, file, options)}`);
    return [...parts.values()]
      .map((part) => `${scanSql(lake, table, part)}${rowsSql(lake, part[0]!, options)}`)
      .join(" UNION ALL ");
  }
  const ranked = files.map(
    (file, order) =>
      `SELECT *, ${order} AS "delivered" FROM (${scanSql(lake, table, [file], true)})`,
  );
  return (
    `SELECT ${names} FROM (${ranked.join(" UNION ALL ")}) QUALIFY row_number() OVER ` +
    `(PARTITION BY ${quoteName(table.key)} ORDER BY "delivered" DESC, "row" DESC) = 1`
  );
}

/** Which rows of a file are seen, where it holds those of other buckets too. */
function rowsSql({ manifest }: Lake, file: LakeFile, { bucket }: ViewOptions): string {
  if (bucket === undefined) return "";
  const wanted = [bucket].flat();
  if (bucketsIn(file, manifest).every((one) => wanted.includes(one))) return "";
  return ` WHERE ${bucketSql(manifest.buckets)} IN (${wanted.join(", ")})`;
}

/** Reads files of one schema; contract columns that they lack are null. */
function scanSql(
  lake: Lake,
  table: TableContract,
  files: readonly LakeFile[],
  withRow = false,
): string {
  const has = new Set(lake.manifest.schemas[files[0]!.schema]);
  const select = Object.keys(table.columns).map((name) =>
    has.has(name) ? quoteName(name) : nullColumn(table, name),
  );
  if (withRow) select.push(`"file_row_number" AS "row"`);
  const paths = files.map((file) => quotePath(join(lake.directory, file.path))).join(", ");
  return (
    `SELECT ${select.join(", ")} FROM ` +
    `read_parquet([${paths}], hive_partitioning = false, file_row_number = ${withRow})`
  );
}

function nullColumn(table: TableContract, name: string): string {
  return `CAST(NULL AS ${sqlTypes[table.columns[name]!.type]}) AS ${quoteName(name)}`;
}
