import { availableParallelism, tmpdir, totalmem } from "node:os";
import { foundationErrors } from "./errors.js";

/** What a job may use; every engine and worker pool is opened with these. */
export interface Limits {
  /** Bytes that the SQL engine may hold. */
  readonly memoryBytes: number;
  /** Number of threads. */
  readonly threads: number;
  /** Folder for what does not fit in memory. */
  readonly tempDirectory: string;
}

const unitBytes: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/**
 * Reads a size such as `4GB`, `512 MB` or `2e9`.
 * @returns bytes, > 0
 * @throws OPTION_INVALID
 */
export function parseBytes(option: string, text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([KMGT]B)?\s*$/i.exec(text);
  const bytes = match ? Number(match[1]) * (unitBytes[match[2]?.toUpperCase() ?? ""] ?? 1) : 0;
  if (!(bytes >= 16e6)) {
    throw foundationErrors.OPTION_INVALID({
      option,
      given: text,
      expected: "a size of at least 16MB, for example 4GB",
    });
  }
  return Math.floor(bytes);
}

/** Limits with defaults: an eighth of the memory (1 GB at least), all cores, the tmp folder. */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  return {
    memoryBytes: given.memoryBytes ?? Math.max(1e9, Math.floor(totalmem() / 8)),
    threads: given.threads ?? availableParallelism(),
    tempDirectory: given.tempDirectory ?? tmpdir(),
  };
}
