import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../foundation/index.js";
import { simulateErrors } from "./errors.js";

/**
 * Keeps other runs, of this process and of others, from writing to the same folder. What a killed
 * run left behind holds nobody up: its process is gone.
 * @param out absolute path of the folder; the lock stands beside it
 * @returns gives the folder free
 * @throws OUT_BUSY
 */
export async function lockOut(out: string): Promise<() => Promise<void>> {
  const path = `${out}.lock`;
  if (!(await claim(path))) {
    const pid = Number(await readFile(join(path, owner), "utf8").catch(() => ""));
    if (isAlive(pid)) throw simulateErrors.OUT_BUSY({ out, pid });
    await rm(path, { recursive: true, force: true });
    if (!(await claim(path))) throw simulateErrors.OUT_BUSY({ out, pid });
  }
  return () => rm(path, { recursive: true, force: true });
}

const owner = "pid";

/** Puts a folder that names this process in place: as one step, and never over another one. */
async function claim(path: string): Promise<boolean> {
  const made = `${path}.${randomUUID().slice(0, 8)}`;
  await makeFolder(made);
  try {
    await writeFile(join(made, owner), String(process.pid));
    await rename(made, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOTEMPTY", "EEXIST", "EPERM", "ENOTDIR"].includes(code)) return false;
    throw error;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
