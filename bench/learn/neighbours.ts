/** Detectors by neighbours beside PyOD: the same rows, fitted, and scored as rows left out. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { aucOf, drawOutliers } from "./detectors.js";
import { inFolder, rowOf, runInTurn, threadCount } from "./in-turn.js";
import type { AucFinish } from "./trees-data.js";

/** What both sides are told. */
export interface NeighbourSettings {
  readonly detector: "knn" | "lof";
  readonly neighbours: number;
  readonly threads: number;
}

interface Finish extends AucFinish {
  /** Sum of the scores: both sides are exact. */
  readonly total: number;
}

const COLUMNS = 20;
/** The peer takes half a minute a fit of the larger table. */
const SIZES = [
  { rows: 20_000, pairs: 5 },
  { rows: 100_000, pairs: 1 },
] as const;
const NEIGHBOURS = { knn: 5, lof: 20 } as const;

async function measure(
  detector: NeighbourSettings["detector"],
  data: readonly [path: string, rows: number, columns: number],
  pairs: number,
): Promise<BenchRow> {
  const threads = threadCount();
  const settings: NeighbourSettings = { detector, neighbours: NEIGHBOURS[detector], threads };
  const [ours, peer] = await runInTurn<Finish>(
    [
      { script: "neighbours-ours.ts", data, settings },
      { script: "neighbours_peer.py", python: "detectors", data, settings },
    ],
    pairs,
  );
  const [mine, theirs] = [ours!.finish.total, peer!.finish.total];
  if (Math.abs(mine - theirs) > 1e-9 * Math.abs(theirs)) {
    throw new Error(`The sides disagree: their scores sum to ${mine} and ${theirs}.`);
  }
  const work = `${detector.toUpperCase()}, ${settings.neighbours} neighbours: fit and own scores`;
  const [, rows, columns] = data;
  const about = { work, rows, columns, threads, reach: "≤ 1.0×", aim: "≤ .2×" };
  return rowOf(about, ours!, [{ ...peer!, name: "PyOD" }], aucOf);
}

/**
 * Runs both sides in turn on the same files; stops where their scores differ.
 * @param options `quick`: 2,000 rows and one pair
 * @returns one row a detector and size
 */
export async function neighboursBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("neighbours", async (folder) => {
    const path = join(folder, "data.bin");
    const measured: BenchRow[] = [];
    for (const { rows, pairs } of options.quick ? [{ rows: 2000, pairs: 1 }] : SIZES) {
      await writeFile(path, drawOutliers(rows, COLUMNS));
      for (const detector of ["knn", "lof"] as const) {
        measured.push(await measure(detector, [path, rows, COLUMNS], pairs));
      }
    }
    return measured;
  });
}
