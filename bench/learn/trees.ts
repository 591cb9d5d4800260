/** Gradient boosting beside LightGBM: same rows, parameters and threads, binning included. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, threadCount } from "./in-turn.js";
import { type AucFinish, aucQuality, drawTrees, TEST_SHARE } from "./trees-data.js";

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

async function measure(
  { columns, leaves }: Work,
  path: string,
  rows: number,
  settings: TreesSettings,
): Promise<BenchRow> {
  const both = { data: [path, rows, columns], settings } as const;
  const [ours, peer] = await runInTurn<AucFinish>(
    [
      { script: "trees-ours.ts", ...both },
      { script: "trees_peer.py", python: "learn", ...both },
    ],
    settings.rounds < ROUNDS ? 1 : PAIRS,
  );
  const { trainingRows, threads, rounds } = settings;
  const work = `boosting, ${rounds} trees of ${leaves} leaves`;
  const bars = { reach: "≤ 1.0×", aim: "≤ .6×" };
  const about = { work, rows: trainingRows, columns, threads, ...bars };
  return rowOf(about, ours!, [{ ...peer!, name: "LightGBM" }], aucQuality);
}

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 rows, ten trees and one pair
 * @returns one row a size
 */
export async function treesBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("trees", async (folder) => {
    const path = join(folder, "data.bin");
    const table: BenchRow[] = [];
    for (const work of works) {
      const trainingRows = options.quick ? 2000 : work.rows;
      const rows = Math.round(trainingRows * (1 + TEST_SHARE));
      await writeFile(path, drawTrees(rows, work.columns));
      const rounds = options.quick ? 10 : ROUNDS;
      const settings = { trainingRows, leaves: work.leaves, rounds, threads: threadCount() };
      table.push(await measure(work, path, rows, settings));
    }
    return table;
  });
}
