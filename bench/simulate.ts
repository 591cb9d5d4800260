/** Simulating at two sizes: events a second, and memory that does not grow with the users. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulateSummary, SimulationFormat } from "refrain";
import { type BenchOptions, type BenchRow, summarise } from "./row.js";

interface Run {
  readonly summary: SimulateSummary;
  readonly peakMemoryBytes: number;
}

const threads = 2;
const formats: readonly SimulationFormat[] = ["musicbox", "pozytywka"];

/** Both formats at two sizes, fourfold apart; one tiny size where it must be quick. */
export async function simulateBench(options: BenchOptions): Promise<BenchRow[]> {
  const sizes = options.quick ? [50] : [20_000, 80_000];
  const repeats = options.quick ? 1 : 3;
  const rows: BenchRow[] = [];
  for (const as of formats) {
    for (const users of sizes) {
      const runs: Run[] = [];
      for (let i = 0; i < repeats; i++) runs.push(await runApart(as, users, options));
      const times = summarise(runs.map((run) => run.summary.seconds));
      const { events, days } = runs[0]!.summary;
      rows.push({
        work: `simulate ${as}, ${users} listeners, ${days} days`,
        rows: events,
        columns: as === "musicbox" ? 9 : 5,
        threads,
        ours: {
          ...times,
          peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
          quality: { name: "events/s", value: Math.round(events / times.seconds) },
        },
        peers: [],
        reach: "≥ 300,000 events/s",
        aim: "≥ 600,000 events/s",
      });
    }
  }
  return rows;
}

/** One run in a process of its own, so that its memory is its own. */
async function runApart(
  as: SimulationFormat,
  users: number,
  { quick }: BenchOptions,
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-bench-"));
  const job = {
    as,
    users,
    seed: 1,
    out: join(folder, "logs"),
    threads,
    ...(quick ? { days: 30 } : {}),
  };
  const script = `import(${JSON.stringify(import.meta.resolve("refrain"))})
    .then((refrain) => refrain.simulate(${JSON.stringify(job)}))
    .then((summary) => console.log(JSON.stringify({
      summary, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 })))`;
  try {
    return JSON.parse(await outputOf(process.execPath, ["-e", script])) as Run;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function outputOf(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`The run ended with code ${code}.`));
    });
  });
}
