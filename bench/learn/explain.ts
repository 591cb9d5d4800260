/** Explanations and scores of trees beside LightGBM and shap: the same trees on both sides. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, type SideFinish, threadCount } from "./in-turn.js";
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

interface Finish extends SideFinish {
  /** The first numbers of the result. */
  readonly told: readonly number[];
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
}

/** Both sides in turn; the peer comes first, because it makes the trees. */
async function measure(work: ExplainWork, path: string, model: string): Promise<BenchRow> {
  const threads = threadCount();
  const settings: ExplainSettings = { ...work, threads, model };
  const data = [path, work.trainingRows + work.rows, work.columns] as const;
  const names = [
    { name: work.peer, work: work.work },
    ...(work.more === undefined ? [] : [work.more]),
  ];
  const sides = names.map((one) => ({
    script: "explain_peer.py",
    python: "explain" as const,
    data,
    settings: { ...settings, work: one.work },
  }));
  const results = await runInTurn<Finish>(
    [...sides, { script: "explain-ours.ts", data, settings }],
    work.pairs,
  );
  const ours = results.at(-1)!;
  const peers = names.map(({ name }, k) => ({ ...results[k]!, name }));
  const about = {
    work: work.title,
    rows: work.rows,
    columns: work.columns,
    threads: work.work === "rows" ? 1 : threads,
    ...(work.reach === undefined ? {} : { reach: work.reach }),
    ...(work.aim === undefined ? {} : { aim: work.aim }),
  };
  return rowOf(about, ours, peers, (finish) => {
    if (finish !== ours.finish) return undefined;
    const value = largestDifference(finish.told, peers[0]!.finish.told);
    return { name: `largest difference to ${work.peer}`, value };
  });
}

/** Measures works, each on data of its own. */
export async function measureAll(works: readonly ExplainWork[]): Promise<BenchRow[]> {
  return await inFolder("explain", async (folder) => {
    const table: BenchRow[] = [];
    const [path, model] = [join(folder, "data.bin"), join(folder, "trees.json")];
    for (const work of works) {
      await writeFile(path, drawTrees(work.trainingRows + work.rows, work.columns));
      table.push(await measure(work, path, model));
    }
    return table;
  });
}
