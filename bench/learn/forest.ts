/** Random forest beside scikit-learn: same rows, parameters and threads, binning included. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";
import { peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";
import { drawTrees } from "./trees-data.js";

/** What both sides are told. */
export interface ForestSettings {
  readonly trainingRows: number;
  readonly trees: number;
  readonly minSamplesLeaf: number;
  readonly threads: number;
}

const ROWS = 200_000;
const COLUMNS = 32;
const TREES = 100;
/** The peer takes a minute a fit. */
const PAIRS = 2;
/** Rows beyond those of training that the AUC is taken on, as a share. */
const TEST_SHARE = 0.2;

interface Finish {
  readonly peakMemoryBytes: number;
  readonly auc: number;
  readonly version: string;
}

async function measure(
  path: string,
  rows: number,
  settings: ForestSettings,
  pairs: number,
): Promise<BenchRow> {
  const size = [path, String(rows), String(COLUMNS), JSON.stringify(settings)];
  const script = fileURLToPath(new URL("./forest-ours.ts", import.meta.url));
  const ours = new BenchProcess(process.execPath, ["--import", "tsx", script, ...size]);
  const peer = new BenchProcess(peerPython(), [peerScript("forest_peer.py"), ...size]);
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    seconds[0].push((await ours.ask<{ seconds: number }>("fit")).seconds);
    seconds[1].push((await peer.ask<{ seconds: number }>("fit")).seconds);
  }
  const [end, peerEnd] = [await ours.ask<Finish>("quit"), await peer.ask<Finish>("quit")];
  const [mine, theirs] = [summarise(seconds[0]), summarise(seconds[1])];
  const quality = (value: number) => ({ name: "ROC-AUC on held-out rows", value });
  const { peakMemoryBytes, version } = peerEnd;
  return {
    work: `random forest, ${settings.trees} trees, leaf ≥ ${settings.minSamplesLeaf}`,
    rows: settings.trainingRows,
    columns: COLUMNS,
    threads: settings.threads,
    ours: { ...mine, peakMemoryBytes: end.peakMemoryBytes, quality: quality(end.auc) },
    peers: [
      { name: "scikit-learn", version, ...theirs, peakMemoryBytes, quality: quality(peerEnd.auc) },
    ],
    ratio: mine.seconds / theirs.seconds,
    reach: "≤ .3×",
    aim: "≤ .12×",
  };
}

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 rows, ten trees and one pair
 * @returns one row
 */
export async function forestBench(options: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "forest-bench-"));
  const path = join(folder, "data.bin");
  try {
    const trainingRows = options.quick ? 2000 : ROWS;
    const rows = Math.round(trainingRows * (1 + TEST_SHARE));
    await writeFile(path, drawTrees(rows, COLUMNS));
    const threads = Number(process.env["BENCH_THREADS"] ?? availableParallelism());
    const trees = options.quick ? 10 : TREES;
    const settings = { trainingRows, trees, minSamplesLeaf: 5, threads };
    return [await measure(path, rows, settings, options.quick ? 1 : PAIRS)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
