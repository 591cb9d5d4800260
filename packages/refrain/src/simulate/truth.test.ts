import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SimulateSummary, simulate, truthFiles } from "./index.js";
import { silenceDays } from "./listening.js";

const seeds = [11, 12];
const users = 900;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-truth-"));
});
afterAll(() => rm(folder, { recursive: true }));

function floats(directory: string, file: keyof typeof truthFiles): Float32Array {
  const bytes = readFileSync(join(directory, truthFiles[file]));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Days with an event of each listener, read from the log itself. */
function activeDays(directory: string, days: number): Uint8Array {
  const events = new Uint8Array(users * days);
  for (const line of readFileSync(join(directory, "sessions.jsonl"), "utf8").split("\n")) {
    if (line === "") continue;
    const { user_id, timestamp } = JSON.parse(line) as { user_id: number; timestamp: string };
    const day = (Date.parse(`${timestamp.slice(0, 10)}T00:00:00Z`) - Date.UTC(2023, 0, 1)) / 864e5;
    events[(user_id - 101) * days + day] = 1;
  }
  return events;
}

/** Observed minus expected by tenth of the probability, in standard deviations. */
function surprises(rows: readonly (readonly [probability: number, label: number])[]): number[] {
  const sorted = [...rows].sort((a, b) => a[0] - b[0]);
  return Array.from({ length: 10 }, (_, tenth) => {
    const from = Math.floor((tenth * sorted.length) / 10);
    const part = sorted.slice(from, Math.floor(((tenth + 1) * sorted.length) / 10));
    const difference = part.reduce((sum, [p, label]) => sum + label - p, 0);
    const variance = part.reduce((sum, [p]) => sum + p * (1 - p), 0);
    return difference / Math.sqrt(variance + 1e-9);
  });
}

describe("truth", () => {
  const days = 152;
  const summaries = new Map<number, SimulateSummary>();
  const directoryOf = (seed: number) => join(folder, String(seed));

  it.each(seeds)("of daily events is calibrated in every tenth (seed %i)", async (seed) => {
    const out = directoryOf(seed);
    summaries.set(seed, await simulate({ as: "pozytywka", users, days, seed, out, threads: 1 }));
    const events = activeDays(out, days);
    const active = floats(out, "active");
    const rows = [...active].flatMap((p, i) => (Number.isNaN(p) ? [] : [[p, events[i]!] as const]));
    for (const z of surprises(rows)) expect(Math.abs(z)).toBeLessThan(5);
  });

  it.each(seeds)("of 14 silent days is calibrated in every tenth (seed %i)", (seed) => {
    const out = directoryOf(seed);
    const events = activeDays(out, days);
    const silent = floats(out, "silent");
    const rows: [number, number][] = [];
    for (let user = 0; user < users; user++) {
      // One cutoff a listener keeps the rows independent.
      const cutoff = 30 + ((user * 7) % (days - 30 - silenceDays));
      const at = user * days + cutoff;
      if (Number.isNaN(silent[at]!)) continue;
      rows.push([silent[at]!, events.subarray(at, at + silenceDays).includes(1) ? 0 : 1]);
    }
    expect(rows.length).toBeGreaterThan(600);
    for (const z of surprises(rows)) expect(Math.abs(z)).toBeLessThan(4.5);
  });

  it.each(seeds)("of buying after a month is calibrated in every tenth (seed %i)", (seed) => {
    const out = directoryOf(seed);
    const buys = floats(out, "buys");
    const months = buys.length / users;
    const lines = readFileSync(join(out, truthFiles.users), "utf8").trimEnd().split("\n").slice(1);
    const rows: [number, number][] = [];
    for (const [user, line] of lines.entries()) {
      const purchase = Number(line.split(",")[2]);
      const bought = new Date(Date.UTC(2023, 0, 1 + purchase)).getUTCMonth();
      for (let month = 0; month < 4; month++) {
        const chance = buys[user * months + month]!;
        if (Number.isNaN(chance)) continue;
        rows.push([chance, purchase >= 0 && bought === month + 1 ? 1 : 0]);
      }
    }
    for (const z of surprises(rows)) expect(Math.abs(z)).toBeLessThan(5);
    expect(summaries.get(seed)!.difficulty.rows).toBe(rows.length);
  });

  it("has the difficulty that is fixed from outside, at a small size", async () => {
    const out = join(folder, "small");
    const churn = await simulate({ as: "musicbox", users: 2_500, days: 80, out, threads: 1 });
    expect(churn.difficulty.rocAuc).toBeGreaterThan(0.87);
    expect(churn.difficulty.rocAuc).toBeLessThan(0.93);
    const share = churn.difficulty.positives / churn.difficulty.rows;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.45);
    for (const seed of seeds) {
      const premium = summaries.get(seed)!.difficulty;
      expect(premium.high).toBeGreaterThan(0.79);
      expect(premium.low).toBeLessThan(0.85);
    }
  });
});
