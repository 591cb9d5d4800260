/**
 * 350,000 user-days as a user runs them: files read, the method chosen or told, everybody scored,
 * with reasons and farms. The published days where they are, else simulated ones of the same size.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { simulateUsageDays } from "refrain";
import { peakMemory, runApart } from "./apart.js";
import { type BenchOptions, type BenchRow, summarise } from "./row.js";

const threads = 2;
/** About 78 % of them listen on the day. */
const users = 449_000;
const usersMarked = 12_000;

/** What is read; one day without marks, and marked rows to choose on and to test on. */
interface Files {
  readonly train: string;
  readonly validation: string;
  readonly test: string;
}

interface Run {
  readonly rows: number;
  readonly seconds: number;
  /** On test rows; absent where none were looked at. */
  readonly f1?: number;
  readonly peakMemoryBytes: number;
}

/** One way to go: what the process does with `refrain`, `files`, `limits` and `folder`. */
const works: readonly { readonly work: string; readonly script: string }[] = [
  {
    work: "detect gaming: choose, judge, score",
    script: `const found = await refrain.detectGaming({
        train: [files.train], validation: [files.validation], test: [files.test], limits });
      return { rows: found.population.rows, seconds: found.seconds, f1: found.test.f1 };`,
  },
  ...(
    [
      ["the method chosen", ""],
      ["the method told", `, method: "spline-logistic"`],
    ] as const
  ).map(([how, method]) => ({
    work: `train gaming, score: ${how}`,
    script: `const model = folder + "/model.refrain";
      const trained = await refrain.trainGaming({
        train: [files.train], validation: [files.validation], out: model, limits${method} });
      const scored = await refrain.score({
        model, source: { files: [files.train] }, out: folder + "/scores.csv", limits });
      return { rows: scored.rows, seconds: trained.seconds + scored.seconds };`,
  })),
];

/** Every way in turn, each run in a process of its own. */
export async function gamingBench({ quick = false }: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-gaming-"));
  try {
    const files = (quick ? undefined : publishedFiles()) ?? (await simulatedFiles(folder, quick));
    const measured = quick ? works.filter(({ work }) => !work.includes("chosen")) : works;
    const runs = measured.map((): Run[] => []);
    for (let turn = 0; turn < (quick ? 1 : 5); turn += 1) {
      for (const [place, { script }] of measured.entries()) {
        runs[place]!.push(await wentApart(script, files, folder));
      }
    }
    return measured.map(({ work }, place) => rowOf(work, runs[place]!));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf(work: string, runs: readonly Run[]): BenchRow {
  const { rows, f1 } = runs[0]!;
  return {
    work,
    rows,
    columns: 5,
    threads,
    ours: {
      ...summarise(runs.map(({ seconds }) => seconds)),
      peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
      ...(f1 === undefined ? {} : { quality: { name: "F1, test", value: f1 } }),
    },
    peers: [],
    reach: "≤ 5 s",
  };
}

function publishedFiles(): Files | undefined {
  const at = fileURLToPath(new URL("../../shared/data/music_gaming/", import.meta.url));
  if (!existsSync(at)) return undefined;
  return {
    train: `${at}Dec10_WW.txt.gz`,
    validation: `${at}Jan2020_validationSet.txt.gz`,
    test: `${at}Jan2020_testSet.txt.gz`,
  };
}

async function simulatedFiles(folder: string, quick: boolean): Promise<Files> {
  const abuse = { farms: 4, members: 30, bots: 100, loops: 250 };
  const write = async (name: string, seed: number, labelled: boolean): Promise<string> => {
    const size = quick ? 3000 : labelled ? usersMarked : users;
    const out = join(folder, name);
    const { files } = await simulateUsageDays({ out, users: size, seed, labelled, abuse });
    return join(out, files[0]!);
  };
  return {
    train: await write("day", 1, false),
    validation: await write("marked", 2, true),
    test: await write("kept", 3, true),
  };
}

/** One way to go, over its files, in a process of its own. */
function wentApart(script: string, files: Files, folder: string): Promise<Run> {
  return runApart(`(async () => {
    const files = ${JSON.stringify(files)};
    const folder = ${JSON.stringify(folder)};
    const limits = { threads: ${threads} };
    ${script}
  })().then((run) => ({ ...run, peakMemoryBytes: ${peakMemory} }))`);
}
