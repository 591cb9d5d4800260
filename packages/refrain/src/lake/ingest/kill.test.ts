import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest, openLake } from "../index.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-kill-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const built = join(import.meta.dirname, "../../../dist/lake/index.js");
const first = join(folder, "20170301_play.log");
const second = join(folder, "20170302_play.log");

beforeAll(async () => {
  const lines = (day: number, count: number): string =>
    Array.from({ length: count }, (_, at) => `${at}|ar|${day * at}|0|s|x|1|300|0\n`).join("");
  await writeFile(first, lines(1, 500));
  await writeFile(second, `${lines(2, 5_000)}|||broken\n`);
});

/** A child that ingests the second file and is killed where the script says so. */
async function killed(lake: string, script: string): Promise<NodeJS.Signals | null> {
  const path = join(folder, "child.mjs");
  await writeFile(
    path,
    `import fs from "node:fs/promises";
     import { syncBuiltinESMExports } from "node:module";
     const die = () => process.kill(process.pid, "SIGKILL");
     const options = { onProgress: () => undefined };
     ${script}
     syncBuiltinESMExports();
     const { ingest } = await import(${JSON.stringify(built)});
     await ingest({ inputs: [${JSON.stringify(second)}], source: "musicbox",
       lake: ${JSON.stringify(lake)}, ...options });`,
  );
  const child = spawn(process.execPath, [path], { stdio: "ignore" });
  return await new Promise((done) => child.on("exit", (_, signal) => done(signal)));
}

/** Every file below the lake but the manifests, the folders of runs included. */
async function allFiles(lake: string): Promise<string[]> {
  const entries = await readdir(lake, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(lake, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !path.startsWith("manifests")).sort();
}

async function knownFiles(lake: string): Promise<string[]> {
  const { files, inputs } = (await openLake(lake)).manifest;
  const beside = inputs.flatMap(({ profile, rejects }) => [profile, rejects]);
  const paths = [...files.map((file) => file.path), ...beside];
  return paths.filter((path) => path !== undefined).sort();
}

const atStep = (step: string, waitMs: number): string =>
  `options.onProgress = ({ doing }) => doing.startsWith("${step}") && setTimeout(die, ${waitMs});`;
const atCall = (name: string, nth: number, after: boolean): string =>
  `{ let calls = 0; const real = fs.${name}; fs.${name} = async (...given) => {
     const isIt = ++calls === ${nth};
     if (isIt && !${after}) die();
     const result = await real(...given);
     if (isIt) die();
     return result; }; }`;

describe("a run that is killed", () => {
  it.each([
    ["while it reads", atStep("reading", 0)],
    ["a little later", atStep("loading", 20)],
    ["before it moves its first file", atCall("rename", 1, false)],
    ["after it moved some files", atCall("rename", 2, true)],
    ["before the manifest appears", atCall("link", 1, false)],
  ])("leaves the last commit, and the next run completes it: %s", async (moment, script) => {
    const lake = join(folder, moment.replaceAll(" ", "-"));
    await ingest({ inputs: [first], source: "musicbox", lake, buckets: 4 });
    const before = await knownFiles(lake);
    expect(await killed(lake, script)).toBe("SIGKILL");
    expect((await openLake(lake)).manifest.sequence).toBe(1);
    expect(await knownFiles(lake)).toEqual(before);
    expect(await allFiles(lake)).toEqual(expect.arrayContaining(before));
    const done = await ingest({ inputs: [first, second], source: "musicbox", lake });
    expect(done.rows).toMatchObject({ read: 5_501, kept: 5_000, duplicate: 500, rejected: 1 });
    expect(await allFiles(lake)).toEqual(await knownFiles(lake));
  });

  it("has committed everything once the manifest is there", async () => {
    const lake = join(folder, "after");
    await ingest({ inputs: [first], source: "musicbox", lake, buckets: 4 });
    expect(await killed(lake, atCall("link", 1, true))).toBe("SIGKILL");
    expect((await openLake(lake)).manifest.sequence).toBe(2);
    const done = await ingest({ inputs: [first, second], source: "musicbox", lake });
    expect(done.rows).toMatchObject({ read: 5_501, kept: 0, duplicate: 5_501 });
    expect(await allFiles(lake)).toEqual(await knownFiles(lake));
  });
});
