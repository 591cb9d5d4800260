/** Simulating at two sizes: events a second, and memory that does not grow with the users. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulateSummary, SimulationFormat } from "refrain";
import { peakMemory, runApart } from "./apart.js";
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
      for (let i = 0; i < repeats; i++) runs.push(await simulateApart(as, users, options));
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

async function simulateApart(
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
  try {
    return await runApart(
      `refrain.simulate(${JSON.stringify(job)})
        .then((summary) => ({ summary, peakMemoryBytes: ${peakMemory} }))`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
