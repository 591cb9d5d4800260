import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { bucketSql, bucketsIn, bucketsToWrite, mayShareUsers } from "./buckets.js";
import { ingest, type LakeFile, openDuckDb, openLake, registerViews } from "./index.js";
import { emptyManifest } from "./ingest/commit.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-buckets-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

function bucketOf(user: string, buckets: number): number {
  const digits = createHash("md5").update(user).digest("hex").slice(0, 4);
  return Number.parseInt(digits, 16) % buckets;
}

const file: LakeFile = {
  ...{ path: "", table: "play", rows: 1, bytes: 1, delivery: "", schema: 0, month: "2017-03" },
};

describe("buckets", () => {
  it("are the first four hex digits of the md5, modulo their number", async () => {
    const engine = await openDuckDb();
    for (const buckets of [1, 2, 3, 8, 12, 16, 20]) {
      const rows = await engine.rows(
        `SELECT "user_id", ${bucketSql(buckets)} AS "bucket" FROM ` +
          `(SELECT 'ü' || i AS "user_id" FROM range(50) t(i))`,
      );
      for (const { user_id: user, bucket } of rows) {
        expect(bucket).toBe(bucketOf(String(user), buckets));
      }
    }
    engine.close();
  });

  it("of files share users where they share a bucket of the lake", () => {
    const place = fc.tuple(fc.constantFrom(1, 2, 3, 4, 6, 12, undefined), fc.nat(11));
    fc.assert(
      fc.property(place, place, (...places) => {
        const manifest = emptyManifest(12);
        const [a, b] = places.map(([buckets, number]) => ({
          ...file,
          bucket: number % (buckets ?? 12),
          ...(buckets === undefined ? {} : { buckets }),
        }));
        const shared = bucketsIn(a!, manifest).filter((one) =>
          bucketsIn(b!, manifest).includes(one),
        );
        expect(mayShareUsers(a!, b!, 12)).toBe(shared.length > 0);
      }),
    );
  });

  it("are written as few as the events need, of what is there and of what comes", () => {
    const lake = (rows: number) => ({
      ...emptyManifest(16),
      files: [
        { ...file, bucket: 0, rows },
        { ...file, rows: 1e9, table: "user" },
      ],
    });
    expect(bucketsToWrite(lake(0), 1e6)).toBe(1);
    expect(bucketsToWrite(lake(0), 810e6)).toBe(2);
    expect(bucketsToWrite(lake(30e6), 700e6)).toBe(8);
    expect(bucketsToWrite(lake(1e9), 1)).toBe(16);
    expect(bucketsToWrite(emptyManifest(12), 4 * 810e6)).toBe(6);
  });
});

async function searches(name: string, users: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const lines = users.map((user, at) => `${user}\tar\t2017-03-02 10:00:${10 + (at % 50)}\tq\n`);
  await writeFile(path, lines.join(""));
  return path;
}

describe("a lake with files of several numbers of buckets", () => {
  it("shows each bucket whole, and finds repeats across", async () => {
    const lake = join(folder, "lake");
    const users = Array.from({ length: 400 }, (_, at) => `u${at}`);
    const first = await searches("20170302_search_a.log", users);
    await ingest({ inputs: [first], source: "musicbox", lake, buckets: 4 });
    const path = join(lake, "manifests", "000001.json");
    const text = await readFile(path, "utf8");
    // What is asked of this number is only how many buckets the next run writes.
    await writeFile(path, text.replace('"rows":400,', '"rows":40000000,'));
    const again = [...users.slice(0, 50), ...users.slice(0, 300).map((user) => `v${user}`)];
    const second = await searches("20170302_search_b.log", again);
    const done = await ingest({ inputs: [second], source: "musicbox", lake });
    expect(done.rows).toMatchObject({ kept: 300, duplicate: 50 });
    const opened = await openLake(lake);
    const files = opened.manifest.files.map(({ bucket, buckets }) => `${bucket} of ${buckets}`);
    expect(files).toEqual(["0 of 1", "0 of 4", "1 of 4", "2 of 4", "3 of 4"]);
    const engine = await openDuckDb();
    const seen = async (bucket?: number | number[]): Promise<string[]> => {
      await registerViews(engine, opened, bucket === undefined ? {} : { bucket });
      const rows = await engine.rows('SELECT "user_id" FROM "search" ORDER BY 1');
      return rows.map((row) => String(row["user_id"]));
    };
    const all = await seen();
    expect(all).toHaveLength(700);
    for (const bucket of [0, 1, 2, 3]) {
      expect(await seen(bucket)).toEqual(all.filter((user) => bucketOf(user, 4) === bucket));
    }
    expect(await seen([1, 3])).toEqual(all.filter((user) => bucketOf(user, 2) === 1));
    engine.close();
  });
});

describe("dated logs", () => {
  const plays = async (name: string): Promise<string> => {
    const path = join(folder, name);
    const lines = Array.from({ length: 30 }, (_, at) => `${at}|ar|${at}|0|s|x|${at}|300|0\n`);
    await writeFile(path, `${lines.join("")}7|ar|7|0|s|x|broken|300|0\n`);
    return path;
  };

  it.each([
    { days: ["20170301", "20170302"], months: { "2017-03": 60 } },
    { days: ["20170328", "20170401"], months: { "2017-03": 30, "2017-04": 30 } },
  ])("become one file a month, without what was rejected: $days", async ({ days, months }) => {
    const own = days.map(async (day, at) => {
      const path = await plays(`${day}_play.log`);
      await writeFile(path, `${await readFile(path, "utf8")}${"\n".repeat(at)}`);
      return path;
    });
    const lake = join(folder, days.join("-"));
    const done = await ingest({ inputs: await Promise.all(own), source: "musicbox", lake });
    expect(done.rows).toEqual({ read: 62, kept: 60, rejected: 2, duplicate: 0, sampledOut: 0 });
    const { files, inputs } = (await openLake(lake)).manifest;
    expect(Object.fromEntries(files.map(({ month, rows }) => [month, rows]))).toEqual(months);
    expect(files).toHaveLength(Object.keys(months).length);
    expect(inputs.map(({ rows }) => rows.kept)).toEqual([30, 30]);
  });
});
