import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asDiskFull, syncToDisk } from "../../foundation/index.js";
import type { LakeInput } from "../manifest.js";
import type { WrittenFile } from "./load.js";
import type { Run } from "./staging.js";

/** Files and inputs at their places in the lake. */
export interface Placed {
  /** With their paths on the disk. */
  readonly files: readonly WrittenFile[];
  /** Their paths below the lake, in the same order. */
  readonly paths: readonly string[];
  readonly inputs: readonly LakeInput[];
}

/** Files synced at once: the system joins what waits for the disk. */
const syncedAtOnce = 32;

/**
 * The places of a run's files below the lake. `moves.json` in the run's folder names a place
 * before anything is moved to it, so that the next run can clean up after a killed one.
 */
export class Places {
  readonly #lake: string;
  readonly #run: Run;
  /** Path on the disk, before and after the move → path below the lake. */
  readonly #known = new Map<string, string>();
  #count = 0;

  constructor(lake: string, run: Run) {
    this.#lake = lake;
    this.#run = run;
  }

  /** Paths below the lake that the run has moved files to. */
  moved(): string[] {
    return [...new Set(this.#known.values())];
  }

  /** Moves what is not at its place yet, and syncs it. @throws DISK_FULL */
  async move(files: readonly WrittenFile[], inputs: readonly LakeInput[]): Promise<Placed> {
    const moves = new Map<string, string>();
    const placeOf = (from: string, make: () => string): string => {
      const place = this.#known.get(from) ?? moves.get(from) ?? make();
      if (!this.#known.has(from)) moves.set(from, place);
      return place;
    };
    const paths = files.map((file) =>
      placeOf(file.path, () => dataPath(file, `${this.#run.id}-${this.#count++}`)),
    );
    const placedInputs = inputs.map((input): LakeInput => {
      const { profile, rejects, ...rest } = input;
      const name = `${this.#run.id}-${input.inputId}`;
      // A duplicate of what the lake holds keeps the profile that is there.
      const isThere = profile?.startsWith("profiles/") === true;
      const to = (from: string, path: string): string => placeOf(from, () => path);
      return {
        ...rest,
        ...(profile === undefined
          ? {}
          : { profile: isThere ? profile : to(profile, `profiles/${name}.json`) }),
        ...(rejects === undefined ? {} : { rejects: to(rejects, rejectsPath(this.#run, rejects)) }),
      };
    });
    try {
      await this.#moveAll(moves);
    } catch (error) {
      throw asDiskFull(error, this.#lake);
    }
    const placed = files.map((file, index) => ({ ...file, path: join(this.#lake, paths[index]!) }));
    return { files: placed, paths, inputs: placedInputs };
  }

  async #moveAll(moves: ReadonlyMap<string, string>): Promise<void> {
    const list = [...this.moved(), ...moves.values()];
    await writeFile(join(this.#run.directory, "moves.json"), JSON.stringify(list));
    await syncAll([...moves.keys()]);
    const folders = new Set<string>();
    for (const [from, place] of moves) {
      const target = join(this.#lake, place);
      await mkdir(dirname(target), { recursive: true });
      this.#known.set(from, place);
      this.#known.set(target, place);
      await rename(from, target);
      folders.add(dirname(target));
    }
    await syncAll([...folders]);
  }
}

async function syncAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += syncedAtOnce) {
    await Promise.all(paths.slice(at, at + syncedAtOnce).map(syncToDisk));
  }
}

/** One file for a group of inputs, so named after the group. */
function rejectsPath(run: Run, from: string): string {
  return `rejects/${run.id}-${basename(from).replace("rejects-", "")}`;
}

function dataPath(file: WrittenFile, name: string): string {
  if (file.month === undefined) return `data/${file.table}/${name}.parquet`;
  const bucket = `bucket=${String(file.bucket).padStart(2, "0")}-of-${file.buckets}`;
  return `data/${file.table}/month=${file.month}/${bucket}/${name}.parquet`;
}
