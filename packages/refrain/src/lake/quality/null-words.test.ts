import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ingest } from "../ingest/ingest.js";
import { quality } from "./quality.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-null-words-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('keeps "null" as a text in place of an id, and says so', async () => {
  const rows = Array.from({ length: 40 }, (_, row) => {
    const uid = row % 10 === 0 ? "null" : `u${row}`;
    return `${uid}|ios|s${row % 7}|0|song|singer|${90 + row}|200|0`;
  });
  await writeFile(join(folder, "20170301_play.log"), `${rows.join("\n")}\n`);
  const lake = join(folder, "lake");
  const { rows: counts } = await ingest({ inputs: [folder], source: "musicbox", lake });
  expect(counts).toMatchObject({ read: 40, kept: 40 });
  const { findings } = await quality({ lake });
  const found = findings.find(({ code, column }) => code === "NULL_LIKE" && column === "uid");
  expect(found).toMatchObject({ table: "play", count: 4, severity: "error" });
  expect(found?.examples[0]).toMatchObject({ line: 1, value: "null" });
});
