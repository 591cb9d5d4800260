/** Logistic regression beside scikit-learn's lbfgs: same rows, same penalty, same tolerance. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RandomStream, sigmoid } from "@refrain/learn";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";
import { peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";

interface Work {
  readonly name: string;
  readonly rows: number;
  readonly pairs: number;
  /** What is owed and wanted, where something is. */
  readonly bars: { readonly reach?: string; readonly aim?: string };
  /** Changes the columns after they are drawn. */
  readonly shape: (columns: readonly Float64Array[]) => void;
}

const WIDTH = 32;

/**
 * Two columns that say nearly the same, one of large numbers, one far from 0: as logs have them.
 */
function unlike(columns: readonly Float64Array[]): void {
  const [a, b, c, d] = [columns[4]!, columns[5]!, columns[7]!, columns[8]!];
  a.forEach((value, row) => {
    b[row] = 0.9 * value + 0.1 * b[row]!;
    c[row]! *= 100;
    d[row]! += 5;
  });
}

const works: readonly Work[] = [
  {
    name: "logistic",
    rows: 500_000,
    pairs: 7,
    bars: { reach: "≤ 1.2×", aim: "≤ .8×" },
    shape: () => undefined,
  },
  { name: "logistic, unlike columns", rows: 500_000, pairs: 3, bars: {}, shape: unlike },
];

/** Columns, then the target, one after the other, as little-endian doubles. */
function draw(rows: number, shape: Work["shape"]): Uint8Array {
  const data = new Float64Array(rows * (WIDTH + 1));
  const column = (place: number) => data.subarray(place * rows, (place + 1) * rows);
  const columns = Array.from({ length: WIDTH }, (_, j) => column(j));
  const stream = new RandomStream(20240229, "linear bench");
  for (const values of columns) {
    for (let row = 0; row < rows; row++) values[row] = stream.normal();
  }
  shape(columns);
  const margin = new Float64Array(rows).fill(-1);
  columns.forEach((values, j) => {
    const weight = (0.3 * stream.normal()) / (j === 7 ? 100 : 1);
    for (let row = 0; row < rows; row++) margin[row]! += weight * values[row]!;
  });
  column(WIDTH).set(margin.map((value) => (stream.uniform() < sigmoid(value) ? 1 : 0)));
  return new Uint8Array(data.buffer);
}

interface Finish {
  readonly peakMemoryBytes: number;
  readonly coefficients: readonly number[];
  readonly version: string;
}

async function measure(work: Work, path: string, rows: number, pairs: number): Promise<BenchRow> {
  const size = [path, String(rows), String(WIDTH)];
  const script = fileURLToPath(new URL("./linear-ours.ts", import.meta.url));
  const ours = new BenchProcess(process.execPath, ["--import", "tsx", script, ...size]);
  const peer = new BenchProcess(peerPython(), [peerScript("linear_peer.py"), ...size]);
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    seconds[0].push((await ours.ask<{ seconds: number }>("fit")).seconds);
    seconds[1].push((await peer.ask<{ seconds: number }>("fit")).seconds);
  }
  const [end, peerEnd] = [await ours.ask<Finish>("quit"), await peer.ask<Finish>("quit")];
  const apart = end.coefficients.map((value, j) => Math.abs(value - peerEnd.coefficients[j]!));
  const quality = { name: "largest difference of a coefficient", value: Math.max(...apart) };
  const [mine, theirs] = [summarise(seconds[0]), summarise(seconds[1])];
  const { peakMemoryBytes, version } = peerEnd;
  return {
    work: work.name,
    rows,
    columns: WIDTH,
    threads: 2,
    ours: { ...mine, peakMemoryBytes: end.peakMemoryBytes, quality },
    peers: [{ name: "scikit-learn lbfgs", version, ...theirs, peakMemoryBytes }],
    ratio: mine.seconds / theirs.seconds,
    ...work.bars,
  };
}

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 rows and one pair
 * @returns one row a work; `quality` says how far the coefficients are apart
 */
export async function linearBench(options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "linear-bench-"));
  const path = join(folder, "data.bin");
  const rows: BenchRow[] = [];
  try {
    for (const work of works) {
      const count = options.quick ? 2000 : work.rows;
      await writeFile(path, draw(count, work.shape));
      rows.push(await measure(work, path, count, options.quick ? 1 : work.pairs));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}
