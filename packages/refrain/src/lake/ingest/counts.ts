import type { LakeInput, RowCounts } from "../manifest.js";

/** Rows of all inputs together. */
export function totalRows(inputs: readonly LakeInput[]): RowCounts {
  const sum = (pick: (rows: RowCounts) => number): number =>
    inputs.reduce((total, input) => total + pick(input.rows), 0);
  return {
    read: sum((rows) => rows.read),
    kept: sum((rows) => rows.kept),
    rejected: sum((rows) => rows.rejected),
    duplicate: sum((rows) => rows.duplicate),
    sampledOut: sum((rows) => rows.sampledOut),
  };
}

/** Rejected rows of all inputs by reason, reasons in alphabetical order. */
export function totalReasons(inputs: readonly LakeInput[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const input of inputs) {
    for (const [reason, count] of Object.entries(input.rejectedByReason)) {
      totals[reason] = (totals[reason] ?? 0) + count;
    }
  }
  return Object.fromEntries(Object.entries(totals).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The input as it counts when its content is in the lake already: every row is a duplicate. */
export function asDuplicate(input: LakeInput): LakeInput {
  const { rejects: _, ...rest } = input;
  const { read } = input.rows;
  return {
    ...rest,
    rows: { read, kept: 0, rejected: 0, duplicate: read, sampledOut: 0 },
    rejectedByReason: {},
  };
}

/** The same input with `rows` of its kept rows counted as duplicates. */
export function withRepeats(input: LakeInput, rows: number): LakeInput {
  const { kept, duplicate } = input.rows;
  return { ...input, rows: { ...input.rows, kept: kept - rows, duplicate: duplicate + rows } };
}
