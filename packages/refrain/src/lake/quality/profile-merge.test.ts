import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, openDuckDb } from "../index.js";
import type { Profile, RawFormat } from "./profile.js";
import { profileFile, profileFiles } from "./profile-file.js";
import { outline, readHead } from "./profile-head.js";
import { mergeProfiles } from "./profile-merge.js";
import { scanRaw } from "./profile-scan.js";
import { strictJson } from "./raw-source.js";

let engine: Engine;
let folder: string;
let files = 0;

beforeAll(async () => {
  engine = await openDuckDb({ threads: 2, memoryBytes: 5e8 });
  folder = await mkdtemp(join(tmpdir(), "refrain-merge-"));
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function profileText(text: string, format: RawFormat): Promise<Profile> {
  const path = join(folder, `${++files}.txt`);
  await writeFile(path, text);
  return profileFile(engine, { path, name: `${files}.txt`, table: "rows", format });
}

/** Everything that is a number; places and file names tell which file was looked at. */
function numbersOf(profile: Profile): unknown {
  const columns = Object.entries(profile.columns).map(([name, column]) => {
    const bare = (found: { value: string; count: number }) => [found.value, found.count];
    return [
      name,
      {
        missing: column.missing,
        absent: column.absent,
        shapes: column.shapes,
        numbers: column.numbers,
        complete: column.values.complete,
        values: column.values.entries.map(bare),
        specials: Object.values(column.specials).map(bare),
      },
    ];
  });
  return {
    rows: profile.rows,
    unreadable: profile.unreadable.count,
    columns: Object.fromEntries(columns),
  };
}

async function expectTogether(texts: readonly string[], format: RawFormat): Promise<void> {
  const options = await Promise.all(
    texts.map(async (text) => {
      const path = join(folder, `${++files}.txt`);
      await writeFile(path, text);
      return { path, name: `${files}.txt`, table: "rows", format };
    }),
  );
  const alone: Profile[] = [];
  for (const one of options) alone.push(await profileFile(engine, one));
  expect(await profileFiles(engine, options)).toEqual(alone);
}

async function expectMerge(a: string, b: string, format: RawFormat): Promise<void> {
  const header = format.kind === "delimited" && format.header ? `${a.split("\n")[0]}\n` : "";
  const whole = await profileText(a + b, format);
  const merged = mergeProfiles(await profileText(a, format), await profileText(header + b, format));
  expect(numbersOf(merged)).toEqual(numbersOf(whole));
}

const json: RawFormat = { kind: "json-lines" };
const cell = fc.oneof(
  fc.constantFrom(null, "", "null", -1, "-1", 0, true, "2017", "2017-03-01", "N/A", 'zażółć "q"'),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.array(fc.constantFrom("rock", "funk"), { maxLength: 3 }),
);
const object = fc.dictionary(fc.constantFrom("user", "User", "at", "a/b", "x"), cell);

describe("profile(A ++ B) = merge(profile(A), profile(B))", () => {
  test("of JSON lines with stray keys, mixed types and broken lines", async () => {
    const line = fc.oneof(
      { weight: 12, arbitrary: object.map((row) => JSON.stringify(row)) },
      { weight: 1, arbitrary: fc.constantFrom("{broken", "[1]", "7", "") },
    );
    const file = fc
      .array(line, { maxLength: 25 })
      .map((lines) => lines.map((l) => `${l}\n`).join(""));
    await fc.assert(
      fc.asyncProperty(file, file, (a, b) => expectMerge(a, b, json)),
      { numRuns: 30 },
    );
  });

  test("of delimited files, with rows of too few or too many fields", async () => {
    const field = fc.constantFrom(
      "",
      "7",
      "-1",
      "3.5",
      "play",
      "PLAY",
      "null",
      " x",
      "2017-03-01",
      "ł",
    );
    const row = fc.oneof(
      { weight: 9, arbitrary: fc.tuple(field, field, field) },
      { weight: 1, arbitrary: fc.array(field, { minLength: 1, maxLength: 5 }) },
    );
    const file = fc
      .array(row, { minLength: 1, maxLength: 25 })
      .map((rows) => rows.map((fields) => `${fields.join("|")}\n`).join(""));
    const format: RawFormat = {
      kind: "delimited",
      delimiter: "|",
      header: false,
      columns: ["a", "b", "c"],
    };
    await fc.assert(
      fc.asyncProperty(file, file, async (a, b) => {
        await expectMerge(a, b, format);
        await expectTogether([a, b, a], format);
      }),
      { numRuns: 25 },
    );
  });

  test("when the values are too many to keep", async () => {
    const lines = (from: number, to: number, spread: number): string => {
      let text = "";
      for (let i = from; i < to; i++) {
        text +=
          `{"id": "u${i % spread}", "at": ${i * 37}, "kind": "${i % 3}", "late": ` +
          `${i > 20_000 ? i : 1}}\n`;
      }
      return text;
    };
    await expectMerge(lines(0, 30_000, 700), lines(30_000, 36_000, 9_000), json);
  });

  test("of columns counted in part as of columns counted whole", async () => {
    const path = join(folder, "wide.jsonl");
    const rows = Array.from({ length: 40_000 }, (_, at) => {
      const when = new Date(1.7e12 + at * 61_000).toISOString();
      // New in every row at first, as if there were millions, and 900 values from then on.
      const id = at < 3_000 ? at : at % 900;
      return JSON.stringify({
        when,
        id: `u${id}`,
        seconds: at % 997 === 0 ? -1 : at / 8,
        gap: null,
      });
    });
    await writeFile(path, rows.join("\n"));
    const text = await readHead(path, json);
    const head = outline(text, json);
    const source = strictJson(path, head.names);
    const whole = await scanRaw(engine, source, head, Number.POSITIVE_INFINITY);
    expect(await scanRaw(engine, source, head, 1_000)).toEqual(whole);
    expect(whole.columns[0]?.complete).toBe(false);
    expect(whole.columns[2]?.specials.map(({ value, count }) => [value, count])).toEqual([
      ["-1", 41],
    ]);
  });
});
