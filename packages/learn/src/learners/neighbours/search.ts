/** Neighbours of many rows, by the kernels, over threads. */
import type { Pacer } from "../../foundation/index.js";
import { type KernelCall, openSession, type Session } from "../../kernels/index.js";
import { runCalls } from "../run-calls.js";
import { nearestRows, roomFor } from "./nearest.js";
import type { ColumnRows, RowIndex } from "./row-index.js";
import {
  checkSearchMemory,
  exactWidth,
  GROUP_ROWS,
  groupsOf,
  placeBatch,
  placePoints,
  placeRounding,
  type Rounding,
  roundedBytes,
  roundingOf,
  type SearchPlaces,
  type SearchShape,
  STAGED_ROWS,
  stopSearch,
  TILE_BYTES,
  writeSearch,
} from "./search-memory.js";

/** What is looked for, and who takes it. */
export interface NeighbourSearch {
  readonly index: RowIndex;
  /** Rows whose neighbours are wanted. */
  readonly sought: ColumnRows;
  /** Neighbours a row. */
  readonly most: number;
  /** For errors: `predicting with knn`. */
  readonly doing: string;
  readonly threads?: number | undefined;
  readonly memoryLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly pacer: Pacer;
  /**
   * Takes one row's neighbours, nearest first, ties by number: `most` of them from `at` on. Rows
   * come in any order; the arrays are lent for the call.
   */
  readonly take: (row: number, squares: Float64Array, numbers: Int32Array, at: number) => void;
  /** Told how many rows are done. */
  readonly onRows?: (done: number) => void;
}

/** Steps below which the kernels are not worth their start. */
export const FEW_STEPS = 2_000_000;
const BATCH_ROWS = 128 * GROUP_ROWS;
/** Pairs of rows and columns of a call: some milliseconds. */
export const STEPS_PER_CALL = 1.2e8;

async function walkAll(search: NeighbourSearch): Promise<void> {
  const { index, sought, most, pacer, take } = search;
  const values = new Float64Array(index.width);
  const room = roomFor(most);
  for (let row = 0; row < sought.rowCount; row++) {
    await pacer.pause();
    for (let j = 0; j < values.length; j++) values[j] = sought.columns[j]![row]!;
    nearestRows(index, values, room);
    take(row, room.squares, room.numbers, 0);
    search.onRows?.(row + 1);
  }
}

interface Batch {
  readonly places: SearchPlaces;
  /** First row sought, and how many. */
  readonly first: number;
  readonly count: number;
}

/** One search on its way through a session. */
export class Searcher {
  readonly #session: Session;
  readonly #search: NeighbourSearch;
  readonly #shape: SearchShape;
  readonly #rounding: Rounding;
  readonly #centres: number;
  readonly #points: SearchPlaces["points"];

  constructor(session: Session, search: NeighbourSearch, shape: SearchShape) {
    const { arena } = session;
    this.#session = session;
    this.#search = search;
    this.#shape = shape;
    this.#rounding = roundingOf(search.index);
    const { centres } = this.#rounding;
    this.#centres = arena.allocate(8 * centres.length);
    arena.doubles(this.#centres, centres.length).set(centres);
    this.#points = placePoints(shape, (bytes) => arena.allocate(bytes));
  }

  /** Copies rows of the index, each filled up to an even number of columns. */
  #copyRows(numbers: (at: number) => number, count: number, address: number): void {
    const { rows, width } = this.#search.index;
    const wide = exactWidth(width);
    const to = this.#session.arena.doubles(address, wide * count);
    if (wide > width) to.fill(0);
    for (let i = 0; i < count; i++) {
      const from = numbers(i) * width;
      for (let j = 0; j < width; j++) to[i * wide + j] = rows[from + j]!;
    }
  }

