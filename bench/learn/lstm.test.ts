import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { lstmBench } from "./lstm.js";

/** Made by the first benchmark with this peer; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/lstm/pins.txt", import.meta.url));

it.skipIf(!existsSync(peers))(
  "trains a tiny LSTM on both sides (skipped without peers)",
  async () => {
    const [row] = await lstmBench({ quick: true });
    expect(row!.peers[0]!.peakMemoryBytes).toBeGreaterThan(0);
    expect(row!.ours.quality!.value).toBeLessThan(0.8);
  },
  180_000,
);
