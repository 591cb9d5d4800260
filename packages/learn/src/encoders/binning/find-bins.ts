import { RandomStream } from "../../foundation/index.js";
import type { Column, Frame, NumberColumn } from "../../frame/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";
import { type ColumnBins, categoryBins } from "./column-bins.js";
import type { BinWork } from "./write-bins.js";

/** Rows that borders are found on, as in LightGBM; of longer tables a sample is taken. */
const SAMPLE_ROWS = 200_000;

/** How bins are found. */
export interface BinOptions {
  /** Bins at most a column, without that of missing values: 2 … 255. */
  readonly maxBins: number;
  /** Decides the sample of a long table. */
  readonly seed: number;
}

/** One row from each of evenly long stretches of the table; undefined = all rows. */
function sampleOf(rowCount: number, seed: number): Uint32Array | undefined {
  if (rowCount <= SAMPLE_ROWS) return undefined;
  const random = new RandomStream(seed, "bin sample");
  const step = rowCount / SAMPLE_ROWS;
  return Uint32Array.from({ length: SAMPLE_ROWS }, (_, k) =>
    Math.min(rowCount - 1, Math.floor((k + random.bits() / 4294967296) * step)),
  );
}

/** Copies the sampled values that are there; @returns how many. */
function copyKnown(
  values: NumberColumn["values"],
  rows: Uint32Array | undefined,
  to: Float64Array,
): number {
  let count = 0;
  for (let i = 0; i < to.length; i++) {
    const value = values[rows === undefined ? i : rows[i]!]!;
    if (!Number.isNaN(value)) to[count++] = value;
  }
  return count;
}

interface Block {
  readonly values: number;
  readonly scratch: number;
  readonly bounds: number;
}

/**
 * Finds the bins of each column.
 * @param frame training rows, at least one
 */
export async function findBins(
  frame: Frame,
  options: BinOptions,
  { session, pacer }: BinWork,
): Promise<ColumnBins[]> {
  const { arena } = session;
  const rows = sampleOf(frame.rowCount, options.seed);
  const length = rows?.length ?? frame.rowCount;
  const mark = arena.mark();
  const lanes = Math.min(frame.columns.length, Math.max(8, 2 * session.threads));
  const blocks = Array.from({ length: lanes }, () => ({
    values: arena.allocate(8 * length),
    scratch: arena.allocate(8 * length + 8192),
    bounds: arena.allocate(8 * options.maxBins),
  }));
  const bins: ColumnBins[] = [];
  for (let first = 0; first < frame.columns.length; first += lanes) {
    const group = frame.columns.slice(first, first + lanes);
    const calls: KernelCall[] = [];
    for (const [lane, column] of group.entries()) {
      await pacer.pause();
      const block = { ...blocks[lane]!, maxBins: options.maxBins };
      calls.push(boundsCall(session, column, { rows, length }, block));
    }
    const counts = await session.runAll(calls);
    pacer.check();
    for (const [lane, column] of group.entries()) {
      const bounds = arena.doubles(blocks[lane]!.bounds, counts[lane]!).slice();
      bins.push(
        column.kind === "category"
          ? categoryBins(column, options.maxBins)
          : { kind: "number", bounds, binCount: bounds.length + 2 },
      );
      await pacer.pause();
    }
  }
  arena.release(mark);
  return bins;
}

function boundsCall(
  session: Session,
  column: Column,
  sample: { rows: Uint32Array | undefined; length: number },
  { values, scratch, bounds, maxBins }: Block & { readonly maxBins: number },
): KernelCall {
  const known =
    column.kind === "category"
      ? 0
      : copyKnown(column.values, sample.rows, session.arena.doubles(values, sample.length));
  return { kernel: "sortedBounds", values: [values, known, scratch, maxBins, bounds] };
}
