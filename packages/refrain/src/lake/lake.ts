import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ColumnType, type TableContract, tables } from "../events/index.js";
import type { Engine } from "./engine.js";
import { lakeErrors } from "./errors.js";
import { type LakeFile, type Manifest, manifestVersion } from "./manifest.js";
import { quoteName, quoteText } from "./sql-text.js";

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
  const names = await readdir(join(directory, "manifests")).catch(() => [] as string[]);
  const last = names
    .filter((name) => /^\d{6}\.json$/.test(name))
    .sort()
    .at(-1);
  if (last === undefined) throw lakeErrors.LAKE_NOT_FOUND({ directory });
  const manifest = JSON.parse(
    await readFile(join(directory, "manifests", last), "utf8"),
  ) as Manifest;
  if (manifest.version !== manifestVersion) {
    throw lakeErrors.LAKE_VERSION({ directory, found: manifest.version, known: manifestVersion });
  }
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
  /** Only this bucket of the events. */
  readonly bucket?: number;
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
      (file) => file.table === table.name && isSeen(file, options),
    );
    await engine.run(
      `CREATE OR REPLACE VIEW ${quoteName(table.name)} AS ${viewSql(lake, table, files)}`,
    );
  }
}

function isSeen(file: LakeFile, { bucket, months, delivery }: ViewOptions): boolean {
  return (
    (bucket === undefined || file.bucket === undefined || file.bucket === bucket) &&
    (delivery === undefined || file.delivery === delivery) &&
    (!months || !file.month || (file.month >= months[0] && file.month <= months[1]))
  );
}

function viewSql(lake: Lake, table: TableContract, files: readonly LakeFile[]): string {
  const columns = Object.entries(table.columns);
  if (files.length === 0) {
    const nulls = columns.map(
      ([name, column]) => `CAST(NULL AS ${sqlTypes[column.type]}) AS ${quoteName(name)}`,
    );
    return `SELECT ${nulls.join(", ")} WHERE false`;
  }
  const names = columns.map(([name]) => quoteName(name)).join(", ");
  const scan = (file: LakeFile): string => quoteText(join(lake.directory, file.path));
  if (table.nature === "event" || !table.key) {
    return `SELECT ${names} FROM read_parquet([${files.map(scan).join(", ")}], hive_partitioning = false)`;
  }
  const ranked = files.map(
    (file, order) =>
      `SELECT ${names}, ${order} AS "delivered" FROM read_parquet(${scan(file)}, hive_partitioning = false)`,
  );
  return (
    `SELECT ${names} FROM (${ranked.join(" UNION ALL ")}) ` +
    `QUALIFY row_number() OVER (PARTITION BY ${quoteName(table.key)} ORDER BY "delivered" DESC NULLS LAST) = 1`
  );
}
