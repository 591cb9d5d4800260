import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  asDiskFull,
  foundationErrors,
  makeFolder,
  removeEmptyFolders,
} from "../../foundation/index.js";
import { bucketsToWrite } from "../buckets.js";
import { openDuckDb } from "../engines/duckdb.js";
import { lakeErrors } from "../errors.js";
import type { LakeInput, Manifest } from "../manifest.js";
import { readManifest } from "../manifest-store.js";
import { FileCounter } from "../quality/index.js";
import { commitAddition, emptyManifest } from "./commit.js";
import { totalReasons, totalRows } from "./counts.js";
import { discoverFiles } from "./discover.js";
import { type Job, Lane, Progress } from "./job.js";
import { type IngestOptions, type IngestPlan, type IngestSummary, planIngest } from "./options.js";
import { readAll } from "./read-all.js";
import { cleanDeadRuns, closeRun, openRun } from "./staging.js";

/** Buckets of a new lake. */
const defaultBuckets = 16;
/**
 * Partitions written at once: past them the engine closes one and later makes a second file for
 * it. Well below the 1,024 open files that systems allow.
 */
const openFiles = 512;
/** Share of rejected rows from which on nothing is usable. */
const uselessShare = 0.95;

/**
 * Reads log files into a lake, in one commit: all of them or nothing. Rows that cannot be used are
 * kept as rejects, with file and line; the same content a second time is a duplicate.
 * @returns counts; `read` = kept + rejected + duplicate + sampledOut
 * @throws SOURCE_UNKNOWN, KIND_UNKNOWN, OPTION_INVALID, COLUMN_UNKNOWN, FILE_NOT_FOUND, NO_FILES,
 * FILE_EMPTY, NOT_TEXT, GZIP_DAMAGED, PARQUET_DAMAGED, WRONG_DELIMITER, WRONG_FORMAT,
 * COLUMN_MISSING, DATE_MISSING, ALL_REJECTED, LAKE_VERSION, LAKE_CHANGED, DISK_FULL,
 * MEMORY_EXCEEDED, INTERRUPTED
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const started = performance.now();
  const plan = planIngest(options);
  const kindGiven = plan.kind !== undefined;
  const { files, ignored } = await discoverFiles(options.inputs, plan.source, kindGiven);
  const base = await lakeFor(plan);
  const made = await makeFolder(plan.lake);
  await cleanDeadRuns(plan.lake);
  const done = await runJob(options, { plan, base, files }).catch(async (error: unknown) => {
    const others = await readdir(join(plan.lake, "staging")).catch(() => []);
    if (made !== undefined && others.length === 0) await removeEmptyFolders(plan.lake, made);
    throw error;
  });
  return {
    source: plan.source.name,
    lake: resolve(plan.lake),
    files: files.length,
    rows: totalRows(done.inputs),
    rejectedByReason: totalReasons(done.inputs),
    ignored,
    bytes: done.inputs.reduce((sum, input) => sum + input.bytes, 0),
    seconds: (performance.now() - started) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    sequence: done.sequence,
  };
}

/** The lake's last manifest, or an empty one with the number of buckets that was asked for. */
async function lakeFor(plan: IngestPlan): Promise<Manifest> {
  const found = await readManifest(plan.lake);
  if (!found) return emptyManifest(plan.buckets ?? defaultBuckets);
  if (plan.buckets === undefined || plan.buckets === found.buckets) return found;
  throw foundationErrors.OPTION_INVALID({
    option: "buckets",
    given: String(plan.buckets),
    expected: `${found.buckets}, the number that this lake was made with`,
  });
}

interface Work {
  readonly plan: IngestPlan;
  readonly base: Manifest;
  readonly files: readonly string[];
}

interface Outcome {
  readonly inputs: readonly LakeInput[];
  readonly sequence: number;
}

async function runJob(options: IngestOptions, { plan, base, files }: Work): Promise<Outcome> {
  const { signal } = options;
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const run = await openRun(plan.lake);
  try {
    const tempDirectory = options.limits?.tempDirectory ?? run.directory;
    const engine = await openDuckDb({ ...plan.limits, tempDirectory }, { besideWork: true });
    await engine.run(`SET partitioned_write_max_open_files = ${openFiles}`);
    const profiles = new Lane((await engine.beside?.()) ?? engine);
    const counter = new FileCounter();
    const stop = (): void => {
      engine.interrupt();
      profiles.interrupt();
      counter.interrupt();
    };
    signal?.addEventListener("abort", stop);
    try {
      const progress = new Progress(options, total, engine);
      const lists = { files: [], inputs: [], duplicates: [] };
      const buckets = bucketsToWrite(base, unpackedBytes(files, sizes));
      const own = { engine, profiles, counter, plan, run, base, buckets, options, progress };
      const job: Job = { ...own, ...lists, loads: 0 };
      await readAll(job, files);
      const done = await commit(job);
      progress.end();
      return done;
    } catch (error) {
      if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "ingesting" }, error);
      throw asDiskFull(error, plan.lake);
    } finally {
      signal?.removeEventListener("abort", stop);
      counter.interrupt();
      await profiles.close();
      await counter.close();
      engine.close();
    }
  } finally {
    await closeRun(run);
  }
}

/** How much a packed file grows, about, by the end of its name. */
const packed = [
  [".gz", 8],
  [".parquet", 4],
] as const;

function unpackedBytes(files: readonly string[], sizes: readonly number[]): number {
  const growth = (path: string): number => packed.find(([end]) => path.endsWith(end))?.[1] ?? 1;
  return files.reduce((sum, path, index) => sum + sizes[index]! * growth(path), 0);
}

/** Commits what was read; without new content and new deliveries the lake stays as it is. */
async function commit(job: Job): Promise<Outcome> {
  const { engine, plan, run, base, inputs, duplicates } = job;
  assertUsable([...inputs, ...duplicates]);
  const isRecorded = (input: LakeInput): boolean =>
    [...base.inputs, ...inputs].some(
      (one) => one.contentHash === input.contentHash && one.delivery === input.delivery,
    );
  const repeated = duplicates.filter((input) => isRecorded(input));
  const delivered = duplicates.filter((input) => !isRecorded(input));
  if (inputs.length + delivered.length === 0) {
    return { inputs: repeated, sequence: base.sequence };
  }
  job.progress.doing("committing");
  const committed = await commitAddition(engine, {
    run,
    lake: plan.lake,
    buckets: base.buckets,
    delivery: plan.delivery,
    files: job.files,
    inputs: [...inputs, ...delivered],
    signal: job.options.signal,
  });
  return { inputs: [...committed.inputs, ...repeated], sequence: committed.sequence };
}

function assertUsable(inputs: readonly LakeInput[]): void {
  const rows = totalRows(inputs);
  if (rows.rejected === 0 || rows.rejected < rows.read * uselessShare) return;
  const rejectedByReason = totalReasons(inputs);
  const [reason, count] = Object.entries(rejectedByReason).sort(([, a], [, b]) => b - a)[0]!;
  throw lakeErrors.ALL_REJECTED({
    read: rows.read,
    rejected: rows.rejected,
    rejectedByReason,
    example: `${count} as ${reason}`,
  });
}
