import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ingest, openDuckDb, openLake, registerViews } from "../../lake/index.js";
import { detectGaming } from "./detect-gaming.js";
import { usageFolder } from "./usage.fixture.js";

const { write } = usageFolder();

/** Twelve listeners on one day, the last of whom loops an indie track. */
async function lakeOf(name: string): Promise<string> {
  const logs = join(dirname(await write("marker", "")), name);
  await mkdir(logs);
  const lines = ["user,at,song,play_seconds"];
  for (let user = 0; user < 12; user += 1) {
    const plays = user === 11 ? 90 : 3 + (user % 5);
    for (let play = 0; play < plays; play += 1) {
      const at = new Date(Date.UTC(2017, 2, 1, 8, 5 * play)).toISOString().slice(0, 19);
      const song = user === 11 ? "s0" : `s${1 + ((user + play) % 4)}`;
      lines.push(`user ${user},${at.replace("T", " ")},${song},31`);
    }
  }
  await writeFile(join(logs, "plays.csv"), `${lines.join("\n")}\n`);
  const songs = [
    "s0,a0,x,indie",
    "s1,a1,y,major",
    "s2,a2,y,major",
    "s3,a3,z,indie",
    "s4,a3,z,major",
  ];
  const head = "song_id,album,artist,label_kind";
  await writeFile(join(logs, "songs.csv"), `${[head, ...songs].join("\n")}\n`);
  const lake = `${logs}-lake`;
  const source = { inputs: [join(logs, "plays.csv")], source: "generic", kind: "play" };
  await ingest({ ...source, lake });
  await ingest({ inputs: [join(logs, "songs.csv")], source: "musicbox", kind: "catalogue", lake });
  return lake;
}

describe("verdicts of gaming", () => {
  it("go to the lake whose plays were judged, once", async () => {
    const lake = await lakeOf("verdicts");
    const run = { train: [], lake, method: "gaussian", budget: 1, resamples: 20, cases: 1 };
    const silent = await detectGaming(run);
    expect(silent.verdicts).toBeUndefined();
    const found = await detectGaming({ ...run, writeVerdicts: true });
    expect(found.verdicts).toMatchObject({ flagged: 1, withdrawn: 0, sequence: 3 });
    const again = await detectGaming({ ...run, writeVerdicts: true });
    expect(again.verdicts).toMatchObject({ flagged: 0, unchanged: 1, sequence: 3 });
    const engine = await openDuckDb({ threads: 1, memoryBytes: 200e6 });
    await registerViews(engine, await openLake(lake));
    const [row] = await engine.rows(`SELECT * FROM "verdict"`);
    engine.close();
    expect(row).toMatchObject({
      ...{ user_id: "user 11", event_date: "2017-03-01", detector: "gaming", flagged: true },
      version: expect.stringMatching(/^gaussian\/[0-9a-f]{12}$/),
      reason: expect.stringMatching(/plays/),
    });
    expect(row?.["score"]).toBe(found.queue[0]?.score);
  });

  it("VERDICTS_NEED_LAKE: not to nowhere", async () => {
    const code = "VERDICTS_NEED_LAKE";
    const run = detectGaming({ train: ["day.csv"], budget: 1, writeVerdicts: true });
    await expect(run).rejects.toMatchObject({ code });
  });
});
