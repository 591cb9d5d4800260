import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { foundationErrors } from "./errors.js";
import { makeFolder } from "./folder.js";

/**
 * Writes a file beside its place and renames it: a kill leaves the old file or the new one.
 * @param write is given the temporary path in the same folder and writes the whole file there
 * @throws DISK_FULL
 */
export async function writeAtomically(
  path: string,
  write: (temporaryPath: string) => Promise<void>,
): Promise<void> {
  await makeFolder(dirname(path));
  const temporaryPath = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await write(temporaryPath);
    await syncToDisk(temporaryPath);
    await rename(temporaryPath, path);
    await syncToDisk(dirname(path));
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw asDiskFull(error, path);
  }
}

/** Asks the system to put a file's or folder's bytes on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const fullCodes = ["ENOSPC", "EDQUOT", "EFBIG"];

/** Turns "no space left" of system or SQL engine into DISK_FULL; other errors stay as they are. */
export function asDiskFull(error: unknown, path: string): unknown {
  const full =
    error instanceof Error &&
    (("code" in error && fullCodes.includes(String(error.code))) ||
      /no space left on device|disk quota exceeded|out of disk|file too large/i.test(
        error.message,
      ));
  return full ? foundationErrors.DISK_FULL({ path }, error) : error;
}
