/**
 * Rows in kernel memory, for sums over all of them. Blocks of rows are taken by threads, and what
 * they give is added in the order of the blocks: as many threads, the same bits.
 */

import type { Pacer } from "../../foundation/index.js";
import {
  bytesOfBlocks,
  checkPlannedMemory,
  type KernelCall,
  openSession,
  type Session,
} from "../../kernels/index.js";
import type { FitExtras } from "../contract.js";
import { mirror } from "../projection/covariance.js";
import { runCalls } from "../run-calls.js";
import type { Factor, Scatter } from "./scatter.js";

/** Rows of a block. */
const BLOCK = 2048;
/** Passes over the rows that a fit makes, roughly: what threads are worth. */
const PASSES = 20;

/** Sizes of a table. */
export interface TableSize {
  readonly rows: number;
  readonly width: number;
}

/** How a table is worked on. */
export interface TableWish {
  readonly doing: string;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

const blocksOf = (rows: number): number => Math.ceil(rows / BLOCK);
/** Doubles of a block: a matrix, four rows and four numbers, sums. */
const blockDoubles = (width: number): number => {
  const wide = width + (width % 2);
  return wide * width + 4 * wide + 4 + width + 1;
};

/** Addresses of a table; `allocate` hands them out, or only counts. */
function placesOf({ rows, width }: TableSize, allocate: (bytes: number) => number) {
  const place = (doubles: number) => allocate(8 * doubles);
  return {
    values: place(rows * width),
    weights: place(rows),
    squares: place(rows),
    lower: place(width * width),
    mean: place(width),
    blocks: place(blocksOf(rows) * blockDoubles(width)),
  };
}

/** Rows of doubles, not filled yet; see the head of the file. */
export class RowTable {
  readonly rows: number;
  readonly width: number;
  readonly #session: Session;
  readonly #pacer: Pacer;
  readonly #at: ReturnType<typeof placesOf>;

  constructor(session: Session, { rows, width }: TableSize, pacer: Pacer) {
    this.rows = rows;
    this.width = width;
    this.#session = session;
    this.#pacer = pacer;
    this.#at = placesOf({ rows, width }, (bytes) => session.arena.allocate(bytes));
  }

  /** The rows, row-major; what is written here is what is summed. */
  get values(): Float64Array {
    return this.#session.arena.doubles(this.#at.values, this.rows * this.width);
  }

  /** Copies some of the rows into a table of as many. */
  copyTo(table: RowTable, places: Uint32Array): void {
    const { width } = this;
    const [from, to] = [this.values, table.values];
    places.forEach((place, i) => {
      to.set(from.subarray(place * width, (place + 1) * width), i * width);
    });
  }

  /** Runs a kernel on every block. */
  async #run(kernel: KernelCall["kernel"], values: (block: number, count: number) => number[]) {
    const calls: KernelCall[] = [];
    for (let block = 0; block * BLOCK < this.rows; block++) {
      const count = Math.min(BLOCK, this.rows - block * BLOCK);
      const first = this.#at.values + 8 * block * BLOCK * this.width;
      calls.push({ kernel, values: [first, ...values(block, count)] });
    }
    await runCalls(this.#session, calls, this.#pacer);
  }

  /** Adds up a run of doubles of every block, in their order. */
  #sum(at: number, length: number): Float64Array {
    const out = new Float64Array(length);
    for (let block = 0; block < blocksOf(this.rows); block++) {
      const own = this.#session.arena.doubles(this.#block(block) + 8 * at, length);
      for (let i = 0; i < length; i++) out[i]! += own[i]!;
    }
    return out;
  }

  #block(block: number): number {
    return this.#at.blocks + 8 * block * blockDoubles(this.width);
  }

  /**
   * Mean of weighted rows, and the sum of weights.
   * @param weight one a row; those of weight 0 cost nothing
   */
  async mean(weight: Float64Array): Promise<Omit<Scatter, "covariance">> {
    const { width } = this;
    const { weights } = this.#at;
    const sums = blockDoubles(width) - width - 1;
    this.#session.arena.doubles(weights, this.rows).set(weight);
    await this.#run("addMeans", (block, count) => {
      return [weights + 8 * block * BLOCK, count, width, this.#block(block) + 8 * sums];
    });
    const found = this.#sum(sums, width + 1);
    const total = found[width]!;
    return { mean: found.slice(0, width).map((value) => value / total), total };
  }

  /** Mean and covariance, in two passes; see `mean`. */
  async scatter(weight: Float64Array): Promise<Scatter> {
    const { width } = this;
    const wide = width + (width % 2);
    const { mean, total } = await this.mean(weight);
    const at = this.#at;
    this.#session.arena.doubles(at.mean, width).set(mean);
    await this.#run("addScatter", (block, count) => {
      const gram = this.#block(block);
      const own = at.weights + 8 * block * BLOCK;
      return [own, count, width, at.mean, gram, gram + 8 * wide * width];
    });
    const gram = this.#sum(0, wide * width);
    const covariance = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) covariance[i * width + j] = gram[i * wide + j]! / total;
    }
    mirror(covariance, width);
    return { mean, covariance, total };
  }

  /** Squared Mahalanobis distances of all rows. */
  async distances({ mean, lower }: Factor): Promise<Float64Array> {
    const { width } = this;
    const { arena } = this.#session;
    const at = this.#at;
    arena.doubles(at.mean, width).set(mean);
    arena.doubles(at.lower, width * width).set(lower);
    await this.#run("mahalanobis", (block, count) => {
      const out = at.squares + 8 * block * BLOCK;
      return [count, width, at.mean, at.lower, out, this.#block(block)];
    });
    return arena.doubles(at.squares, this.rows).slice();
  }
}

/**
 * Lends room for rows. A small table is worked on in this thread.
 * @throws KERNEL_MEMORY before anything is done, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function withTable<Result>(
  size: TableSize,
  { doing, extras, pacer }: TableWish,
  work: (table: RowTable) => Promise<Result>,
): Promise<Result> {
  const blocks: number[] = [];
  placesOf(size, (bytes) => blocks.push(bytes));
  checkPlannedMemory(doing, bytesOfBlocks(blocks), extras.memoryLimit);
  const { threads = 0, signal } = extras;
  const steps = PASSES * size.rows * size.width * (size.width + 1);
  const session = await pacer.until(openSession({ doing, threads, steps, signal }), (late) =>
    late.close(),
  );
  try {
    return await work(new RowTable(session, size, pacer));
  } finally {
    session.close();
  }
}
