import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulate } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-kill-"));
});
afterAll(() => rm(folder, { recursive: true }));

const built = new URL("../../dist/simulate/index.js", import.meta.url).href;

/** Starts a long simulation in another process and kills it once it has written something. */
async function killedRun(out: string): Promise<void> {
  const options = JSON.stringify({ as: "musicbox", users: 200_000, days: 60, out, blockUsers: 50 });
  const script = `import(${JSON.stringify(built)}).then((m) => m.simulate(${options}))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const writes = () => existsSync(`${out}.part`) && readdirSync(`${out}.part`).length > 3;
  while (!writes() && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGKILL");
  await ended;
}

describe("a killed simulation", () => {
  it("leaves nothing that looks complete, and the next run completes it", async () => {
    const out = join(folder, "logs");
    await killedRun(out);
    expect(existsSync(out)).toBe(false);
    await simulate({ as: "musicbox", users: 30, days: 3, out, threads: 1 });
    expect(existsSync(join(out, "truth", "truth.json"))).toBe(true);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  it("leaves the old simulation as it was", async () => {
    const out = join(folder, "kept");
    await simulate({ as: "musicbox", users: 30, days: 3, out, threads: 1 });
    const before = readdirSync(out);
    await killedRun(out);
    expect(readdirSync(out)).toEqual(before);
  });
});
