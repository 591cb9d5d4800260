import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../engine.js";
import { openDuckDb } from "../engines/duckdb.js";
import { countFile, FileCounter } from "./counted-file.js";
import type { RawFormat } from "./profile.js";
import { profileFile } from "./profile-file.js";
import { outline, readHead } from "./profile-head.js";
import type { Scan } from "./profile-scan.js";

let engine: Engine;
let folder: string;
let counter: FileCounter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-counted-"));
  engine = await openDuckDb({ threads: 1 });
  counter = new FileCounter();
});
afterAll(async () => {
  await counter.close();
  engine.close();
  await rm(folder, { recursive: true });
});

const delimited: RawFormat = {
  kind: "delimited",
  delimiter: "|",
  header: false,
  columns: ["a", "b"],
};
const jsonLines: RawFormat = { kind: "json-lines" };

async function count(text: string, format: RawFormat): Promise<Scan | undefined> {
  const path = join(folder, "file");
  await writeFile(path, text);
  const rows = text.split("\n").filter((line) => line !== "").length;
  const lessHeader = format.kind === "delimited" && format.header ? rows - 1 : rows;
  const head = outline(await readHead(path, format), format);
  return countFile(counter, { path, format, rows: lessHeader }, head);
}

/** Profiles the same file both ways. */
async function expectSame(text: string, format: RawFormat): Promise<void> {
  const scan = await count(text, format);
  expect(scan).toBeDefined();
  const options = { path: join(folder, "file"), name: "file", table: "t", format };
  const bySql = await profileFile(engine, options);
  expect(await profileFile(engine, { ...options, plainRows: scan!.rows }, counter)).toEqual(bySql);
}

const number = fc.string({
  unit: fc.constantFrom(..."0123456789.-_eE +/:xXn".split("")),
  maxLength: 26,
});
const decimal = fc.oneof(fc.double().map(String), fc.integer().map(String));
const text = fc.string({
  unit: fc.constantFrom("a", "Z", "é", "°", "中", "😀", "-", " ", "1", '"', "\\", "\x7f"),
  maxLength: 30,
});
const special = fc.constantFrom("", "null", "NaN", "-1", "9999", "0", "0.0", "N/A", "?", "999999");

describe("countFile", () => {
  it("finds in delimited lines what the SQL finds", async () => {
    const value = fc.oneof(number, decimal, text, special);
    const line = fc.tuple(value, value).map(([a, b]) => `${a}|${b}`);
    const lines = fc.array(line, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(lines, async (given) => {
        // A line of blanks alone would be no row to the engine's reader.
        const rows = given.map((row) => `${row}\n`).join("");
        await expectSame(rows, delimited);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it("finds in JSON lines what the SQL finds", async () => {
    const plain = text.map((one) => one.replaceAll(/["\\]/g, "'"));
    const value = fc.oneof(
      plain,
      special,
      fc.integer(),
      fc.integer({ min: -999_999, max: 999_999 }).map((whole) => (2 * whole + 1) / 1000),
      fc.boolean(),
      fc.constant(null),
    );
    const row = fc.record({ one: value, two: value, "key é": value }, { requiredKeys: ["one"] });
    const lines = fc.array(row, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (given, apart) => {
        const rows = given.map((one) => JSON.stringify(one));
        const spaced = rows.map((one) => (apart ? one.replace('":', '" : ') : one));
        await expectSame(`${spaced.join("\n")}\n`, jsonLines);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it("keeps exact counts of a column that has too many values for its table", async () => {
    const second = (at: number): string =>
      at % 5 > 0 ? `number ${at >> 1} of a song` : at % 10 > 0 ? String(at % 3000) : "null";
    const lines = Array.from({ length: 150_000 }, (_, at) => `${at * 7}|${second(at)}`);
    const repeated = [...lines, ...lines.slice(0, 20_000)];
    await expectSame(`${repeated.join("\n")}`, delimited);
  }, 60_000);

  it("ends as INTERRUPTED, and without memory leaves the file to the SQL", async () => {
    const path = join(folder, "file");
    await writeFile(path, "1|2\n");
    const head = outline(await readHead(path, delimited), delimited);
    const stopped = new FileCounter();
    stopped.interrupt();
    const file = { path, format: delimited, rows: 1 };
    await expect(countFile(stopped, file, head)).rejects.toMatchObject({ code: "INTERRUPTED" });
    await stopped.close();
    const poor = new FileCounter();
    const failed = Object.assign(new Error("no memory"), { code: "KERNEL_MEMORY" });
    poor.session = () => Promise.reject(failed);
    expect(await countFile(poor, file, head)).toBeUndefined();
  });

  it("leaves what is not plain to the SQL", async () => {
    const odd = ["a|b|c\n", "a\n", `${"x".repeat(300)}|b\n`];
    for (const line of odd) expect(await count(`1|2\n${line}`, delimited)).toBeUndefined();
    expect(await count("1|2\n\n3|4", delimited)).toMatchObject({ rows: 2 });
    const named: RawFormat = { kind: "delimited", delimiter: "|", header: true };
    expect(await count("a|b\n1|2\n", named)).toMatchObject({ rows: 1 });
    const oddJson = [
      '{"a":1,"a":2}',
      '{"a":1',
      '{"a":1}}',
      '{"a":[1]}',
      '{"a":"\\n"}',
      '{"a":"\t"}',
      '{"a":1e5}',
      '{"a":1.50}',
      '{"a":01}',
      '{"a":-0}',
      '{"a":0.00001}',
      '{"a":1234567890.123456}',
      '{"a":nul}',
      '{"a":NaN}',
      "{}",
      "[]",
      '{"a" 1}',
      '{"a":1 "b":2}',
      '{"a":truefalse}',
      '{"a":"b}',
    ];
    for (const line of oddJson) {
      expect(await count(`{"a":0}\n${line}\n`, jsonLines)).toBeUndefined();
      expect(await count(`{"a":0}\n${line}`, jsonLines)).toBeUndefined();
    }
    const late = `${'{"a":1}\n'.repeat(3000)}{"b":1}\n`;
    expect(await count(late, jsonLines)).toBeUndefined();
  });
});
