import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ingest } from "../../lake/index.js";
import { readUsage } from "./data.js";
import { detectGaming } from "./detect-gaming.js";
import { evaluateGaming } from "./evaluate-gaming.js";
import { furtherNames } from "./lake-sql.js";
import { readDailyUsage } from "./read-lake.js";
import { trainGaming } from "./train-gaming.js";
import { usageFolder } from "./usage.fixture.js";

const { write } = usageFolder();

/** Two listeners on one day: one loops an indie track just past the payout, one listens. */
async function lakeOf(name: string, catalogue: readonly string[]): Promise<string> {
  const logs = join(dirname(await write("marker", "")), name);
  await mkdir(logs);
  const time = (minute: number): string =>
    new Date(Date.UTC(2017, 2, 1, 0, minute)).toISOString().slice(0, 19).replace("T", " ");
  const head = "user,at,song,play_seconds,track_seconds";
  const loop = Array.from({ length: 60 }, (_, at) => `bot,${time(at)},s1,31,200`);
  const usual = [`fan,${time(5)},s1,200,200`, `fan,${time(9)},s2,100,200`];
  const later = [`fan,${time(700)},s3,190,200`];
  await writeFile(join(logs, "plays.csv"), `${[head, ...loop, ...usual, ...later].join("\n")}\n`);
  await writeFile(join(logs, "songs.csv"), `${catalogue.join("\n")}\n`);
  const lake = `${logs}-lake`;
  await ingest({
    inputs: [join(logs, "plays.csv")],
    source: "generic",
    kind: "play",
    lake,
  });
  await ingest({ inputs: [join(logs, "songs.csv")], source: "musicbox", kind: "catalogue", lake });
  return lake;
}

const songs = ["song_id,album,artist,label_kind,length", "s1,a1,x,indie,200", "s2,a2,x,major,200"];

/** Everybody plays ten times on one of two days; every third plays one track on a second device. */
async function crowdLake(name: string): Promise<string> {
  const logs = join(dirname(await write("marker", "")), name);
  await mkdir(logs);
  const lines = Array.from({ length: 24 }, (_, user) =>
    Array.from({ length: 10 }, (_, at) => {
      const second = user % 3 === 0 && at === 9;
      const day = user % 3 === 0 || at < 5 ? "01" : "02";
      const time = `2017-03-${day} 10:${second ? "01" : String(4 * at).padStart(2, "0")}:00`;
      const song = user % 3 === 0 ? 1 + (user % 2) : 1 + ((user + at) % 3);
      return `u${user},${time},s${song},180,200,${second ? "tv" : "phone"}`;
    }),
  ).flat();
  lines.push("late,2017-03-02 20:00:00,s1,30,200,phone");
  const head = "user,at,song,play_seconds,track_seconds,device";
  await writeFile(join(logs, "plays.csv"), `${[head, ...lines].join("\n")}\n`);
  await writeFile(join(logs, "songs.csv"), `${[...songs, "s3,a2,y,major,200"].join("\n")}\n`);
  const lake = `${logs}-lake`;
  await ingest({ inputs: [join(logs, "plays.csv")], source: "generic", kind: "play", lake });
  await ingest({ inputs: [join(logs, "songs.csv")], source: "musicbox", kind: "catalogue", lake });
  return lake;
}

