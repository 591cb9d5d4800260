/** Gradient boosting beside LightGBM: same rows, parameters and threads, binning included. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";
import { peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";
import { drawTrees } from "./trees-data.js";

/** What both sides are told. */
export interface TreesSettings {
  readonly trainingRows: number;
  readonly leaves: number;
  readonly rounds: number;
  readonly threads: number;
}

interface Work {
  readonly rows: number;
  readonly columns: number;
  readonly leaves: number;
}

const works: readonly Work[] = [
  { rows: 500_000, columns: 32, leaves: 31 },
  { rows: 500_000, columns: 32, leaves: 255 },
  { rows: 1_000_000, columns: 28, leaves: 31 },
  { rows: 1_000_000, columns: 28, leaves: 255 },
];

const ROUNDS = 100;
const PAIRS = 3;
/** Rows beyond those of training that the AUC is taken on, as a share. */
const TEST_SHARE = 0.2;

interface Finish {
  readonly peakMemoryBytes: number;
  readonly auc: number;
  readonly version: string;
}

async function measure(
  work: Work,
  path: string,
  rows: number,
  settings: TreesSettings,
): Promise<BenchRow> {
  const size = [path, String(rows), String(work.columns), JSON.stringify(settings)];
  const script = fileURLToPath(new URL("./trees-ours.ts", import.meta.url));
  const ours = new BenchProcess(process.execPath, ["--import", "tsx", script, ...size]);
  const peer = new BenchProcess(peerPython(), [peerScript("trees_peer.py"), ...size]);
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < (settings.rounds < ROUNDS ? 1 : PAIRS); pair++) {
    seconds[0].push((await ours.ask<{ seconds: number }>("fit")).seconds);
    seconds[1].push((await peer.ask<{ seconds: number }>("fit")).seconds);
  }
  const [end, peerEnd] = [await ours.ask<Finish>("quit"), await peer.ask<Finish>("quit")];
  const [mine, theirs] = [summarise(seconds[0]), summarise(seconds[1])];
  const quality = (value: number) => ({ name: "ROC-AUC on held-out rows", value });
  const { peakMemoryBytes, version } = peerEnd;
  return {
    work: `boosting, ${settings.rounds} trees of ${work.leaves} leaves`,
    rows: settings.trainingRows,
    columns: work.columns,
    threads: settings.threads,
    ours: { ...mine, peakMemoryBytes: end.peakMemoryBytes, quality: quality(end.auc) },
    peers: [
      { name: "LightGBM", version, ...theirs, peakMemoryBytes, quality: quality(peerEnd.auc) },
    ],
    ratio: mine.seconds / theirs.seconds,
    reach: "≤ 1.0×",
    aim: "≤ .6×",
  };
}

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 rows, ten trees and one pair
 * @returns one row a size
 */
export async function treesBench(options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "trees-bench-"));
  const path = join(folder, "data.bin");
  const table: BenchRow[] = [];
  try {
    for (const work of works) {
      const trainingRows = options.quick ? 2000 : work.rows;
      const rows = Math.round(trainingRows * (1 + TEST_SHARE));
      await writeFile(path, drawTrees(rows, work.columns));
      const rounds = options.quick ? 10 : ROUNDS;
      const settings = { trainingRows, leaves: work.leaves, rounds, threads: threadCount() };
      table.push(await measure(work, path, rows, settings));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return table;
}

/** Threads of both sides: BENCH_THREADS, else as many as there are cores. */
function threadCount(): number {
  return Number(process.env["BENCH_THREADS"] ?? availableParallelism());
}
