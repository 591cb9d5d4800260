/** Implicit ALS beside the Python package implicit: same table, factors, penalty and threads. */
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
  /** Objective for each observation, after all sweeps. */
  readonly objective: number;
  /** Seconds to so many sweeps, and nDCG@10 then, for some numbers of sweeps. */
  readonly curve: readonly { readonly seconds: number; readonly ndcg: number }[];
}

const SWEEPS = 15;
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

const bars = { reach: "≤ 1.2×", aim: "≤ .8×" };

function about(settings: AlsSettings, work: string) {
  const { trainingRows, items, threads } = settings;
  return { work, rows: trainingRows, columns: items, threads, ...bars };
}

/** The first point of a curve that is good enough. */
function firstGood(of: SideResult<Finish>, wanted: number): SideResult<Finish> | undefined {
  const point = of.finish.curve.find(({ ndcg }) => ndcg >= wanted);
  if (point === undefined) return undefined;
  const { seconds, ndcg } = point;
  return { ...of, seconds, min: seconds, max: seconds, finish: { ...of.finish, ndcg } };
}

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
  const work = `implicit ALS, ${settings.factors} factors, ${settings.sweeps} sweeps`;
  const found = [rowOf(about(settings, work), ours, [{ ...peer, name: "implicit" }], quality)];
  const wanted = EQUAL * peer.finish.ndcg;
  const [mine, theirs] = [firstGood(ours, wanted), firstGood(peer, wanted)];
  if (settings.curve && mine !== undefined && theirs !== undefined) {
    const equal = `implicit ALS, ${settings.factors} factors, to nDCG@10 of ${wanted.toFixed(4)}`;
    found.push(rowOf(about(settings, equal), mine, [{ ...theirs, name: "implicit" }], quality));
  }
  return found;
}

/**
 * Fits both sides in turn on the same file; of every user a tenth of the pairs is held out.
 * @param options `quick`: 2,000 users, 500 items, 8 factors and one pair
 * @returns two rows of 64 factors (all sweeps, equal nDCG@10), one of 128
 */
export async function alsBench({ quick = false }: BenchOptions): Promise<BenchRow[]> {
  const [users, items, trainingRows] = quick ? [2000, 500, 40_000] : [100_000, 20_000, 4_400_000];
  return await inFolder("als", async (folder) => {
    const path = join(folder, "pairs.bin");
    const drawn = drawInteractions(users, items, Math.round(trainingRows * 1.1), trainingRows);
    await writeFile(path, bytesOf(drawn));
    const rows: BenchRow[] = [];
    for (const factors of quick ? [8] : [64, 128]) {
      const settings: AlsSettings = {
        ...{ users, items, trainingRows, factors, l2: L2, threads: threadCount() },
        sweeps: quick ? 5 : SWEEPS,
        judged: Math.min(users, 10_000),
        curve: quick || factors === 64,
      };
      const pairs = quick || factors > 64 ? 1 : PAIRS;
      rows.push(...(await measure(path, drawn.users.length, settings, pairs)));
    }
    return rows;
  });
}
