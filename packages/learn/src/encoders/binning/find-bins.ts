import { type Pacer, RandomStream } from "../../foundation/index.js";
import type { Column, Frame, NumberColumn } from "../../frame/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";
import { quantileBounds } from "./bounds.js";
import { type ColumnBins, categoryBins } from "./column-bins.js";

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
    if (value === value) to[count++] = value;
  }
  return count;
}

/**
 * Finds the bins of each column.
 * @param frame training rows, at least one
 * @param session memory and threads for sorting; what is allocated is released
 * @param pacer polled between columns
 */
export async function findBins(
  frame: Frame,
  session: Session,
  options: BinOptions,
  pacer: Pacer,
): Promise<ColumnBins[]> {
  const { arena } = session;
  const rows = sampleOf(frame.rowCount, options.seed);
  const length = rows?.length ?? frame.rowCount;
  const mark = arena.mark();
  const lanes = Math.max(8, 2 * session.threads);
  const blocks = Array.from({ length: lanes }, () => ({
    values: arena.allocate(8 * length),
    scratch: arena.allocate(8 * length + 8192),
  }));
  const bins: ColumnBins[] = new Array(frame.columns.length);
  for (let first = 0; first < frame.columns.length; first += lanes) {
    const group = frame.columns.slice(first, first + lanes);
    const counts: number[] = [];
    for (const [lane, column] of group.entries()) {
      await pacer.pause();
      counts.push(
        column.kind === "category"
          ? 0
          : copyKnown(column.values, rows, arena.doubles(blocks[lane]!.values, length)),
      );
    }
    await session.runAll(sortCalls(counts, blocks));
    for (const [lane, column] of group.entries()) {
      bins[first + lane] = binsOf(
        column,
        arena.doubles(blocks[lane]!.values, counts[lane]!),
        options,
      );
      await pacer.pause();
    }
  }
  arena.release(mark);
  return bins;
}

function sortCalls(
  counts: readonly number[],
  blocks: readonly { values: number; scratch: number }[],
): KernelCall[] {
  return counts.map((count, lane) => {
    const { values, scratch } = blocks[lane]!;
    return { kernel: "sortDoubles", values: [values, count, scratch] };
  });
}

function binsOf(column: Column, sorted: Float64Array, { maxBins }: BinOptions): ColumnBins {
  if (column.kind === "category") return categoryBins(column, maxBins);
  const bounds = quantileBounds(sorted, maxBins);
  return { kind: "number", bounds, binCount: bounds.length + 2 };
}
