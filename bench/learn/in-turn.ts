/** The two sides of a benchmark of learners: processes of their own, asked in turn. */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchRow, type BenchSide, summarise } from "../row.js";
import { type PeerSet, peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";

/** What a side says at its end; `serve.ts` and `peers/side.py` write it. */
export interface SideFinish {
  readonly peakMemoryBytes: number;
  readonly version: string;
}

/** One side: what is started, and with which settings. */
export interface SideOptions {
  /** Our script in bench/learn, or the peer's in bench/peers. */
  readonly script: string;
  /** Of a peer: whose Python. */
  readonly python?: PeerSet;
  /** Data file, rows, columns: what the script is told first. */
  readonly data: readonly [path: string, rows: number, columns: number];
  /** Told as JSON. */
  readonly settings: object;
}

/** Starts a side. */
function start({ script, python, data, settings }: SideOptions): BenchProcess {
  const told = [...data.map(String), JSON.stringify(settings)];
  if (python !== undefined) {
    return new BenchProcess(peerPython(python), [peerScript(script), ...told]);
  }
  const own = fileURLToPath(new URL(script, import.meta.url));
  return new BenchProcess(process.execPath, ["--import", "tsx", own, ...told]);
}

/** What one side took and reached. */
export interface SideResult<Finish> extends Omit<BenchSide, "quality"> {
  readonly finish: Finish;
}

/**
 * Runs sides in turn, in their order.
 * @param pairs fits of each side that count
 * @returns one result a side
 */
export async function runInTurn<Finish extends SideFinish>(
  options: readonly SideOptions[],
  pairs: number,
): Promise<SideResult<Finish>[]> {
  const sides = options.map((one) => ({ process: start(one), seconds: [] as number[] }));
  for (let pair = 0; pair < pairs; pair++) {
    for (const side of sides) {
      side.seconds.push((await side.process.ask<{ seconds: number }>("fit")).seconds);
    }
  }
  const results: SideResult<Finish>[] = [];
  for (const side of sides) {
    const finish = await side.process.ask<Finish>("quit");
    const { peakMemoryBytes } = finish;
    results.push({ ...summarise(side.seconds), peakMemoryBytes, finish });
  }
  return results;
}

/** A line of the table, from our side and the peers'. */
export function rowOf<Finish extends SideFinish>(
  about: Pick<BenchRow, "work" | "rows" | "columns" | "threads" | "reach" | "aim">,
  ours: SideResult<Finish>,
  peers: readonly (SideResult<Finish> & { readonly name: string })[],
  quality?: (finish: Finish) => { readonly name: string; readonly value: number } | undefined,
): BenchRow {
  const side = ({ finish, ...measured }: SideResult<Finish>): BenchSide => {
    const reached = quality?.(finish);
    return reached === undefined ? measured : { ...measured, quality: reached };
  };
  return {
    ...about,
    ours: side(ours),
    peers: peers.map((one) => {
      const { name, ...result } = one;
      return { ...side(result), name, version: one.finish.version };
    }),
    ...(peers[0] === undefined ? {} : { ratio: ours.seconds / peers[0].seconds }),
  };
}

/** Threads of all sides: BENCH_THREADS, else as many as there are cores. */
export function threadCount(): number {
  return Number(process.env["BENCH_THREADS"] ?? availableParallelism());
}

/** Lends a folder that is gone afterwards. */
export async function inFolder<Result>(
  name: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-bench-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
