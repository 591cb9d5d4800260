import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  type IngestOptions,
  type IngestSummary,
  ingest,
  openDuckDb,
  openLake,
  readRejects,
  registerViews,
} from "../index.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-sources-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
let turn = 0;

interface Taken {
  readonly lake: string;
  readonly done: IngestSummary;
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

async function take(
  files: Readonly<Record<string, string | Buffer>>,
  options: Partial<IngestOptions> & { readonly source: string },
): Promise<Taken> {
  const here = join(folder, String(turn++));
  await mkdir(here);
  for (const [name, content] of Object.entries(files)) await writeFile(join(here, name), content);
  const inputs = Object.keys(files).map((name) => join(here, name));
  const lake = options.lake ?? join(here, "lake");
  const done = await ingest({ inputs, lake, buckets: 4, ...options });
  const query: Taken["query"] = async (sql) => {
    const engine = await openDuckDb();
    try {
      await registerViews(engine, await openLake(lake));
      return await engine.rows(sql);
    } finally {
      engine.close();
    }
  };
  return { lake, done, query };
}

describe("musicbox", () => {
  const play = "7|ar|5|0|song|singer|12|300|1\n";

  it("takes the day from the file's name; the row is known when that day is over", async () => {
    const { query } = await take({ "20170301_play.log": play }, { source: "musicbox" });
    expect(await query('SELECT * FROM "play"')).toEqual([
      {
        user_id: "7",
        event_at: "2017-03-01T00:00:00",
        event_date: "2017-03-01",
        timed: false,
        arrived_at: "2017-03-02T00:00:00",
        track_id: "5",
        track_type: "0",
        track_name: "song",
        artist_name: "singer",
        play_seconds: 12,
        track_seconds: 300,
        paid: true,
        device: "ar",
        session_id: null,
      },
    ]);
  });

  it("keeps equal untimed lines as two plays, equal timed lines as one", async () => {
    const search = "7\tar\t2017-03-01 10:00:00\tabba\n";
    const { done, query } = await take(
      { "20170301_play.log": play + play, "20170301_search.log": search + search },
      { source: "musicbox" },
    );
    expect(done.rows).toMatchObject({ read: 4, kept: 3, duplicate: 1 });
    expect(await query('SELECT count(*) AS n FROM "play"')).toEqual([{ n: 2 }]);
    expect(await query('SELECT count(*) AS n FROM "search"')).toEqual([{ n: 1 }]);
  });

  it("reads files and keeps lakes whose paths look like patterns", async () => {
    const name = "20170301_play[1]*.log";
    const lake = join(folder, "a [lake]?");
    const files = { [name]: `${play}x\n`, "20170301_play1.log": play.repeat(3) };
    const { done, query } = await take(files, { source: "musicbox", lake });
    expect(done.rows).toMatchObject({ read: 5, kept: 4, rejected: 1 });
    expect(await readRejects(lake)).toMatchObject([{ file: name, line: 2 }]);
    expect(await query('SELECT count(*) AS n FROM "play"')).toEqual([{ n: 4 }]);
  });

  it("locates the rejects of several files, each with its own lines", async () => {
    const bad = (at: number): string => `${play.repeat(at)}|x\n${play}||\n`;
    const { done, lake } = await take(
      { "20170301_play.log": bad(3), "20170302_play.log": play, "20170303_play.log": bad(5) },
      { source: "musicbox" },
    );
    expect(done.rows).toMatchObject({ read: 15, kept: 11, rejected: 4 });
    const rejects = await readRejects(lake);
    expect(rejects.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "20170301_play.log:4",
      "20170301_play.log:6",
      "20170303_play.log:6",
      "20170303_play.log:8",
    ]);
    expect(await readRejects(lake, { limit: 1, reason: "COLUMN_COUNT" })).toHaveLength(1);
    expect(await readRejects(lake, { reason: "BAD_TIME" })).toEqual([]);
  });

  it("counts a play once that a time column was mapped for, also across files", async () => {
    const timed = play.replace("\n", "|2017-03-01 10:00:05\n");
    const clock = timed.replace("2017-03-01 10:00:05", "10:00:05");
    const columns = { at: "column10" };
    const { lake, done, query } = await take(
      { "20170301_play.log": timed + timed + play.replace("\n", "|\n") },
      { source: "musicbox", columns },
    );
    expect(done.rows).toMatchObject({ read: 3, kept: 2, duplicate: 1 });
    const later = join(lake, "..", "20170301_play_again.log");
    await writeFile(later, clock + timed.replace("7|", "8|"));
    const more = await ingest({ inputs: [later], source: "musicbox", lake, columns });
    expect(more.rows).toMatchObject({ read: 2, kept: 1, duplicate: 1 });
    const rows = await query('SELECT user_id, event_at, timed FROM "play" ORDER BY 2, 1');
    expect(rows).toEqual([
      { user_id: "7", event_at: "2017-03-01T00:00:00", timed: false },
      { user_id: "7", event_at: "2017-03-01T10:00:05", timed: true },
      { user_id: "8", event_at: "2017-03-01T10:00:05", timed: true },
    ]);
  });

  it("reads names in GBK, a BOM, gzip, tabs, and a header, all to the same rows", async () => {
    const text = "7|ar|5|0|好听|歌手|12|300|1\n";
    const gbk = Buffer.from(text, "latin1");
    const names = Buffer.from([0xba, 0xc3, 0xcc, 0xfd, 0x7c, 0xb8, 0xe8, 0xca, 0xd6]);
    const bytes = Buffer.concat([gbk.subarray(0, 9), names, Buffer.from("|12|300|1\n")]);
    const header =
      "uid|device|song_id|song_type|song_name|singer|play_time|song_length|paid_flag\n";
    const { done, query } = await take(
      {
        "20170301_play.log": bytes,
        "20170302_play.log": `\ufeff${text}`,
        "20170303_play.log.gz": gzipSync(text.replaceAll("|", "\t")),
        "20170304_play.log": header + text,
      },
      { source: "musicbox" },
    );
    expect(done.rows).toMatchObject({ read: 4, kept: 4 });
    const rows = await query('SELECT DISTINCT user_id, track_name, artist_name FROM "play"');
    expect(rows).toEqual([{ user_id: "7", track_name: "好听", artist_name: "歌手" }]);
  });

  it("knows downloads, profiles and the catalogue, whose lengths are seconds", async () => {
    const { done, query } = await take(
      {
        "20170301_down.log": "7|ar|5|song|singer|0\n",
        "users.csv": "uid,gender,birth_year\n7,f,1990\n7,f,1991\n",
        "catalogue.csv": 'song_id,album,artist,label kind,length\n5,"A, B",X,indie,200.5\n',
      },
      { source: "musicbox" },
    );
    expect(done.rows.kept).toBe(4);
    expect(await query('SELECT track_id, paid FROM "download"')).toEqual([
      { track_id: "5", paid: false },
    ]);
    expect(await query('SELECT user_id, birth_year FROM "user"')).toEqual([
      { user_id: "7", birth_year: 1991 },
    ]);
    expect(await query('SELECT album, label_kind, duration_ms FROM "track"')).toEqual([
      { album: "A, B", label_kind: "indie", duration_ms: 200_500 },
    ]);
  });

  it("keeps the same users in every log when it samples them", async () => {
    const users = Array.from({ length: 400 }, (_, at) => at);
    const lines = (end: string): string => users.map((user) => `${user}|ar|5|${end}\n`).join("");
    const { done, query } = await take(
      {
        "20170301_play.log": `${lines("0|s|x|12|300|1")}|broken\n`,
        "20170301_down.log": lines("song|singer|0"),
      },
      { source: "musicbox", sampleUsers: 0.25 },
    );
    const { read, kept, rejected, sampledOut } = done.rows;
    expect({ read, rejected }).toEqual({ read: 801, rejected: 1 });
    expect(kept + sampledOut).toBe(800);
    expect(kept / 800).toBeGreaterThan(0.15);
    expect(kept / 800).toBeLessThan(0.35);
    const apart = await query(
      'SELECT count(*) AS n FROM "play" ANTI JOIN "download" USING (user_id)',
    );
    expect(apart).toEqual([{ n: 0 }]);
  });
});

