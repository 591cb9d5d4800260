import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb, quoteText } from "../lake/index.js";
import { readWideTable, type WideColumns } from "./wide-table.js";

const limits = { threads: 2, memoryBytes: 2e8 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refrain-wide-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function given(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const text = [
  "id,plays,city,bought,at,junk",
  "b,1.5,Wien,1,2023-01-02,x",
  "a,,Graz,0,2023-01-01,y",
  "c,3,,,2023-01-03,z",
  "",
].join("\n");
const columns: WideColumns = { id: "id", target: "bought", time: "at", drop: ["junk"] };

describe("readWideTable", () => {
  it("reads numbers, categories, target, time and groups in the order of the file", async () => {
    for (const path of [
      await given("wide.csv", text),
      await given("wide.csv.gz", gzipSync(text)),
    ]) {
      const table = await readWideTable([path], columns, limits);
      expect(table.ids).toEqual(["b", "a", "c"]);
      expect(table.frame.names).toEqual(["plays", "city"]);
      expect(Array.from(table.frame.numbers("plays"))).toEqual([1.5, Number.NaN, 3]);
      expect(table.frame.categories("city").dictionary).toEqual(["Wien", "Graz"]);
      expect(Array.from(table.target!)).toEqual([1, 0, Number.NaN]);
      expect(Array.from(table.time!, (day) => day - table.time![1]!)).toEqual([1, 0, 2]);
      expect(Array.from(table.groups)).toEqual([0, 1, 2]);
    }
  });

  it("reads Parquet to the same table, and keeps the order of many rows", async () => {
    const path = join(folder, "wide.parquet");
    const engine = await openDuckDb(limits);
    await engine.run(
      `COPY (
         SELECT range AS "id", range % 7 AS "plays", range % 2 = 0 AS "bought" FROM range(300000))
       TO ${quoteText(path)} (ROW_GROUP_SIZE 10000)`,
    );
    engine.close();
    const table = await readWideTable([path], { id: "id", target: "bought" }, limits);
    expect(table.ids.every((id, row) => id === String(row))).toBe(true);
    expect(table.target!.subarray(0, 4)).toEqual(Float64Array.of(1, 0, 1, 0));
  });

  it.each<[string, string, WideColumns, string]>([
    ["TABLE_COLUMN_MISSING", text, { id: "uid" }, "it has: id, plays"],
    ["TABLE_COLUMN_MISSING", text, { id: "id", drop: ["nothing"] }, "--drop"],
    ["TABLE_EMPTY", "id,plays\n", { id: "id" }, "no rows"],
    ["TARGET_NOT_BINARY", text, { id: "id", target: "plays" }, "1.5"],
    ["TARGET_NOT_BINARY", text, { id: "id", target: "city" }, "Wien"],
  ])("%s", async (code, content, wanted, words) => {
    const path = await given("bad.csv", content);
    const error = await readWideTable([path], wanted, limits).then(
      () => undefined,
      (caught: unknown) => caught as { code: string; message: string; hint: string },
    );
    expect(error?.code).toBe(code);
    expect(`${error?.message} ${error?.hint}`).toContain(words);
  });

  it("FILE_NOT_FOUND and TABLE_UNREADABLE", async () => {
    await expect(readWideTable([join(folder, "none.csv")], { id: "id" }, limits)).rejects.toThrow(
      expect.objectContaining({ code: "FILE_NOT_FOUND" }),
    );
    const path = await given(
      "binary.parquet",
      Uint8Array.from({ length: 100 }, (_, at) => at),
    );
    await expect(readWideTable([path], { id: "id" }, limits)).rejects.toThrow(
      expect.objectContaining({ code: "TABLE_UNREADABLE" }),
    );
  });
});
