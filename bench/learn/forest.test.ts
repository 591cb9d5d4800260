import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { forestBench } from "./forest.js";

/** Made by the first benchmark with a Python peer; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/learn/pins.txt", import.meta.url));

it.skipIf(!existsSync(peers))(
  "grows a tiny forest on both sides, equally good (skipped without peers)",
  async () => {
    const [row] = await forestBench({ quick: true });
    expect(row!.peers[0]!.peakMemoryBytes).toBeGreaterThan(0);
    const [ours, theirs] = [row!.ours.quality!.value, row!.peers[0]!.quality!.value];
    expect(Math.abs(ours - theirs)).toBeLessThan(0.1);
  },
  180_000,
);
