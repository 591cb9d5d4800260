import { access, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  asDiskFull,
  foundationErrors,
  type JobOptions,
  makeFolder,
  syncToDisk,
} from "../foundation/index.js";
import { simulateErrors } from "./errors.js";
import { lockOut } from "./out-lock.js";
import { truthFiles, truthFormat } from "./truth-files.js";

/** A simulation that has its place. */
export interface FolderJob extends Pick<JobOptions, "onProgress" | "signal"> {
  /** Folder for the files. */
  readonly out: string;
}

/**
 * Writes a simulation as one step: into a folder beside, which takes the place of `out` when all of
 * it, `truth/truth.json` last, is on the disk. A stopped or killed run leaves `out` as it was.
 * @param scenario what `truth.json` begins with; plain data
 * @param write fills an empty folder that has a `truth` folder, and says what was written
 * @throws OUT_NOT_EMPTY, OUT_BUSY, INTERRUPTED, DISK_FULL
 */
export async function writeFolder<S extends { readonly as: string }, W extends object>(
  scenario: S,
  job: FolderJob,
  write: (folder: string) => Promise<W>,
): Promise<S & W & { readonly out: string; readonly seconds: number }> {
  const began = performance.now();
  const out = resolve(job.out);
  await assertReplaceable(out);
  const part = `${out}.part`;
  const release = await lockOut(out);
  try {
    await rm(part, { recursive: true, force: true });
    await makeFolder(join(part, "truth"));
    const written = await write(part);
    await writeMarker(part, { ...scenario, ...written });
    await replaceFolder(part, out);
    job.onProgress?.({ doing: `simulating ${scenario.as}`, share: 1 });
    return { ...scenario, out, ...written, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (job.signal?.aborted) {
      throw foundationErrors.INTERRUPTED({ doing: `simulating into ${out}` }, error);
    }
    throw asDiskFull(error, out);
  } finally {
    await release();
  }
}

/** The mark of a complete simulation; written last. */
async function writeMarker(folder: string, values: object): Promise<void> {
  const path = join(folder, truthFiles.summary);
  await writeFile(path, `${JSON.stringify({ format: truthFormat, ...values }, null, 2)}\n`);
  await syncToDisk(path);
}

/** A folder may be written to if it is absent, empty, or a simulation of ours. */
async function assertReplaceable(out: string): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return [`the file ${out}`];
    throw error;
  });
  if (found.length === 0) return;
  const ours = await access(join(out, truthFiles.summary)).then(
    () => true,
    () => false,
  );
  if (!ours) throw simulateErrors.OUT_NOT_EMPTY({ out, found: found.slice(0, 3).join(", ") });
}

/** Puts the finished folder in the other's place. */
async function replaceFolder(part: string, out: string): Promise<void> {
  const old = `${out}.old`;
  await rm(old, { recursive: true, force: true });
  await rmdir(out).catch(() => rename(out, old).catch(() => undefined));
  await rename(part, out);
  await syncToDisk(dirname(out));
  await rm(old, { recursive: true, force: true });
}
