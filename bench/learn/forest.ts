/** Random forest beside scikit-learn: same rows, parameters and threads, binning included. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, threadCount } from "./in-turn.js";
import { type AucFinish, aucQuality, drawTrees, TEST_SHARE } from "./trees-data.js";

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

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 rows, ten trees and one pair
 * @returns one row
 */
export async function forestBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("forest", async (folder) => {
    const path = join(folder, "data.bin");
    const trainingRows = options.quick ? 2000 : ROWS;
    const rows = Math.round(trainingRows * (1 + TEST_SHARE));
    await writeFile(path, drawTrees(rows, COLUMNS));
    const trees = options.quick ? 10 : TREES;
    const threads = threadCount();
    const settings: ForestSettings = { trainingRows, trees, minSamplesLeaf: 5, threads };
    const both = { data: [path, rows, COLUMNS], settings } as const;
    const [ours, peer] = await runInTurn<AucFinish>(
      [
        { script: "forest-ours.ts", ...both },
        { script: "forest_peer.py", python: "learn", ...both },
      ],
      options.quick ? 1 : PAIRS,
    );
    const work = `random forest, ${trees} trees, leaf ≥ ${settings.minSamplesLeaf}`;
    const bars = { reach: "≤ .3×", aim: "≤ .12×" };
    const about = { work, rows: trainingRows, columns: COLUMNS, threads, ...bars };
    return [rowOf(about, ours!, [{ ...peer!, name: "scikit-learn" }], aucQuality)];
  });
}
