import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanDelivery, type Files, found, lakeOf, reportOf } from "../deliveries.fixture.js";
import type { QualityReport } from "../report.js";
import { rules } from "./catalogue.js";

const folders: string[] = [];

async function judged(source: string, files: Files, columns = {}): Promise<QualityReport> {
  const lake = await lakeOf(source, { only: files }, columns);
  folders.push(dirname(lake));
  return reportOf(lake);
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

type Row = Record<string, unknown>;

/** Changes the rows that `which` names. */
function dirty(
  rows: readonly (object | string)[],
  which: (at: number) => boolean,
  change: (row: Row) => Row,
) {
  return rows.map((row, at) => (which(at) ? change({ ...(row as Row) }) : row));
}

describe("a delivery without a fault", () => {
  test("gives no error and no warning", async () => {
    const report = await judged("pozytywka", cleanDelivery());
    const loud = report.findings.filter(({ severity }) => severity !== "info");
    expect(loud.map(({ code, column, message }) => `${code} ${column}: ${message}`)).toEqual([]);
    expect(report.tables["sessions"]?.rows).toBe(4000);
    expect(report.tables["tracks"]?.columns["tempo"]?.type).toBe("real");
  });
});

describe("planted dirt of other names", () => {
  let report: QualityReport;
  const count = (code: string, column: string): number | undefined =>
    found(report, code, column)[0]?.count;

  beforeAll(async () => {
    const sound = cleanDelivery(2);
    let sessions = sound["sessions.jsonl"]!;
    sessions = dirty(
      sessions,
      (at) => at % 100 === 0,
      (row) => ({ ...row, user_id: null }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 200 === 1,
      (row) => ({ ...row, event_type: null }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 500 === 2,
      (row) => ({ ...row, event_type: "SKPI" }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 500 === 3,
      (row) => ({ ...row, event_type: "play" }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 400 === 5,
      (row) => ({ ...row, track_id: "gone77" }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 400 === 6,
      (row) => ({ ...row, session_id: 77 }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 1000 === 7,
      (row) => ({ ...row, timestamp: "1988-05-05T10:00:00" }),
    );
    sessions = dirty(
      sessions,
      (at) => at % 1000 === 8,
      ({ session_id: _, ...row }) => row,
    );
    // No event on 11 and 12 March; likes only until the 15th.
    sessions = sessions.filter((row) => !/2024-03-1[12]/.test(JSON.stringify(row)));
    sessions = sessions.filter(
      (row) =>
        !(/"LIKE"/.test(JSON.stringify(row)) && String((row as Row)["timestamp"]) > "2024-03-15"),
    );
    sessions = [...sessions, '{"timestamp": "2024-03-30', sessions[20]!];
    let users = dirty(
      sound["users.jsonl"]!,
      (at) => at < 4,
      (row) => ({ ...row, legacy: -1 }),
    );
    users = dirty(
      users,
      () => true,
      (row) => ({ ...row, premium_user: false, contact: `a${row["user_id"]}@mail.example` }),
    );
    users = dirty(
      users,
      (at) => at === 9 || at === 19,
      (row) => ({ ...row, premium_user: null }),
    );
    users = dirty(
      users,
      (at) => at === 10,
      (row) => ({ ...row, city: "Marseile" }),
    );
    users = dirty(
      users,
      (at) => at === 11,
      (row) => ({ ...row, city: " lyon" }),
    );
    users = dirty(
      users,
      (at) => at === 12,
      (row) => ({ ...row, city: "N/A" }),
    );
    users = dirty(
      users,
      (at) => at === 13,
      (row) => ({ ...row, city: "NÃ®mes" }),
    );
    users = dirty(
      users,
      () => true,
      (row) => ({ ...row, favourite_genres: ["zydeco", "yodel"] }),
    );
    users = [
      ...users,
      { ...(users[5] as Row), city: "Lille" },
      { ...(users[6] as Row), city: "Lille" },
    ];
    const artists = dirty(
      sound["artists.jsonl"]!,
      (at) => at % 20 === 3,
      (row) => ({ ...row, id: -99 }),
    );
    let tracks = dirty(
      sound["tracks.jsonl"]!,
      (at) => at % 50 === 0,
      (row) => ({ ...row, energy: 0, valence: 0, tempo: 0 }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 100 === 1,
      (row) => ({ ...row, loudness: 3.5 }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 80 === 2,
      (row) => ({ ...row, release_date: "2015" }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 80 === 3,
      (row) => ({ ...row, release_date: "2031-01-01" }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 40 === 4,
      (row) => ({ ...row, popularity: 0 }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 40 === 5,
      (row) => ({ ...row, popularity: 0 }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 100 === 6,
      (row) => ({ ...row, key: "7" }),
    );
    tracks = dirty(
      tracks,
      (at) => at % 100 === 9,
      (row) => ({ ...row, release_date: "13.12.2011" }),
    );
    tracks = dirty(
      tracks,
      () => true,
      ({ liveness: _, ...row }) => ({ ...row, codec: "opus" }),
    );
    const storage = dirty(
      sound["track_storage.jsonl"]!,
      (at) => at % 100 === 7,
      (row) => ({ ...row, daily_cost: 9999 }),
    );
    report = await judged("pozytywka", {
      "sessions.jsonl": sessions,
      "users.jsonl": users,
      "artists.jsonl": artists,
      "tracks.jsonl": tracks,
      "track_storage.jsonl": storage,
    });
  }, 60_000);

  test.each<[string, string, number]>([
    ["NULLS", "event_type", 19],
    ["PLACEHOLDER", "id", 3],
    ["PLACEHOLDER", "legacy", 4],
    ["PLACEHOLDER", "daily_cost", 4],
    ["MIXED_TYPES", "id", 3],
    ["STRAY_COLUMN", "legacy", 4],
    ["NULL_LIKE", "city", 1],
    ["UNKNOWN_COLUMN", "codec", 400],
    ["CONSTANT_COLUMN", "codec", 400],
    ["MISSING_COLUMN", "liveness", 400],
    ["NOT_NUMERIC", "key", 4],
    ["MIXED_DATES", "release_date", 9],
    ["UNREAD_VALUES", "release_date", 4],
    ["OUT_OF_RANGE", "loudness", 4],
    ["OUT_OF_RANGE", "tempo", 8],
    ["ZERO_TOGETHER", "energy, valence, tempo", 8],
    ["IMPOSSIBLE_TIME", "release_date", 5],
    ["ONE_SIDED_BOOLEAN", "premium_user", 80],
    ["NEAR_SPELLING", "city", 1],
    ["CASE_VARIANTS", "city", 1],
    ["BLANKS_AROUND", "city", 1],
    ["ENCODING_DAMAGE", "city", 1],
    ["PERSONAL_DATA", "contact", 82],
    ["DUPLICATE_KEY", "user_id", 2],
    ["SHARED_SESSION", "session_id", 1],
  ])("%s in %s: %i", (code, column, expected) => {
    expect(count(code, column)).toBe(expected);
  });

  test.each<[string, string]>([
    ["NULLS", "user_id"],
    ["ABSENT_KEY", "session_id"],
    ["NEAR_SPELLING", "event_type"],
    ["CASE_VARIANTS", "event_type"],
    ["DANGLING_REFERENCE", "track_id"],
    ["DANGLING_REFERENCE", "id_artist"],
    ["SPIKE", "popularity"],
    ["VOCABULARY_GAP", "favourite_genres, genres"],
    ["IMPOSSIBLE_TIME", "timestamp"],
    ["FEW_VALUES", "storage_class"],
  ])("%s in %s", (code, column) => {
    expect(found(report, code, column).length).toBeGreaterThan(0);
  });

  test.each([
    ["TIME_GAP"],
    ["PART_OF_PERIOD"],
    ["REJECTED_ROWS"],
    ["UNREADABLE_LINES"],
    ["DUPLICATE_ROWS"],
  ])("%s of a table", (code) => {
    expect(found(report, code).length).toBeGreaterThan(0);
  });

  test("names files and lines", () => {
    const [nulls] = found(report, "NULLS", "event_type");
    expect(nulls?.examples[0]).toEqual({ file: "sessions.jsonl", line: 2, value: null });
    expect(nulls?.severity).toBe("error");
    const [dangling] = found(report, "DANGLING_REFERENCE", "track_id");
    expect(dangling?.examples[0]?.value).toBe("gone77");
    const [placeholder] = found(report, "PLACEHOLDER", "id");
    expect(placeholder?.examples[0]).toEqual({ file: "artists.jsonl", line: 4, value: "-99" });
  });

  test("shows personal data nowhere", () => {
    const text = JSON.stringify(report);
    expect(text).not.toMatch(/mail\.example|Okafor|Lindqvist|rue [A-Z]/);
    expect(text).toContain("a9999@aaaa.aaaaaaa");
  });
});

describe("delimited logs", () => {
  test("equal plays, plays above the length, whole days of playing, missing fields", async () => {
    const lines = (day: number): string[] =>
      Array.from({ length: 200 }, (_, at) => {
        const length = 150 + ((at * 7) % 90);
        const seconds = at % 50 === 0 ? length * 3 : length - (at % 40);
        return (
          `${900 + (at % 40)}|ios|${at % 60}|0|song ${at % 60}|band ` +
          `${at % 9}|${seconds}|${length}|0`
        );
      }).concat(
        day === 2
          ? Array.from({ length: 300 }, (_, at) => `999|ios|${at % 2}|0|song|band|300|300|0`)
          : [],
        ["||1|0|song 1|band 1|30|300|0", "1|ios|1", "7|ios|9|0|song 9|band|abc|100|0"],
      );
    const report = await judged("musicbox", {
      "20240301_play.log": lines(1),
      "20240302_play.log": lines(2),
    });
    expect(found(report, "BOT_DAY")[0]?.count).toBe(1);
    expect(found(report, "BOT_DAY")[0]?.examples[0]?.value).toContain(
      "user 999 on 2024-03-02: 25.0 h",
    );
    expect(found(report, "PART_EXCEEDS_WHOLE", "play_time")[0]?.count).toBe(8);
    expect(found(report, "EQUAL_UNTIMED_ROWS")[0]?.count).toBe(298);
    expect(found(report, "NOT_NUMERIC", "play_time")[0]?.count).toBe(2);
    expect(found(report, "UNREADABLE_LINES")[0]?.count).toBe(2);
    expect(found(report, "NULLS", "uid")[0]).toMatchObject({ count: 2, severity: "error" });
    expect(found(report, "ONE_SIDED_BOOLEAN", "paid_flag")[0]?.count).toBe(704);
    expect(found(report, "MISSING_TABLE").map(({ table }) => table)).toContain("search");
  });

  test("columns in some files only, numbers far out, rare names, nulls by category", async () => {
    const head = "who,item,when,seconds,kind";
    const row = (at: number): string => {
      const kind = at === 7 ? "radio" : at % 5 === 0 ? "stream" : "file";
      const seconds = at === 9 ? 80_000 : 100 + ((at * 13) % 97);
      const item = kind === "stream" ? "" : `t${at % 50}`;
      const two = (value: number): string => String(value).padStart(2, "0");
      const when = `2024-01-01 ${two(at % 24)}:${two(at % 60)}:${two((at * 7) % 60)}`;
      return `u${at % 30},${item},${when},${seconds},${kind}`;
    };
    const report = await judged(
      "generic",
      {
        "a.csv": [head, ...Array.from({ length: 3000 }, (_, at) => row(at))],
        "b.csv": [`${head},label`, ...Array.from({ length: 10 }, (_, at) => `${row(at + 4000)},x`)],
      },
      {
        user_id: "who",
        track_id: "item",
        event_at: "when",
        play_seconds: "seconds",
        device: "kind",
      },
    );
    expect(found(report, "COLUMN_IN_PART", "label")[0]?.count).toBe(3000);
    expect(found(report, "FAR_OUT", "seconds")[0]?.count).toBe(1);
    expect(found(report, "RARE_VALUE", "kind")[0]?.count).toBe(1);
    expect(found(report, "NULL_BY_CATEGORY", "item")[0]?.message).toContain("device = stream");
    expect(found(report, "NULLS", "item")[0]?.count).toBe(602);
  });
});

test("the reference names every code, and no other", () => {
  const page = fileURLToPath(
    new URL("../../../../../../docs/reference/quality-rules.md", import.meta.url),
  );
  const named = [...readFileSync(page, "utf8").matchAll(/^\| `([A-Z_]+)`/gm)].map(
    ([, code]) => code,
  );
  const between = ["TABLE", "COLUMN", "MISSING", "VOCABULARY", "DISTRIBUTION"];
  const codes = [...rules.map(({ code }) => code), ...between.map((what) => `${what}_MOVED`)];
  expect([...named].sort()).toEqual(codes.sort());
});

test("every rule has a code of its own and says what it finds", () => {
  expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
  for (const { code, finds } of rules) {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(finds.length).toBeGreaterThan(20);
  }
});
