import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lake, openDuckDb, registerViews } from "../lake/index.js";
import {
  type ChurnRow,
  type ReferenceOptions,
  readEvents,
  referenceChurn,
} from "./churn-reference.fixture.js";
import { type ChurnOptions, churnFeatures } from "./churn-set.js";
import { computeFeatures, type FeatureTable, featureTable } from "./compute-features.js";
import { listeningDays, listeningStart, makeListeningLake } from "./listening-lake.fixture.js";
import type { TestLake } from "./test-lake.fixture.js";

let timed: TestLake;
let out: string;
beforeAll(async () => {
  timed = await makeListeningLake({ timed: true });
  out = await mkdtemp(join(tmpdir(), "refrain-churn-"));
}, 60_000);
afterAll(async () => {
  await timed.remove();
  await rm(out, { recursive: true });
});

function toRows(table: FeatureTable): Map<string, ChurnRow> {
  const rows = new Map<string, ChurnRow>();
  for (let row = 0; row < table.rows; row++) {
    const entries = table.columns.map(({ name, values }) => {
      const value = values[row] as string | number | null;
      return [name, typeof value === "number" && Number.isNaN(value) ? null : value];
    });
    const made = Object.fromEntries(entries) as ChurnRow;
    rows.set(`${made["uid"]} ${made["cutoff"]}`, made);
  }
  return rows;
}

describe("churn features", () => {
  const cutoffs = ["2017-04-04", "2017-04-20", "2017-05-25"];
  const cases: readonly [string, ChurnOptions, Omit<ReferenceOptions, "cutoffs">][] = [
    ["as they are", {}, { outliers: "remove", keepBots: false, lagDays: 0 }],
    [
      "cut, late rows awaited",
      { outliers: "winsorise" },
      { outliers: "winsorise", keepBots: false, lagDays: 5 },
    ],
    [
      "not cleaned",
      { outliers: "keep", keepBots: true },
      { outliers: "keep", keepBots: true, lagDays: 0 },
    ],
  ];

  it.each(cases)("equal a plain recomputation, bit for bit: %s", async (_, given, reference) => {
    const set = churnFeatures(given);
    const knownLagDays = reference.lagDays;
    const table = await featureTable({ lake: timed.lake, set, cutoffs, knownLagDays });
    const engine = await openDuckDb({ threads: 2, memoryBytes: 500e6 });
    await registerViews(engine, timed.lake);
    const { rows, bots } = referenceChurn(await readEvents(engine), { ...reference, cutoffs });
    engine.close();
    const ours = toRows(table);
    expect([...ours.keys()].sort()).toEqual([...rows.keys()].sort());
    for (const [key, row] of rows) expect(ours.get(key), key).toEqual(row);
    expect(table.summary.dropped["bot"] ?? 0).toBe(bots);
    expect(rows.size).toBeGreaterThan(100);
    expect(bots > 0).toBe(!reference.keepBots);
  });

  it("have a rolling origin, labels where the log reaches, and counts", async () => {
    const { summary } = await featureTable({ lake: timed.lake, set: churnFeatures() });
    expect(summary.cutoffs).toEqual(["2017-04-04", "2017-04-18", "2017-05-02", "2017-05-16"]);
    expect(summary.coverage).toEqual({ from: listeningStart, until: "2017-05-30" });
    expect(summary.labels["label"]?.known).toBe(summary.rows);
    expect(summary.cleaning).toHaveLength(4);
    expect(summary.cleaning?.some((one) => one.outlierDays > 0)).toBe(true);
    expect(summary.unavailable).toEqual([
      { feature: "distinct_albums_last_30", reason: "The log has no catalogue with albums." },
    ]);
    const latest = await featureTable({
      lake: timed.lake,
      set: churnFeatures(),
      cutoffs: "latest",
    });
    expect(latest.summary.cutoffs).toEqual(["2017-05-30"]);
    expect(latest.summary.labels["label"]).toEqual({ known: 0, positive: 0 });
    expect(listeningDays).toBe(90);
  });

  it("do not depend on buckets, threads, parts, or the order of files", async () => {
    const write = async (name: string, lake: TestLake, more: object): Promise<Buffer> => {
      const path = join(out, name);
      await computeFeatures({ lake: lake.lake, set: churnFeatures(), out: path, ...more });
      return readFile(path);
    };
    const split = await makeListeningLake({
      timed: true,
      buckets: 5,
      filesPerBucket: 3,
      shuffle: "other",
    });
    const first = await write("a.csv", timed, { limits: { threads: 2 } });
    expect(await write("b.csv", split, { limits: { threads: 1 } })).toEqual(first);
    expect(await write("c.csv", split, { eventsAtOnce: 1 })).toEqual(first);
    expect(
      await write("d.csv", { ...timed, lake: coarse(timed.lake) }, { eventsAtOnce: 1 }),
    ).toEqual(first);
    await split.remove();
  });
});

/** The same files as those of a lake with more buckets. */
function coarse({ directory, manifest }: Lake): Lake {
  const files = manifest.files.map((file) =>
    file.bucket === undefined ? file : { ...file, buckets: manifest.buckets },
  );
  return { directory, manifest: { ...manifest, buckets: 3 * manifest.buckets, files } };
}

describe("untimed logs", () => {
  it("have no hours and no gaps: unavailable, not filled", async () => {
    const untimed = await makeListeningLake({ users: 30 });
    const path = join(out, "untimed.parquet");
    const summary = await computeFeatures({
      lake: untimed.directory,
      set: churnFeatures(),
      out: path,
    });
    expect(summary.unavailable.map((one) => one.feature)).toEqual([
      "distinct_albums_last_30",
      "share_night",
      "share_morning",
      "share_afternoon",
      "share_evening",
      "mean_gap_hours_last_30",
    ]);
    expect(summary.unavailable[1]?.reason).toBe("The log has no times of day.");
    expect(summary.names).not.toContain("share_night");
    await untimed.remove();
  });
});
