import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ingest, type JudgedDay, openDuckDb, openLake, registerViews } from "./index.js";
import { quality } from "./quality/index.js";
import { type WriteVerdictsOptions, writeVerdicts } from "./write-verdicts.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-verdicts-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

let lake = "";
let made = 0;
const plays = [
  "user,at,song,play_seconds,arrived_at",
  "ann,2017-03-01 10:00:00,s1,200,2017-03-02 00:00:00",
  'b"o\\b,2017-03-01 11:00:00,s1,31,2017-03-04 06:00:00',
  "ann,2017-03-02 10:00:00,s1,200,2017-03-03 00:00:00",
];
beforeEach(async () => {
  made += 1;
  lake = join(folder, `lake-${made}`);
  const file = join(folder, "plays.csv");
  await writeFile(file, `${plays.join("\n")}\n`);
  await ingest({ inputs: [file], source: "generic", kind: "play", lake, delivery: "spring" });
});

const alarm = (user: string, score = 9): JudgedDay => ({
  ...{ user, flagged: true, score, pValue: 1 / 3, reason: `say "${user}",\nagain` },
});
const fine = (user: string): JudgedDay => ({
  ...{ user, flagged: false, score: 1, pValue: null, reason: "" },
});
const write = (judged: readonly JudgedDay[], more: Partial<WriteVerdictsOptions> = {}) =>
  writeVerdicts({ lake, detector: "gaming", version: "knn/1", day: "2017-03-01", judged, ...more });

async function verdicts() {
  const engine = await openDuckDb({ threads: 1, memoryBytes: 200e6 });
  await registerViews(engine, await openLake(lake));
  const rows = await engine.rows(
    `SELECT * EXCLUDE ("event_at", "timed") FROM "verdict" ORDER BY "revision", "user_id"`,
  );
  engine.close();
  return rows;
}

describe("verdicts in a lake", () => {
  it("are rows of a table, known when the last play of the day had arrived", async () => {
    const judged = [alarm('b"o\\b'), fine("ann")];
    expect(await write(judged)).toEqual({
      ...{ flagged: 1, withdrawn: 0, unchanged: 0, sequence: 2 },
      knownAt: "2017-03-04 06:00:00",
    });
    expect(await verdicts()).toEqual([
      {
        ...{ user_id: 'b"o\\b', event_date: "2017-03-01", arrived_at: "2017-03-04T06:00:00" },
        ...{ detector: "gaming", version: "knn/1", revision: 1, flagged: true },
        ...{ score: 9, p_value: 1 / 3, reason: 'say "b"o\\b",\nagain' },
      },
    ]);
    expect((await readdir(join(lake, "staging"))).length).toBe(0);
    expect((await quality({ lake })).tables).not.toHaveProperty("verdict");
  });

  it("are written once: the same again leaves the lake as it is", async () => {
    await write([alarm('b"o\\b')]);
    expect(await write([alarm('b"o\\b')])).toMatchObject({ unchanged: 1, flagged: 0, sequence: 2 });
  });

  it("never go: later ones have a higher revision, and take alarms back as rows", async () => {
    const first = await openLake(lake);
    await write([alarm('b"o\\b'), alarm("ann")]);
    const second = await openLake(lake);
    const later = await write([alarm('b"o\\b', 10), fine("ann")], { version: "knn/2" });
    expect(later).toMatchObject({ flagged: 1, withdrawn: 1, unchanged: 0, sequence: 3 });
    await write([alarm('b"o\\b'), alarm("ann")]);
    const rows = await verdicts();
    expect(rows.map((row) => `${row["revision"]} ${row["user_id"]} ${row["flagged"]}`)).toEqual([
      "1 ann true",
      '1 b"o\\b true',
      "2 ann false",
      '2 b"o\\b true',
      "3 ann true",
      '3 b"o\\b true',
    ]);
    const { manifest } = await openLake(lake);
    const known = [...first.manifest.files, ...second.manifest.files];
    expect(manifest.files).toEqual(expect.arrayContaining(known));
    expect(new Set(manifest.inputs.map(({ delivery }) => delivery))).toEqual(new Set(["spring"]));
  });

  it("of other detectors and days stand beside", async () => {
    await write([alarm("ann")]);
    await write([alarm("ann")], { detector: "other" });
    await write([alarm("ann")], { day: "2017-03-02", knownAt: "2017-04-01" });
    const rows = await verdicts();
    expect(rows.map(({ revision }) => revision)).toEqual([1, 1, 1]);
    expect(rows.map((row) => row["arrived_at"])).toContain("2017-04-01T00:00:00");
  });

  it.each([
    ["before its plays arrived", { knownAt: "2017-03-04 05:59:59" }],
    ["at no moment", { knownAt: "soon" }],
    ["on a day without plays", { day: "2017-03-09" }],
    ["on no day", { day: "2017-02-30" }],
  ])("VERDICT_UNFOUNDED: %s", async (_, more) => {
    const code = "VERDICT_UNFOUNDED";
    await expect(write([alarm("ann")], more)).rejects.toMatchObject({ code });
    expect((await openLake(lake)).manifest.sequence).toBe(1);
  });
});
