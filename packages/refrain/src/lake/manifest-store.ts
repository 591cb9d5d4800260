import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { asDiskFull, syncToDisk } from "../foundation/index.js";
import { lakeErrors } from "./errors.js";
import { type Manifest, manifestVersion } from "./manifest.js";

/**
 * The last manifest of a lake.
 * @returns undefined when the folder holds no lake
 * @throws LAKE_VERSION
 */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const names = await readdir(join(directory, "manifests")).catch(() => [] as string[]);
  const last = names
    .filter((name) => /^\d{6,}\.json$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .at(-1);
  if (last === undefined) return undefined;
  const text = await readFile(join(directory, "manifests", last), "utf8");
  const manifest = parsedManifest(text);
  if (manifest?.version !== manifestVersion || !hasLists(manifest)) {
    const found = Number(manifest?.version ?? 0);
    throw lakeErrors.LAKE_VERSION({ directory, found, known: manifestVersion });
  }
  return manifest;
}

function parsedManifest(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}

/** Drafts of this format lacked some of them. */
function hasLists({ files, inputs, schemas }: Partial<Manifest>): boolean {
  return [files, inputs, schemas].every(Array.isArray);
}

/**
 * Makes `manifests/000042.json` appear whole or not at all: written beside, synced, then linked to
 * its name, which fails when another run was first.
 * @returns false when another run committed this number
 * @throws DISK_FULL
 */
export async function commitManifest(directory: string, manifest: Manifest): Promise<boolean> {
  const folder = join(directory, "manifests");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${String(manifest.sequence).padStart(6, "0")}.json`);
  const written = join(folder, `.${randomUUID()}.part`);
  try {
    const handle = await open(written, "wx");
    try {
      await handle.writeFile(JSON.stringify(manifest));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(written, path);
    // From here on the commit stands, also where the folder cannot be synced.
    await syncToDisk(folder).catch(() => undefined);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw asDiskFull(error, path);
  } finally {
    await rm(written, { force: true });
  }
}
