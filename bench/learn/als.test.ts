import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { alsBench, bprBench } from "./als.js";

/** Made by the first benchmark with these peers; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/als/pins.txt", import.meta.url));

it.skipIf(!existsSync(peers)).each([
  ["factorises", alsBench],
  ["ranks", bprBench],
])(
  "%s a tiny table on both sides, equally good (skipped without peers)",
  async (_, bench) => {
    const [row] = await bench({ quick: true });
    expect(row!.peers[0]!.peakMemoryBytes).toBeGreaterThan(0);
    const [ours, theirs] = [row!.ours.quality!.value, row!.peers[0]!.quality!.value];
    expect(Math.abs(ours - theirs)).toBeLessThan(0.05);
  },
  180_000,
);
