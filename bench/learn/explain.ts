/** Explanations and scores of trees beside LightGBM and shap: the same trees on both sides. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchRow, summarise } from "../row.js";
import { peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";
import { drawTrees } from "./trees-data.js";

/** What both sides are told. */
export interface ExplainSettings {
  readonly work: "contributions" | "shap" | "interventional" | "scores" | "rows";
  readonly trainingRows: number;
  readonly trees: number;
  readonly leaves: number;
  /** -1 = any. */
  readonly depth: number;
  /** Background rows, of the interventional form. */
  readonly background: number;
  readonly threads: number;
  /** File that the peer writes its trees to. */
  readonly model: string;
}

/** One row of the table. */
export interface ExplainWork extends Omit<ExplainSettings, "threads" | "model"> {
  readonly title: string;
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
  /** Name of the first peer, and what else does the same. */
  readonly peer: string;
  readonly more?: { readonly name: string; readonly work: ExplainSettings["work"] };
  readonly reach?: string;
  readonly aim?: string;
}

interface Finish {
  readonly peakMemoryBytes: number;
  /** The first numbers of the result. */
  readonly told: readonly number[];
  readonly version: string;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
}

/** Both sides in turn; the peer comes first, because it makes the trees. */
async function measure(work: ExplainWork, path: string, model: string): Promise<BenchRow> {
  const threads = Number(process.env["BENCH_THREADS"] ?? availableParallelism());
  const settings: ExplainSettings = { ...work, threads, model };
  const size = [path, String(work.trainingRows + work.rows), String(work.columns)];
  const python = peerPython("explain");
  const names = [
    { name: work.peer, work: work.work },
    ...(work.more === undefined ? [] : [work.more]),
  ];
  const peers = names.map(
    (one) =>
      new BenchProcess(python, [
        peerScript("explain_peer.py"),
        ...size,
        JSON.stringify({ ...settings, work: one.work }),
      ]),
  );
  const script = fileURLToPath(new URL("./explain-ours.ts", import.meta.url));
  const own = [script, ...size, JSON.stringify(settings)];
  const ours = new BenchProcess(process.execPath, ["--import", "tsx", ...own]);
  const sides = [...peers, ours];
  const seconds = sides.map((): number[] => []);
  for (let pair = 0; pair < work.pairs; pair++) {
    for (const [k, side] of sides.entries()) {
      seconds[k]!.push((await side.ask<{ seconds: number }>("fit")).seconds);
    }
  }
  const ends: Finish[] = [];
  for (const side of sides) ends.push(await side.ask<Finish>("quit"));
  const mine = ends.at(-1)!;
  const { seconds: median, ...spread } = summarise(seconds.at(-1)!);
  const others = names.map(({ name }, k) => {
    const { version, peakMemoryBytes } = ends[k]!;
    return { name, version, ...summarise(seconds[k]!), peakMemoryBytes };
  });
  return {
    work: work.title,
    rows: work.rows,
    columns: work.columns,
    threads: work.work === "rows" ? 1 : threads,
    ours: {
      seconds: median,
      ...spread,
      peakMemoryBytes: mine.peakMemoryBytes,
      quality: {
        name: `largest difference to ${work.peer}`,
        value: largestDifference(mine.told, ends[0]!.told),
      },
    },
    peers: others,
    ratio: median / others[0]!.seconds,
    ...(work.reach === undefined ? {} : { reach: work.reach }),
    ...(work.aim === undefined ? {} : { aim: work.aim }),
  };
}

/** Measures works, each on data of its own. */
export async function measureAll(works: readonly ExplainWork[]): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "explain-bench-"));
  const table: BenchRow[] = [];
  try {
    const [path, model] = [join(folder, "data.bin"), join(folder, "trees.json")];
    for (const work of works) {
      await writeFile(path, drawTrees(work.trainingRows + work.rows, work.columns));
      table.push(await measure(work, path, model));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return table;
}
