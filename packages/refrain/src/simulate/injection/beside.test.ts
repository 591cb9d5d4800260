import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spellingsByFile } from "./beside-sources.js";
import { readItems } from "./read-items.js";
import { readViews } from "./read-views.js";
import { placeSeries } from "./series.js";
import { viewLines, viewsOf } from "./views.js";

let folder = "";
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "beside-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(lines: readonly string[], ending = "csv"): Promise<string> {
  const path = join(folder, `${++files}.${ending}`);
  const text = `${lines.join("\n")}\n`;
  await writeFile(path, ending.endsWith("gz") ? gzipSync(text) : text);
  return path;
}

describe("readItems", () => {
  const table = [
    ["a", "Dune", "Dune, part 1"],
    ["b", "Dune", "Dune, part 2"],
    ["c", "", "Alone"],
    ["d", "Heat", ""],
  ] as const;

  it.each(["csv", "csv.gz", "jsonl"])("reads %s by any spelling of the columns", async (ending) => {
    const lines = ending.startsWith("csv")
      ? ["movieId,franchise,name", ...table.map(([i, s, t]) => `${i},${s},"${t}"`)]
      : table.map(([item, show, title]) => JSON.stringify({ item_id: item, show, title }));
    const read = await readItems(await file(lines, ending));
    expect(read.rows).toBe(4);
    expect(read.withoutSeries).toBe(1);
    expect(read.items.get("b")).toEqual({ series: "Dune", title: "Dune, part 2" });
    const { series, counts } = placeSeries(read, ["b", "x", "a", "d"]);
    expect(series.names).toEqual(["Dune"]);
    expect([...series.of]).toEqual([0, -1, 0, -1]);
    expect(series.titles[0]).toBe("Dune, part 2");
    expect(counts).toEqual({ unlisted: 1, unrated: 1, inSeries: 2 });
  });

  it("says which row puts a title into a second series, and which names none", async () => {
    const lines = ["item,series", "a,X", "a,X", "a,Y", ",X", "b,X", "b,", "c,X,more"];
    const read = await readItems(await file(lines));
    expect(read.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [4, "TWO_SERIES"],
      [5, "MISSING_ITEM"],
      [8, "COLUMN_COUNT"],
    ]);
    expect(read.rejectedByReason).toEqual({ TWO_SERIES: 1, MISSING_ITEM: 1, COLUMN_COUNT: 1 });
    expect(read.duplicates).toBe(2);
    expect(read.items.get("a")).toEqual({ series: "X" });
  });

  it("says ITEMS_UNUSABLE, ITEMS_STRANGERS, ITEMS_NO_SERIES, COLUMN_MISSING", async () => {
    const read = async (...lines: string[]) => readItems(await file(lines));
    await expect(read("item,series", ",X")).rejects.toMatchObject({ code: "ITEMS_UNUSABLE" });
    await expect(read("item,rating", "a,4")).rejects.toMatchObject({ code: "COLUMN_MISSING" });
    const items = await read("item,series", "a,X", "b,Y");
    const strangers = () => placeSeries(items, ["z"]);
    expect(strangers).toThrow(expect.objectContaining({ code: "ITEMS_STRANGERS" }));
    const lonely = () => placeSeries(items, ["a", "b"]);
    expect(lonely).toThrow(expect.objectContaining({ code: "ITEMS_NO_SERIES" }));
  });
});

describe("readViews", () => {
  const names = { userIds: ["u1", "u2"], itemIds: ["a", "b"] };

  it("reads times in any form, seconds, shares, devices; sorts by user and time", async () => {
    const lines = [
      "account,title,started_at,seconds,share,device,ip,session_id",
      "u2,a,1577836860,30,0.5,tv,10.0.0.1,s1",
      "u2,z,2020-01-01T00:00:30Z,60,,phone,,",
      "u1,b,1577836800000,,1,,10.0.0.1,s2",
      "u9,b,1577836800,5,1,tv,,",
    ];
    const read = await readViews(await file(lines), names);
    const { views, kept, strangers, strangerViews, unratedItems, timeForms } = read;
    expect({ kept, strangers, strangerViews, unratedItems }).toEqual({
      ...{ kept: 3, strangers: 1, strangerViews: 1, unratedItems: 1 },
    });
    expect(timeForms).toEqual({ milliseconds: 1, seconds: 2, text: 1 });
    expect(read.ratersWithoutViews).toBe(0);
    const start = 1_577_836_800_000;
    const [first, second] = viewsOf(views, 1);
    expect(first).toMatchObject({ item: 2, at: start + 30_000, seconds: 60, share: Number.NaN });
    expect(second).toMatchObject({ item: 0, at: start + 60_000, device: 0, address: 0 });
    expect(first!.device).toBe(1);
    expect(viewsOf(views, 0)[0]).toMatchObject({ seconds: Number.NaN, device: -1, share: 1 });
    expect(viewLines(views)[1]).toBe("u1,b,1577836800,,1.000,,a0,s1");
  });

  it("locates what is wrong with a row", async () => {
    const lines = [
      "user,item,at,seconds,share",
      "u1,a,2020-01-01,-5,0.5",
      "u1,,2020-01-01,5,0.5",
      "u1,a,first of May,5,0.5",
      "u1,a,03/04/2020,5,0.5",
      "u1,a,2020-01-01,5,50",
      "u1,a,2020-01-01,much,0.5",
      "u1,a,2020-01-01,5,0.5",
    ];
    const read = await readViews(await file(lines), names);
    expect(read.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "NEGATIVE_TIME"],
      [3, "MISSING_KEY"],
      [4, "BAD_TIME"],
      [5, "BAD_TIME"],
      [6, "SHARE_OUTSIDE"],
      [7, "BAD_NUMBER"],
    ]);
    expect(read.rejectedByReason).toMatchObject({ BAD_TIME: 2, SHARE_OUTSIDE: 1 });
    expect([read.rows, read.kept, read.views.device]).toEqual([7, 1, undefined]);
  });

  it("says VIEWS_UNUSABLE and VIEWS_STRANGERS", async () => {
    const read = async (...lines: string[]) => readViews(await file(lines), names);
    const head = "user,item,at";
    await expect(read(head, "u1,a,never")).rejects.toMatchObject({ code: "VIEWS_UNUSABLE" });
    await expect(read(head, "u7,a,2020-01-01")).rejects.toMatchObject({ code: "VIEWS_STRANGERS" });
    await expect(read("user,item", "u1,a")).rejects.toMatchObject({ code: "COLUMN_MISSING" });
  });
});

it("gives each file the spellings that are told for it", () => {
  const told = { item: "m", "items.item": "i", series: "s", "views.at": "t", device: "d" };
  expect(spellingsByFile(told)).toEqual({
    ratings: { item: "m" },
    items: { item: "i", series: "s" },
    views: { at: "t", device: "d" },
  });
});
