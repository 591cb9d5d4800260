/** Linear learners, the bootstrap and single rows beside scikit-learn, on the same rows. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { inFolder, rowOf, runInTurn, type SideFinish } from "./in-turn.js";
import { drawLinear, type LinearSettings, type LinearWork, WIDTH, works } from "./linear-works.js";

interface Finish extends SideFinish {
  /** Coefficients, a value, or scores: what both sides must agree on. */
  readonly answers: readonly number[];
}

function settingsOf({ kind, l1, l2, tolerance, repeats }: LinearWork): LinearSettings {
  return { kind, l1, l2, tolerance, repeats };
}

async function measure(
  work: LinearWork,
  path: string,
  rows: number,
  pairs: number,
): Promise<BenchRow> {
  const both = { data: [path, rows, WIDTH], settings: settingsOf(work) } as const;
  const [ours, peer] = await runInTurn<Finish>(
    [
      { script: "linear-ours.ts", ...both },
      { script: "linear_peer.py", python: "learn", ...both },
    ],
    pairs,
  );
  const { answers } = peer!.finish;
  const about = { work: work.name, rows, columns: WIDTH, threads: work.threads, ...work.bars };
  return rowOf(about, ours!, [{ ...peer!, name: work.peer }], (finish) => {
    if (finish === peer!.finish) return undefined;
    const apart = finish.answers.map((value, j) => Math.abs(value - answers[j]!));
    return { name: "largest difference of an answer", value: Math.max(...apart) };
  });
}

/** The smallest thing that still runs every line. */
function quickly(work: LinearWork): LinearWork {
  const { rows, repeats, l1, ...rest } = work;
  return { ...rest, rows: 1000, pairs: 1, repeats: Math.min(repeats, 40), l1: Math.min(l1, 5) };
}

/**
 * Runs both sides in turn on the same file.
 * @param options `quick`: 1,000 rows and one pair
 * @param chosen what is run; everything unless given
 * @returns one row a work; `quality` says how far the answers are apart
 */
export async function linearBench(
  options: BenchOptions,
  chosen: readonly LinearWork[] = works,
): Promise<BenchRow[]> {
  return await inFolder("linear", async (folder) => {
    const path = join(folder, "data.bin");
    const rows: BenchRow[] = [];
    for (const full of chosen) {
      const work = options.quick ? quickly(full) : full;
      await writeFile(path, drawLinear(work.rows, work.shape));
      rows.push(await measure(work, path, work.rows, work.pairs));
    }
    return rows;
  });
}
