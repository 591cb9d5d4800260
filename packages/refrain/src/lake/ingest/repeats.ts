/**
 * Two equal rows that carry a time of day are one event, within a run and against what the lake
 * already holds. First a cheap look for equal (user, time); only where there are some are whole
 * rows compared. Files of the lake are read only where their span of time meets that of new ones.
 */
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { groupBy } from "../../foundation/index.js";
import { mayShareUsers } from "../buckets.js";
import type { Engine } from "../engine.js";
import type { LakeFile, Manifest } from "../manifest.js";
import { quoteName, quotePath, quoteText } from "../sql-text.js";
import type { WrittenFile } from "./load.js";

/** Rows of one look: bounds the memory that it takes. */
const rowsAtOnce = 8_000_000;

/** What `dropRepeats` left. */
export interface Remaining {
  readonly files: readonly WrittenFile[];
  /** Rows dropped, by input. */
  readonly dropped: ReadonlyMap<bigint, number>;
}

/**
 * Drops the rows of the new files that repeat a timed row of another new file or of the lake.
 * @param inputOrder ids of the inputs in the order in which they came: the first keeps its row
 */
export async function dropRepeats(
  engine: Engine,
  written: readonly WrittenFile[],
  lake: {
    readonly directory: string;
    readonly files: readonly LakeFile[];
    readonly manifest: Manifest;
  },
  inputOrder: readonly bigint[],
): Promise<Remaining> {
  const { buckets } = lake.manifest;
  const dropped = new Map<bigint, number>();
  const left = new Map(written.map((file) => [file.path, file]));
  for (const group of partitions(written)) {
    const old = lake.files.filter((file) => group.some((mine) => meets(mine, file, buckets)));
    const repeats = await findRepeats(engine, group, {
      directory: lake.directory,
      files: old,
      manifest: lake.manifest,
      inputOrder,
    });
    for (const [path, rows] of groupBy(repeats, (row) => row.path)) {
      const file = left.get(path)!;
      left.set(
        path,
        await withoutRows(
          engine,
          file,
          rows.map((row) => row.row),
        ),
      );
      for (const { input } of rows) dropped.set(input, (dropped.get(input) ?? 0) + 1);
    }
  }
  return { files: [...left.values()].filter((file) => file.rows > 0), dropped };
}

