import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asDiskFull, syncToDisk } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import { lakeErrors } from "../errors.js";
import { type LakeFile, type LakeInput, type Manifest, manifestVersion } from "../manifest.js";
import { commitManifest, readManifest } from "../manifest-store.js";
import { asDuplicate, withRepeats } from "./counts.js";
import type { WrittenFile } from "./load.js";
import { dropInputs, dropRepeats } from "./repeats.js";
import type { Run } from "./staging.js";

/** What a run wants to add to the lake. */
export interface Addition {
  readonly run: Run;
  readonly lake: string;
  readonly buckets: number;
  readonly delivery: string;
  readonly files: readonly WrittenFile[];
  /** Inputs in their order; profile and rejects are paths in the run's folder. */
  readonly inputs: readonly LakeInput[];
}

/** What was added: counts changed where rows turned out to be in the lake already. */
export interface Committed {
  readonly sequence: number;
  readonly inputs: readonly LakeInput[];
}

const tries = 5;

/** A lake without any commit. */
export function emptyManifest(buckets: number): Manifest {
  return { version: manifestVersion, sequence: 0, buckets, schemas: [], files: [], inputs: [] };
}

/**
 * Adds files and inputs as one commit: repeats are dropped, files moved to their places and
 * synced, then the manifest appears. When another run commits in between, what it added is looked
 * at and the commit tried again.
 * @throws LAKE_CHANGED, LAKE_VERSION, DISK_FULL
 */
export async function commitAddition(engine: Engine, addition: Addition): Promise<Committed> {
  const { lake, buckets } = addition;
  let { files, inputs } = addition;
  const checked = new Set<string>();
  const moved = new Map<string, string>();
  for (let turn = 0; turn < tries; turn++) {
    const base = (await readManifest(lake)) ?? emptyManifest(buckets);
    if (base.buckets !== buckets) break;
    const fresh = withoutKnownInputs(inputs, base);
    if (fresh.known.length > 0) files = await dropInputs(engine, files, fresh.known);
    const seen = base.files.filter((file) => !checked.has(file.path));
    const remaining = await dropRepeats(
      engine,
      turn === 0 || seen.length > 0 ? files : [],
      { directory: lake, files: seen, manifest: base },
      inputs.map((input) => BigInt(`0x${input.inputId}`)),
    );
    if (turn === 0 || seen.length > 0) files = remaining.files;
    inputs = withDuplicates(fresh.inputs, remaining.dropped);
    for (const file of base.files) checked.add(file.path);
    const placed = await moveFiles({ ...addition, files, inputs }, moved);
    const next = nextManifest(base, placed, addition.delivery);
    if (await commitManifest(lake, next)) return { sequence: next.sequence, inputs };
    files = placed.written;
  }
  throw lakeErrors.LAKE_CHANGED({ directory: lake, tries });
}

function withoutKnownInputs(
  inputs: readonly LakeInput[],
  base: Manifest,
): { inputs: LakeInput[]; known: bigint[] } {
  const hashes = new Set(base.inputs.map((input) => input.contentHash));
  const known: bigint[] = [];
  const left = inputs.map((input) => {
    if (!hashes.has(input.contentHash) || input.rows.duplicate === input.rows.read) return input;
    known.push(BigInt(`0x${input.inputId}`));
    return asDuplicate(input);
  });
  return { inputs: left, known };
}

function withDuplicates(
  inputs: readonly LakeInput[],
  dropped: ReadonlyMap<bigint, number>,
): LakeInput[] {
  return inputs.map((input) => withRepeats(input, dropped.get(BigInt(`0x${input.inputId}`)) ?? 0));
}

interface Placed {
  readonly written: WrittenFile[];
  /** Path below the lake of each written file, in the same order. */
  readonly paths: string[];
  readonly inputs: LakeInput[];
}

/** Moves files to their places below the lake; those that are there already stay. */
async function moveFiles(
  addition: Pick<Addition, "run" | "lake" | "files" | "inputs">,
  moved: Map<string, string>,
): Promise<Placed> {
  const { run, lake, files, inputs } = addition;
  const moves = new Map<string, string>();
  const place = (from: string, to: string): string => {
    const known = moved.get(from);
    if (known !== undefined) return known;
    moves.set(from, to);
    return to;
  };
  const paths = files.map((file) => {
    const known = [...moved.values()].find((path) => join(lake, path) === file.path);
    return known ?? place(file.path, dataPath(file, `${run.id}-${moved.size + moves.size}`));
  });
  const placedInputs = inputs.map((input): LakeInput => {
    const { profile, rejects, ...rest } = input;
    const id = `${run.id}-${input.inputId}`;
    return {
      ...rest,
      ...(profile === undefined ? {} : { profile: place(profile, `profiles/${id}.json`) }),
      ...(rejects === undefined ? {} : { rejects: place(rejects, `rejects/${id}.parquet`) }),
    };
  });
  const list = [...moved.values(), ...moves.values()];
  await writeFile(join(run.directory, "moves.json"), JSON.stringify(list));
  const folders = new Set<string>();
  for (const [from, to] of moves) {
    const target = join(lake, to);
    try {
      await syncToDisk(from);
      await mkdir(dirname(target), { recursive: true });
      await rename(from, target);
    } catch (error) {
      throw asDiskFull(error, target);
    }
    folders.add(dirname(target));
    moved.set(from, to);
  }
  for (const folder of folders) await syncToDisk(folder);
  const written = files.map((file, index) => ({ ...file, path: join(lake, paths[index]!) }));
  return { written, paths, inputs: placedInputs };
}

function dataPath(file: WrittenFile, name: string): string {
  if (file.month === undefined) return `data/${file.table}/${name}.parquet`;
  const bucket = String(file.bucket).padStart(2, "0");
  return `data/${file.table}/month=${file.month}/bucket=${bucket}/${name}.parquet`;
}

function nextManifest(base: Manifest, placed: Placed, delivery: string): Manifest {
  const schemas = base.schemas.map((columns) => [...columns]);
  const files = placed.written.map((file, index): LakeFile => {
    const { table, month, bucket, rows, bytes, firstAt, lastAt } = file;
    return {
      path: placed.paths[index]!,
      table,
      ...(month === undefined ? {} : { month }),
      ...(bucket === undefined ? {} : { bucket }),
      rows,
      bytes,
      delivery,
      schema: schemaIndex(schemas, file.columns),
      ...(firstAt === undefined ? {} : { firstAt }),
      ...(lastAt === undefined ? {} : { lastAt }),
    };
  });
  return {
    version: manifestVersion,
    sequence: base.sequence + 1,
    buckets: base.buckets,
    schemas,
    files: [...base.files, ...files],
    inputs: [...base.inputs, ...placed.inputs],
  };
}

function schemaIndex(schemas: string[][], columns: readonly string[]): number {
  const text = columns.join("\n");
  const index = schemas.findIndex((one) => one.join("\n") === text);
  return index >= 0 ? index : schemas.push([...columns]) - 1;
}
