import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { RandomStream } from "@refrain/learn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDuckDb } from "../../lake/index.js";
import { injectRaters, raterKinds } from "./inject.js";
import { buildRatings, type Ratings } from "./ratings.js";
import { readRatings } from "./read-ratings.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ratings-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(text: string, name = "r.txt"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

/** Ratings of 400 users and 300 items, popular ones more often. */
function world(withTimes = false): Ratings {
  const random = new RandomStream(3, "test base");
  const rows = { user: [] as number[], item: [] as number[], value: [] as number[] };
  const at: number[] = [];
  for (let user = 0; user < 400; user++) {
    const seen = new Set<number>();
    for (let k = 0; k < 30; k++) seen.add(Math.floor(300 * random.uniform() ** 2));
    for (const item of seen) {
      rows.user.push(user);
      rows.item.push(item);
      rows.value.push(1 + random.below(5));
      at.push(1.5e12 + random.below(1e9));
    }
  }
  const names = (count: number, letter: string) =>
    Array.from({ length: count }, (_, k) => `${letter}${k}`);
  return buildRatings(
    {
      userIds: names(400, "p"),
      itemIds: names(300, "i"),
      scale: { low: 1, high: 5, step: 1 },
    },
    {
      user: Int32Array.from(rows.user),
      item: Int32Array.from(rows.item),
      value: Float64Array.from(rows.value),
      at: withTimes ? Float64Array.from(at) : undefined,
    },
  );
}

