import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readInteractions } from "../../features/index.js";
import { ingest, openDuckDb, openLake, registerViews } from "../../lake/index.js";
import { injectRaters } from "../../simulate/index.js";
import { ratingLines } from "./contest.js";
import { detectRaters } from "./detect-raters.js";
import { people } from "./rater-world.fixture.js";

let folder = "";
let ratings = "";
let lake = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rater-verdicts-"));
  ratings = join(folder, "ratings.csv");
  const { ratings: few } = injectRaters(people(60, 90), { seed: 1, perKindAndHalf: 1 });
  await writeFile(ratings, `${ratingLines(few).join("\n")}\n`);
  lake = join(folder, "lake");
  await ingest({ inputs: [ratings], source: "ratings", lake });
});
afterAll(() => rm(folder, { recursive: true }));

async function readers(leaveOutFlagged: boolean): Promise<readonly string[]> {
  const engine = await openDuckDb({ threads: 1, memoryBytes: 300e6 });
  try {
    await registerViews(engine, await openLake(lake));
    const { frame } = await readInteractions(engine, "rating", { leaveOutFlagged });
    return frame.categories("user").dictionary;
  } finally {
    engine.close();
  }
}

describe("verdicts on raters", () => {
  it("go to the lake once, are taken back, and leave ratings out by choice", async () => {
    const all = await readers(true);
    const run = { ratings, budget: 4, verdicts: { lake } };
    const found = await detectRaters(run);
    expect(found.verdicts).toMatchObject({ flagged: 4, withdrawn: 0, sequence: 2 });
    const again = await detectRaters(run);
    expect(again.verdicts).toMatchObject({ flagged: 0, unchanged: 4, sequence: 2 });
    const flagged = new Set(found.queue.map(({ user }) => user));
    expect(await readers(true)).toEqual(all.filter((user) => !flagged.has(user)));
    expect(await readers(false)).toEqual(all);
    const fewer = await detectRaters({ ...run, budget: 1 });
    expect(fewer.verdicts).toMatchObject({ flagged: 0, withdrawn: 3, unchanged: 1 });
    expect(await readers(true)).toHaveLength(all.length - 1);
    const engine = await openDuckDb({ threads: 1, memoryBytes: 300e6 });
    await registerViews(engine, await openLake(lake));
    const [row] = await engine.rows(
      `SELECT * FROM "verdict" WHERE "user_id" = '${found.queue[0]!.user}'`,
    );
    engine.close();
    expect(row).toMatchObject({
      ...{ detector: "raters", version: "detectors/1", flagged: true, event_date: "1970-01-01" },
      reason: expect.stringContaining(found.queue[0]!.reasons[0]!.text),
    });
  });

  it("RATER_VERDICTS_STRANGERS, VERDICT_UNFOUNDED: not where nothing speaks for them", async () => {
    const other = join(folder, "other");
    const file = join(folder, "other.csv");
    await writeFile(file, "user,item,rating\nstranger,x,3\nsomebody,y,4\n");
    await ingest({ inputs: [file], source: "ratings", lake: other });
    const run = { ratings, budget: 2 };
    await expect(detectRaters({ ...run, verdicts: { lake: other } })).rejects.toMatchObject({
      code: "RATER_VERDICTS_STRANGERS",
    });
    const early = { lake, knownAt: "1969-01-01 00:00:00" };
    await expect(detectRaters({ ...run, verdicts: early })).rejects.toMatchObject({
      code: "VERDICT_UNFOUNDED",
      message: expect.stringContaining("ratings"),
    });
  });
});
