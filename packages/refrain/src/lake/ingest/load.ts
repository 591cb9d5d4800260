import { stat } from "node:fs/promises";
import { groupBy } from "../../foundation/index.js";
import type { Engine, SqlRow } from "../engine.js";
import { quoteName, quotePath, quoteText } from "../sql-text.js";
import {
  type CompileOptions,
  decodePlace,
  isEventKind,
  rejectedPlace,
  sampledPlace,
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
      `SELECT ${names.join(", ")}, "place" FROM (` +
      `${typedSelect(compile, exact ? exactRelation(readable) : bulkRelation(readable))})`,
  );
  // Entities keep the order of their file: of two rows with one key the last one counts.
  const ordered = !isEventKind(first.kind);
  await engine.run(`SET preserve_insertion_order = ${ordered || inputs.some((one) => one.exact)}`);
  try {
    await engine.run(
      `COPY (${branches.join(" UNION ALL ")}) TO ${quoteText(directory)} ` +
        `(FORMAT parquet, PARTITION_BY ("place"))`,
    );
  } finally {
    await engine.run("SET preserve_insertion_order = false");
  }
  return readBack(engine, directory, first);
}

function storedSql(name: string, sampled: boolean): string {
  const quoted = quoteName(name);
  return sampled && name !== "input_id"
    ? `CASE WHEN "place" <> ${sampledPlace} THEN ${quoted} END AS ${quoted}`
    : quoted;
}

/** Counts rows by file and input, and finds the span of time of each file. */
async function readBack(
  engine: Engine,
  directory: string,
  compile: CompileOptions,
): Promise<Loaded> {
  const columns = [...storedColumns(compile), "input_id"];
  const isEvent = isEventKind(compile.kind);
  const span = isEvent ? `, min("event_at") AS "first", max("event_at") AS "last"` : "";
  const pattern = `${quotePath(directory).slice(0, -1)}/**/*.parquet'`;
  const rows = await engine.rows(
    `SELECT "filename", CAST("input_id" AS VARCHAR) AS "input", count(*) AS "rows"${span} ` +
      `FROM read_parquet(${pattern}, ` +
      "hive_partitioning = false, filename = true) GROUP BY ALL ORDER BY 1, 2",
  );
  const kept = new Map<bigint, number>();
  const sampledOut = new Map<bigint, number>();
  const files: WrittenFile[] = [];
  for (const [path, parts] of groupBy(rows, (row) => String(row["filename"]))) {
    const place = Number(/[\\/]place=(\d+)[\\/]/.exec(path)?.[1]);
    if (place === rejectedPlace) continue;
    const counts = place === sampledPlace ? sampledOut : kept;
    for (const part of parts) {
      const input = BigInt(String(part["input"]));
      counts.set(input, (counts.get(input) ?? 0) + Number(part["rows"]));
    }
    if (place === sampledPlace) continue;
    files.push({
      path,
      ...decodePlace(place, compile),
      rows: parts.reduce((sum, part) => sum + Number(part["rows"]), 0),
      bytes: (await stat(path)).size,
      columns,
      ...(isEvent ? spanOf(parts) : {}),
    });
  }
  return { files, kept, sampledOut };
}

function spanOf(parts: readonly SqlRow[]): { firstAt: string; lastAt: string } {
  const texts = (name: string): string[] => parts.map((part) => String(part[name])).sort();
  return { firstAt: texts("first")[0]!, lastAt: texts("last").at(-1)! };
}
