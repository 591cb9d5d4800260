import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

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
});
