import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ingest } from "../../lake/index.js";
import { readUsage } from "./data.js";
import { detectGaming } from "./detect-gaming.js";
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
    const found = await detectGaming({ train: [], lake, budget: 1, resamples: 20 });
    expect(found.population.rows).toBe(2);
  });

  it("says what a lake lacks: USAGE_LAKE_UNUSABLE, FEATURE_REFUSED", async () => {
    const bare = await lakeOf("bare", ["song_id,album,artist,label_kind,length", "s1,a1,x,,200"]);
    const code = "USAGE_LAKE_UNUSABLE";
    await expect(readUsage({ files: [], lake: bare })).rejects.toMatchObject({ code });
    await expect(readUsage({ files: [], lake: bare, extra: ["Mood"] })).rejects.toMatchObject({
      code: "FEATURE_REFUSED",
    });
  });
});
