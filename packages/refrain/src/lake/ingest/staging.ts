/**
 * A run's own folder below `staging/`: everything is written there first. It is removed at the
 * end; what a killed run left is removed by the next one, together with files that it had moved
 * but not committed. The folder's name says whose it is, so that there is no moment without owner.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import type { Manifest } from "../manifest.js";
import { readManifest } from "../manifest-store.js";

/** One run of ingest. */
export interface Run {
  /** 12 hex digits; the names of the run's files begin with it. */
  readonly id: string;
  readonly directory: string;
}

const active = new Set<string>();

/** Makes the run's folder. */
export async function openRun(lake: string): Promise<Run> {
  const id = randomBytes(6).toString("hex");
  const name = `${id}@${process.pid}@${hostname()}`;
  const directory = join(lake, "staging", name);
  active.add(name);
  await mkdir(directory, { recursive: true });
  return { id, directory };
}

/** Removes the run's folder; what cannot be removed now, the next run removes. */
export async function closeRun(run: Run): Promise<void> {
  active.delete(basename(run.directory));
  await rm(run.directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** Removes what dead runs of this machine left and no manifest knows. */
export async function cleanDeadRuns(lake: string): Promise<void> {
  const names = await readdir(join(lake, "staging")).catch(() => [] as string[]);
  const dead = names.filter((name) => !isAlive(name));
  if (dead.length === 0) return;
  // Read after they were found dead: what they committed stands in it.
  const known = knownPaths(await readManifest(lake));
  for (const name of dead) {
    const directory = join(lake, "staging", name);
    const text = await readFile(join(directory, "moves.json"), "utf8").catch(() => "[]");
    for (const path of movedPaths(text).filter((one) => !known.has(one))) {
      await rm(join(lake, path), { force: true });
      await rm(join(lake, `${path}.new`), { force: true });
    }
    await rm(directory, { recursive: true, force: true });
  }
}

function knownPaths(manifest: Manifest | undefined): ReadonlySet<string> {
  const inputs = manifest?.inputs ?? [];
  const paths = inputs.flatMap(({ profile, rejects }) => [profile ?? "", rejects ?? ""]);
  return new Set([...paths, ...(manifest?.files ?? []).map((file) => file.path)]);
}

/** `moves.json` is written before the first move; cut off by a kill, nothing was moved yet. */
function movedPaths(text: string): string[] {
  try {
    return JSON.parse(text) as string[];
  } catch {
    return [];
  }
}

function isAlive(name: string): boolean {
  const [, pid, ...host] = name.split("@");
  if (active.has(name) || host.join("@") !== hostname()) return true;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
