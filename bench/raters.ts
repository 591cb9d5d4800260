/** All features of raters on a million ratings with times: seconds, and memory. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runApart } from "./apart.js";
import { type BenchOptions, type BenchRow, summarise } from "./row.js";

/** What one process found. */
interface Run {
  readonly ratings: number;
  readonly features: number;
  readonly readSeconds: number;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/** Ratings of a simulated service, read from its file and turned into features, apart. */
export async function ratersBench({ quick = false }: BenchOptions): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-bench-"));
  try {
    const out = join(folder, "people");
    const people = quick ? { users: 100, items: 300 } : { users: 10_600, items: 5_000 };
    await runApart(`refrain.simulateRatings(${JSON.stringify({ ...people, seed: 1, out })})
      .then(() => ({}))`);
    const file = JSON.stringify(join(out, "ratings.tsv"));
    const runs: Run[] = [];
    for (let k = 0; k < (quick ? 1 : 3); k++) {
      runs.push(
        await runApart<Run>(`(async () => {
          const began = performance.now();
          const { ratings } = await refrain.readRatings(${file}, { limits: { threads: 2 } });
          const read = performance.now();
          const { frame } = await refrain.raterFeatures(ratings);
          return { ratings: ratings.item.length, features: frame.columns.length,
            readSeconds: (read - began) / 1000, seconds: (performance.now() - read) / 1000,
            peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
        })()`),
      );
    }
    const [first] = runs as [Run];
    return [
      {
        work: "raters: all features, times included",
        rows: first.ratings,
        columns: first.features,
        threads: 2,
        ours: {
          ...summarise(runs.map(({ seconds }) => seconds)),
          peakMemoryBytes: Math.max(...runs.map((run) => run.peakMemoryBytes)),
          quality: {
            name: "seconds to read the file",
            value: Math.round(100 * summarise(runs.map((run) => run.readSeconds)).seconds) / 100,
          },
        },
        peers: [],
        reach: "≤ 20 s",
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
