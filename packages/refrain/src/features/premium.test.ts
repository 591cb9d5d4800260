import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../lake/index.js";
import { computeFeatures, type FeatureTable, featureTable } from "./compute-features.js";
import { type ReferenceRow, referencePremium } from "./premium-reference.fixture.js";
import { premiumFeatures } from "./premium-set.js";

const folder = fileURLToPath(
  new URL("../../../../../shared/data/pozytywka/v2_clean", import.meta.url),
);

const published = `
  user_id year month premium_user_numerical will_buy_premium_next_month_numerical
  number_of_premium number_of_advertisements number_of_tracks number_of_skips number_of_likes
  number_of_liked_tracks_listened number_of_tracks_in_favourite_genre
  total_number_of_favourite_genres_listened average_popularity_in_favourite_genres
  total_tracks_duration_ms number_of_different_artists average_release_date average_duration_ms
  explicit_tracks_ratio average_popularity average_acousticness average_danceability
  average_energy average_instrumentalness average_liveness average_loudness average_speechiness
  average_tempo average_valence average_track_name_length average_daily_cost
`
  .trim()
  .split(/\s+/);

function toRows(table: FeatureTable): Map<string, ReferenceRow> {
  const rows = new Map<string, ReferenceRow>();
  for (let row = 0; row < table.rows; row++) {
    const entries = table.columns.map(({ name, values }) => {
      const value = values[row] as string | number | null;
      return [name, typeof value === "number" && Number.isNaN(value) ? null : value];
    });
    const made = Object.fromEntries(entries) as ReferenceRow;
    rows.set(`${made["user_id"]} ${made["year"]} ${made["month"]}`, made);
  }
  return rows;
}

describe.skipIf(!existsSync(folder))("premium on the clean delivery (skipped when absent)", () => {
  let out: string;
  let lake: string;
  let table: FeatureTable;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), "refrain-premium-"));
    lake = join(out, "lake");
    await ingest({ inputs: [folder], source: "pozytywka", lake });
    table = await featureTable({ lake, set: premiumFeatures() });
  }, 60_000);
  afterAll(() => rm(out, { recursive: true }));

  it("equals the plain recomputation from the JSON lines, bit for bit", () => {
    const { rows, flaggedRows } = referencePremium(folder);
    const ours = toRows(table);
    expect([...ours.keys()].sort()).toEqual([...rows.keys()].sort());
    for (const [key, row] of rows) expect(ours.get(key), key).toEqual(row);
    expect(table.summary.dropped).toEqual(
      flaggedRows > 0 ? { flagged_without_purchase: flaggedRows } : {},
    );
    expect(rows.size).toBeGreaterThan(50);
  });

  it("writes exactly the 31 published columns, and the variant beside them", async () => {
    const summary = await computeFeatures({ lake, set: premiumFeatures(), out, extras: true });
    expect(summary.out).toBe(join(out, "v1", "feature.csv"));
    const text = await readFile(join(out, "v1", "feature.csv"), "utf8");
    expect(text.split("\n")[0]?.split(",")).toEqual(published);
    expect(published).toHaveLength(31);
    expect(text.trimEnd().split("\n")).toHaveLength(summary.rows + 1);
    const extras = await readFile(join(out, "v1", "feature-extras.csv"), "utf8");
    expect(extras.split("\n")[0]).toBe(
      "user_id,year,month,will_buy_premium_30_days_from_first_event_numerical",
    );
  });
});
