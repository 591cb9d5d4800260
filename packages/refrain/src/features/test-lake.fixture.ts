/** Small lakes for tests, written by SQL in the layout that `ingest` writes. */
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tables } from "../events/index.js";
import { type Engine, type Lake, openDuckDb, openLake, quoteText } from "../lake/index.js";

/** A macro for test data: a whole number below 10^12 that depends on all four arguments. */
export const randomMacro = `CREATE MACRO rnd(k, a, b, c) AS CAST(
  hash(concat_ws(':', k, a, b, c)) % 1000000000000 AS BIGINT)`;

/** A lake in a temporary folder. */
export interface TestLake {
  readonly directory: string;
  readonly lake: Lake;
  readonly remove: () => Promise<void>;
}

/** What stands in a test lake. */
export interface TestLakeOptions {
  /** Default 1. */
  readonly buckets?: number;
  /** Rows of each table as SELECT; event tables need `user_id`, `event_at`, and `arrived_at`. */
  readonly tables: Readonly<Record<string, string>>;
  /** Statements run before, for example macros and temporary tables. */
  readonly before?: readonly string[];
  /** Rows of a file, so that one table and bucket has several. Default all. */
  readonly filesPerBucket?: number;
}

/** Writes a lake; `event_date` and `timed` are filled in where the rows lack them. */
export async function makeTestLake(options: TestLakeOptions): Promise<TestLake> {
  const directory = await mkdtemp(join(tmpdir(), "refrain-features-"));
  const engine = await openDuckDb({ threads: 2, memoryBytes: 500e6 });
  const files: object[] = [];
  const schemas: string[][] = [];
  try {
    for (const sql of options.before ?? []) await engine.run(sql);
    for (const [table, select] of Object.entries(options.tables)) {
      await writeTable(engine, { directory, options, table, select, files, schemas });
    }
  } finally {
    engine.close();
  }
  const manifest = {
    version: 1,
    sequence: 1,
    buckets: options.buckets ?? 1,
    schemas,
    files,
    inputs: [],
  };
  await mkdir(join(directory, "manifests"), { recursive: true });
  await writeFile(join(directory, "manifests", "000001.json"), JSON.stringify(manifest));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  return { directory, lake: await openLake(directory), remove };
}

interface TableJob {
  readonly directory: string;
  readonly options: TestLakeOptions;
  readonly table: string;
  readonly select: string;
  readonly files: object[];
  readonly schemas: string[][];
}

async function writeTable(engine: Engine, job: TableJob): Promise<void> {
  const { table, select, options, directory } = job;
  const isEvent = tables[table]?.nature === "event";
  await engine.run(`CREATE OR REPLACE TABLE "given" AS ${select}`);
  const columns = (await engine.rows(`SELECT column_name AS "name" FROM (DESCRIBE "given")`)).map(
    (row) => String(row["name"]),
  );
  const extra = isEvent
    ? [
        ...(columns.includes("event_date") ? [] : [`CAST("event_at" AS DATE) AS "event_date"`]),
        ...(columns.includes("timed") ? [] : [`false AS "timed"`]),
      ]
    : [];
  const buckets = options.buckets ?? 1;
  const bucketSql = isEvent
    ? `CAST('0x' || substr(md5("user_id"), 1, 4) AS INTEGER) % ${buckets}`
    : "0";
  const parts = isEvent ? (options.filesPerBucket ?? 1) : 1;
  for (let bucket = 0; bucket < (isEvent ? buckets : 1); bucket++) {
    for (let part = 0; part < parts; part++) {
      const where = `${bucketSql} = ${bucket} AND rowid % ${parts} = ${part}`;
      const path = `data/${table}-${bucket}-${part}.parquet`;
      const full = join(directory, path);
      await mkdir(join(directory, "data"), { recursive: true });
      await engine.run(
        `COPY (SELECT ${["*", ...extra].join(", ")} FROM "given" WHERE ${where})
          TO ${quoteText(full)} (FORMAT parquet)`,
      );
      const edge = isEvent
        ? `, CAST(min("event_at") AS VARCHAR) AS "first",
          CAST(max("event_at") AS VARCHAR) AS "last"`
        : "";
      const [row] = await engine.rows(
        `SELECT CAST(count(*) AS BIGINT) AS "rows"${edge} FROM "given" WHERE ${where}`,
      );
      if (row?.["rows"] === 0) continue;
      job.files.push({
        path,
        table,
        ...(isEvent ? { bucket, firstAt: row?.["first"], lastAt: row?.["last"] } : {}),
        rows: row?.["rows"],
        bytes: (await stat(full)).size,
        delivery: "test",
        schema: job.schemas.length,
      });
    }
  }
  job.schemas.push([...columns, ...extra.map((one) => /AS "(\w+)"$/.exec(one)?.[1] ?? "")]);
}
