/**
 * Detectors on ten public sets (ADBench), beside what PyOD measured on the same files: columns
 * scaled to 0…1, each set fitted and scored whole, a row never its own neighbour.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  copod,
  ecod,
  Frame,
  gaussian,
  hbos,
  isolationForest,
  localOutlierFactor,
  mlpAutoencoder,
  neighbourDistance,
  numberColumn,
  pca,
  rocAuc,
} from "@refrain/learn";
import type { Verified } from "./verified.js";
import { verifyOneClass } from "./verify-adbench-one-class.js";

/** Where the sets are; absent on most machines. */
export const adbenchFolder = fileURLToPath(new URL("../../shared/data/adbench/", import.meta.url));

/** What the protocol gives: Markdown for the page, and whether every bar held. */
const SEEDS = [1, 2, 3, 4, 5];

type Scorer = (frame: Frame) => Promise<readonly Float64Array[]>;

/** One detector of the table. */
interface Contestant {
  /** Heading. */
  readonly name: string;
  /** Its column of the measured table; undefined where there is none. */
  readonly measured?: string;
  /** How far from what was measured it may be. */
  readonly within?: number;
  /** Scores of the rows fitted on, one run each. */
  readonly score: Scorer;
}

/** A new detector is one line here. */
const contestants: readonly Contestant[] = [
  {
    name: "ECOD",
    measured: "ECOD",
    within: 0.02,
    score: async (frame) => [await (await ecod.fit(frame, undefined)).predict(frame)],
  },
  {
    name: "COPOD",
    measured: "COPOD",
    within: 0.02,
    score: async (frame) => [await (await copod.fit(frame, undefined)).predict(frame)],
  },
  {
    name: "PCA",
    measured: "PCA",
    within: 0.02,
    score: async (frame) => [await (await pca.fit(frame, undefined)).predict(frame)],
  },
  {
    name: "kNN (5, max)",
    measured: "KNN5max",
    within: 0.02,
    score: async (frame) => {
      const model = await neighbourDistance.fit(frame, undefined, { neighbours: 5 });
      return [await model.leaveOneOut(frame)];
    },
  },
  {
    name: "LOF (20)",
    measured: "LOF20",
    within: 0.02,
    score: async (frame) => {
      const model = await localOutlierFactor.fit(frame, undefined, { neighbours: 20 });
      return [await model.leaveOneOut(frame)];
    },
  },
  {
    name: "isolation forest, 5 seeds",
    measured: "IForest",
    within: 0.03,
    score: (frame) =>
      Promise.all(
        SEEDS.map(async (seed) => {
          const model = await isolationForest.fit(frame, undefined, { seed });
          return model.predict(frame);
        }),
      ),
  },
  {
    name: "HBOS",
    score: async (frame) => [await (await hbos.fit(frame, undefined)).predict(frame)],
  },
  {
    name: "diagonal Gaussian",
    score: async (frame) => [await (await gaussian.fit(frame, undefined)).predict(frame)],
  },
  {
    name: "MLP autoencoder",
    score: async (frame) => [await (await mlpAutoencoder.fit(frame, undefined)).predict(frame)],
  },
];

/** A set: columns scaled to 0…1, and which rows are abnormal. */
interface DetectionSet {
  readonly frame: Frame;
  readonly target: Float64Array;
}

function pathOf(name: string): string {
  return `${adbenchFolder}${name}.csv.gz`;
}

/** Reads one of the sets by its name. */
function readSet(name: string): DetectionSet {
  const file = readFileSync(pathOf(name));
  const [head, ...lines] = gunzipSync(file).toString("utf8").trim().split(/\r?\n/);
  const names = head!.split(",");
  const rows = lines.map((line) => line.split(",").map(Number));
  const columns = names.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
  const scaled = columns.slice(0, -1).map((values, j) => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const range = values.reduce((a, b) => Math.max(a, b)) - low || 1;
    return numberColumn(
      names[j]!,
      values.map((value) => (value - low) / range),
    );
  });
  return { frame: new Frame(scaled), target: columns.at(-1)! };
}

/** What was measured: by set and detector. */
function readMeasured(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const text = readFileSync(`${adbenchFolder}measured_full_data_auroc.csv`, "utf8");
  const [head, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return new Map(
    lines.map((line) => [line[0]!, new Map(head!.map((key, j) => [key, Number(line[j])]))]),
  );
}

/** One cell of the table. */
export interface AdbenchCell {
  readonly set: string;
  readonly detector: string;
  /** Mean area under the ROC curve over the seeds. */
  readonly auc: number;
  /** What PyOD measured; undefined where it was not. */
  readonly measured: number | undefined;
  /** Whether it is near enough; true where nothing was measured. */
  readonly holds: boolean;
}

/** Scores one set by every detector, or by those named. */
export async function adbenchSet(
  set: string,
  detectors: readonly string[] = contestants.map(({ name }) => name),
): Promise<AdbenchCell[]> {
  const { frame, target } = readSet(set);
  const known = readMeasured().get(set);
  const cells: AdbenchCell[] = [];
  for (const { name, measured, within, score } of contestants) {
    if (!detectors.includes(name)) continue;
    const areas = (await score(frame)).map((scores) => rocAuc(target, scores));
    const auc = areas.reduce((sum, area) => sum + area, 0) / areas.length;
    const expected = measured === undefined ? undefined : known?.get(measured);
    const holds = expected === undefined || Math.abs(auc - expected) <= within!;
    cells.push({ set, detector: name, auc, measured: expected, holds });
  }
  return cells;
}

/** Names of the sets, in the order of their numbers. */
function setNames(): string[] {
  return readdirSync(adbenchFolder)
    .filter((file) => file.endsWith(".csv.gz"))
    .map((file) => file.slice(0, -".csv.gz".length))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function cellText({ auc, measured, holds }: AdbenchCell): string {
  if (measured === undefined) return auc.toFixed(3);
  const apart = auc - measured;
  const text = `${auc.toFixed(3)} (${apart < 0 ? "" : "+"}${apart.toFixed(3)})`;
  return holds ? text : `**${text}**`;
}

/**
 * The whole table.
 * @param quick the four smallest sets only
 */
export async function verifyAdbench(quick: boolean): Promise<Verified> {
  const title = "Detectors on ten public sets";
  if (!existsSync(adbenchFolder)) {
    return { title, markdown: "Not run: the sets are not on this machine.", ok: false };
  }
  const small = ["4_breastw", "6_cardio", "29_Pima", "40_vowels"];
  const sets = quick ? small : setNames();
  const rows: AdbenchCell[][] = [];
  for (const set of sets) rows.push(await adbenchSet(set));
  const names = contestants.map(({ name }) => name);
  const lines = [
    "Area under the ROC curve; in brackets how far from what PyOD measured on the same files",
    "(fitted and scored on all rows, columns scaled to 0…1, a row never its own neighbour). Owed:",
    "within .02, the isolation forest's mean of 5 seeds within .03; bold is beyond. Those without",
    "brackets were not measured.",
    "",
    `| set | ${names.join(" | ")} |`,
    `|---|${names.map(() => "---|").join("")}`,
    ...rows.map((cells) => `| ${cells[0]!.set} | ${cells.map(cellText).join(" | ")} |`),
  ];
  const machines = await verifyOneClass(
    sets.map((name) => ({ name, path: pathOf(name), ...readSet(name) })),
  );
  const ok = machines.ok && rows.flat().every(({ holds }) => holds);
  return { title, markdown: [...lines, "", machines.markdown].join("\n"), ok };
}
