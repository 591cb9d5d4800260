import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSession } from "./open-session.js";
import type { Session } from "./session.js";
import { TextCounter, type TextCounterOptions } from "./text-counter.js";

let session: Session;
beforeAll(async () => {
  session = await openSession({ doing: "counting", threads: 1, steps: 0 });
});
afterAll(() => session.close());

interface Counted {
  readonly rows: number;
  readonly texts: readonly ReadonlyMap<string, number>[];
  readonly missing: readonly { readonly missing: number; readonly absent: number }[];
}

/** Counts in chunks of some bytes; what a full table holds is added up. */
async function count(
  text: string,
  options: Pick<TextCounterOptions, "lines"> & Partial<TextCounterOptions>,
): Promise<Counted | undefined> {
  const { lines } = options;
  const columns = "keys" in lines ? lines.keys.length : lines.columns;
  const texts = Array.from({ length: columns }, () => new Map<string, number>());
  const take = (column: number): void => {
    const memory = Buffer.from(counter.bytes.buffer);
    counter.visit(column, (start, length, rows) => {
      const key = memory.toString("utf8", start, start + length);
      texts[column]!.set(key, (texts[column]!.get(key) ?? 0) + rows);
    });
  };
  const chunkBytes = options.chunkBytes ?? 64;
  const all = { longest: 256, chunkBytes, onFull: take, ...options };
  const counter = await TextCounter.open(session, all);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const part = bytes.subarray(at, at + chunkBytes);
      counter.room().set(part);
      if (!(await counter.count(part.length))) return undefined;
    }
    if (!(await counter.count(0))) return undefined;
    for (let column = 0; column < columns; column++) take(column);
    const missing = texts.map((_, column) => counter.missing(column));
    return { rows: counter.rows, texts, missing };
  } finally {
    counter.close();
  }
}

