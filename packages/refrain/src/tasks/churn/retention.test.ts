import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openDuckDb } from "../../lake/index.js";
import { countRetention } from "./retention.js";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1, memoryBytes: 2e8 });
});
afterAll(() => engine.close());

const start = Date.UTC(2017, 2, 1);
const dayText = (day: number): string =>
  new Date(start + day * 86_400_000).toISOString().slice(0, 10);

/** Active days of each user, counted from the first day. */
async function register(days: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const values = Object.entries(days).flatMap(([user, active]) =>
    active.map((day) => `('${user}', DATE '${dayText(day)}')`),
  );
  await engine.run(
    `CREATE OR REPLACE TABLE "play" AS
     SELECT * FROM (VALUES ${values.join(", ")}) t("user_id", "event_date")`,
  );
  for (const table of ["download", "search"]) {
    await engine.run(`CREATE OR REPLACE TABLE "${table}" AS SELECT * FROM "play" WHERE false`);
  }
}

describe("countRetention", () => {
  it("counts cohorts by week, survival and churn by hand", async () => {
    await register({ stays: [0, 10, 20, 30, 40, 48], leaves: [0, 3, 33, 35], late: [15, 17, 30] });
    const seen = await countRetention(engine);
    expect(seen).toMatchObject({ firstDay: "2017-03-01", lastDay: dayText(48), period: "week" });
    expect(seen!.cohorts).toEqual([
      { start: "2017-03-01", users: 2, active: [2, 1, 1, 0, 2, 2, 1] },
      { start: "2017-03-15", users: 1, active: [1, 0, 1, 0, 0] },
    ]);
    // `leaves` goes silent after day 3 of the log, `late` after its 16th day (18 silent days).
    expect(seen!.survival.map(({ day, atRisk, left }) => [day, atRisk, left])).toEqual([
      [4, 3, 1],
      [16, 2, 1],
      [49, 1, 0],
    ]);
    for (const [at, share] of [2 / 3, 1 / 3, 1 / 3].entries()) {
      expect(seen!.survival[at]!.share).toBeCloseTo(share, 12);
    }
    expect(seen!.churnRates).toMatchObject([{ cutoff: dayText(30), users: 3, churned: 0 }]);
    expect(seen!.churnRates[0]!.low).toBeCloseTo(0, 12);
    expect(seen!.churnRates[0]!.high).toBeCloseTo(0.5615, 4);
  });

  it("keeps the laws of counting, whatever the days", async () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
    const users = fc.dictionary(fc.constantFrom(..."abcdefgh"), days, {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(users, async (active) => {
        await register(active);
        const { cohorts, survival, churnRates } = (await countRetention(engine))!;
        for (const cohort of cohorts) {
          expect(cohort.active[0]).toBe(cohort.users);
          expect(Math.max(...cohort.active)).toBe(cohort.users);
        }
        expect(survival[0]!.atRisk).toBe(Object.keys(active).length);
        for (const { share, low, high } of survival) {
          expect(low).toBeLessThanOrEqual(share);
          expect(high).toBeGreaterThanOrEqual(share);
        }
        const last = Math.max(...Object.values(active).flat());
        const first = Math.min(...Object.values(active).flat());
        for (const { cutoff, users: counted, churned } of churnRates) {
          const at = Math.round((Date.parse(cutoff) - start) / 86_400_000);
          expect(at + 14).toBeLessThanOrEqual(last + 1);
          expect(at).toBeGreaterThanOrEqual(first + 30);
          const before = Object.values(active).filter((list) =>
            list.some((day) => day >= at - 30 && day < at),
          );
          const silent = before.filter((list) => !list.some((day) => day >= at && day < at + 14));
          expect([counted, churned]).toEqual([before.length, silent.length]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("says nothing about an empty log", async () => {
    await register({ one: [0] });
    await engine.run(`DELETE FROM "play"`);
    expect(await countRetention(engine)).toBeUndefined();
  });
});
