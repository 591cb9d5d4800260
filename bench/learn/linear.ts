/** Linear learners, the bootstrap and single rows beside scikit-learn, on the same rows. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchOptions, type BenchRow, summarise } from "../row.js";
import { drawLinear, type LinearSettings, type LinearWork, WIDTH, works } from "./linear-works.js";
import { peerPython, peerScript } from "./python.js";
import { BenchProcess } from "./side.js";

interface Finish {
  readonly peakMemoryBytes: number;
  /** Coefficients, a value, or scores: what both sides must agree on. */
  readonly answers: readonly number[];
  readonly version: string;
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
  const size = [path, String(rows), String(WIDTH), JSON.stringify(settingsOf(work))];
  const script = fileURLToPath(new URL("./linear-ours.ts", import.meta.url));
  const ours = new BenchProcess(process.execPath, ["--import", "tsx", script, ...size]);
  const peer = new BenchProcess(peerPython(), [peerScript("linear_peer.py"), ...size]);
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    seconds[0].push((await ours.ask<{ seconds: number }>("fit")).seconds);
    seconds[1].push((await peer.ask<{ seconds: number }>("fit")).seconds);
  }
  const [end, peerEnd] = [await ours.ask<Finish>("quit"), await peer.ask<Finish>("quit")];
  const apart = end.answers.map((value, j) => Math.abs(value - peerEnd.answers[j]!));
  const quality = { name: "largest difference of an answer", value: Math.max(...apart) };
  const [mine, theirs] = [summarise(seconds[0]), summarise(seconds[1])];
  const { peakMemoryBytes, version } = peerEnd;
  return {
    work: work.name,
    rows,
    columns: WIDTH,
    threads: work.threads,
    ours: { ...mine, peakMemoryBytes: end.peakMemoryBytes, quality },
    peers: [{ name: work.peer, version, ...theirs, peakMemoryBytes }],
    ratio: mine.seconds / theirs.seconds,
    ...work.bars,
  };
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
  const folder = await mkdtemp(join(tmpdir(), "linear-bench-"));
  const path = join(folder, "data.bin");
  const rows: BenchRow[] = [];
  try {
    for (const full of chosen) {
      const work = options.quick ? quickly(full) : full;
      await writeFile(path, drawLinear(work.rows, work.shape));
      rows.push(await measure(work, path, work.rows, work.pairs));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}
