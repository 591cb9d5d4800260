/** Ingest beside a hand-written COPY of the same files into the same layout, pairs interleaved. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version } from "@duckdb/node-api";
import { type LogFiles, writePlayLogs, writeSessions } from "./ingest/files.js";
import { type BenchOptions, type BenchRow, type BenchSide, summarise } from "./row.js";

type Work = "delimited" | "jsonl";

interface Run {
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly kept: number;
}

/** Sides are run in turn, this often. */
const fullPairs = 3;

const columns = { delimited: 9, jsonl: 5 };
const threads = 2;

/** `ingest-delimited`, `ingest-jsonl`, and `ingest-memory` at two sizes fourfold apart. */
export async function ingestBench(options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-bench-"));
  const pairs = options.quick ? 1 : fullPairs;
  try {
    const rowsAFile = options.quick ? 200 : 1_000_000;
    const plays = await writePlayLogs(join(folder, "plays"), options.quick ? 2 : 8, rowsAFile);
    const sessions = await writeSessions(join(folder, "sessions"), 4, rowsAFile);
    const rows = [
      await compare("delimited", plays, { folder, pairs }),
      await compare("jsonl", sessions, { folder, pairs }),
    ];
    await rm(join(folder, "plays"), { recursive: true });
    await rm(join(folder, "sessions"), { recursive: true });
    for (const days of options.quick ? [2] : [17, 68]) {
      rows.push(await memory(folder, days, rowsAFile));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  work: Work,
  files: LogFiles,
  { folder, pairs }: { readonly folder: string; readonly pairs: number },
): Promise<BenchRow> {
  const ours: Run[] = [];
  const copies: Run[] = [];
  // What a run wrote is removed after the last one: a file system that has just removed thousands
  // of files makes new ones slowly, and who comes next would pay for it.
  for (let pair = 0; pair < pairs; pair++) {
    ours.push(await runApart("ours", work, join(folder, `lake-${pair}`), files));
    copies.push(await runApart("copy", work, join(folder, `copy-${pair}`), files));
  }
  for (let pair = 0; pair < pairs; pair++) {
    await rm(join(folder, `lake-${pair}`), { recursive: true });
    await rm(join(folder, `copy-${pair}`), { recursive: true });
  }
  const mine = side(ours);
  const peer = side(copies);
  const rate = { name: "rows/s", value: Math.round(files.rows / mine.seconds) };
  return {
    work: `ingest-${work}, ${await sizeOf(files)}`,
    rows: files.rows,
    columns: columns[work],
    threads,
    ours: { ...mine, quality: rate },
    peers: [{ name: "hand-written DuckDB COPY", version: version(), ...peer }],
    ratio: mine.seconds / peer.seconds,
    reach: "≥ 1,000,000 rows/s and ≤ 1.8×",
    aim: "≤ 1.3×",
  };
}

/** Days of a million plays are 60 MB each: 17 of them 1 GB, 68 of them 4 GB. */
async function memory(folder: string, days: number, rowsADay: number): Promise<BenchRow> {
  const logs = await writePlayLogs(join(folder, "memory"), days, rowsADay);
  const size = await sizeOf(logs);
  const run = await runApart("ours", "delimited", join(folder, "lake"), logs);
  await rm(join(folder, "lake"), { recursive: true });
  await rm(join(folder, "memory"), { recursive: true });
  return {
    work: `ingest-memory, ${days} files, ${size}`,
    rows: logs.rows,
    columns: columns.delimited,
    threads,
    ours: side([run]),
    peers: [],
    reach: "≤ 1.5 GB, flat when the input grows fourfold",
  };
}

/** Bytes of the files together, for people. */
async function sizeOf({ paths }: LogFiles): Promise<string> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function side(runs: readonly Run[]): BenchSide {
  return {
    ...summarise(runs.map((run) => run.seconds)),
    peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
  };
}

async function runApart(
  which: "ours" | "copy",
  work: Work,
  out: string,
  files: LogFiles,
): Promise<Run> {
  const script = join(import.meta.dirname, "ingest", "side.ts");
  const given = ["--import", "tsx", script, which, work, out, ...files.paths];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  const run = JSON.parse(stdout) as Run;
  if (which === "ours" && run.kept !== files.rows) {
    throw new Error(`${run.kept} of ${files.rows} rows were kept.`);
  }
  return run;
}
