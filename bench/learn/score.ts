/** Scores of tables and of single rows beside LightGBM's predict. */
import type { BenchOptions, BenchRow } from "../row.js";
import { type ExplainWork, measureAll } from "./explain.js";

const trees = { trees: 100, depth: -1, background: 0, columns: 28, trainingRows: 200_000 } as const;
const peer = "LightGBM predict";

const works: readonly ExplainWork[] = [
  {
    ...trees,
    title: "scores, 100 trees of 31 leaves",
    work: "scores",
    leaves: 31,
    rows: 1_000_000,
    pairs: 5,
    peer,
    reach: "≤ .6×",
    aim: "≤ .25×",
  },
  {
    ...trees,
    title: "scores, 100 trees of 255 leaves",
    work: "scores",
    leaves: 255,
    rows: 1_000_000,
    pairs: 3,
    peer,
  },
  {
    ...trees,
    title: "rows scored one by one, 100 trees of 31 leaves",
    work: "rows",
    leaves: 31,
    rows: 20_000,
    pairs: 5,
    peer,
    reach: "≤ 15 µs a row",
    aim: "≤ 4 µs a row",
  },
];

/**
 * Scores by the same trees on both sides in turn.
 * @param options `quick`: ten trees of 2,000 rows, and one pair
 * @returns one row a work
 */
export async function scoreBench(options: BenchOptions): Promise<BenchRow[]> {
  const quick = { trees: 10, trainingRows: 2000, rows: 3000, pairs: 1 };
  return await measureAll(options.quick ? works.map((work) => ({ ...work, ...quick })) : works);
}
