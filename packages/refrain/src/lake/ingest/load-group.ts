import { ok as assert } from "node:assert/strict";
import { join } from "node:path";
import type { LakeInput } from "../manifest.js";
import type { Job } from "./job.js";
import { type Loaded, loadFiles } from "./load.js";
import { locateRejects, type Suspect } from "./locate.js";
import { type Prepared, removeCopies } from "./prepare.js";
import { profileInputs } from "./profile-input.js";

/** A file that waits for its group to be loaded. */
export interface Waiting {
  readonly prepared: Prepared;
  readonly input: LakeInput;
  /** Ends with its profile, where that is taken alone. */
  readonly profiled?: Promise<void>;
}

/** Part of a file's work that its profile is. */
const profileShare = 0.4;

/** Takes the profiles of files, small ones together, when those asked for before are taken. */
export function profileGroup(job: Job, group: readonly Prepared[]): Promise<void> {
  return job.profiles.add(async (engine) => {
    await profileInputs({ engine, counter: job.counter }, group, job.run.directory);
    const bytes = group.reduce((sum, { file }) => sum + file.bytes, 0);
    job.progress.add(bytes * profileShare);
  });
}

/**
 * Loads a group in bulk. A file whose located rejects do not explain the rows that
 * are missing is read again line by line: there the statement that keeps a row rejects the others.
 */
export async function loadGroup(job: Job, group: readonly Waiting[]): Promise<void> {
  const { engine, run, progress } = job;
  const names = group.length === 1 ? group[0]!.input.name : `${group.length} files`;
  const prepared = group.map((one) => one.prepared);
  const bytes = prepared.reduce((sum, { file }) => sum + file.bytes, 0);
  const others = group.filter((one) => !one.profiled).map((one) => one.prepared);
  const profiled = [
    ...group.map((one) => one.profiled),
    ...(others.length > 0 ? [profileGroup(job, others)] : []),
  ];
  const exact = new Set<Prepared>();
  for (;;) {
    const load = job.loads++;
    const loadables = prepared.map((one) => ({ ...one.loadable, exact: exact.has(one) }));
    const directory = join(run.directory, `load-${load}`);
    const share = exact.size > 0 ? 0 : 1 - profileShare;
    const loaded = await progress.during(`loading ${names}`, bytes * share, () =>
      loadFiles(engine, loadables, directory),
    );
    const rejectsPath = join(run.directory, `rejects-${load}.parquet`);
    const { inputs, unclear } = await countInputs(job, group, { loaded, rejectsPath });
    if (unclear.length === 0) {
      job.files.push(...loaded.files);
      job.inputs.push(...inputs);
      break;
    }
    assert(
      unclear.every((one) => !exact.has(one)),
      "A file read line by line has as many rejects as rows that were not kept.",
    );
    for (const one of unclear) exact.add(one);
  }
  await progress.during(`profiling ${names}`, 0, () => Promise.all(profiled));
  for (const one of prepared) await removeCopies(one);
}

interface Counted {
  readonly inputs: readonly LakeInput[];
  /** Files whose rejects do not explain the rows that are missing. */
  readonly unclear: readonly Prepared[];
}

/** The inputs with their counts; those of which rows are missing are gone through line by line. */
async function countInputs(
  { engine, options }: Job,
  group: readonly Waiting[],
  { loaded, rejectsPath }: { readonly loaded: Loaded; readonly rejectsPath: string },
): Promise<Counted> {
  const counted = group.map(({ prepared, input }) => {
    const { inputId } = prepared.loadable.compile;
    const read = prepared.rows;
    const kept = loaded.kept.get(inputId) ?? 0;
    const sampledOut = loaded.sampledOut.get(inputId) ?? 0;
    const rejected = read - kept - sampledOut;
    return { prepared, inputId, input, rows: { read, kept, rejected, duplicate: 0, sampledOut } };
  });
  const lacking = counted.filter(({ rows }) => rows.rejected !== 0);
  if (lacking.length === 0) {
    return { inputs: counted.map(({ input, rows }) => ({ ...input, rows })), unclear: [] };
  }
  const suspects = lacking.map(({ prepared }) => suspect(prepared));
  const where = { path: rejectsPath, signal: options.signal };
  const { reasons } = await locateRejects(engine, suspects, where);
  const unclear: Prepared[] = [];
  const inputs = counted.map(({ prepared, inputId, input, rows }): LakeInput => {
    if (rows.rejected === 0) return { ...input, rows };
    const rejectedByReason = reasons.get(inputId) ?? {};
    const located = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
    if (located !== rows.rejected) unclear.push(prepared);
    return { ...input, rows, rejectedByReason, rejects: rejectsPath };
  });
  return { inputs, unclear };
}

function suspect({ file, loadable, brokenPath }: Prepared): Suspect {
  return {
    name: file.name,
    loadable,
    ...(file.isParquet ? {} : { plainPath: file.readPath }),
    ...(brokenPath === undefined ? {} : { brokenPath }),
  };
}
