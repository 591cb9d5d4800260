import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type JudgedDay,
  openDuckDb,
  openLake,
  registerViews,
  type WriteVerdictsOptions,
  writeVerdicts,
} from "../lake/index.js";
import { checkNoLeak } from "./check-no-leak.js";
import { churnFeatures } from "./churn-set.js";
import { compileSet } from "./compile.js";
import { type FeatureTable, featureTable } from "./compute-features.js";
import type { FeatureSet } from "./declaration.js";
import { readInteractions } from "./interactions.js";
import { makeListeningLake } from "./listening-lake.fixture.js";
import { premiumFeatures } from "./premium-set.js";
import { makePurchaseLake } from "./purchase-lake.fixture.js";
import type { TestLake } from "./test-lake.fixture.js";

let made: TestLake;
afterEach(() => made.remove());

const judge = (
  users: readonly string[],
  { flagged = true, ...more }: Partial<WriteVerdictsOptions> & { flagged?: boolean },
) => {
  const judged = users.map(
    (user): JudgedDay => ({ user, flagged, score: 9, pValue: null, reason: "" }),
  );
  const base = { lake: made.directory, detector: "gaming", version: "1", day: "2017-04-01" };
  return writeVerdicts({ ...base, judged, ...more });
};

const usersOf = ({ columns }: FeatureTable, name: string) =>
  new Set(columns.find((column) => column.name === name)?.values as readonly string[]);

/** A compiler that forgets when a verdict was known. */
const timeless = (set: FeatureSet, context: Parameters<typeof compileSet>[1]) => {
  const { statement, ...rest } = compileSet(set, context);
  const forgotten = statement.replace(` AND v."arrived_at" <= c."known_at"`, "");
  if (forgotten === statement) throw new Error("The statement has no such condition.");
  return { ...rest, statement: forgotten };
};

describe("users with a flagged day, in churn", { timeout: 60_000 }, () => {
  const knownAt = "2017-05-20";
  const set = churnFeatures({ leaveOutFlagged: true });
  const read = async (one: FeatureSet, cutoff: string, eventsAtOnce = 1e9) =>
    featureTable({ lake: made.directory, set: one, cutoffs: [cutoff], eventsAtOnce });
  beforeEach(async () => {
    made = await makeListeningLake({ users: 30, buckets: 3 });
  });

  it("are left out by choice, and counted, in one part or in several", async () => {
    await judge(["u1", "u2"], { knownAt });
    const [all, some] = [await read(churnFeatures(), "2017-05-21"), await read(set, "2017-05-21")];
    expect(all.summary.dropped["flagged_plays"]).toBeUndefined();
    expect(some.summary.dropped).toMatchObject({ flagged_plays: 2 });
    const left = [...usersOf(all, "uid")].filter((user) => !usersOf(some, "uid").has(user));
    expect(left.sort()).toEqual(["u1", "u2"]);
    const parts = await read(set, "2017-05-21", 1);
    expect(parts.columns).toEqual(some.columns);
    expect(parts.summary.cleaning).toEqual(some.summary.cleaning);
    const kept = churnFeatures({ leaveOutFlagged: true, keepBots: true });
    expect((await read(kept, "2017-05-21")).summary.dropped).toMatchObject({ flagged_plays: 2 });
  });

  it("stay in before the verdict was known, and after it was taken back", async () => {
    const before = await read(churnFeatures(), "2017-05-19");
    await judge(["u1", "u2"], { knownAt });
    expect((await read(set, "2017-05-19")).columns).toEqual(before.columns);
    await judge(["u1"], { flagged: false, knownAt: "2017-05-22" });
    const dropped = async (cutoff: string) =>
      (await read(set, cutoff)).summary.dropped["flagged_plays"];
    expect(await dropped("2017-05-21")).toBe(2);
    expect(await dropped("2017-05-23")).toBe(1);
    await judge(["u1"], { detector: "other", knownAt: "2017-05-23" });
    expect(await dropped("2017-05-23")).toBe(2);
  });

  it("are decided by the past alone: LEAK_FOUND where they are not", async () => {
    await judge(["u1", "u2"], { knownAt: "2017-05-19" });
    await judge(["u3", "u4"], { knownAt, day: "2017-04-02" });
    const cutoffs = ["2017-05-20", "2017-05-19"];
    const run = { lake: await openLake(made.directory), set, cutoffs, at: ["2017-05-19"] };
    await checkNoLeak(run);
    await expect(checkNoLeak({ ...run, compile: timeless })).rejects.toMatchObject({
      code: "LEAK_FOUND",
      details: { features: ["(population)"] },
    });
  });

  it("leave recommendations on these days", async () => {
    await judge(["u1"], {});
    const engine = await openDuckDb({ threads: 2, memoryBytes: 500e6 });
    await registerViews(engine, await openLake(made.directory));
    const sum = async (leaveOutFlagged: boolean) =>
      (await readInteractions(engine, "play", { leaveOutFlagged })).values.reduce((a, b) => a + b);
    const [row] = await engine.rows(
      `SELECT count("track_id") AS "plays" FROM "play"
       WHERE "user_id" = 'u1' AND "event_date" = DATE '2017-04-01'`,
    );
    expect(Number(row?.["plays"])).toBeGreaterThan(0);
    expect((await sum(false)) - (await sum(true))).toBe(Number(row?.["plays"]));
    engine.close();
  });
});

describe("users with a flagged day, in premium", { timeout: 60_000 }, () => {
  const set = premiumFeatures({ leaveOutFlagged: true });
  beforeEach(async () => {
    made = await makePurchaseLake(2);
  });

  it("are left out of the months that knew it, without a leak", async () => {
    const read = (one: FeatureSet) => featureTable({ lake: made.directory, set: one });
    const before = await read(set);
    expect(before.columns).toEqual((await read(premiumFeatures())).columns);
    await judge(["u1", "u2", "u5"], { day: "2023-01-05", knownAt: "2023-02-20" });
    const after = await read(set);
    const gone = before.rows - after.rows;
    expect(gone).toBeGreaterThan(0);
    expect(after.summary.dropped["flagged_plays"]).toBeGreaterThanOrEqual(gone);
    const months = (table: FeatureTable, last: number) => {
      const month = table.columns.find(({ name }) => name === "month");
      const values = month?.kind === "number" ? [...month.values] : [];
      return values.filter((value) => value <= last).length;
    };
    expect(months(after, 1)).toBe(months(before, 1));
    await judge(["u3"], { day: "2023-01-06", knownAt: "2023-03-20" });
    const run = { lake: made.directory, set, at: ["2023-03-01"] };
    expect((await checkNoLeak(run)).variants).toHaveLength(5);
    await expect(checkNoLeak({ ...run, compile: timeless })).rejects.toMatchObject({
      code: "LEAK_FOUND",
      details: { features: ["(population)"] },
    });
  });
});
