/** Recommenders beside the Python package implicit: same table, factors, penalty and threads. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchOptions, BenchRow } from "../row.js";
import { type AlsData, drawInteractions } from "./als-data.js";
import {
  inFolder,
  rowOf,
  runInTurn,
  type SideFinish,
  type SideResult,
  threadCount,
} from "./in-turn.js";

/** What both sides are told. */
export interface AlsSettings {
  readonly learner: "implicit-als" | "bpr";
  readonly users: number;
  readonly items: number;
  readonly trainingRows: number;
  readonly factors: number;
  readonly l2: number;
  readonly sweeps: number;
  readonly threads: number;
  /** Users that nDCG@10 is averaged over: the first ones. */
  readonly judged: number;
  /** Whether nDCG@10 is told after fewer sweeps too. */
  readonly curve: boolean;
}

interface Finish extends SideFinish {
  /** nDCG@10 on held-out pairs, after all sweeps. */
  readonly ndcg: number;
  /** Objective for each observation, after all sweeps; of BPR there is none. */
  readonly objective?: number;
  /** Seconds to so many sweeps, and nDCG@10 then, for some numbers of sweeps. */
  readonly curve: readonly { readonly seconds: number; readonly ndcg: number }[];
}

const SWEEPS = 15;
const BPR_SWEEPS = 20;
const L2 = 0.01;
/** Share of the peer's last nDCG@10 that counts as equal. */
const EQUAL = 0.995;
const PAIRS = 2;

/** User, item and count columns one after the other, in words of four bytes. */
function bytesOf({ users, items, counts }: AlsData): Uint8Array {
  const parts = [users, items, counts].map((part) => {
    return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  });
  return Buffer.concat(parts);
}

const bars = { "implicit-als": { reach: "≤ 1.2×", aim: "≤ .8×" }, bpr: {} } as const;

function about({ learner, trainingRows, items, threads }: AlsSettings, work: string) {
  return { work, rows: trainingRows, columns: items, threads, ...bars[learner] };
}

/** The first point of a curve that is good enough; the last where none is. */
function firstGood(of: SideResult<Finish>, wanted: number): SideResult<Finish> {
  const { curve } = of.finish;
  const { seconds, ndcg } = curve.find((point) => point.ndcg >= wanted) ?? curve.at(-1)!;
  return { ...of, seconds, min: seconds, max: seconds, finish: { ...of.finish, ndcg } };
}

const names = { "implicit-als": "implicit ALS", bpr: "BPR" } as const;

async function measure(path: string, rows: number, settings: AlsSettings, pairs: number) {
  const data = [path, rows, 3] as const;
  const [ours, peer] = (await runInTurn<Finish>(
    [
      { script: "./als-ours.ts", data, settings },
      { script: "als_peer.py", python: "als", data, settings },
    ],
    pairs,
  )) as [SideResult<Finish>, SideResult<Finish>];
  const quality = ({ ndcg }: Finish) => ({ name: "nDCG@10 on held-out pairs", value: ndcg });
  const row = (what: string, mine: SideResult<Finish>, theirs: SideResult<Finish>) => {
    const work = `${names[settings.learner]}, ${settings.factors} factors, ${what}`;
    return rowOf(about(settings, work), mine, [{ ...theirs, name: "implicit" }], quality);
  };
  const found = [row(`${settings.sweeps} sweeps`, ours, peer)];
  if (!settings.curve) return found;
  const wanted = EQUAL * peer.finish.ndcg;
  const [mine, theirs] = [firstGood(ours, wanted), firstGood(peer, wanted)];
  const missed = mine.finish.ndcg < wanted ? ", not reached" : "";
  return [...found, row(`to nDCG@10 of ${wanted.toFixed(4)}${missed}`, mine, theirs)];
}

/** Draws a table for both sides; of every user a tenth of the pairs is held out. */
async function withTable(
  [users, items, trainingRows]: readonly [number, number, number],
  work: (path: string, rows: number) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  return await inFolder("als", async (folder) => {
    const path = join(folder, "pairs.bin");
    const drawn = drawInteractions(users, items, Math.round(trainingRows * 1.1), trainingRows);
    await writeFile(path, bytesOf(drawn));
    return await work(path, drawn.users.length);
  });
}

const quickSize = [2000, 500, 40_000] as const;

/**
 * Fits both sides in turn on the same file.
 * @param options `quick`: 2,000 users, 500 items, 8 factors and one pair
 * @returns two rows of 64 factors (all sweeps, equal nDCG@10), one of 128
 */
export async function alsBench({ quick = false }: BenchOptions): Promise<BenchRow[]> {
  const size = quick ? quickSize : ([100_000, 20_000, 4_400_000] as const);
  const [users, items, trainingRows] = size;
  return await withTable(size, async (path, drawn) => {
    const rows: BenchRow[] = [];
    for (const factors of quick ? [8] : [64, 128]) {
      const settings: AlsSettings = {
        ...{ users, items, trainingRows, factors, l2: L2, threads: threadCount() },
        learner: "implicit-als",
        sweeps: quick ? 5 : SWEEPS,
        judged: Math.min(users, 10_000),
        curve: quick || factors === 64,
      };
      const pairs = quick || factors > 64 ? 1 : PAIRS;
      rows.push(...(await measure(path, drawn, settings, pairs)));
    }
    return rows;
  });
}

/**
 * Bayesian personalised ranking in the same way, as many steps on both sides; negatives are drawn
 * by popularity, as implicit draws them. Its threads write to the same rows, ours never do.
 * @param options `quick`: as of `alsBench`
 */
export async function bprBench({ quick = false }: BenchOptions): Promise<BenchRow[]> {
  const size = quick ? quickSize : ([30_000, 8000, 1_000_000] as const);
  const [users, items, trainingRows] = size;
  const settings: AlsSettings = {
    ...{ users, items, trainingRows, threads: threadCount(), l2: L2, curve: false },
    learner: "bpr",
    factors: quick ? 8 : 64,
    sweeps: quick ? 5 : BPR_SWEEPS,
    judged: Math.min(users, 10_000),
  };
  return await withTable(size, (path, drawn) => measure(path, drawn, settings, quick ? 1 : PAIRS));
}
