import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingest } from "../ingest/ingest.js";
import { cleanDelivery, found, lakeOf, reportOf } from "./deliveries.fixture.js";
import type { QualityReport } from "./report.js";
import { qualityText } from "./text.js";

const folders: string[] = [];

async function lake(...given: Parameters<typeof lakeOf>): Promise<string> {
  const made = await lakeOf(...given);
  folders.push(dirname(made));
  return made;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe("deliveries", () => {
  const before = cleanDelivery(3);
  const now: typeof before = {
    ...cleanDelivery(4),
    "users.jsonl": cleanDelivery(4)["users.jsonl"]!.map((row, at) => ({
      ...(row as object),
      city: at < 60 ? "Brest" : null,
      plan: "gold",
    })),
  };
  delete now["track_storage.jsonl"];
  let made: string;

  beforeAll(async () => {
    made = await lake("pozytywka", { spring: before, summer: now });
  }, 60_000);

  test("two together are judged as what they hold together", async () => {
    const rename = (files: typeof before): typeof before =>
      Object.fromEntries(Object.entries(files).map(([name, rows]) => [`later-${name}`, rows]));
    const atOnce = await lake("pozytywka", { all: { ...before, ...rename(now) } });
    const bare = ({ tables, findings, rows }: QualityReport): unknown => ({
      rows,
      tables,
      findings: findings.map(({ examples: _, ...finding }) => finding),
    });
    expect(bare(await reportOf(made))).toEqual(bare(await reportOf(atOnce)));
  });

  test("the number of threads changes nothing", async () => {
    const one = await reportOf(made, { limits: { threads: 1, memoryBytes: 5e8 } });
    expect(one).toEqual(await reportOf(made, { limits: { threads: 4, memoryBytes: 5e8 } }));
  });

  test("one is compared with another", async () => {
    const report = await reportOf(made, { against: "spring" });
    expect(report.delivery).toBe("summer");
    const moved = report.against!;
    expect(moved.tables["users"]).toEqual({
      rowsBefore: 80,
      rowsNow: 80,
      columnsCame: ["plan"],
      columnsWent: [],
    });
    const city = moved.columns.find(({ column }) => column === "city");
    expect(city).toMatchObject({ missingBefore: 0, missingNow: 0.25, binning: "values" });
    expect(city?.valuesCame).toEqual(["Brest"]);
    expect(city?.stability).toBeGreaterThan(1);
    const tempo = moved.columns.find(
      ({ table, column }) => table === "tracks" && column === "tempo",
    );
    expect(tempo?.binning).toBe("deciles of the earlier delivery");
    expect(tempo?.stability).toBeLessThan(0.1);
    const codes = new Set(moved.findings.map(({ code }) => code));
    for (const code of [
      "TABLE_MOVED",
      "COLUMN_MOVED",
      "MISSING_MOVED",
      "VOCABULARY_MOVED",
      "DISTRIBUTION_MOVED",
    ]) {
      expect(codes).toContain(code);
    }
    expect(qualityText(report)).toContain("Against delivery spring");
  });

  test("DELIVERY_UNKNOWN names the deliveries there are", async () => {
    await expect(reportOf(made, { against: "winter" })).rejects.toMatchObject({
      code: "DELIVERY_UNKNOWN",
      message: "The lake has no delivery winter (it has: spring, summer).",
    });
    await expect(reportOf(made, { delivery: "winter" })).rejects.toMatchObject({
      code: "DELIVERY_UNKNOWN",
    });
  });

  test("INTERRUPTED stops it", async () => {
    const signal = AbortSignal.abort();
    await expect(reportOf(made, { signal })).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  test("the text is for a terminal: no control characters, severities in order", async () => {
    const odd = await lake("pozytywka", {
      one: {
        ...before,
        "users.jsonl": [
          ...before["users.jsonl"]!,
          { user_id: null, name: "\u001b[2J", city: "\u001b[31mRed\u202e" },
        ],
      },
    });
    const text = qualityText(await reportOf(odd));
    expect([...text].filter((character) => character < " " && character !== "\n")).toEqual([]);
    expect(text).not.toContain("\u202e");
    expect(text.indexOf("Errors")).toBeLessThan(text.indexOf("Good to know"));
  });
});

const data = resolve(fileURLToPath(import.meta.url), "../../../../../../../shared/data/pozytywka");

describe.skipIf(!existsSync(data))(
  "the three real deliveries (skipped where they are absent)",
  () => {
    const reports: Record<string, QualityReport> = {};
    const count = (delivery: string, code: string, table: string, column: string) =>
      reports[delivery]?.findings.find(
        (finding) => finding.code === code && finding.table === table && finding.column === column,
      )?.count;

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), "refrain-real-"));
      folders.push(folder);
      for (const delivery of ["v1_dirty", "v2_clean", "v2_lowercase"]) {
        const made = join(folder, delivery);
        await ingest({ inputs: [join(data, delivery)], source: "pozytywka", lake: made });
        reports[delivery] = await reportOf(made);
      }
    }, 120_000);

    test("v1: null users and events, ids of -1, a stray key, premium without a false", () => {
      expect(reports["v1_dirty"]?.tables["sessions"]?.rows).toBe(3971);
      expect(count("v1_dirty", "NULLS", "sessions", "event_type")).toBe(208);
      expect(count("v1_dirty", "NULLS", "sessions", "user_id")).toBe(195);
      expect(count("v1_dirty", "PLACEHOLDER", "artists", "id")).toBe(557);
      expect(count("v1_dirty", "STRAY_COLUMN", "users", "id")).toBe(5);
      expect(count("v1_dirty", "NULLS", "artists", "genres")).toBe(531);
      expect(count("v1_dirty", "NULLS", "users", "favourite_genres")).toBe(2);
      expect(count("v1_dirty", "ONE_SIDED_BOOLEAN", "users", "premium_user")).toBe(49);
      expect(found(reports["v1_dirty"]!, "PART_OF_PERIOD").length).toBe(2);
    });

    test("v2: loudness above 0, tempo 0, years for dates, tracks never played, zeros", () => {
      expect(count("v2_clean", "OUT_OF_RANGE", "tracks", "loudness")).toBe(13);
      expect(count("v2_clean", "OUT_OF_RANGE", "tracks", "tempo")).toBe(6);
      expect(count("v2_clean", "MIXED_DATES", "tracks", "release_date")).toBe(4951 + 98);
      expect(count("v2_clean", "UNUSED_ENTITY", "tracks", "id")).toBe(16_648);
      expect(count("v2_clean", "SPIKE", "tracks", "popularity")).toBe(742);
      expect(count("v2_clean", "FEW_VALUES", "users", "city")).toBe(7);
      expect(found(reports["v2_clean"]!, "VOCABULARY_GAP").length).toBe(1);
      expect(found(reports["v2_clean"]!, "ZERO_TOGETHER")[0]?.count).toBe(6);
      expect(found(reports["v2_clean"]!, "NULL_BY_CATEGORY", "track_id").length).toBe(1);
      expect(reports["v2_clean"]?.findings.filter(({ severity }) => severity === "error")).toEqual(
        [],
      );
    });

    test("v2 in lower case: the misspelt event", () => {
      const [misspelt] = found(reports["v2_lowercase"]!, "NEAR_SPELLING", "event_type");
      expect(misspelt).toMatchObject({ count: 3736, table: "sessions" });
      expect(misspelt?.examples[0]).toMatchObject({ file: "sessions.jsonl.gz", line: 6 });
    });

    test("no name and no street of a listener stands in any report", async () => {
      for (const [delivery, report] of Object.entries(reports)) {
        const packed = await readFile(join(data, delivery, "users.jsonl.gz"));
        const users = gunzipSync(packed).toString("utf8").trim().split("\n");
        const out = JSON.stringify(report) + qualityText(report);
        for (const line of users) {
          const { name, street } = JSON.parse(line) as { name: string; street: string };
          expect(out).not.toContain(name);
          expect(out).not.toContain(street);
        }
      }
    });
  },
);
