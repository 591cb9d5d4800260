/**
 * The kernels alone, one thread, without a peer: what the machine gives is the measure. Each is run
 * until its code is optimised, then five times; the least counts, in `quality`.
 */
import { openSession, type Session } from "../../packages/learn/src/kernels/index.js";
import type { KernelName } from "../../packages/learn/src/kernels/kernel-module.js";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";

interface Work {
  readonly kernel: KernelName;
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Lays arguments out. */
  readonly place: (session: Session, rows: number) => readonly (number | bigint)[];
  /** Elementary steps of a call, and what their rate is called. */
  readonly steps: (rows: number) => number;
  readonly unit: "GFLOP/s" | "ns an update" | "ns a value";
}

const RUNS = 5;
const WARM = 20;
const WIDE = 32;

function fill(session: Session, bytes: number): number {
  const address = session.arena.allocate(bytes);
  const words = session.arena.integers(address, bytes >> 2);
  let word = 1;
  for (let i = 0; i < words.length; i++) {
    word = (Math.imul(word, 1664525) + 1013904223) | 0;
    words[i] = word;
  }
  return address;
}

function doubles(session: Session, count: number): number {
  const address = fill(session, 8 * count);
  const values = session.arena.doubles(address, count);
  const words = session.arena.integers(address, 2 * count);
  for (let i = 0; i < count; i++) values[i] = words[2 * i]! / 2 ** 31;
  return address;
}

function floats(session: Session, count: number): number {
  const address = fill(session, 4 * count);
  const values = session.arena.floats(address, count);
  const words = session.arena.integers(address, count);
  for (let i = 0; i < count; i++) values[i] = words[i]! / 2 ** 31;
  return address;
}

const SIZE = 384;

function square(session: Session, size: number): number[] {
  const [a, b] = [floats(session, size * size), floats(session, size * size)];
  const c = session.arena.allocate(4 * size * size);
  const scratch = session.arena.allocate(16_384 + 32 * size);
  return [a, b, c, size, size, size, scratch];
}

const works: readonly Work[] = [
  {
    kernel: "addRows",
    name: "histogram, rows in order",
    rows: 500_000,
    columns: WIDE,
    place: (session, rows) => {
      const bins = fill(session, rows * WIDE);
      const packed = doubles(session, rows);
      return [bins, WIDE, packed, rows, fill(session, WIDE * 2048)];
    },
    steps: (rows) => rows * WIDE,
    unit: "ns an update",
  },
  {
    kernel: "addListed",
    name: "histogram, every eighth row",
    rows: 500_000,
    columns: WIDE,
    place: (session, rows) => {
      const bins = fill(session, rows * WIDE);
      const packed = doubles(session, rows);
      const count = Math.floor(rows / 8);
      const order = session.arena.allocate(4 * count);
      session.arena.integers(order, count).set(Int32Array.from({ length: count }, (_, k) => 8 * k));
      const scratch = session.arena.allocate(64 * WIDE + 64);
      const histogram = fill(session, WIDE * 2048);
      const stop = session.arena.allocate(8);
      session.arena.integers(stop, 2).fill(0);
      return [bins, WIDE, packed, order, count, scratch, histogram, stop];
    },
    steps: (rows) => Math.floor(rows / 8) * WIDE,
    unit: "ns an update",
  },
  ...(["gemm", "squaredDistances"] as const).map(
    (kernel): Work => ({
      kernel,
      name: `${kernel} of floats, ${SIZE} x ${SIZE} x ${SIZE}`,
      rows: SIZE,
      columns: SIZE,
      place: square,
      steps: (size) => (kernel === "gemm" ? 2 : 3) * size ** 3,
      unit: "GFLOP/s",
    }),
  ),
  {
    kernel: "dot",
    name: "dot of doubles in the second cache",
    rows: 30_000,
    columns: 1,
    place: (session, rows) => [doubles(session, rows), doubles(session, rows), rows],
    steps: (rows) => 2 * rows,
    unit: "GFLOP/s",
  },
  {
    kernel: "axpy",
    name: "axpy of doubles in the second cache",
    rows: 30_000,
    columns: 1,
    place: (session, rows) => [0.5, doubles(session, rows), doubles(session, rows), rows],
    steps: (rows) => 2 * rows,
    unit: "GFLOP/s",
  },
  {
    kernel: "sortDoubles",
    name: "sort of doubles",
    rows: 200_000,
    columns: 1,
    place: (session, rows) => {
      return [doubles(session, rows), rows, session.arena.allocate(8 * rows + 8192)];
    },
    steps: (rows) => rows,
    unit: "ns a value",
  },
  {
    kernel: "selectDouble",
    name: "selection among doubles",
    rows: 200_000,
    columns: 1,
    place: (session, rows) => [doubles(session, rows), rows, rows >> 1],
    steps: (rows) => rows,
    unit: "ns a value",
  },
];

async function measure(work: Work, quick: boolean): Promise<BenchRow> {
  const session = await openSession({ doing: `measuring ${work.name}`, threads: 1, steps: 0 });
  const mark = session.arena.mark();
  const rows = quick ? Math.ceil(work.rows / 20) : work.rows;
  const seconds: number[] = [];
  for (let run = -(quick ? 1 : WARM); run < (quick ? 1 : RUNS); run++) {
    session.arena.release(mark);
    const values = work.place(session, rows);
    const started = performance.now();
    await session.runAll([{ kernel: work.kernel, values }]);
    if (run >= 0) seconds.push((performance.now() - started) / 1000);
  }
  session.arena.release(mark);
  session.close();
  const least = Math.min(...seconds);
  const each = least / work.steps(rows);
  const value = work.unit === "GFLOP/s" ? 1e-9 / each : each * 1e9;
  return {
    work: work.name,
    rows,
    columns: work.columns,
    threads: 1,
    ours: {
      ...summarise(seconds),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      quality: { name: work.unit, value },
    },
    peers: [],
  };
}

/**
 * Measures each kernel.
 * @param options `quick`: a twentieth of the rows, one run
 * @returns a row a kernel
 */
export async function kernelsBench(options: BenchOptions): Promise<BenchRow[]> {
  const table: BenchRow[] = [];
  for (const work of works) table.push(await measure(work, options.quick === true));
  return table;
}
