import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { detectorsBench } from "./detectors.js";

/** Made by the first benchmark with a Python peer; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/detectors/pins.txt", import.meta.url));

it.skipIf(!existsSync(peers))(
  "fits and scores a tiny table on both sides, equally well (skipped without peers)",
  async () => {
    const rows = await detectorsBench({ quick: true });
    expect(rows).toHaveLength(1);
    for (const { ours, peers } of rows) {
      expect(peers[0]!.peakMemoryBytes).toBeGreaterThan(0);
      expect(Math.abs(ours.quality!.value - peers[0]!.quality!.value)).toBeLessThan(0.02);
    }
  },
  180_000,
);
