import { rm } from "node:fs/promises";
import { join } from "node:path";
import { foundationErrors } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import { lakeErrors } from "../errors.js";
import { type LakeFile, type LakeInput, type Manifest, manifestVersion } from "../manifest.js";
import { commitManifest, readManifest } from "../manifest-store.js";
import { asDuplicate, withRepeats } from "./counts.js";
import type { WrittenFile } from "./load.js";
import { type Placed, Places } from "./places.js";
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
  readonly signal?: AbortSignal | undefined;
}

/** What was added: counts changed where rows turned out to be in the lake already. */
export interface Committed {
  readonly sequence: number;
  readonly inputs: readonly LakeInput[];
}

/** Each try costs a look at what others added; one of those who try at once always succeeds. */
const mostTries = 20;

/** A lake without any commit. */
export function emptyManifest(buckets: number): Manifest {
  return { version: manifestVersion, sequence: 0, buckets, schemas: [], files: [], inputs: [] };
}

/**
 * Adds files and inputs as one commit: repeats are dropped, files moved to their places and
 * synced, then the manifest appears. When another run commits in between, what it added is looked
 * at and the commit tried again.
 * @throws LAKE_CHANGED, LAKE_VERSION, DISK_FULL, INTERRUPTED
 */
export async function commitAddition(engine: Engine, addition: Addition): Promise<Committed> {
  const places = new Places(addition.lake, addition.run);
  try {
    return await tryToCommit(engine, addition, places);
  } catch (error) {
    for (const path of places.moved()) await rm(join(addition.lake, path), { force: true });
    throw error;
  }
}

async function tryToCommit(engine: Engine, addition: Addition, places: Places): Promise<Committed> {
  const { lake, buckets, delivery } = addition;
  let { files, inputs } = addition;
  const compared = new Set<string>();
  for (let turn = 0; turn < mostTries; turn++) {
    const base = (await readManifest(lake)) ?? emptyManifest(buckets);
    if (base.buckets !== buckets) break;
    const { left, known } = splitKnown(inputs, base);
    if (known.length > 0) files = await dropInputs(engine, files, known);
    const others = base.files.filter((file) => !compared.has(file.path));
    if (turn === 0 || others.length > 0) {
      const order = inputs.map((input) => BigInt(`0x${input.inputId}`));
      const near = { directory: lake, files: others, manifest: base };
      const remaining = await dropRepeats(engine, files, near, order);
      files = remaining.files;
      inputs = left.map((input) =>
        withRepeats(input, remaining.dropped.get(BigInt(`0x${input.inputId}`)) ?? 0),
      );
    }
    for (const file of base.files) compared.add(file.path);
    const added = inputs.filter((input) => !isRecorded(input, base));
    if (added.length === 0) return { sequence: base.sequence, inputs };
    const placed = await places.move(files, added);
    if (addition.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: "committing" });
    const next = nextManifest(base, placed, delivery);
    if (await commitManifest(lake, next)) return { sequence: next.sequence, inputs };
    files = placed.files;
  }
  throw lakeErrors.LAKE_CHANGED({ directory: lake });
}

/** Inputs whose content another run committed first become duplicates; `known` are their ids. */
function splitKnown(
  inputs: readonly LakeInput[],
  base: Manifest,
): { left: LakeInput[]; known: bigint[] } {
  const hashes = new Set(base.inputs.map((input) => input.contentHash));
  const isNews = (input: LakeInput): boolean =>
    hashes.has(input.contentHash) && input.rows.duplicate < input.rows.read;
  return {
    left: inputs.map((input) => (isNews(input) ? asDuplicate(input) : input)),
    known: inputs.filter(isNews).map((input) => BigInt(`0x${input.inputId}`)),
  };
}

function isRecorded(input: LakeInput, base: Manifest): boolean {
  return base.inputs.some(
    (one) => one.contentHash === input.contentHash && one.delivery === input.delivery,
  );
}

function nextManifest(base: Manifest, placed: Placed, delivery: string): Manifest {
  const schemas = base.schemas.map((columns) => [...columns]);
  const files = placed.files.map((file, index): LakeFile => {
    const { columns, path: _, timed: __, ...rest } = file;
    return {
      path: placed.paths[index]!,
      ...rest,
      delivery,
      schema: schemaIndex(schemas, columns),
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
