import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { asDiskFull, syncToDisk } from "../foundation/index.js";
import { lakeErrors } from "./errors.js";
import { type Manifest, manifestVersion } from "./manifest.js";

/**
 * Older manifests say nothing that the last one does not; they are kept this many, and this long,
 * so that a run that is about to commit finds the number after its own taken.
 */
const keptManifests = 32;
const keptMs = 24 * 3_600_000;

/**
 * The last manifest of a lake.
 * @returns undefined when the folder holds no lake
 * @throws LAKE_VERSION
 */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const last = (await manifestNames(directory)).at(-1);
  if (last === undefined) return undefined;
  const text = await readFile(join(directory, "manifests", last), "utf8");
  const manifest = parsedManifest(text);
  if (!manifest || !isKnown(manifest.version) || !hasLists(manifest)) {
    const found = Number(manifest?.version ?? 0);
    throw lakeErrors.LAKE_VERSION({ directory, found, known: manifestVersion });
  }
  return manifest;
}

/** Names of the manifests, the last commit's at the end. */
async function manifestNames(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, "manifests")).catch(() => [] as string[]);
  return names
    .filter((name) => /^\d{6,}\.json$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function nameOf(sequence: number): string {
  return `${String(sequence).padStart(6, "0")}.json`;
}

function parsedManifest(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}

function isKnown(version: number): boolean {
  return version >= 1 && version <= manifestVersion;
}

/** Drafts of this format lacked some of them. */
function hasLists({ files, inputs, schemas }: Partial<Manifest>): boolean {
  return [files, inputs, schemas].every(Array.isArray);
}

/**
 * Makes `manifests/000042.json` appear whole or not at all: written beside, synced, then linked to
 * its name, which fails when another run was first. Old manifests are removed.
 * @returns false when another run committed this number
 * @throws DISK_FULL
 */
export async function commitManifest(directory: string, manifest: Manifest): Promise<boolean> {
  const folder = join(directory, "manifests");
  await mkdir(folder, { recursive: true });
  const path = join(folder, nameOf(manifest.sequence));
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
    if (await isOutrun(directory, manifest)) {
      await rm(path, { force: true });
      return false;
    }
    await removeOld(directory).catch(() => undefined);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw asDiskFull(error, path);
  } finally {
    await rm(written, { force: true });
  }
}

/**
 * Whether the number was free only because manifests as old as that are gone: a run that stood
 * still for a day between reading the last manifest and committing.
 */
async function isOutrun(directory: string, manifest: Manifest): Promise<boolean> {
  const names = await manifestNames(directory);
  if (names.length === 1 || names.includes(nameOf(manifest.sequence - 1))) return false;
  const last = await readManifest(directory);
  const file = manifest.files.at(-1)?.path;
  const input = manifest.inputs.at(-1);
  const hasFile = last?.files.some((one) => one.path === file) ?? false;
  const hasInput = last?.inputs.some(
    (one) => one.contentHash === input?.contentHash && one.delivery === input.delivery,
  );
  return !((hasFile || file === undefined) && hasInput);
}

async function removeOld(directory: string): Promise<void> {
  const names = await manifestNames(directory);
  for (const name of names.slice(0, -keptManifests)) {
    const path = join(directory, "manifests", name);
    if (Date.now() - (await stat(path)).mtimeMs < keptMs) return;
    await rm(path, { force: true });
  }
}
