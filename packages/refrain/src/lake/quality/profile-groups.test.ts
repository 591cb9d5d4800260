import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../engines/duckdb.js";
import type { RawFormat } from "./profile.js";
import { profileFile } from "./profile-file.js";
import { planGroups } from "./profile-groups.js";
import { outline, readHead } from "./profile-head.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-groups-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const columns = ["user", "track", "name", "device", "paid"];
const format: RawFormat = { kind: "delimited", delimiter: "|", header: false, columns };
// From line 2,500 on a name no longer goes with its track, and one is missing.
const rows = Array.from({ length: 5_000 }, (_, at) => {
  const track = (at * 37) % 301;
  const name = at < 2_500 ? `song ${track}` : at % 100 === 0 ? "" : `song ${at % 7}`;
  return [String((at * 7_919) % 4_001), String(track), name, at % 3 === 0 ? "ip" : "ar", "0"];
});
const path = join(folder, "plays.log");
await writeFile(path, rows.map((row) => `${row.join("|")}\n`).join(""));

describe("planGroups", () => {
  it("puts columns together whose values go with each other", async () => {
    const head = outline(await readHead(path, format), format);
    const groups = planGroups(head, columns).map((group) => group.sort());
    expect(groups.sort()).toEqual([["device"], ["name", "paid", "track"], ["user"]]);
  });

  it("changes no count, also where the first rows misled", async () => {
    const engine = await openDuckDb();
    const profile = await profileFile(engine, { path, name: "plays.log", table: "play", format });
    engine.close();
    for (const [at, name] of columns.entries()) {
      const counts = new Map<string, number>();
      for (const row of rows) counts.set(row[at]!, (counts.get(row[at]!) ?? 0) + 1);
      const column = profile.columns[name]!;
      expect(column.missing, name).toBe(counts.get("") ?? 0);
      for (const { value, count } of column.values.entries) {
        expect(count, `${name} ${value}`).toBe(counts.get(value));
      }
      const distinct = counts.size - (counts.has("") ? 1 : 0);
      if (column.values.complete) expect(column.values.entries).toHaveLength(distinct);
    }
  });
});