describe("usage from a lake", () => {
  it("counts plays by album, track and artist, and what times tell", async () => {
    const lake = await lakeOf("logs", [...songs, "s3,a2,y,major,200"]);
    const extra = ["LongestRunOfOneTrack", "HoursActive", "LongestStretchMinutes"];
    const days = await readUsage({ files: [], lake, extra });
    expect(days.users).toEqual(["bot", "fan"]);
    const rows = days.features.columns.map(({ name }) => [...days.features.numbers(name)]);
    expect(rows).toEqual([
      [60, 0.5],
      [60, 3],
      [60, 1],
      [60, 1],
      [60, 2],
      [60, 1],
      [1, 2],
      [59, 4],
    ]);
    const found = await detectGaming({ train: [], lake, span: 2, budget: 1, resamples: 20 });
    expect(found.population.rows).toBe(2);
    const daily = await readDailyUsage({ directory: lake, day: "2017-03-01", span: 2 }, {});
    expect(daily).toMatchObject({ users: ["bot"], days: ["2017-03-01"] });
    expect(daily.features.row(0)).toEqual(days.features.select(daily.features.names).row(0));
  });

  it("says what a lake lacks: USAGE_LAKE_UNUSABLE, FEATURE_REFUSED", async () => {
    const bare = await lakeOf("bare", ["song_id,album,artist,label_kind,length", "s1,a1,x,,200"]);
    const code = "USAGE_LAKE_UNUSABLE";
    await expect(readUsage({ files: [], lake: bare })).rejects.toMatchObject({ code });
    await expect(readUsage({ files: [], lake: bare, extra: ["Mood"] })).rejects.toMatchObject({
      code: "FEATURE_REFUSED",
    });
  });

  it("tells two plays at once, counts marked users, and shows what was played", async () => {
    const lake = await crowdLake("crowd");
    const users = Array.from({ length: 24 }, (_, user) => user);
    const marks = ["user,date,cheat", ...users.map((u) => `u${u},2017-03-02,${u % 3 === 0}`)];
    const validation = [await write("marks.csv", marks)];
    const columns = { UserPartyID: "user", gamerFlaggedManual: "cheat" };
    const given = { train: [], lake, span: 2, validation, columns, resamples: 20 };
    const found = await detectGaming({ ...given, method: "logistic", budget: 8 });
    expect(found.population.further).toEqual(furtherNames);
    expect(found.population.counted).toEqual({ day: "2017-03-02", span: 2 });
    expect(found.validation).toMatchObject({ rows: 24, positives: 8 });
    expect(found.queue.every(({ user }) => Number(user.slice(1)) % 3 === 0)).toBe(true);
    expect(found.queue[0]!.evidence).toEqual([
      expect.stringMatching(/^10 × “s\d” \(.*album a\d\)$/),
      "two plays at once for 2 min from 2017-03-01 10:01, on two devices",
    ]);
    const days = await readUsage({ files: [], lake, extra: ["all"], span: 2 });
    const of = (name: string) => days.features.numbers(name)[days.users.indexOf("u0")];
    expect(of("ConcurrentDays")).toBe(1);
    expect(of("TwoDeviceMinutes")).toBe(2);
    expect([of("Devices"), of("DeviceSwitches"), of("Sittings")]).toEqual([2, 2, 1]);
    const usual = ["TasteBySitting", "TasteByDevice", "ConcurrentMinutes"].map(
      (name) => days.features.numbers(name)[days.users.indexOf("u1")],
    );
    expect(usual.at(-1)).toBe(0);
    expect(usual.every((value) => Number.isFinite(value))).toBe(true);
  });

  it("learns from verdicts and marks, and is judged on them: VERDICTS_NONE", async () => {
    const lake = await crowdLake("reviewed");
    const says = Array.from({ length: 24 }, (_, user) => {
      return `u${user},2017-03-02,review,${user % 3 === 0},2017-03-03 12:00:00`;
    });
    says.push("u1,2017-03-02,review,true,2017-03-03 11:00:00");
    const review = await write("review.csv", ["user,at,detector,flagged,arrived_at", ...says]);
    await ingest({ inputs: [review], source: "generic", kind: "verdict", lake });
    const model = await write("lake.refrain", "");
    const given = { train: [], lake, span: 2, method: "logistic", out: model };
    const trained = await trainGaming({ ...given, verdicts: "review" });
    expect(trained).toMatchObject({ rows: 24, features: 19 });
    const judged = await evaluateGaming({ model, lake, verdicts: "review" });
    expect(judged.test).toMatchObject({ rows: 24, positives: 8, f1: 1 });
    expect(judged.counted).toEqual({ day: "2017-03-02", span: 2 });
    const users = Array.from({ length: 6 }, (_, user) => `u${user},${user % 3 === 0 ? "x" : ""}`);
    const marks = ["UserPartyID,gamerFlaggedManual", ...users, "u0,1", "u1,0", "nobody,1"];
    const own = await evaluateGaming({ model, lake, test: [await write("own.csv", marks)] });
    expect(own.test).toMatchObject({ rows: 2, positives: 1 });
    expect(own.dropped).toEqual({ label_unreadable: 2, no_plays: 1 });
    const stranger = evaluateGaming({ model, lake, verdicts: "nobody" });
    await expect(stranger).rejects.toMatchObject({ code: "VERDICTS_NONE" });
  });
});
