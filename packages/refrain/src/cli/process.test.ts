import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processTerminal } from "./terminal.js";

const bin = fileURLToPath(new URL("../../bin/refrain.js", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program in a process of its own. */
function refrain(
  argv: readonly string[],
  act: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    act(child);
  });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-process-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the process", () => {
  it("ends with the exit code and keeps the streams apart", async () => {
    const help = await refrain(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: refrain");
    const wrong = await refrain(["nothing"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^COMMAND_UNKNOWN: /);
    const bad = await refrain(["quality", "--lake", "/nowhere/lake", "--json"]);
    expect(bad).toMatchObject({ code: 3, stderr: "" });
    expect(JSON.parse(bad.stdout).error.code).toBe("LAKE_NOT_FOUND");
  });

  it("ends in silence when the reader of its output goes away", async () => {
    const ended = await refrain(["--help"], (child) => child.stdout!.destroy());
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "answers %s with exit code 5 and leaves no half",
    async (signal) => {
      const out = join(folder, signal);
      const argv = ["simulate", "--as", "musicbox", "--users", "300000", "--out", out, "--json"];
      const ended = await refrain(argv, (child) => {
        // The first progress line says that the work has begun.
        child.stderr!.once("data", () => child.kill(signal));
      });
      expect(ended.code).toBe(5);
      expect(JSON.parse(ended.stdout).error.code).toBe("INTERRUPTED");
      expect(readdirSync(folder)).not.toContain(signal);
    },
  );

  it("listens to one Ctrl-C only, so that the second ends the process", () => {
    const before = process.listenerCount("SIGINT");
    let pressed = 0;
    const release = processTerminal().watch({
      onInterrupt: () => {
        pressed += 1;
      },
      onStray: () => undefined,
    });
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    process.emit("SIGINT");
    expect(pressed).toBe(1);
    expect(process.listenerCount("SIGINT")).toBe(before);
    release();
  });

  it("makes a killed demo whole when it is run again", async () => {
    const argv = ["demo", "--users", "20", "--days", "60", "--out", join(folder, "demo")];
    const killed = await refrain(argv, (child) => {
      child.stderr!.once("data", () => child.kill("SIGKILL"));
    });
    expect(killed.signal).toBe("SIGKILL");
    const again = await refrain([...argv, "--quiet"]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("churn: Cannot be estimated");
    expect(readFileSync(join(folder, "demo", "report.html"), "utf8")).toContain("</html>");
    const foreign = await refrain(["demo", "--out", join(folder, ".."), "--json"]);
    expect(JSON.parse(foreign.stdout).error.code).toBe("DEMO_FOLDER");
  }, 180_000);
});
