import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutFiles, readText, root } from "../../tools/source-files.js";

const run = promisify(execFile);
const examples = checkoutFiles(/^examples\//);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-examples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Listeners that are enough for every step and quick to go through. */
const sizes: Readonly<Record<string, readonly string[]>> = {
  "examples/churn.ts": ["220", "60"],
  "examples/musicbox.sh": ["220", "60"],
  "examples/premium.sh": ["1600", "120"],
};
/** What each example leaves behind. */
const results: Readonly<Record<string, readonly string[]>> = {
  "examples/musicbox.sh": ["tables/play_ds.csv", "df_model_final.csv", "churn.html", "scores.csv"],
  "examples/premium.sh": ["features/v1/feature.csv", "premium.html"],
  "examples/churn.ts": ["churn.refrain", "scores.csv"],
  "examples/wide-file.sh": ["wide.refrain", "scores.csv"],
};

describe("examples", () => {
  it("say in their first lines what they show", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const example of examples) expect(readText(example)).toMatch(/^(#!.*\n)?(#|\/\/) Shows /);
  });

  it.concurrent.each(examples)(
    "%s",
    async (example) => {
      const work = join(folder, example.replaceAll("/", "-"));
      const [program, ...first] = example.endsWith(".sh")
        ? ["bash"]
        : [process.execPath, "--import", "tsx"];
      const words = [...first, join(root, example), work, ...(sizes[example] ?? [])];
      await run(program!, words, { maxBuffer: 1e8, cwd: root });
      for (const result of results[example] ?? []) {
        expect(existsSync(join(work, result)), result).toBe(true);
      }
    },
    300_000,
  );
});
