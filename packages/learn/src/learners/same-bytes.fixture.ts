import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

/** The built library, which scripts in processes of their own import. */
export const builtLibrary = JSON.stringify(new URL("../../dist/index.js", import.meta.url).href);

/** This Node, and those whose paths REFRAIN_NODES lists. */
const nodes = [process.execPath, ...(process.env["REFRAIN_NODES"] ?? "").split(":")].filter(
  Boolean,
);

/**
 * Holds that a script prints one print for 2, 4 and 1 threads, on every tier of the engine and
 * every Node: in a fresh process each, where threads start on fresh memory.
 * @param script prints a JSON list of three
 * @param print changes only with what is computed
 */
export function describeSameBytes(title: string, script: string, print: string): void {
  describe(title, () => {
    const tiers = ["--liftoff-only", "--no-liftoff"];
    it.each(nodes.flatMap((node) => tiers.map((tier) => [node, tier] as const)))(
      "%s %s",
      async (node, tier) => {
        const { stdout } = await run(node, [tier, "--input-type=module", "-e", script]);
        expect(JSON.parse(stdout)).toEqual([print, print, print]);
      },
    );
  });
}