describe("the others", () => {
  it("usage-days: spellings met in the wild, undated unless told", async () => {
    const file =
      "\ufeffUserPartyID,IndieToMajorRatio,TotalPlays,MaxSingleAlbumUse,MaxSingleTrackUse," +
      "MaxSingleArtistUse,gamerFlaggedManual\n11,0.75,56,10,4,11,1\n11,0.75,56.5,10,4,11,0\n";
    const { done, lake, query } = await take({ "x.txt": file }, { source: "usage-days" });
    expect(done.rows).toMatchObject({ read: 2, kept: 1, rejected: 1 });
    expect((await readRejects(lake))[0]).toMatchObject({
      line: 3,
      reason: "BAD_NUMBER",
      column: "totUsage",
    });
    const [row] = await query('SELECT * FROM "usage_day"');
    expect(row).toMatchObject({ event_date: "1970-01-01", total_plays: 56, flagged: true });
    const dated = await take({ "x.txt": file }, { source: "usage-days", date: "2020-01-15" });
    const [day] = await dated.query('SELECT event_date, arrived_at FROM "usage_day"');
    expect(day).toEqual({ event_date: "2020-01-15", arrived_at: "2020-01-16T00:00:00" });
  });

  it("ratings: blanks, double colons with seconds since 1970, and a header", async () => {
    const { query } = await take(
      {
        "ratings.txt": "1 1 2\n1 2 4\n",
        "ratings.dat": "1::1193::5::978300760\n",
        "r.csv": "movieId,userId,stars\n9,2,3.5\n",
      },
      { source: "ratings" },
    );
    const rows = await query(
      'SELECT user_id, item_id, rating, event_at, timed FROM "rating" ORDER BY ALL',
    );
    const at = "1970-01-01T00:00:00";
    expect(rows).toEqual([
      { user_id: "1", item_id: "1", rating: 2, event_at: at, timed: false },
      { user_id: "1", item_id: "1193", rating: 5, event_at: "2000-12-31T22:12:40", timed: true },
      { user_id: "1", item_id: "2", rating: 4, event_at: at, timed: false },
      { user_id: "2", item_id: "9", rating: 3.5, event_at: at, timed: false },
    ]);
  });

  it("unity-ads: times in any zone come to the log's, the test file has no install", async () => {
    const row = "v1;2017-01-01T00:30:00Z;c1;ios;10.1;g1;PL;5;3;1;0;2016-12-31T10:00:00Z;1;2;wifi;x";
    const { query } = await take(
      { "train.csv": `${row};1\n`, "test.csv": `${row.replace("v1", "v2")}\n` },
      { source: "unity-ads", timeZone: "America/New_York" },
    );
    const rows = await query(
      'SELECT user_id, event_at, event_date, last_start, installed FROM "impression" ORDER BY 1',
    );
    const shared = {
      event_at: "2016-12-31T19:30:00",
      event_date: "2016-12-31",
      last_start: "2016-12-31T05:00:00",
    };
    expect(rows).toEqual([
      { user_id: "v1", ...shared, installed: true },
      { user_id: "v2", ...shared, installed: null },
    ]);
  });

  it("generic: every table, its columns mapped, from CSV, JSON lines and Parquet", async () => {
    const columns = { user: "userID", item: "artistID", count: "weight" };
    const counts = await take(
      { "user_artists.dat": "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n" },
      { source: "generic", columns },
    );
    expect(await counts.query('SELECT track_id, plays FROM "play_count" ORDER BY 1')).toEqual([
      { track_id: "51", plays: 13_883 },
      { track_id: "52", plays: 11_690 },
    ]);
    const json = await take(
      { "x.jsonl": '{"who": "a", "what": "t", "when": 1488362405}\n{"who": null}\n' },
      { source: "generic", kind: "play", columns: { user: "who", track: "what", at: "when" } },
    );
    expect(json.done.rows).toMatchObject({ read: 2, kept: 1, rejected: 1 });
    const [played] = await json.query('SELECT user_id, event_at, timed FROM "play"');
    expect(played).toEqual({ user_id: "a", event_at: "2017-03-01T10:00:05", timed: true });
    const path = join(folder, "people.parquet");
    const engine = await openDuckDb();
    await engine.run(
      `COPY (SELECT * FROM (VALUES (1, ['rock', 'pop'], DATE '2017-03-01'), (NULL, [], NULL)) ` +
        `t(uid, favourite_genres, registered_at)) TO '${path}' (FORMAT parquet)`,
    );
    engine.close();
    const parquet = await take(
      {},
      { source: "generic", kind: "user", columns: { user_id: "uid" }, inputs: [path] },
    );
    expect(parquet.done.rows).toMatchObject({ read: 2, kept: 1, rejected: 1 });
    expect((await readRejects(parquet.lake))[0]).toMatchObject({
      file: "people.parquet",
      line: 2,
      reason: "MISSING_KEY",
    });
    const [person] = await parquet.query('SELECT user_id, favourite_genres FROM "user"');
    expect(person).toEqual({ user_id: "1", favourite_genres: ["rock", "pop"] });
  });
});
