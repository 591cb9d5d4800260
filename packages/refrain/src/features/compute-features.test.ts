import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb, quoteText } from "../lake/index.js";
import { churnFeatures } from "./churn-set.js";
import { computeFeatures, featureTable } from "./compute-features.js";
import { exportMusicbox } from "./export-musicbox.js";
import { makeListeningLake } from "./listening-lake.fixture.js";
import { premiumFeatures } from "./premium-set.js";
import type { TestLake } from "./test-lake.fixture.js";
import { makeTestLake } from "./test-lake.fixture.js";

let made: TestLake;
let out: string;
beforeAll(async () => {
  made = await makeListeningLake({ users: 30 });
  out = await mkdtemp(join(tmpdir(), "refrain-compute-"));
}, 60_000);
afterAll(async () => {
  await made.remove();
  await rm(out, { recursive: true });
});

const churn = churnFeatures();
const at = (cutoffs: readonly string[]) => featureTable({ lake: made.lake, set: churn, cutoffs });

describe("wrong use is told", () => {
  it.each([
    ["2017-4-4", "is no calendar day"],
    ["2017-02-30", "is no calendar day"],
  ])("CUTOFF_INVALID: %s", async (day, why) => {
    await expect(at([day])).rejects.toMatchObject({ code: "CUTOFF_INVALID", details: { why } });
  });

  it("CUTOFF_INVALID: twice, none, too many, or not the end of a month", async () => {
    await expect(at(["2017-05-01", "2017-05-01"])).rejects.toThrow("given twice");
    await expect(at([])).rejects.toThrow("is missing");
    const many = Array.from({ length: 61 }, (_, day) =>
      new Date(Date.UTC(2017, 3, 1 + day)).toISOString().slice(0, 10),
    );
    await expect(at(many)).rejects.toThrow("is number 61");
    const lake = await makeTestLake({
      tables: {
        like: `SELECT 'u' AS "user_id", TIMESTAMP '2023-01-05' AS "event_at",
        TIMESTAMP '2023-01-05' AS "arrived_at"`,
      },
    });
    await expect(
      featureTable({ lake: lake.lake, set: premiumFeatures(), cutoffs: ["2023-01-15"] }),
    ).rejects.toThrow("is not the first day after a calendar month");
    const { columns } = await featureTable({ lake: lake.lake, set: premiumFeatures() });
    const likes = columns.find((column) => column.name === "number_of_likes");
    expect([...(likes?.values ?? [])]).toEqual([1]);
    await lake.remove();
  });

  it("CUTOFF_OUTSIDE: before, after, and months that the log does not reach", async () => {
    await expect(at(["2030-01-01"])).rejects.toMatchObject({
      code: "CUTOFF_OUTSIDE",
      message: "The cutoff 2030-01-01 lies outside the log, which covers 2017-03-01 to 2017-05-29.",
      hint: expect.stringContaining("from 2017-03-02 to 2017-05-30"),
    });
    for (const day of ["2016-01-01", "2017-03-01", "2017-05-31"]) {
      await expect(at(["2017-05-01", day])).rejects.toMatchObject({ code: "CUTOFF_OUTSIDE" });
    }
    const { summary } = await at(["2017-03-02", "2017-05-30"]);
    expect(summary.cutoffs).toEqual(["2017-03-02", "2017-05-30"]);
    const likes = `SELECT 'u' AS "user_id", TIMESTAMP '2023-01-05' AS "event_at",
      TIMESTAMP '2023-01-05' AS "arrived_at"`;
    const lake = await makeTestLake({ tables: { like: likes } });
    const months = (day: string) =>
      featureTable({ lake: lake.lake, set: premiumFeatures(), cutoffs: [day] });
    expect((await months("2023-02-01")).rows).toBe(1);
    for (const day of ["2023-01-01", "2023-03-01"]) {
      await expect(months(day)).rejects.toMatchObject({ code: "CUTOFF_OUTSIDE" });
    }
    await lake.remove();
  });

  it("NO_EVENTS, LOG_TOO_SHORT, VERSION_UNKNOWN, OPTION_INVALID, LAKE_NOT_FOUND", async () => {
    await expect(
      featureTable({ lake: made.lake, set: { ...premiumFeatures(), population: ["skip"] } }),
    ).rejects.toMatchObject({ code: "NO_EVENTS", exitCode: 3 });
    const long = churnFeatures({ labelDays: 80 });
    await expect(featureTable({ lake: made.lake, set: long })).rejects.toMatchObject({
      code: "LOG_TOO_SHORT",
    });
    expect(() => churnFeatures({ version: "v9" })).toThrow('no version "v9" (they have: v1)');
    expect(() => premiumFeatures({ version: "v0" })).toThrow(
      expect.objectContaining({ code: "VERSION_UNKNOWN", exitCode: 2 }),
    );
    for (const wrong of [{ fullShare: 0 }, { fullShare: 1.1 }, { labelDays: 0 }]) {
      expect(() => churnFeatures(wrong)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
    for (const wrong of [{ out: "table.xlsx" }, { knownLagDays: -1 }]) {
      await expect(
        computeFeatures({ lake: made.lake, set: churn, ...wrong }),
      ).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    await expect(computeFeatures({ lake: join(out, "no"), set: churn })).rejects.toMatchObject({
      code: "LAKE_NOT_FOUND",
    });
  });

  it("INTERRUPTED leaves no file behind", async () => {
    const path = join(out, "stopped.csv");
    const stop = new AbortController();
    stop.abort();
    await expect(
      computeFeatures({ lake: made.lake, set: churn, out: path, signal: stop.signal }),
    ).rejects.toMatchObject({ code: "INTERRUPTED", exitCode: 5 });
    const later = new AbortController();
    await expect(
      computeFeatures({
        lake: made.lake,
        set: churn,
        out: path,
        signal: later.signal,
        onProgress: () => later.abort(),
      }),
    ).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(existsSync(path)).toBe(false);
    expect((await readdir(out)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("what is written", () => {
  it("is the same table as CSV and Parquet, in a folder under its published name", async () => {
    const asCsv = await computeFeatures({ lake: made.directory, set: churn, out: `${out}/` });
    expect(asCsv.out).toBe(join(out, "df_model_final.csv"));
    const parquet = join(out, "table.parquet");
    const steps: (number | undefined)[] = [];
    await computeFeatures({
      lake: made.lake,
      set: churn,
      out: parquet,
      onProgress: (step) => steps.push(step.share),
    });
    expect(steps.at(-1)).toBe(1);
    const engine = await openDuckDb({ threads: 1 });
    const csv = `read_csv(${quoteText(asCsv.out ?? "")}, all_varchar = true)`;
    const [row] = await engine.rows(
      `SELECT (SELECT count(*) FROM ${csv}) AS "csv", count(*) AS "parquet",
        count_if(typeof("freq_P_last_7") = 'BIGINT') AS "whole",
        count_if(typeof("share_monday") = 'DOUBLE') AS "real" FROM ${quoteText(parquet)}`,
    );
    engine.close();
    const { rows } = asCsv;
    expect(row).toEqual({ csv: rows, parquet: rows, whole: rows, real: rows });
    expect((await readFile(asCsv.out ?? "", "utf8")).split("\n")[0]).toBe(asCsv.names.join(","));
  });
});

describe("exportMusicbox", () => {
  it("writes the three published tables, bots left out unless kept", async () => {
    const all = await exportMusicbox({ lake: made.directory, out, keepBots: true });
    const summary = await exportMusicbox({ lake: made.lake, out });
    expect(summary.bots).toBeGreaterThan(0);
    expect(summary.tables["play_ds.csv"]).toBeLessThan(all.tables["play_ds.csv"] ?? 0);
    for (const [file, header] of [
      [
        "play_ds.csv",
        "uid,device,song_id,date,play_time,song_length,song_type,song_name,singer,paid_flag",
      ],
      ["down_ds.csv", "uid,device,song_id,date,song_name,singer,paid_flag"],
      ["search_ds.csv", "uid,device,date,time_stamp,search_query"],
    ] as const) {
      const lines = (await readFile(join(out, file), "utf8")).trimEnd().split("\n");
      expect(lines[0]).toBe(header);
      expect(lines).toHaveLength((summary.tables[file] ?? 0) + 1);
    }
  });

  it("INTERRUPTED before it starts", async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(
      exportMusicbox({ lake: made.lake, out, signal: stop.signal }),
    ).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});
