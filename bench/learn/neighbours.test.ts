import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { BenchRow } from "../row.js";
import { isolationBench } from "./isolation.js";
import { neighboursBench } from "./neighbours.js";

/** Made by the first benchmark with a Python peer; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/detectors/pins.txt", import.meta.url));

function expectEqual(rows: readonly BenchRow[], difference: number): void {
  for (const { ours, peers: theirs } of rows) {
    expect(theirs[0]!.peakMemoryBytes).toBeGreaterThan(0);
    expect(Math.abs(ours.quality!.value - theirs[0]!.quality!.value)).toBeLessThan(difference);
  }
}

describe.skipIf(!existsSync(peers))("both sides on few rows (skipped without peers)", () => {
  it("give neighbours' scores that are equal", async () => {
    expectEqual(await neighboursBench({ quick: true }), 1e-9);
  }, 180_000);

  it("isolate about equally well", async () => {
    expectEqual(await isolationBench({ quick: true }), 0.1);
  }, 180_000);
});
