import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { glob } from "tinyglobby";
import type { Source } from "../../events/index.js";
import { foundationErrors } from "../../foundation/index.js";
import { lakeErrors } from "../errors.js";

/** The files that an ingest reads, in a fixed order, and those of a folder that it leaves alone. */
export interface Discovered {
  readonly files: readonly string[];
  readonly ignored: readonly string[];
}

const readable = /\.(log|txt|csv|tsv|dat|data|jsonl|ndjson|json|parquet)(\.gz)?$|\.gz$/;

/**
 * Finds the files behind names, globs and folders. Of a folder its own files are taken whose
 * names the source knows; hidden files never.
 * @throws FILE_NOT_FOUND, NO_FILES
 */
export async function discoverFiles(
  inputs: readonly string[],
  source: Source,
  kindGiven: boolean,
): Promise<Discovered> {
  const files = new Set<string>();
  const ignored: string[] = [];
  for (const input of inputs) {
    const found = await stat(input).catch(() => undefined);
    if (found?.isFile()) files.add(resolve(input));
    else if (found?.isDirectory()) {
      const own = await glob("*", { cwd: input, absolute: true, onlyFiles: true });
      const known = own.filter((path) => isKnown(path, source, kindGiven)).sort();
      if (known.length === 0) {
        throw lakeErrors.NO_FILES({ folder: input, source: source.name, seen: own.length });
      }
      for (const path of known) files.add(resolve(path));
      ignored.push(...own.filter((path) => !known.includes(path)).sort());
    } else {
      const matched = await glob(input, { absolute: true, onlyFiles: true });
      if (matched.length === 0) throw foundationErrors.FILE_NOT_FOUND({ path: input });
      for (const path of matched.sort()) files.add(resolve(path));
    }
  }
  return { files: [...files], ignored: ignored.map((path) => basename(path)) };
}

function isKnown(path: string, source: Source, kindGiven: boolean): boolean {
  const name = basename(path).toLowerCase();
  if (!readable.test(name)) return false;
  const anyName = kindGiven || source.anyName === true;
  return anyName || source.kinds.some((kind) => kind.fileName.test(name));
}
