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
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  readonly kept: number;
  /** Buckets of what ours wrote. */
  readonly buckets: number;
}

/** Sides are run in turn, so often at least and at most: between these while there is time. */
const leastPairs = 3;
const mostPairs = 5;
const secondsAWork = 75;

const columns = { delimited: 9, jsonl: 5 };
const threads = 2;

/** `ingest-delimited` and `ingest-jsonl`, each by the clock and by processor time. */
export async function ingestBench(options: BenchOptions): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const rowsAFile = options.quick ? 200 : 1_000_000;
    const plays = await writePlayLogs(join(folder, "plays"), options.quick ? 2 : 8, rowsAFile);
    const sessions = await writeSessions(join(folder, "sessions"), 4, rowsAFile);
    return [
      ...(await compare("delimited", plays, { ...options, folder })),
      ...(await compare("jsonl", sessions, { ...options, folder })),
    ];
  });
}

/**
 * `ingest-memory` at two sizes fourfold apart: days of a million plays are 60 MB each, 17 of them
 * 1 GB, all 68 of them 4 GB.
 */
export async function ingestMemoryBench(options: BenchOptions): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const [rowsADay, few, all] = options.quick ? [200, 1, 2] : [1_000_000, 17, 68];
    const { paths } = await writePlayLogs(join(folder, "plays"), all, rowsADay);
    const rows: BenchRow[] = [];
    for (const days of [few, all]) {
      const logs = { paths: paths.slice(0, days), rows: days * rowsADay };
      const run = await ingestApart("delimited", join(folder, `lake-${days}`), logs);
      rows.push({
        work: `ingest-memory, ${days} files, ${await sizeOf(logs)}`,
        rows: logs.rows,
        columns: columns.delimited,
        threads,
        ours: side([run], (one) => one.seconds),
        peers: [],
        reach: "≤ 1.5 GB, flat when the input grows fourfold",
      });
    }
    return rows;
  });
}

async function inFolder(work: (folder: string) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  work: Work,
  files: LogFiles,
  { folder, quick }: BenchOptions & { readonly folder: string },
): Promise<BenchRow[]> {
  const ours: Run[] = [];
  const copies: Run[] = [];
  const began = performance.now();
  const goesOn = (pairs: number): boolean => {
    if (quick || pairs < leastPairs) return pairs < (quick ? 1 : leastPairs);
    return pairs < mostPairs && performance.now() - began < secondsAWork * 1000;
  };
  // What a run wrote is removed after the last one: a file system that has just removed thousands
  // of files makes new ones slowly, and who comes next would pay for it.
  for (let pair = 0; goesOn(pair); pair++) {
    const out = (side: string): string => join(folder, `${work}-${side}-${pair}`);
    ours.push(await ingestApart(work, out("lake"), files));
    copies.push(await runApart(["copy", work, out("copy"), `${ours[0]!.buckets}`], files));
  }
  const { rows } = files;
  const row = (name: string, seconds: (run: Run) => number): BenchRow => {
    const mine = side(ours, seconds);
    const peer = side(copies, seconds);
    return {
      work: name,
      rows,
      columns: columns[work],
      threads,
      ours: mine,
      peers: [{ name: "hand-written DuckDB COPY", version: version(), ...peer }],
      ratio: mine.seconds / peer.seconds,
      reach: "≤ 1.8×",
      aim: "≤ 1.3×",
    };
  };
  const name = `ingest-${work}, ${await sizeOf(files)}`;
  const byClock = row(name, (run) => run.seconds);
  const reach = "≥ 1,000,000 rows/s and ≤ 1.8×";
  return [
    {
      ...byClock,
      ours: withRate(byClock.ours, rows),
      peers: byClock.peers.map((peer) => withRate(peer, rows)),
      reach,
    },
    row(`${name}, processor time`, (run) => run.cpuSeconds),
  ];
}

function withRate<Side extends BenchSide>(one: Side, rows: number): Side {
  return { ...one, quality: { name: "rows/s", value: Math.round(rows / one.seconds) } };
}

/** Bytes of the files together, for people. */
async function sizeOf({ paths }: LogFiles): Promise<string> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function side(runs: readonly Run[], seconds: (run: Run) => number): BenchSide {
  return {
    ...summarise(runs.map(seconds)),
    peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
  };
}

async function ingestApart(work: Work, out: string, files: LogFiles): Promise<Run> {
  const run = await runApart(["ours", work, out, ""], files);
  if (run.kept !== files.rows) throw new Error(`${run.kept} of ${files.rows} rows were kept.`);
  return run;
}

async function runApart(side: readonly string[], { paths }: LogFiles): Promise<Run> {
  const script = join(import.meta.dirname, "ingest", "side.ts");
  const given = ["--import", "tsx", script, ...side, ...paths];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  return JSON.parse(stdout) as Run;
}
