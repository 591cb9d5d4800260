/**
 * Scores of a long table: values go to shared memory some thousand rows at a time, and one call
 * makes bins of them, and sums of leaves of the bins. While the threads work on one half of the
 * buffers, the other half is filled.
 */
import type { ColumnBins } from "../../encoders/index.js";
import type { Pacer } from "../../foundation/index.js";
import type { Column, Frame } from "../../frame/index.js";
import type { KernelCall, Session } from "../../kernels/index.js";
import type { ScoreTables } from "./score-tables.js";

/** Bytes of values that are on their way to the threads at a time. */
const STAGED_BYTES = 32 * 1024 * 1024;
const MOST_ROWS = 8192;
/** Steps of a call: some ten milliseconds. */
const STEPS_PER_CALL = 1e7;
const COLUMN_BYTES = 16;
const BOUNDS = 255;

/** What is scored, and how. */
export interface Sweep {
  readonly tables: ScoreTables;
  /** Aligned with the model's schema. */
  readonly frame: Frame;
  /** Numbers a row. */
  readonly outputs: number;
  /** Rows × outputs, row-major; added to. */
  readonly out: Float64Array;
  readonly pacer: Pacer;
}

interface Buffer {
  readonly columns: number;
  readonly values: number;
  readonly scores: number;
  readonly scratch: number;
}

function putBounds({ arena }: Session, bins: readonly ColumnBins[]): Int32Array {
  return Int32Array.from(bins, (one) => {
    if (one.kind === "category") return 0;
    const address = arena.allocate(8 * BOUNDS);
    arena.doubles(address, BOUNDS).fill(Number.POSITIVE_INFINITY).set(one.bounds);
    return address;
  });
}

/** One table on its way through a session. */
class Sweeper {
  readonly #session: Session;
  readonly #sweep: Sweep;
  readonly #columns: readonly Column[];
  readonly #base: number;
  readonly #bounds: Int32Array;
  readonly #rows: number;
  readonly buffers: readonly Buffer[];

  constructor(session: Session, sweep: Sweep) {
    const { arena } = session;
    const { tables, outputs } = sweep;
    this.#session = session;
    this.#sweep = sweep;
    this.#columns = Array.from(tables.asked, (place) => sweep.frame.columns[place]!);
    this.#base = arena.allocate(tables.bytes.length);
    arena.bytes(this.#base, tables.bytes.length).set(tables.bytes);
    this.#bounds = putBounds(session, tables.bins);
    const count = session.inline ? 2 : 4 * session.threads;
    const width = Math.max(1, tables.asked.length);
    const room = Math.floor(STAGED_BYTES / (8 * width * count));
    const work = Math.floor(STEPS_PER_CALL / tables.rowSteps);
    const rows = Math.max(32, Math.min(room, work, MOST_ROWS) & ~31);
    this.#rows = Math.min(rows, (sweep.frame.rowCount + 31) & ~31);
    this.buffers = Array.from({ length: count }, () => ({
      columns: arena.allocate(COLUMN_BYTES * width),
      values: arena.allocate(8 * width * this.#rows),
      scores: arena.allocate(8 * outputs * this.#rows),
      scratch: arena.allocate(tables.scratchBytes),
    }));
  }

  /** Rows of a call. */
  get rows(): number {
    return this.#rows;
  }

  /** Copies the values of rows, and says where they are. */
  fill(buffer: Buffer, first: number): KernelCall {
    const { tables, outputs, frame, out } = this.#sweep;
    const { arena } = this.#session;
    const count = Math.min(this.#rows, frame.rowCount - first);
    const words = arena.integers(buffer.columns, (COLUMN_BYTES / 4) * this.#columns.length);
    for (const [k, column] of this.#columns.entries()) {
      const at = buffer.values + 8 * k * this.#rows;
      words.set([at, this.#put(column, k, first, at), this.#bounds[k]!, 0], 4 * k);
    }
    const from = first * outputs;
    arena.doubles(buffer.scores, count * outputs).set(out.subarray(from, from + count * outputs));
    const { length } = this.#columns;
    const head = [buffer.columns, length, this.#base, tables.treeCount, tables.walk ? 1 : 0];
    const tail = [count, buffer.scores, outputs, buffer.scratch];
    return { kernel: "scoreRows", values: [...head, ...tail] };
  }

  /** Copies one column; @returns 1 for floats. */
  #put(column: Column, place: number, first: number, at: number): number {
    const { arena } = this.#session;
    const last = Math.min(first + this.#rows, this.#sweep.frame.rowCount);
    if (column.kind === "number") {
      const values = column.values.subarray(first, last);
      const narrow = values instanceof Float32Array;
      (narrow ? arena.floats(at, values.length) : arena.doubles(at, values.length)).set(values);
      return narrow ? 1 : 0;
    }
    const bins = this.#sweep.tables.bins[place]!;
    const to = arena.bytes(at, last - first);
    if (bins.kind === "category") {
      for (let row = first; row < last; row++) {
        to[row - first] = bins.binOf[column.codes[row]!] ?? 0;
      }
    }
    return 0;
  }

  /** Copies the scores of rows out. */
  take(buffer: Buffer, first: number): void {
    const { out, outputs, frame } = this.#sweep;
    const count = Math.min(this.#rows, frame.rowCount - first) * outputs;
    out.set(this.#session.arena.doubles(buffer.scores, count), first * outputs);
  }
}

/**
 * Adds the trees' values up.
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function sweepScores(session: Session, sweep: Sweep): Promise<void> {
  const sweeper = new Sweeper(session, sweep);
  const { rowCount } = sweep.frame;
  const half = sweeper.buffers.length >> 1;
  let running: readonly { readonly buffer: Buffer; readonly first: number }[] = [];
  let done: Promise<unknown> = Promise.resolve();
  for (let first = 0, turn = 0; first < rowCount || running.length > 0; turn ^= 1) {
    const filled: { buffer: Buffer; first: number }[] = [];
    const calls: KernelCall[] = [];
    for (const buffer of sweeper.buffers.slice(turn * half, (turn + 1) * half)) {
      if (first >= rowCount) break;
      calls.push(sweeper.fill(buffer, first));
      filled.push({ buffer, first });
      first += sweeper.rows;
      await sweep.pacer.pause();
    }
    await done;
    done = session.runAll(calls);
    // Failures are met at the next await.
    done.catch(() => undefined);
    for (const { buffer, first: from } of running) sweeper.take(buffer, from);
    running = filled;
  }
  await done;
}
