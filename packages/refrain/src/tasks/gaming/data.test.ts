import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { labelledRows, readUsage, repeatedRows } from "./data.js";
import { usageFolder } from "./usage.fixture.js";

const { write } = usageFolder();
const head =
  "UserPartyID,IndieToMajorRatio,totUsage,MaxSingleAlbumUse,MaxSingleTrackUse,MaxSingleArtistUse";
const read = async (lines: string[], more = {}) =>
  readUsage({ files: [await write("x.csv", lines)], ...more });

describe("readUsage", () => {
  it("knows the spellings met in the wild, a byte order mark, and further columns", async () => {
    const days = await read([
      "\uFEFFuserID;totusage;country;INDIETOMAJORRATIO;MaxSingleAlbumUse;MaxSingleTrackUse;" +
        "max_single_artist_use;gamerFlaggedManual",
      "4294967297;10;de;.5;3;2;3;yes",
      "u2;20;at;20;3;2;3;no",
    ]);
    expect(days.users).toEqual(["4294967297", "u2"]);
    expect([...days.features.numbers("totUsage")]).toEqual([10, 20]);
    expect([...days.features.numbers("IndieToMajorRatio")]).toEqual([0.5, 20]);
    expect([...days.label!]).toEqual([1, 0]);
  });

  it("reads marks in every wording, and one file after the other", async () => {
    const marks = ["1", "0", "TRUE", "False", " Yes", "n", "", "1.0"];
    const one = await write("one.csv", [
      `${head},gamerFlaggedManual`,
      ...marks.map((mark, at) => `${at},1,2,1,1,1,${mark}`),
    ]);
    const two = await write("two.csv", [head.replace("totUsage", "TotalPlays"), "9,1,2,1,1,1"]);
    const days = await readUsage({ files: [one, two] });
    expect([...days.label!]).toEqual([1, 0, 1, 0, 1, 0, Number.NaN, 1, Number.NaN]);
    expect(labelledRows(days).users).toHaveLength(7);
  });

  it("leaves out what cannot be used, and says why and where", async () => {
    const days = await read([
      `${head},gamerFlaggedManual`,
      "1,inf,7,1,1,1,0",
      "2,1,-3,1,1,1,0",
      ",1,2,1,1,1,0",
      "4,x,2,1,1,1,0",
      "5,1,2,1,inf,1,0",
      "6,1,2,1,1,1,perhaps",
      "7,1,2,1,1,1,1",
      "7,1,2,1,1,1,1",
    ]);
    // No play of a major label: the ratio is the number of plays.
    expect([...days.features.numbers("IndieToMajorRatio")]).toEqual([7, 1, 1]);
    expect(days.ratiosRepaired).toBe(1);
    expect(days.dropped).toEqual({
      value_negative: 1,
      user_missing: 1,
      value_unreadable: 1,
      value_infinite: 1,
      label_unreadable: 1,
    });
    expect(days.rejects[0]).toMatchObject({
      ...{ line: 3, reason: "value_negative", text: "2,1,-3,1,1,1,0" },
    });
    expect([...repeatedRows(labelledRows(days))]).toEqual([0, 0, 1]);
  });

  it.each([
    ["COLUMN_MISSING", [head.replace("totUsage", "sum"), "1,1,2,1,1,1"], {}],
    ["USAGE_COLUMN_TWICE", [`${head},TotalPlays`, "1,1,2,1,1,1,2"], {}],
    ["FILE_EMPTY", [head], {}],
    ["USAGE_ROWS_UNUSABLE", [head, ...Array.from({ length: 20 }, () => "1,1,-2,1,1,1")], {}],
    ["FEATURE_REFUSED", [head, "1,1,2,1,1,1"], { extra: ["UserPartyID"] }],
    ["FEATURE_REFUSED", [`row_number,${head}`, "1,1,1,2,1,1,1"], { extra: ["row_number"] }],
    ["FEATURE_REFUSED", [`file_name,${head}`, "1,1,1,2,1,1,1"], { extra: ["file_name"] }],
    [
      "FEATURE_REFUSED",
      [`seen,${head}`, ...[1, 2, 3, 4].map((at) => `${at * 10},u${at},1,2,1,1,1`)],
      { extra: ["seen"] },
    ],
    [
      "FEATURE_REFUSED",
      [`member,${head}`, ...[7, 3, 5, 1].map((at) => `${at},${at},1,2,1,1,1`)],
      { extra: ["member"] },
    ],
  ])("says %s", async (code, lines, more) => {
    await expect(read(lines, more)).rejects.toMatchObject({ code });
  });

  it("refuses what is no table: FILE_EMPTY, GZIP_DAMAGED, FILE_NOT_FOUND", async () => {
    await expect(readUsage({ files: ["nowhere.csv"] })).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
    const cut = await write("cut.csv.gz", "");
    await expect(readUsage({ files: [cut] })).rejects.toMatchObject({ code: "FILE_EMPTY" });
    await writeFile(cut, gzipSync(`${head}\n1,1,2,1,1,1\n`.repeat(500)).subarray(0, 60));
    await expect(readUsage({ files: [cut] })).rejects.toMatchObject({ code: "GZIP_DAMAGED" });
  });

  it("maps a spelling it does not know, and reads further features", async () => {
    const days = await read([head.replace("totUsage", "sum").concat(",gap"), "1,1,2,1,1,1,9"], {
      columns: { totUsage: "sum" },
      extra: ["gap"],
    });
    expect(days.features.names.at(-1)).toBe("gap");
    expect([...days.features.numbers("totUsage")]).toEqual([2]);
  });

  it("wants marks of both kinds: LABELS_NEEDED, LABELS_ONE_KIND", async () => {
    const bare = await read([head, "1,1,2,1,1,1"]);
    expect(() => labelledRows(bare)).toThrow(expect.objectContaining({ code: "LABELS_NEEDED" }));
    const none = await read([`${head},gamerFlaggedManual`, "1,1,2,1,1,1,0", "2,1,2,1,1,1,0"]);
    expect(() => labelledRows(none)).toThrow(expect.objectContaining({ code: "LABELS_ONE_KIND" }));
  });
});
