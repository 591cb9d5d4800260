import { wilsonInterval } from "../../evaluation/index.js";
import type { Engine } from "../../lake/index.js";

/** Users who came in the same period and how many of them came back in the periods after. */
export interface Cohort {
  /** First day of the period in which they were first seen, `YYYY-MM-DD`. */
  readonly start: string;
  readonly users: number;
  /** Users active in period 0, 1, 2 … after the first; only periods that the log covers whole. */
  readonly active: readonly number[];
}

/** One step of the survival curve: users who have not gone silent yet. */
export interface SurvivalStep {
  /** Days since a user's first day. */
  readonly day: number;
  readonly atRisk: number;
  readonly left: number;
  /** Share still here after this day (Kaplan-Meier), with a 95 % interval (log-log Greenwood). */
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Churn of the users who were active before one day. */
export interface ChurnRate {
  readonly cutoff: string;
  readonly users: number;
  readonly churned: number;
  /** 95 % interval of the share (Wilson). */
  readonly low: number;
  readonly high: number;
}

/** How users stay and leave over the whole log. */
export interface Retention {
  /** First and last day with an event. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly period: "week" | "month";
  readonly cohorts: readonly Cohort[];
  readonly survival: readonly SurvivalStep[];
  readonly churnRates: readonly ChurnRate[];
}

/** What silence means. */
export interface RetentionOptions {
  /** A user without an event for this many days has left. */
  readonly silentDays?: number;
  /** Users with an event in this many days before a cutoff are counted. */
  readonly lookbackDays?: number;
}

const monthsFromDays = 200;
/** Of a 95 % interval. */
const normalQuantile = 1.959964;

/**
 * Counts how users stay and leave, over all their plays, downloads and searches.
 * @param engine with the canonical tables registered
 * @returns undefined when the log holds no event
 */
export async function countRetention(
  engine: Engine,
  { silentDays = 14, lookbackDays = 30 }: RetentionOptions = {},
): Promise<Retention | undefined> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE "active_day" AS
     SELECT DISTINCT "user_id", "event_date" FROM (
       SELECT "user_id", "event_date" FROM "play"
       UNION ALL SELECT "user_id", "event_date" FROM "download"
       UNION ALL SELECT "user_id", "event_date" FROM "search")`,
  );
  const [span] = await engine.rows(
    `SELECT CAST(min("event_date") AS VARCHAR) AS "first",
            CAST(max("event_date") AS VARCHAR) AS "last",
            CAST(max("event_date") - min("event_date") AS INTEGER) AS "days" FROM "active_day"`,
  );
  if (typeof span?.["first"] !== "string") return undefined;
  const firstDay = span["first"];
  const lastDay = String(span["last"]);
  const period = Number(span["days"]) >= monthsFromDays ? "month" : "week";
  const result = {
    firstDay,
    lastDay,
    period,
    cohorts: await countCohorts(engine, { firstDay, lastDay, period }),
    survival: await estimateSurvival(engine, lastDay, silentDays),
    churnRates: await countChurn(engine, { firstDay, lastDay, silentDays, lookbackDays }),
  } as const;
  await engine.run(`DROP TABLE "active_day"`);
  return result;
}

async function countCohorts(
  engine: Engine,
  { firstDay, lastDay, period }: Pick<Retention, "firstDay" | "lastDay" | "period">,
): Promise<Cohort[]> {
  const number =
    period === "month"
      ? `datediff('month', CAST($first AS DATE), "event_date")`
      : `(("event_date" - CAST($first AS DATE)) // 7)`;
  const start = (n: string): string =>
    period === "month"
      ? `date_trunc('month', CAST($first AS DATE)) + to_months(CAST(${n} AS INTEGER))`
      : `CAST($first AS DATE) + CAST(7 * ${n} AS INTEGER)`;
  // A period counts only when the log covers its last day.
  const rows = await engine.rows(
    `WITH "seen" AS (SELECT DISTINCT "user_id", ${number} AS "period" FROM "active_day"
                     WHERE ${start(`${number} + 1`)} <= CAST($last AS DATE) + 1),
          "joined" AS (SELECT "user_id", min("period") AS "cohort" FROM "seen" GROUP BY ALL)
     SELECT strftime(${start('"cohort"')}, '%Y-%m-%d') AS "start", "cohort",
            "period" - "cohort" AS "age", count(*) AS "users"
     FROM "seen" JOIN "joined" USING ("user_id") GROUP BY ALL ORDER BY "cohort", "age"`,
    { first: firstDay, last: lastDay },
  );
  const last = Math.max(0, ...rows.map((row) => Number(row["cohort"]) + Number(row["age"])));
  const cohorts = new Map<number, { start: string; users: number; active: number[] }>();
  for (const row of rows) {
    const number = Number(row["cohort"]);
    let cohort = cohorts.get(number);
    if (!cohort) {
      const active = new Array<number>(last - number + 1).fill(0);
      cohort = { start: String(row["start"]), users: Number(row["users"]), active };
      cohorts.set(number, cohort);
    }
    cohort.active[Number(row["age"])] = Number(row["users"]);
  }
  return [...cohorts.values()];
}

/** Kaplan-Meier over the days from a user's first day to the last before the first long silence. */
async function estimateSurvival(
  engine: Engine,
  lastDay: string,
  silentDays: number,
): Promise<SurvivalStep[]> {
  // Two active days with `silentDays` empty days between them lie silentDays + 1 apart.
  const rows = await engine.rows(
    `WITH "next" AS (
       SELECT "user_id", "event_date" AS "day",
              coalesce(lead("event_date") OVER (PARTITION BY "user_id" ORDER BY "event_date"),
                       CAST($last AS DATE) + 1) - "event_date" AS "gap",
              min("event_date") OVER (PARTITION BY "user_id") AS "first"
       FROM "active_day"),
     "life" AS (
       SELECT "user_id",
              coalesce(min(CASE WHEN "gap" > $silent THEN "day" END), max("day"))
                - min("first") AS "days",
              max("gap") > $silent AS "left"
       FROM "next" GROUP BY ALL)
     SELECT "days" + 1 AS "day", count(*) AS "users", count(*) FILTER ("left") AS "left"
     FROM "life" GROUP BY ALL ORDER BY "day"`,
    { last: lastDay, silent: silentDays },
  );
  let atRisk = rows.reduce((sum, row) => sum + Number(row["users"]), 0);
  let share = 1;
  let greenwood = 0;
  const steps: SurvivalStep[] = [];
  for (const row of rows) {
    const left = Number(row["left"]);
    share *= 1 - left / atRisk;
    if (left < atRisk) greenwood += left / (atRisk * (atRisk - left));
    steps.push({
      day: Number(row["day"]),
      atRisk,
      left,
      share,
      ...logLogInterval(share, greenwood),
    });
    atRisk -= Number(row["users"]);
  }
  return steps;
}

/** @source Kalbfleisch & Prentice 1980: the interval of S through log(-log S), inside 0…1. */
function logLogInterval(share: number, greenwood: number): { low: number; high: number } {
  if (share <= 0 || share >= 1) return { low: share, high: share };
  const width = (normalQuantile * Math.sqrt(greenwood)) / Math.abs(Math.log(share));
  return { low: share ** Math.exp(width), high: share ** Math.exp(-width) };
}

async function countChurn(
  engine: Engine,
  options: { firstDay: string; lastDay: string; silentDays: number; lookbackDays: number },
): Promise<ChurnRate[]> {
  const rows = await engine.rows(
    `WITH "cutoff" AS (
       SELECT CAST(unnest(generate_series(
         CAST($first AS DATE) + CAST($lookback AS INTEGER),
         CAST($last AS DATE) + 1 - CAST($silent AS INTEGER), INTERVAL 7 DAY)) AS DATE) AS "at"),
     "state" AS (
       SELECT "at", "user_id", max("event_date") >= "at" AS "stayed"
       FROM "cutoff" JOIN "active_day" ON "event_date" >= "at" - CAST($lookback AS INTEGER)
            AND "event_date" < "at" + CAST($silent AS INTEGER)
       GROUP BY "at", "user_id" HAVING min("event_date") < "at")
     SELECT CAST("at" AS VARCHAR) AS "cutoff", count(*) AS "users",
            count(*) FILTER (NOT "stayed") AS "churned"
     FROM "state" GROUP BY ALL ORDER BY "cutoff"`,
    {
      first: options.firstDay,
      last: options.lastDay,
      silent: options.silentDays,
      lookback: options.lookbackDays,
    },
  );
  return rows.map((row) => {
    const [users, churned] = [Number(row["users"]), Number(row["churned"])];
    return { cutoff: String(row["cutoff"]), users, churned, ...wilsonInterval(churned, users) };
  });
}