describe("readRatings", () => {
  it.each([
    ["tabs", "a\tx\t1\nb\tx\t3\n"],
    ["blanks and no last newline", "a x 1\nb x 3"],
    ["::", "a::x::1\r\nb::x::3\r\n"],
    ["a header in another order", "rating,userID,movieId\n1,a,x\n3,b,x\n"],
    ["quotes", '"a";"x";1\n"b";"x";3\n'],
  ])("reads %s", async (_, text) => {
    for (const name of ["r.txt", "r.txt.gz"]) {
      const { ratings, rows } = await readRatings(await file(text, name));
      expect(rows).toBe(2);
      expect(ratings.userIds).toEqual(["a", "b"]);
      expect(ratings.itemIds).toEqual(["x"]);
      expect([...ratings.value]).toEqual([1, 3]);
      expect(ratings.scale).toEqual({ low: 1, high: 3, step: 2 });
    }
  });

  it("reads Parquet and JSON lines", async () => {
    const engine = await openDuckDb({ threads: 1, memoryBytes: 200e6 });
    const parquet = join(folder, "r.parquet");
    await engine.run(
      `COPY (SELECT 'a' AS userId, 7 AS movieId, 1.5 AS rating, 886400000 AS timestamp UNION ALL
         SELECT 'b', 7, 3, NULL) TO '${parquet}' (FORMAT parquet)`,
    );
    engine.close();
    const lines = [
      { userId: "a", movieId: 7, rating: 1.5, timestamp: 886_400_000 },
      { movieId: "7", userId: "b", rating: 3 },
    ].map((row) => JSON.stringify(row));
    for (const path of [parquet, await file(lines.join("\n"), "r.jsonl")]) {
      const { ratings } = await readRatings(path);
      expect(ratings.userIds).toEqual(["a", "b"]);
      expect(ratings.itemIds).toEqual(["7"]);
      expect([...ratings.value]).toEqual([1.5, 3]);
      expect([...ratings.at!]).toEqual([886_400_000_000, Number.NaN]);
    }
  });

  it("lets the last of several ratings count, and tells where it refused a line", async () => {
    const rows = [
      "a\tx\t1\t100000000",
      "a\ty\t9\t200000000",
      "a\tx\t2\t300000000",
      "b\ty",
      "b\ty\tz\t",
      "b\t\t3\t",
      "b\ty\t4\t2020-01-02",
      "b\tx\t4\t",
    ];
    const read = await readRatings(await file(rows.join("\n")), { scale: { low: 1, high: 5 } });
    expect([...read.ratings.value]).toEqual([2, 4, 4]);
    expect([...read.ratings.repeats]).toEqual([1, 0]);
    expect([read.rows, read.duplicates]).toEqual([8, 1]);
    const times = [300_000_000_000, Number.NaN, Date.parse("2020-01-02")];
    expect([...read.ratings.at!]).toEqual(times);
    expect(read.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "OUTSIDE_SCALE"],
      [4, "COLUMN_COUNT"],
      [5, "BAD_NUMBER"],
      [6, "MISSING_KEY"],
    ]);
    expect(read.rejected[0]!.text).toBe(rows[1]);
    expect(read.rejectedByReason).toEqual({
      ...{ OUTSIDE_SCALE: 1, COLUMN_COUNT: 1, BAD_NUMBER: 1, MISSING_KEY: 1 },
    });
  });

  it("takes a time of 0 or -1 for none, and keeps the rating", async () => {
    const rows = ["a,x,1,100000000", "a,y,2,0", "b,x,3,-1", "b,y,four,0", "b,z,5,12"];
    const read = await readRatings(await file(rows.join("\n"), "zero.csv"));
    expect([...read.ratings.value]).toEqual([1, 2, 3]);
    expect([...read.ratings.at!]).toEqual([100_000_000_000, Number.NaN, Number.NaN]);
    expect(read.rejected.map(({ line }) => line)).toEqual([4, 5]);
  });

  it("lists a hundred refused lines and counts them all, those with a lone quote too", async () => {
    const rows = ['"a,x,1', "a,x,1", ...Array.from({ length: 300 }, (_, k) => `u${k},x,nine`)];
    const read = await readRatings(await file(rows.join("\n"), "r.csv"));
    expect(read.rejectedByReason).toEqual({ BAD_NUMBER: 300, BAD_QUOTES: 1 });
    expect(read.rejected).toHaveLength(100);
    expect(read.rejected[0]).toEqual({ line: 1, reason: "BAD_QUOTES", text: rows[0] });
  });

  it("refuses what is no file of ratings: RATINGS_EMPTY, and the codes of ingest", async () => {
    const scale = { low: 1, high: 5 };
    const refused = async (text: string) => readRatings(await file(text), { scale });
    await expect(refused("a x 9\n")).rejects.toMatchObject({
      code: "RATINGS_EMPTY",
      message: expect.stringContaining('(rejected: OUTSIDE_SCALE 1, first line 1: "a x 9")'),
    });
    await expect(refused("a;x;3,5\n")).rejects.toMatchObject({
      hint: expect.stringContaining("with a decimal point"),
    });
    await expect(refused("hello\n")).rejects.toMatchObject({ code: "WRONG_DELIMITER" });
    const usage = "UserPartyID,IndieToMajorRatio,TotalPlays\n1,0.5,7\n2,3,9\n";
    await expect(refused(usage)).rejects.toMatchObject({ code: "COLUMN_MISSING" });
    const packed = readRatings(await file(usage.repeat(9999), "usage.txt.gz"));
    await expect(packed).rejects.toMatchObject({ code: "COLUMN_MISSING" });
    await expect(refused("")).rejects.toMatchObject({ code: "FILE_EMPTY" });
    const cut = join(folder, "cut.gz");
    await writeFile(cut, gzipSync("a x 1\n".repeat(999)).subarray(0, 30));
    await expect(readRatings(cut)).rejects.toMatchObject({ code: "GZIP_DAMAGED" });
    const missing = readRatings(join(folder, "none"));
    await expect(missing).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    const stopped = readRatings(await file("a x 1\n"), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

describe("injectRaters", () => {
  it("hides so many of each kind in each half, with targets of their own", () => {
    const base = world();
    const { ratings, truth } = injectRaters(base, { seed: 1, perKindAndHalf: 4 });
    expect(truth).toHaveLength(ratings.userIds.length);
    for (const kind of raterKinds) {
      for (const half of [0, 1]) {
        const found = truth.filter((one) => one.kind === kind && one.half === half);
        expect(found).toHaveLength(4);
      }
    }
    const targets = (half: number) =>
      new Set(truth.filter((one) => one.half === half).flatMap((one) => one.targets));
    expect([...targets(0)].filter((item) => targets(1).has(item))).toEqual([]);
    const from = truth.flatMap((one) => one.from);
    expect(from).toHaveLength(400);
    expect(new Set(from).size).toBe(400);
    for (const value of ratings.value) expect([1, 2, 3, 4, 5]).toContain(value);
  });

  it("gives the same for a seed, and times where the base has them", () => {
    const base = world(true);
    const [one, two, other] = [1, 1, 2].map((seed) =>
      injectRaters(base, { seed, perKindAndHalf: 3 }),
    );
    expect(one).toEqual(two);
    expect(one!.ratings.value).not.toEqual(other!.ratings.value);
    expect(one!.ratings.at!.every((time) => time >= 1.4e12 && time < 1.6e12)).toBe(true);
  });

  it("says BASE_TOO_SMALL", () => {
    const refused = () => injectRaters(world(), { seed: 1, perKindAndHalf: 100 });
    expect(refused).toThrow(expect.objectContaining({ code: "BASE_TOO_SMALL" }));
  });
});
