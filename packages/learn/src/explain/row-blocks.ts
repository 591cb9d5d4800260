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

/** Copies rows into a block; rows past the end of the table become 0. */
function fillBlock(arena: Arena, block: RowBlock, work: BlockWork, first: number): void {
  const { trees, frame } = work;
  const { apart } = block;
  const count = Math.min(apart, frame.rowCount - first);
  for (const [place, column] of frame.columns.entries()) {
    const to = arena.doubles(block.rows + 8 * place * apart, apart);
    if (column.kind === "number") to.set(column.values.subarray(first, first + count));
    else {
      const bins = trees.categoryBins[place]!;
      for (let row = 0; row < count; row++) to[row] = bins[column.codes[first + row]!] ?? 0;
    }
    to.fill(0, count);
  }
  arena.doubles(block.out, apart * frame.columns.length).fill(0);
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
    for (const [k, block] of batch.entries()) fillBlock(arena, block, work, first + k * apart);
    await session.runAll(batch.map((block) => work.call(block)));
    for (const [k, block] of batch.entries()) addBlock(arena, block, work, first + k * apart);
    const last = Math.min(first + batch.length * apart, rowCount);
    await work.onRows(last - first);
    first = last;
  }
}
