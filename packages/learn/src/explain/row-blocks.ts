/** Rows as kernels take them: column by column, categories as their bins, an even number. */
import type { Frame } from "../frame/index.js";
import type { Arena, KernelCall, Session } from "../kernels/index.js";
import type { TreeEnsemble } from "../learners/index.js";

/** Where a kernel finds some rows, and where it adds their values. */
export interface RowBlock {
  /** Address of the first column; doubles. */
  readonly rows: number;
  /** Address of the first column of what is added to; doubles. */
  readonly out: number;
  /** Rows from one column to the next; even. */
  readonly apart: number;
  /** Address of the bytes that the call may use. */
  readonly scratch: number;
}

/** Rows that are to be explained, block by block. */
export interface BlockWork {
  readonly session: Session;
  readonly trees: TreeEnsemble;
  /** Aligned with the model's schema. */
  readonly frame: Frame;
  /** Rows × columns, row-major; added to. */
  readonly values: Float64Array;
  /** Rows of a block at most. */
  readonly mostRows: number;
  /** Bytes that a call needs beside its block. */
  readonly scratchBytes: number;
  /** What is run for each block. */
  readonly call: (block: RowBlock) => KernelCall;
  /** Told after each batch of blocks. */
  readonly onRows: (count: number) => Promise<void>;
}

/** Rows of a table on their way to a session's memory. */
export interface RowSource {
  readonly arena: Arena;
  readonly trees: TreeEnsemble;
  /** Aligned with the model's schema. */
  readonly frame: Frame;
}

/**
 * Copies rows to an address; rows past the end of the table become 0.
 * @param address of the first column; doubles
 * @param apart rows to copy, and from one column to the next
 * @param first row that comes first
 */
export function putRows(
  { arena, trees, frame }: RowSource,
  address: number,
  apart: number,
  first: number,
): void {
  const count = Math.min(apart, frame.rowCount - first);
  for (const [place, column] of frame.columns.entries()) {
    const to = arena.doubles(address + 8 * place * apart, apart);
    if (column.kind === "number") to.set(column.values.subarray(first, first + count));
    else {
      const bins = trees.categoryBins[place]!;
      for (let row = 0; row < count; row++) to[row] = bins[column.codes[first + row]!] ?? 0;
    }
    to.fill(0, count);
  }
}

function addBlock(arena: Arena, { out, apart }: RowBlock, work: BlockWork, first: number): void {
  const columns = work.frame.columns.length;
  const count = Math.min(apart, work.frame.rowCount - first);
  const block = arena.doubles(out, apart * columns);
  for (let row = 0; row < count; row++) {
    const at = (first + row) * columns;
    for (let k = 0; k < columns; k++) work.values[at + k]! += block[k * apart + row]!;
  }
}

/**
 * Runs a kernel over all rows, and adds what it gives to the values.
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function explainBlocks(work: BlockWork): Promise<void> {
  const { session, frame } = work;
  const { arena } = session;
  const { rowCount, columns } = frame;
  const apart = Math.max(2, Math.min(work.mostRows, rowCount + 1) & ~1);
  const bytes = 8 * apart * columns.length;
  const blocks = Array.from(
    { length: session.inline ? 1 : 2 * session.threads },
    (): RowBlock => ({
      rows: arena.allocate(bytes),
      out: arena.allocate(bytes),
      apart,
      scratch: arena.allocate(work.scratchBytes),
    }),
  );
  for (let first = 0; first < rowCount; ) {
    const batch = blocks.slice(0, Math.ceil((rowCount - first) / apart));
    for (const [k, block] of batch.entries()) {
      putRows({ arena, trees: work.trees, frame }, block.rows, apart, first + k * apart);
      arena.doubles(block.out, apart * columns.length).fill(0);
    }
    await session.runAll(batch.map((block) => work.call(block)));
    for (const [k, block] of batch.entries()) addBlock(arena, block, work, first + k * apart);
    const last = Math.min(first + batch.length * apart, rowCount);
    await work.onRows(last - first);
    first = last;
  }
}
