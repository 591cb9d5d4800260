/** Tree SHAP beside LightGBM's pred_contrib and the shap package. */
import type { BenchOptions, BenchRow } from "../row.js";
import { type ExplainWork, measureAll } from "./explain.js";

const trees = { trees: 100, leaves: 256, depth: 8, columns: 32, trainingRows: 300_000 } as const;

const works: readonly ExplainWork[] = [
  {
    ...trees,
    title: "tree SHAP, 100 trees of 256 leaves, depth 8",
    work: "contributions",
    rows: 4000,
    background: 0,
    pairs: 3,
    peer: "LightGBM pred_contrib",
    more: { name: "shap", work: "shap" },
    reach: "≤ .3×",
    aim: "≤ .05×",
  },
  {
    ...trees,
    title: "interventional tree SHAP by 100 rows, the same trees",
    work: "interventional",
    rows: 200,
    background: 100,
    pairs: 2,
    peer: "shap",
  },
];

/**
 * Explains the same trees on both sides in turn.
 * @param options `quick`: ten trees of 2,000 rows, and one pair
 * @returns one row a form
 */
export async function shapBench(options: BenchOptions): Promise<BenchRow[]> {
  const quick = { trees: 10, leaves: 31, trainingRows: 2000, rows: 60, background: 20, pairs: 1 };
  return await measureAll(options.quick ? works.map((work) => ({ ...work, ...quick })) : works);
}
