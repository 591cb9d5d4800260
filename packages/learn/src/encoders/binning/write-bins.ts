import type { Pacer } from "../../foundation/index.js";
import type { Column, Frame } from "../../frame/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";
import type { CategoryBins, ColumnBins } from "./column-bins.js";

/** Where bins lie in a session's memory: one byte a cell. */
export interface BinLayout {
  /** Address of the first column of bins. */
  readonly columns: number;
  /** Bytes from one column to the next. */
  readonly columnGap: number;
  /** Address of the first row of bins. */
  readonly rows: number;
  /** Bytes from one row to the next, a multiple of 4. */
  readonly stride: number;
}

/** With what bins are made. */
export interface BinWork {
  /** Memory and threads; what is allocated on the way is released. */
  readonly session: Session;
  /** Polled between columns. */
  readonly pacer: Pacer;
}

/** Bytes of values that are on their way to the threads at a time. */
const STAGED_BYTES = 16 * 1024 * 1024;
const ROWS_PER_CALL = 16_384;
const BOUNDS = 255;

/**
 * Makes room for bins.
 * @throws KERNEL_MEMORY
 */
export function allocateBins(session: Session, rowCount: number, columnCount: number): BinLayout {
  const stride = Math.ceil(columnCount / 4) * 4;
  return {
    stride,
    rows: session.arena.allocate(rowCount * stride),
    columns: session.arena.allocate(rowCount * columnCount),
    columnGap: rowCount,
  };
}

function writeCodes(codes: Int32Array, { binOf }: CategoryBins, to: Uint8Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    to[row] = code < 0 ? 0 : binOf[code]!;
  }
}

/** Puts a column's values and borders where the threads find them. */
function stage(
  { arena }: Session,
  column: Column,
  bins: ColumnBins,
  block: { readonly values: number; readonly bounds: number; readonly to: number },
): KernelCall[] {
  const { to } = block;
  if (column.kind === "category") {
    writeCodes(column.codes, bins as CategoryBins, arena.bytes(to, column.codes.length));
    return [];
  }
  const count = column.values.length;
  const narrow = column.values instanceof Float32Array;
  const values = narrow ? arena.floats(block.values, count) : arena.doubles(block.values, count);
  values.set(column.values);
  const bounds = arena.doubles(block.bounds, BOUNDS).fill(Number.POSITIVE_INFINITY);
  if (bins.kind === "number") bounds.set(bins.bounds);
  return [
    { kernel: "assignBins", values: [block.values, narrow ? 1 : 0, count, block.bounds, to] },
  ];
}

/**
 * Writes the bins of a table, column by column and row by row.
 * @param frame columns in the order of `bins`
 * @param layout as `allocateBins` gives it
 */
export async function writeBins(
  frame: Frame,
  bins: readonly ColumnBins[],
  layout: BinLayout,
  { session, pacer }: BinWork,
): Promise<void> {
  const { arena } = session;
  const mark = arena.mark();
  const { rowCount } = frame;
  const lanes = Math.max(session.threads, Math.floor(STAGED_BYTES / (8 * rowCount)) & ~1, 2);
  const blocks = Array.from({ length: Math.min(2 * lanes, 2 * frame.columns.length) }, () => ({
    values: arena.allocate(8 * rowCount),
    bounds: arena.allocate(8 * BOUNDS),
  }));
  const half = blocks.length >> 1;
  // While the threads work on one half of the blocks, the other is filled.
  let running: Promise<unknown> = Promise.resolve();
  for (let first = 0, turn = 0; first < frame.columns.length; first += half, turn ^= 1) {
    const calls: KernelCall[] = [];
    for (let k = first; k < Math.min(first + half, frame.columns.length); k++) {
      const to = layout.columns + k * layout.columnGap;
      const block = { ...blocks[turn * half + k - first]!, to };
      calls.push(...stage(session, frame.columns[k]!, bins[k]!, block));
      await pacer.pause();
    }
    await running;
    pacer.check();
    running = session.runAll(calls);
    // Failures are met at the next await.
    running.catch(() => undefined);
  }
  await running;
  await session.runAll(rowCalls(rowCount, frame.columns.length, layout));
  pacer.check();
  arena.release(mark);
}

function rowCalls(rowCount: number, columnCount: number, layout: BinLayout): KernelCall[] {
  const { columns, columnGap, rows, stride } = layout;
  const calls: KernelCall[] = [];
  for (let first = 0; first < rowCount; first += ROWS_PER_CALL) {
    const count = Math.min(ROWS_PER_CALL, rowCount - first);
    const values = [columns, columnGap, columnCount, first, count, rows, stride];
    calls.push({ kernel: "binsToRows", values });
  }
  return calls;
}
