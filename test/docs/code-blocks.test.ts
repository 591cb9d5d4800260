import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { checkoutFiles, readText, root } from "../../tools/source-files.js";

const run = promisify(execFile);

/** Pages whose `sh` and `ts` blocks a reader is meant to try; each runs in a folder of its own. */
const pages = checkoutFiles(
  /^(README\.md|docs\/start\.md|docs\/guides\/.*\.md|packages\/learn\/README\.md)$/,
);

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  return [...readText(page).matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)]
    .map((match) => ({ language: match[1]!, text: match[2]! }))
    .filter(({ text }) => !/^npm (ci|i|install|run|test)\b/m.test(text));
}

async function runBlock(block: Block, index: number, folder: string): Promise<void> {
  const env = { ...process.env, PATH: `${root}node_modules/.bin:${process.env["PATH"]}`, CI: "1" };
  const file = join(folder, `block-${index}.${block.language === "ts" ? "mts" : "sh"}`);
  await writeFile(file, block.text);
  const [command, ...args] =
    block.language === "ts" ? [process.execPath, "--import", "tsx", file] : ["bash", "-eu", file];
  await run(command!, args, { cwd: folder, env, maxBuffer: 1e8 });
}

describe("code blocks of README and guides run as they stand", () => {
  it("are found", () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.flatMap(blocksOf).length).toBeGreaterThan(10);
  });

  it.concurrent.each(pages.filter((page) => blocksOf(page).length > 0))(
    "%s",
    async (page) => {
      const cache = join(root, "node_modules", ".cache");
      await mkdir(cache, { recursive: true });
      const folder = await mkdtemp(join(cache, "docs-"));
      try {
        for (const [index, block] of blocksOf(page).entries()) await runBlock(block, index, folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );
});
