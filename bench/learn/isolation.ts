/** Isolation forests beside scikit-learn's: the same rows, fitted and scored. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { aucOf, drawOutliers } from "./detectors.js";
import { inFolder, rowOf, runInTurn, threadCount } from "./in-turn.js";
import type { AucFinish } from "./trees-data.js";

/** What both sides are told. */
export interface IsolationSettings {
  readonly trees: number;
  readonly sampleSize: number;
  readonly threads: number;
}

const ROWS = 1_000_000;
const COLUMNS = 10;
const PAIRS = 5;

/**
 * Fits and scores both sides in turn on the same file.
 * @param options `quick`: 2,000 rows, twenty trees and one pair
 * @returns one row
 */
export async function isolationBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("isolation", async (folder) => {
    const path = join(folder, "data.bin");
    const rows = options.quick ? 2000 : ROWS;
    await writeFile(path, drawOutliers(rows, COLUMNS));
    const threads = threadCount();
    const trees = options.quick ? 20 : 100;
    const settings: IsolationSettings = { trees, sampleSize: 256, threads };
    const both = { data: [path, rows, COLUMNS], settings } as const;
    const [ours, peer] = await runInTurn<AucFinish>(
      [
        { script: "isolation-ours.ts", ...both },
        { script: "isolation_peer.py", python: "detectors", ...both },
      ],
      options.quick ? 1 : PAIRS,
    );
    const work = `isolation forest, ${trees} trees of ${settings.sampleSize} rows: fit and score`;
    const about = { work, rows, columns: COLUMNS, threads, reach: "≤ .4×", aim: "≤ .15×" };
    return [rowOf(about, ours!, [{ ...peer!, name: "scikit-learn" }], aucOf)];
  });
}
