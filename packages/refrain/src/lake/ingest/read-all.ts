import { join } from "node:path";
import type { LakeInput } from "../manifest.js";
import { storedColumns } from "./compile.js";
import { asDuplicate } from "./counts.js";
import { type Inspected, inspectFile } from "./inspect.js";
import type { Job } from "./job.js";
import { loadGroup, profileGroup, type Waiting } from "./load-group.js";
import { inputIdOf, type Prepared, prepareFile } from "./prepare.js";
import { profilePath } from "./profile-input.js";

/** A group of files is loaded together up to these bounds. */
const groupBytes = 4e9;
const groupFiles = 32;
/** Files from this size on are profiled alone. */
const largeBytes = 16e6;

/**
 * Reads every file: new content is profiled and loaded group by group, known content counts as
 * duplicate. The next file is inspected while this one is worked on.
 */
export async function readAll(job: Job, paths: readonly string[]): Promise<void> {
  const stop = new AbortController();
  const { signal } = job.options;
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const inspect = (index: number): Promise<Inspected> | undefined => {
    const path = paths[index];
    if (path === undefined) return undefined;
    const inspected = inspectFile(path, join(job.run.directory, `copy-${index}`), both);
    inspected.catch(() => undefined);
    return inspected;
  };
  const known = new Map(job.base.inputs.map((input) => [input.contentHash, input]));
  const groups = new Map<string, Waiting[]>();
  let ahead = inspect(0);
  try {
    for (let index = 0; ahead; index++) {
      const file: Inspected = await ahead;
      ahead = inspect(index + 1);
      await takeFile(job, file, known, groups);
    }
    for (const group of groups.values()) await loadGroup(job, group);
  } finally {
    stop.abort();
    await Promise.allSettled([ahead]);
  }
}

async function takeFile(
  job: Job,
  file: Inspected,
  known: Map<string, LakeInput>,
  groups: Map<string, Waiting[]>,
): Promise<void> {
  const { plan, run, engine, progress, buckets } = job;
  progress.doing(`reading ${file.name}`);
  const before = known.get(file.contentHash);
  if (before) {
    job.duplicates.push({ ...asDuplicate(before), name: file.name, delivery: plan.delivery });
    progress.add(file.bytes);
    return;
  }
  const { signal } = job.options;
  const prepared = await prepareFile(engine, file, {
    plan,
    buckets,
    directory: run.directory,
    signal,
  });
  const profile = profilePath(prepared, run.directory);
  const input = { ...freshInput(prepared, job), profile };
  known.set(file.contentHash, input);
  const { compile } = prepared.loadable;
  const key = `${compile.kind.name} ${storedColumns(compile).join(" ")}`;
  const group = groups.get(key) ?? [];
  // A large file's profile is taken while the next ones are inspected, small ones' together.
  const isLarge = prepared.file.bytes >= largeBytes;
  const profiled = isLarge ? { profiled: profileGroup(job, [prepared]) } : {};
  group.push({ prepared, input, ...profiled });
  groups.set(key, group);
  const bytes = group.reduce((sum, one) => sum + one.prepared.file.bytes, 0);
  if (bytes < groupBytes && group.length < groupFiles) return;
  groups.delete(key);
  await loadGroup(job, group);
}

function freshInput({ file, layout, rows }: Prepared, { plan }: Job): LakeInput {
  return {
    name: file.name,
    contentHash: file.contentHash,
    source: plan.source.name,
    delivery: plan.delivery,
    inputId: inputIdOf(file.contentHash).toString(16),
    kind: layout.kind.name,
    bytes: file.bytes,
    rows: { read: rows, kept: rows, rejected: 0, duplicate: 0, sampledOut: 0 },
    rejectedByReason: {},
  };
}