/** Files that may hold equal rows stand together, as many at once as memory allows. */
function partitions(written: readonly WrittenFile[]): WrittenFile[][] {
  const groups: WrittenFile[][] = [];
  const byPlace = groupBy(written, (file) => `${file.table} ${file.month} ${file.bucket}`);
  let rows = Number.POSITIVE_INFINITY;
  let table = "";
  for (const files of [...byPlace.values()].sort((a, b) => compare(a[0]!.table, b[0]!.table))) {
    if (!files.some((file) => file.timed)) continue;
    const more = files.reduce((sum, file) => sum + file.rows, 0);
    if (rows + more > rowsAtOnce || table !== files[0]!.table) {
      groups.push([]);
      rows = 0;
      table = files[0]!.table;
    }
    groups.at(-1)!.push(...files);
    rows += more;
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function meets(mine: WrittenFile, other: LakeFile, buckets: number): boolean {
  return (
    mine.table === other.table &&
    mine.month === other.month &&
    mayShareUsers(mine, other, buckets) &&
    (mine.firstAt ?? "") <= plainTime(other.lastAt) &&
    plainTime(other.firstAt) <= (mine.lastAt ?? "")
  );
}

function plainTime(text: string | undefined): string {
  return text ?? "";
}

interface Repeat {
  readonly path: string;
  readonly row: number;
  readonly input: bigint;
}

interface Others {
  readonly directory: string;
  readonly files: readonly LakeFile[];
  readonly manifest: Manifest;
  readonly inputOrder: readonly bigint[];
}

async function findRepeats(
  engine: Engine,
  mine: readonly WrittenFile[],
  others: Others,
): Promise<Repeat[]> {
  const compared = mine[0]!.columns.filter((name) => name !== "arrived_at" && name !== "input_id");
  const scans = [
    ...bySchema(mine.map((file) => ({ path: file.path, columns: file.columns }))).map((group) =>
      scan(group, compared, 1),
    ),
    ...bySchema(
      others.files.map((file) => ({
        path: join(others.directory, file.path),
        columns: others.manifest.schemas[file.schema]!,
      })),
    ).map((group) => scan(group, compared, 0)),
  ];
  const all = scans.join(" UNION ALL ");
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "~equal" AS SELECT "h" FROM ` +
      `(SELECT hash("user_id", "event_at") AS "h" FROM (${all}) WHERE "timed") ` +
      `GROUP BY "h" HAVING count(*) > 1`,
  );
  const [found] = await engine.rows(`SELECT count(*) AS "rows" FROM "~equal"`);
  if (Number(found?.["rows"]) === 0) return [];
  const names = compared.map(quoteName).join(", ");
  const order = `array_position([${others.inputOrder.join(", ")}]::BIGINT[], "input_id")`;
  const rows = await engine.rows(
    `SELECT "filename", "file_row_number" AS "row", CAST("input_id" AS VARCHAR) AS "input" FROM ` +
      `(SELECT *, row_number() OVER (PARTITION BY ${names} ` +
      `ORDER BY "new", ${order}, "filename", "file_row_number") AS "nth" FROM (${all}) ` +
      `WHERE "timed" AND hash("user_id", "event_at") IN (SELECT "h" FROM "~equal")) ` +
      `WHERE "nth" > 1 AND "new" = 1 ORDER BY 1, 2`,
  );
  return rows.map((row) => ({
    path: String(row["filename"]),
    row: Number(row["row"]),
    input: BigInt(String(row["input"])),
  }));
}

interface Columned {
  readonly path: string;
  readonly columns: readonly string[];
}

function bySchema(files: readonly Columned[]): Columned[][] {
  return [...groupBy(files, (file) => file.columns.join("\n")).values()];
}

function scan(files: readonly Columned[], compared: readonly string[], isNew: 0 | 1): string {
  const has = new Set(files[0]!.columns);
  const select = compared.map((name) =>
    has.has(name) ? quoteName(name) : `NULL AS ${quoteName(name)}`,
  );
  const paths = files.map((file) => quotePath(file.path)).join(", ");
  return (
    `SELECT ${select.join(", ")}, "input_id", "filename", "file_row_number", ${isNew} AS "new" ` +
    `FROM read_parquet([${paths}], hive_partitioning = false, filename = true, ` +
    "file_row_number = true)"
  );
}

/** Writes the file again without some of its rows. */
async function withoutRows(
  engine: Engine,
  file: WrittenFile,
  rows: readonly number[],
): Promise<WrittenFile> {
  const condition = `"file_row_number" NOT IN (${rows.join(", ")})`;
  return rewritten(engine, file, condition);
}

/** Drops every row of some inputs: another run committed the same content first. */
export async function dropInputs(
  engine: Engine,
  written: readonly WrittenFile[],
  inputs: readonly bigint[],
): Promise<WrittenFile[]> {
  const left: WrittenFile[] = [];
  for (const file of written) {
    left.push(await rewritten(engine, file, `"input_id" NOT IN (${inputs.join(", ")})`));
  }
  return left.filter((file) => file.rows > 0);
}

async function rewritten(
  engine: Engine,
  file: WrittenFile,
  condition: string,
): Promise<WrittenFile> {
  const fresh = `${file.path}.new`;
  const names = file.columns.map(quoteName).join(", ");
  await engine.run(
    `COPY (SELECT ${names} FROM read_parquet(${quotePath(file.path)}, hive_partitioning = false, ` +
      `file_row_number = true) WHERE ${condition}) TO ${quoteText(fresh)} (FORMAT parquet)`,
  );
  const [count] = await engine.rows(
    `SELECT count(*) AS "rows" FROM read_parquet(${quotePath(fresh)})`,
  );
  const rows = Number(count?.["rows"]);
  if (rows > 0) await rename(fresh, file.path);
  else await Promise.all([rm(fresh), rm(file.path)]);
  return { ...file, rows, bytes: rows > 0 ? (await stat(file.path)).size : 0 };
}
