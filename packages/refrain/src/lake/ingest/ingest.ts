import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foundationErrors } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import { openDuckDb } from "../engines/duckdb.js";
import { lakeErrors } from "../errors.js";
import type { LakeInput, Manifest, RowCounts } from "../manifest.js";
import { readManifest } from "../manifest-store.js";
import { commitAddition, emptyManifest } from "./commit.js";
import { storedColumns } from "./compile.js";
import { discoverFiles } from "./discover.js";
import { inspectFile } from "./inspect.js";
import { loadFiles, type WrittenFile } from "./load.js";
import { locateRejects } from "./locate.js";
import { type IngestOptions, type IngestPlan, type IngestSummary, planIngest } from "./options.js";
import { inputIdOf, type Prepared, prepareFile, removeCopies } from "./prepare.js";
import { cleanDeadRuns, closeRun, openRun, type Run } from "./staging.js";

/** Buckets of a new lake. */
const defaultBuckets = 16;
/** A group of files is loaded together up to these bounds. */
const groupBytes = 4e9;
const groupFiles = 32;
/** Share of rejected rows from which on nothing is usable. */
const uselessShare = 0.95;

/** What a run carries along. */
interface Job {
  readonly engine: Engine;
  readonly plan: IngestPlan;
  readonly run: Run;
  readonly buckets: number;
  readonly base: Manifest;
  readonly options: IngestOptions;
  readonly files: WrittenFile[];
  readonly inputs: LakeInput[];
}

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
  const { files, ignored } = await discoverFiles(
    options.inputs,
    plan.source,
    plan.kind !== undefined,
  );
  const base = (await readManifest(plan.lake)) ?? emptyManifest(plan.buckets ?? defaultBuckets);
  if (plan.buckets !== undefined && plan.buckets !== base.buckets) {
    throw foundationErrors.OPTION_INVALID({
      option: "buckets",
      given: String(plan.buckets),
      expected: `${base.buckets}, the number that this lake was made with`,
    });
  }
  await mkdir(plan.lake, { recursive: true });
  await cleanDeadRuns(plan.lake, base);
  const run = await openRun(plan.lake);
  try {
    const engine = await openDuckDb({ ...plan.limits, tempDirectory: run.directory });
    const stop = (): void => engine.interrupt();
    options.signal?.addEventListener("abort", stop);
    try {
      const job: Job = {
        engine,
        plan,
        run,
        buckets: base.buckets,
        base,
        options,
        files: [],
        inputs: [],
      };
      const duplicates = await readAll(job, files);
      const done = await finish(job, duplicates);
      return summary(options, { plan, started, files, ignored, ...done });
    } catch (error) {
      throw options.signal?.aborted
        ? foundationErrors.INTERRUPTED({ doing: "ingesting" }, error)
        : error;
    } finally {
      options.signal?.removeEventListener("abort", stop);
      engine.close();
    }
  } finally {
    await closeRun(run);
  }
}

/** Inspects every file, loads those with new content group by group. */
async function readAll(job: Job, files: readonly string[]): Promise<LakeInput[]> {
  const { base, plan } = job;
  const known = new Map(base.inputs.map((input) => [input.contentHash, input]));
  const duplicates: LakeInput[] = [];
  const groups = new Map<string, Prepared[]>();
  const signal = job.options.signal;
  for (const [index, path] of files.entries()) {
    report(job, `reading ${path}`, index / files.length);
    const copyPath = join(job.run.directory, `copy-${index}`);
    const file = await inspectFile(path, copyPath, signal);
    const before = known.get(file.contentHash);
    if (before) {
      duplicates.push(duplicateOf(before, file.name, plan.delivery));
      continue;
    }
    const prepared = await prepareFile(job.engine, file, {
      plan,
      buckets: job.buckets,
      directory: job.run.directory,
      signal,
    });
    known.set(file.contentHash, placeholder(prepared, plan));
    const { compile } = prepared.loadable;
    const key = `${compile.kind.name} ${storedColumns(compile).join(" ")}`;
    const group = groups.get(key) ?? [];
    group.push(prepared);
    groups.set(key, group);
    const bytes = group.reduce((sum, one) => sum + one.file.bytes, 0);
    if (bytes >= groupBytes || group.length >= groupFiles) {
      await loadGroup(job, group);
      groups.delete(key);
    }
  }
  for (const group of groups.values()) await loadGroup(job, group);
  return duplicates;
}

function placeholder({ file, layout, rows }: Prepared, plan: IngestPlan): LakeInput {
  return {
    name: file.name,
    contentHash: file.contentHash,
    inputId: inputIdOf(file.contentHash).toString(16),
    source: plan.source.name,
    delivery: plan.delivery,
    kind: layout.kind.name,
    bytes: file.bytes,
    rows: { read: rows, kept: 0, rejected: 0, duplicate: rows, sampledOut: 0 },
    rejectedByReason: {},
  };
}

function duplicateOf(before: LakeInput, name: string, delivery: string): LakeInput {
  const { rejects: _, ...rest } = before;
  const { read } = before.rows;
  return {
    ...rest,
    name,
    delivery,
    rows: { read, kept: 0, rejected: 0, duplicate: read, sampledOut: 0 },
    rejectedByReason: {},
  };
}

