import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { linearBench } from "./linear.js";
import { trial } from "./linear-works.js";

/** Made by the first benchmark with a Python peer; a test run installs nothing. */
const peers = fileURLToPath(new URL("../.venv/learn/pins.txt", import.meta.url));

it.skipIf(!existsSync(peers))(
  "runs a tiny size of every kind of linear work, both sides agreeing (skipped without peers)",
  async () => {
    const [row] = await linearBench({ quick: true }, [trial]);
    expect(row!.ours.quality!.value).toBeLessThan(1e-4);
    expect(row!.peers[0]!.peakMemoryBytes).toBeGreaterThan(0);
  },
  180_000,
);
