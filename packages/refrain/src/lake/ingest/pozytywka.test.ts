import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ingest, openDuckDb, openLake, readRejects, registerViews } from "../index.js";

const data = join(import.meta.dirname, "../../../../../../shared/data/pozytywka");
const folder = await mkdtemp(join(tmpdir(), "refrain-pozytywka-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function counts(lake: string, names: readonly string[]): Promise<Record<string, number>> {
  const engine = await openDuckDb();
  try {
    await registerViews(engine, await openLake(lake));
    const found: Record<string, number> = {};
    for (const name of names) {
      const [row] = await engine.rows(`SELECT count(*) AS "rows" FROM "${name}"`);
      found[name] = Number(row?.["rows"]);
    }
    return found;
  } finally {
    engine.close();
  }
}

describe.skipIf(!existsSync(data))("three real deliveries (skipped where they are absent)", () => {
  it("rejects what the dirty delivery lacks, and keeps every line of it", async () => {
    const lake = join(folder, "dirty");
    const done = await ingest({ inputs: [join(data, "v1_dirty")], source: "pozytywka", lake });
    expect(done.rows).toEqual({
      read: 36_286,
      kept: 35_340,
      rejected: 946,
      duplicate: 0,
      sampledOut: 0,
    });
    const rejects = await readRejects(lake, { limit: Number.POSITIVE_INFINITY });
    expect(rejects).toHaveLength(946);
    const [first] = rejects.filter((row) => row.file.startsWith("artists"));
    expect(first).toMatchObject({ line: 2, reason: "MISSING_KEY", column: "id" });
    expect(JSON.parse(first!.text)).toMatchObject({ id: -1, name: "Vishal Mishra" });
    const events = rejects.filter((row) => row.column === "event_type");
    const users = rejects.filter((row) => row.column === "user_id");
    expect([users.length, events.length]).toEqual([195, 194]);
  });

  it("keeps every row of the clean delivery, and a second time changes nothing", async () => {
    const lake = join(folder, "clean");
    const options = { inputs: [join(data, "v2_clean")], source: "pozytywka", lake };
    const done = await ingest(options);
    expect(done.rows).toMatchObject({ read: 73_271, kept: 73_271 });
    const again = await ingest(options);
    expect(again.rows).toMatchObject({ read: 73_271, kept: 0, duplicate: 73_271 });
    expect(again.sequence).toBe(1);
    expect(await counts(lake, ["play", "skip", "like", "advertisement", "purchase"])).toEqual({
      play: 10_229,
      skip: 3_761,
      like: 2_833,
      advertisement: 2_497,
      purchase: 28,
    });
  });

  it("takes the misspelt event and counts the one repeated line once", async () => {
    const lake = join(folder, "lower");
    const done = await ingest({ inputs: [join(data, "v2_lowercase")], source: "pozytywka", lake });
    expect(done.rows).toMatchObject({ read: 28_064, kept: 28_063, rejected: 0, duplicate: 1 });
    expect(await counts(lake, ["advertisement"])).toEqual({ advertisement: 3_735 });
  });
});