/** Loads a group; a file whose located rejects do not explain its count is read line by line. */
async function loadGroup(job: Job, group: readonly Prepared[]): Promise<void> {
  const { engine, run, plan } = job;
  let exact = new Set<Prepared>();
  for (;;) {
    const directory = join(
      run.directory,
      `load-${job.files.length}-${job.inputs.length}-${exact.size}`,
    );
    const loadables = group.map((one) => ({ ...one.loadable, exact: exact.has(one) }));
    const loaded = await loadFiles(engine, loadables, directory);
    const inputs: LakeInput[] = [];
    const unclear = new Set<Prepared>();
    for (const one of group) {
      const id = one.loadable.compile.inputId;
      const kept = loaded.kept.get(id) ?? 0;
      const sampledOut = loaded.sampledOut.get(id) ?? 0;
      const rejected = one.rows - kept - sampledOut;
      const rows = { read: one.rows, kept, rejected, duplicate: 0, sampledOut };
      if (rejected === 0) inputs.push({ ...placeholder(one, plan), rows });
      else {
        const located = await locateRejects(engine, one.loadable, {
          name: one.file.name,
          directory: run.directory,
          ...(one.brokenPath === undefined ? {} : { brokenPath: one.brokenPath }),
        });
        if (located.rejected !== rejected) unclear.add(one);
        const { rejectedByReason, path: rejects } = located;
        inputs.push({ ...placeholder(one, plan), rows, rejectedByReason, rejects });
      }
    }
    if (unclear.size > 0 && ![...unclear].every((one) => exact.has(one))) {
      exact = new Set([...exact, ...unclear]);
      continue;
    }
    job.files.push(...loaded.files);
    job.inputs.push(...inputs);
    for (const one of group) await removeCopies(one);
    return;
  }
}

interface Outcome {
  readonly inputs: readonly LakeInput[];
  readonly sequence: number;
}

async function finish(job: Job, duplicates: readonly LakeInput[]): Promise<Outcome> {
  const { engine, plan, run, buckets, base } = job;
  assertUsable([...job.inputs, ...duplicates]);
  const recorded = duplicates.filter(
    (input) =>
      ![...base.inputs, ...job.inputs].some(
        (one) => one.contentHash === input.contentHash && one.delivery === input.delivery,
      ),
  );
  if (job.inputs.length === 0 && recorded.length === 0) {
    return { inputs: duplicates, sequence: base.sequence };
  }
  report(job, "committing", 0.99);
  const committed = await commitAddition(engine, {
    run,
    lake: plan.lake,
    buckets,
    delivery: plan.delivery,
    files: job.files,
    inputs: [...job.inputs, ...recorded],
  });
  const others = duplicates.filter((input) => !recorded.includes(input));
  return { inputs: [...committed.inputs, ...others], sequence: committed.sequence };
}

function assertUsable(inputs: readonly LakeInput[]): void {
  const rows = totalRows(inputs);
  if (rows.rejected === 0 || rows.rejected < rows.read * uselessShare) return;
  const worst = inputs.find((input) => input.rows.rejected > 0)!;
  throw lakeErrors.ALL_REJECTED({
    read: rows.read,
    rejected: rows.rejected,
    rejectedByReason: totalReasons(inputs),
    example: `${Object.keys(worst.rejectedByReason)[0]} in ${worst.name}`,
  });
}

function totalRows(inputs: readonly LakeInput[]): RowCounts {
  const sum = (pick: (rows: RowCounts) => number): number =>
    inputs.reduce((total, input) => total + pick(input.rows), 0);
  return {
    read: sum((rows) => rows.read),
    kept: sum((rows) => rows.kept),
    rejected: sum((rows) => rows.rejected),
    duplicate: sum((rows) => rows.duplicate),
    sampledOut: sum((rows) => rows.sampledOut),
  };
}

function totalReasons(inputs: readonly LakeInput[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const input of inputs) {
    for (const [reason, count] of Object.entries(input.rejectedByReason)) {
      totals[reason] = (totals[reason] ?? 0) + count;
    }
  }
  return Object.fromEntries(Object.entries(totals).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Finished extends Outcome {
  readonly plan: IngestPlan;
  readonly started: number;
  readonly files: readonly string[];
  readonly ignored: readonly string[];
}

function summary(options: IngestOptions, done: Finished): IngestSummary {
  options.onProgress?.({ doing: "ingesting", share: 1 });
  return {
    source: done.plan.source.name,
    lake: resolve(done.plan.lake),
    files: done.files.length,
    rows: totalRows(done.inputs),
    rejectedByReason: totalReasons(done.inputs),
    ignored: done.ignored,
    bytes: done.inputs.reduce((sum, input) => sum + input.bytes, 0),
    seconds: (performance.now() - done.started) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    sequence: done.sequence,
  };
}

function report(job: Job, doing: string, share: number): void {
  if (job.options.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing });
  job.options.onProgress?.({ doing, share });
}
