import type { Limits } from "../foundation/index.js";
import { type LakeInput, openLake, quality } from "../lake/index.js";
import type { QualityNote, ReadCounts } from "../report/index.js";

/** What a page of results tells about the lake under it. */
export interface LakeFacts {
  readonly read: ReadCounts;
  /** Findings of quality, the most serious first. */
  readonly quality: readonly QualityNote[];
}

const seriousness: readonly string[] = ["error", "warning", "info"];

/**
 * What became of the lines that were read into a lake, and what is wrong with them.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION, INTERRUPTED
 */
export async function lakeFacts(
  directory: string,
  { limits, signal }: { readonly limits?: Partial<Limits>; readonly signal?: AbortSignal } = {},
): Promise<LakeFacts> {
  const { inputs } = (await openLake(directory)).manifest;
  const { findings } = await quality({
    lake: directory,
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  });
  const notes = findings.map(({ severity, table, column, count, message }) => ({
    severity,
    table,
    column,
    count,
    message,
  }));
  notes.sort((a, b) => seriousness.indexOf(a.severity) - seriousness.indexOf(b.severity));
  return { read: addUp(inputs), quality: notes };
}

function addUp(inputs: readonly LakeInput[]): ReadCounts {
  const rows = { read: 0, kept: 0, rejected: 0, duplicate: 0, sampledOut: 0 };
  const rejectedByReason: Record<string, number> = {};
  for (const input of inputs) {
    for (const name of Object.keys(rows) as (keyof typeof rows)[]) rows[name] += input.rows[name];
    for (const [reason, count] of Object.entries(input.rejectedByReason)) {
      rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + count;
    }
  }
  const sources = [...new Set(inputs.map((input) => input.source))];
  return { source: sources.join(", "), files: inputs.length, rows, rejectedByReason };
}