  /** Rounds the points, puts neighbours together, packs them, and where wanted as queries too. */
  async pack(places: SearchPlaces): Promise<void> {
    const { pacer } = this.#search;
    const { arena, threads } = this.#session;
    const { points, width } = this.#shape;
    const mark = arena.mark();
    const room = placeRounding(this.#shape, threads, (bytes) => arena.allocate(bytes));
    const { steps, most } = this.#rounding;
    const row = roundedBytes(width);
    for (let first = 0; first < points; ) {
      const calls: KernelCall[] = [];
      for (const staged of room.staged) {
        if (first >= points) break;
        const count = Math.min(STAGED_ROWS, points - first);
        const start = first;
        this.#copyRows((i) => start + i, count, staged);
        const out = room.rounded + row * first;
        const from = [staged, 8 * exactWidth(width), count, width, this.#centres];
        calls.push({ kernel: "roundRows", values: [...from, steps, most, out, row] });
        first += count;
        await pacer.pause();
      }
      await this.#session.runAll(calls);
    }
    const { order, exact } = this.#points;
    const ordering = [room.rounded, row, points, order, room.stack];
    await this.#session.runAll([{ kernel: "orderRows", values: ordering }]);
    pacer.check();
    for (let first = 0; first < points; first += STAGED_ROWS) {
      await pacer.pause();
      const count = Math.min(STAGED_ROWS, points - first);
      const numbers = arena.integers(order + 4 * first, count);
      this.#copyRows((i) => numbers[i]!, count, exact + 8 * exactWidth(width) * first);
    }
    writeSearch(arena, places, this.#shape, this.#rounding);
    const packing = [room.rounded, row, order, points, places.batch.search];
    await this.#session.runAll([{ kernel: "packPoints", values: packing }]);
    pacer.check();
    if (this.#shape.own) {
      await this.#session.runAll([{ kernel: "packQueries", values: packing }]);
      pacer.check();
    }
    arena.release(mark);
  }

  /** Room for the points as their own queries, packed. */
  async beginOwn(): Promise<SearchPlaces> {
    const { arena } = this.#session;
    const batch = placeBatch(this.#shape, (bytes) => arena.allocate(bytes));
    arena.integers(batch.homes, groupsOf(this.#shape.points)).fill(0);
    const places = { points: this.#points, batch };
    await this.pack(places);
    return places;
  }

  /** Room for batches; the first one's search also serves to pack the points. */
  async begin(): Promise<SearchPlaces[]> {
    const { arena } = this.#session;
    const points = this.#points;
    const mark = arena.mark();
    const place = () => ({
      points,
      batch: placeBatch(this.#shape, (bytes) => arena.allocate(bytes)),
    });
    await this.pack(place());
    arena.release(mark);
    const all = Array.from({ length: this.#shape.batches }, place);
    for (const places of all) writeSearch(arena, places, this.#shape, this.#rounding);
    return all;
  }

  /** Copies rows sought, and says how they become queries. */
  prepare({ places, first, count }: Batch): KernelCall {
    const { columns } = this.#search.sought;
    const { batch } = places;
    const wide = exactWidth(columns.length);
    const rows = this.#session.arena.doubles(batch.exact, wide * count);
    if (wide > columns.length) rows.fill(0);
    for (const [j, values] of columns.entries()) {
      for (let i = 0; i < count; i++) rows[i * wide + j] = values[first + i]!;
    }
    const about = [batch.search, count, columns.length, this.#centres, this.#rounding.most];
    return { kernel: "prepareQueries", values: [...about, batch.rounded, batch.stack] };
  }

  /** The calls that find a batch's neighbours; where there are threads, in any order. */
  calls({ places, count }: Batch): KernelCall[] {
    const { search, tiles } = places.batch;
    const { points, width } = this.#shape;
    const groups = Math.ceil(count / GROUP_ROWS);
    const visits = Math.ceil(points / GROUP_ROWS);
    const steps = GROUP_ROWS * GROUP_ROWS * width;
    const together = Math.max(1, Math.floor(STEPS_PER_CALL / (steps * visits)));
    const most = this.#session.inline ? Math.ceil(STEPS_PER_CALL / steps) : visits;
    const calls: KernelCall[] = [];
    for (let first = 0; first < groups; first += together) {
      const some = [search, first, Math.min(together, groups - first)];
      for (let from = 0; from < visits; from += most) {
        const range = [from, Math.min(from + most, visits), tiles + TILE_BYTES * first];
        calls.push({ kernel: "searchNeighbours", values: [...some, ...range] });
      }
    }
    return calls;
  }

  /** Hands a batch's neighbours over. */
  give({ places, first, count }: Batch): void {
    const { arena } = this.#session;
    const { most } = this.#shape;
    const { order, squares, numbers } = places.batch;
    const rows = arena.integers(order, count);
    const found = arena.doubles(squares, count * most);
    const whose = arena.integers(numbers, count * most);
    for (let at = 0; at < count; at++) {
      this.#search.take(first + rows[at]!, found, whose, at * most);
    }
  }
}

async function sweep(session: Session, search: NeighbourSearch, shape: SearchShape) {
  const { sought, pacer, signal } = search;
  const searcher = new Searcher(session, search, shape);
  const places = await searcher.begin();
  const stop = () => {
    for (const { batch } of places) stopSearch(session.arena, batch.search);
  };
  signal?.addEventListener("abort", stop);
  try {
    for (let first = 0; first < sought.rowCount; ) {
      const wave: Batch[] = [];
      const preparing: KernelCall[] = [];
      for (const own of places) {
        if (first >= sought.rowCount) break;
        const count = Math.min(shape.batchRows, sought.rowCount - first);
        const batch = { places: own, first, count };
        wave.push(batch);
        preparing.push(searcher.prepare(batch));
        first += count;
        await pacer.pause();
      }
      await runCalls(session, preparing, pacer);
      await runCalls(
        session,
        wave.flatMap((batch) => searcher.calls(batch)),
        pacer,
      );
      for (const batch of wave) {
        searcher.give(batch);
        await pacer.pause();
      }
      search.onRows?.(first);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * Finds the nearest rows of an index for each row sought: exact, ties by number, the same bits as
 * `nearestRows` whatever the threads.
 * @throws KERNEL_MEMORY, KERNEL_WORKER_DIED, LEARN_STOPPED
 */
export async function searchRows(search: NeighbourSearch): Promise<void> {
  const { index, sought, most, doing, pacer, signal } = search;
  const points = index.counts.length;
  const steps = sought.rowCount * points * index.width;
  if (steps < FEW_STEPS) return await walkAll(search);
  const session = await pacer.until(
    openSession({ doing, threads: search.threads ?? 0, steps, signal }),
    (late) => late.close(),
  );
  try {
    const batchRows = Math.min(BATCH_ROWS, Math.ceil(sought.rowCount / GROUP_ROWS) * GROUP_ROWS);
    const batches = Math.min(2 * session.threads, Math.ceil(sought.rowCount / batchRows));
    const shape = { points, width: index.width, most, batchRows, batches, own: false };
    checkSearchMemory(doing, shape, session.threads, search.memoryLimit);
    await sweep(session, search, shape);
  } finally {
    session.close();
  }
}
