/** Detectors by columns beside PyOD: the same rows, fitted and scored. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RandomStream } from "@refrain/learn";
import type { BenchOptions, BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, threadCount } from "./in-turn.js";
import type { AucFinish } from "./trees-data.js";

/** What both sides are told. */
export interface DetectorSettings {
  readonly detector: (typeof detectors)[number] | "one-class-svm";
  readonly bins: number;
  /** Of the one-class SVM: rows that are drawn to learn from. */
  readonly sampleSize: number;
  /** Of its peer: solved as ours is, or by gradient descent on Nyström's features. */
  readonly form: "solved" | "descended";
}

const detectors = ["ecod", "copod", "hbos"] as const;
const common = { bins: 10, sampleSize: 2048, form: "solved" } as const;
const ROWS = 100_000;
const COLUMNS = 20;
const PAIRS = 5;
const ABNORMAL = 0.02;

/**
 * Rows of skewed and symmetric columns with a few that lie off in a few columns each, and a column
 * that says which.
 * @returns (columns + 1) × rows doubles, column by column
 */
export function drawOutliers(rows: number, columns: number): Uint8Array {
  const stream = new RandomStream(1, "outliers");
  const data = new Float64Array((columns + 1) * rows);
  const marks = data.subarray(columns * rows);
  for (let row = 0; row < rows; row++) marks[row] = stream.uniform() < ABNORMAL ? 1 : 0;
  for (let j = 0; j < columns; j++) {
    for (let row = 0; row < rows; row++) {
      const value = stream.normal();
      const away = marks[row] === 1 && stream.uniform() < 0.3 ? 2.5 : 0;
      data[j * rows + row] = j % 2 === 0 ? value + away : Math.exp((value + away) / 2);
    }
  }
  return new Uint8Array(data.buffer);
}

/** How well the rows that lie off are found. */
export function aucOf({ auc }: AucFinish) {
  return { name: "ROC-AUC of the rows that lie off", value: auc };
}

/**
 * Fits and scores both sides in turn on the same file.
 * @param options `quick`: ECOD alone, 2,000 rows and one pair
 * @returns one row a detector
 */
export async function detectorsBench(options: BenchOptions): Promise<BenchRow[]> {
  return await inFolder("detectors", async (folder) => {
    const path = join(folder, "data.bin");
    const rows = options.quick ? 2000 : ROWS;
    await writeFile(path, drawOutliers(rows, COLUMNS));
    const measured: BenchRow[] = [];
    for (const detector of options.quick ? detectors.slice(0, 1) : detectors) {
      const settings: DetectorSettings = { ...common, detector };
      const both = { data: [path, rows, COLUMNS], settings } as const;
      const [ours, peer] = await runInTurn<AucFinish>(
        [
          { script: "detectors-ours.ts", ...both },
          { script: "detectors_peer.py", python: "detectors", ...both },
        ],
        options.quick ? 1 : PAIRS,
      );
      const work = `${detector.toUpperCase()}: fit and score`;
      const about = { work, rows, columns: COLUMNS, threads: 1, reach: "≤ 1.0×", aim: "≤ .2×" };
      measured.push(rowOf(about, ours!, [{ ...peer!, name: "PyOD" }], aucOf));
    }
    if (!options.quick) measured.push(await oneClassRow([path, rows, COLUMNS]));
    return measured;
  });
}

/** The one-class SVM beside scikit-learn's two forms. */
async function oneClassRow(data: readonly [string, number, number]): Promise<BenchRow> {
  const settings: DetectorSettings = { ...common, detector: "one-class-svm" };
  const peer = { script: "one_class_peer.py", python: "detectors", data } as const;
  const [ours, solved, descended] = await runInTurn<AucFinish>(
    [
      { script: "detectors-ours.ts", data, settings },
      { ...peer, settings },
      { ...peer, settings: { ...settings, form: "descended" } },
    ],
    3,
  );
  const [, rows, columns] = data;
  const work = `one-class SVM of ${common.sampleSize} drawn rows: fit and score`;
  const about = { work, rows, columns, threads: threadCount(), reach: "–", aim: "–" };
  const peers = [
    { ...solved!, name: "scikit-learn OneClassSVM" },
    { ...descended!, name: "scikit-learn Nystroem, SGDOneClassSVM" },
  ];
  return rowOf(about, ours!, peers, aucOf);
}
