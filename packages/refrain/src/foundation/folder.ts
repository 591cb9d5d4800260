import { mkdir, readdir, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing, one by one: below a missing folder of a
 * system such as /proc, where nothing can be made, Node's own recursion never ends.
 * @returns the highest folder that was made, undefined when all were there
 * @throws what the system says
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  let there = resolve(path);
  while (!(await stat(there).catch(() => undefined))) {
    missing.unshift(there);
    const above = dirname(there);
    if (above === there) break;
    there = above;
  }
  // A path that is there and no folder: the system says so.
  if (missing.length === 0) await mkdir(there, { recursive: true });
  for (const folder of missing) {
    await mkdir(folder).catch(async (error: unknown) => {
      const isThere = await stat(folder).catch(() => undefined);
      if (!isThere?.isDirectory()) throw error;
    });
  }
  return missing[0];
}

/** Removes a folder with the empty ones in it, and those above it up to `highest`, if empty. */
export async function removeEmptyFolders(path: string, highest: string): Promise<void> {
  await removeEmptyWithin(path);
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const isRemoved = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isRemoved || folder === resolve(highest) || folder === dirname(folder)) return;
  }
}

async function removeEmptyWithin(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const folder = join(path, entry.name);
    await removeEmptyWithin(folder);
    await rmdir(folder).catch(() => undefined);
  }
}
