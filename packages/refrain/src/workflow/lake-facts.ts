import type { Limits } from "../foundation/index.js";
import { type LakeInput, openLake } from "../lake/index.js";
import type { QualityNote, ReadCounts } from "../report/index.js";

/** What a page of results tells about the lake under it. */
export interface LakeFacts {
  readonly read: ReadCounts;
  readonly quality?: readonly QualityNote[];
}

/**
 * What became of the lines that were read into a lake.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION
 */
export async function lakeFacts(directory: string, _limits?: Partial<Limits>): Promise<LakeFacts> {
  const { inputs } = (await openLake(directory)).manifest;
  return { read: addUp(inputs) };
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