function tally(texts: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (text) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

it("TextCounter counts the fields of delimited lines, whatever the chunks", async () => {
  const field = fc.string({ unit: fc.constantFrom("a", "b", "é", " ", "中"), maxLength: 20 });
  const rows = fc.array(fc.tuple(field, field, field), { maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom("\n", ""), async (given, end) => {
      const text = given.map((row) => row.join("|")).join("\n") + (given.length > 0 ? end : "");
      const counted = await count(text, {
        lines: { delimiter: "|", columns: 3 },
        chunkBytes: 200,
      });
      expect(counted?.rows).toBe(given.length);
      for (const column of [0, 1, 2]) {
        const values = given.map((row) => row[column]);
        expect(counted!.texts[column]).toEqual(tally(values));
        const missing = values.filter((value) => value === "").length;
        expect(counted!.missing[column]).toEqual({ missing, absent: 0 });
      }
    }),
    { numRuns: 50 },
  );
});

it("TextCounter counts the values of JSON lines, in any order of keys", async () => {
  const rows = [{ user: 1, name: "x" }, { name: "x" }, { name: null, user: "1" }, { user: true }];
  const text = rows.map((row) => JSON.stringify(row)).join("\n");
  const counted = await count(text, { lines: { keys: ["user", "name"] } });
  expect(counted).toEqual({
    rows: 4,
    texts: [
      new Map([
        ["1", 1],
        ['"1"', 1],
        ["true", 1],
      ]),
      new Map([['"x"', 2]]),
    ],
    missing: [
      { missing: 1, absent: 1 },
      { missing: 2, absent: 1 },
    ],
  });
});

it("TextCounter counts texts that repeat the row before, not those like it", async () => {
  const texts = Array.from({ length: 40 }, (_, length) => "x".repeat(length));
  const unlike = texts.flatMap((one) => [one, one.replace("x", "y"), one.replace(/x$/, "z")]);
  const rows = unlike.flatMap((one, at) => Array.from({ length: 1 + (at % 4) }, () => one));
  const fields = rows.map((one, at) => `${one}|${rows[at ^ 1] ?? ""}`);
  const lines = { delimiter: "|", columns: 2 } as const;
  const counted = await count(`${fields.join("\n")}\n`, { lines, chunkBytes: 1 << 12 });
  const second = rows.map((_, at) => rows[at ^ 1]);
  expect(counted?.texts).toEqual([tally(rows), tally(second)]);
  const missing = rows.filter((one) => one === "").length;
  expect(counted?.missing[0]).toEqual({ missing, absent: 0 });
});

it("TextCounter knows keys by where they stood, and in any other place", async () => {
  const keys = ["a", "key of sixteen b", "a key that is longer than sixteen", "b"];
  const [a, second, third, b] = keys;
  const rows = [
    `{"${a}":1,"${second}":2,"${third}":3,"${b}":4}`,
    `{"${b}" :4 , "${third}": 3,"${a}" : 1}`,
    `{"${second}":2,"${third}":3}`,
  ];
  const counted = await count(`${rows.join("\n")}\n`, { lines: { keys }, chunkBytes: 256 });
  const twice = ["1", "2", "3", "4"].map((one) => new Map([[one, one === "3" ? 3 : 2]]));
  expect(counted?.texts).toEqual(twice);
  expect(counted?.missing.map(({ absent }) => absent)).toEqual([1, 1, 0, 1]);
  const odd = [
    `{"${b}":1,"${a}":1,"${b}":2}`,
    `{"a key that is longer than sixteem":1}`,
    `{"a"=1}`,
  ];
  for (const line of odd) expect(await count(`${line}\n`, { lines: { keys } })).toBeUndefined();
});

it("TextCounter tells parts of a table that many texts fill, and loses no row", async () => {
  const values = Array.from({ length: 90_000 }, (_, at) => `value number ${at}`);
  const all = [...values, ...values.slice(0, 30_000)];
  const lines = { delimiter: "\t", columns: 2 } as const;
  const text = all.map((value, at) => `${value}\t${at % 9}`).join("\n");
  const parted = await count(text, { lines, chunkBytes: 1 << 16 });
  expect(parted?.texts).toEqual([tally(all), tally(all.map((_, at) => String(at % 9)))]);
}, 30_000);

it("TextCounter counts rows by length and first byte where texts need no counts", async () => {
  const outlines = new Map<string, number>();
  const lines = { delimiter: "|", columns: 1 } as const;
  const options = { lines, longest: 256, chunkBytes: 1 << 12, onFull: () => undefined };
  const counter = await TextCounter.open(session, options);
  counter.bound(0, 2 ** 51);
  const letters = Array.from(
    { length: 400 },
    (_, at) => `${"abc"[at % 3]}${"x".repeat(at % 90)}${at}`,
  );
  const others = ["123456789012", "-.5", "2023-01-04T11:46:01.123456", "é".repeat(9), "", "null"];
  const text = Buffer.from(`${[...letters, ...others, ...others].join("\n")}\n`);
  for (let start = 0; start < text.length; start += 1 << 12) {
    const part = text.subarray(start, start + (1 << 12));
    counter.room().set(part);
    expect(await counter.count(part.length)).toBe(true);
  }
  const memory = Buffer.from(counter.bytes.buffer);
  const each = new Map<string, { rows: number; order: number }>();
  counter.visit(0, (start, length, rows, order) =>
    each.set(memory.toString("utf8", start, start + length), { rows, order }),
  );
  counter.visitOutlines(0, (length, first, rows) => outlines.set(`${length} ${first}`, rows));
  counter.close();
  for (const other of ["123456789012", "-.5", "é".repeat(9), "null"]) {
    expect(each.get(other)?.rows).toBe(2);
  }
  const left = [...letters, others[2]!, others[2]!].filter((one) => !each.has(one));
  expect(left.length).toBeGreaterThan(100);
  expect(outlines).toEqual(tally(left.map((one) => `${one.length} ${one.charCodeAt(0)}`)));
  const beyond = [...each].filter(([, { order }]) => order > 2 ** 51).map(([one]) => one);
  expect(beyond.every((one) => !letters.includes(one) || one.length < 9 || one.length > 72)).toBe(
    true,
  );
});

it("TextCounter has the hash of DuckDB 1.5 for texts", async () => {
  const hashes = new Map([
    ["a", 3_066_852_785_939_212n],
    ["12345678", 1_958_794_929_174_594n],
    ["123456789012", 4_480_120_116_611_404n],
    ["Song name 12345", 2_106_798_572_005_225n],
  ]);
  const lines = { delimiter: "|", columns: 1 } as const;
  const options = { lines, longest: 256, chunkBytes: 256, onFull: () => undefined };
  const counter = await TextCounter.open(session, options);
  const text = Buffer.from(`${[...hashes.keys()].join("\n")}\n`);
  counter.room().set(text);
  await counter.count(text.length);
  const found: [string, bigint][] = [];
  const memory = Buffer.from(counter.bytes.buffer);
  counter.visit(0, (start, length, _, order) =>
    found.push([memory.toString("utf8", start, start + length), BigInt(order)]),
  );
  counter.close();
  expect(found).toEqual([...hashes]);
});

it("TextCounter refuses lines that are not plain", async () => {
  const lines = { delimiter: "|", columns: 2 } as const;
  expect(await count("a|b\nc\n", { lines })).toBeUndefined();
  expect(await count("a|b|c\n", { lines })).toBeUndefined();
  expect(await count(`a|${"b".repeat(9)}\n`, { lines, longest: 8 })).toBeUndefined();
  expect(await count(`a|${"b".repeat(200)}\n`, { lines })).toBeUndefined();
  expect(await count('{"b":1}\n', { lines: { keys: ["a"] } })).toBeUndefined();
});
