import { resolveLimits } from "../../foundation/index.js";
import { openLake, registerViews, type SqlColumn, withEngine } from "../../lake/index.js";
import { gamingErrors } from "./errors.js";
import type { Marks, ReadUsageOptions } from "./read-usage.js";

/** Of several verdicts of a detector on a user's day the last one stands. */
const standingSql = `SELECT "user_id", CAST("event_date" AS VARCHAR) AS "day",
    CAST("flagged" AS DOUBLE) AS "label"
  FROM "verdict" WHERE "detector" = $detector
    AND ($day IS NULL OR "event_date" = TRY_CAST($day AS DATE))
  QUALIFY row_number() OVER (PARTITION BY "user_id", "event_date"
    ORDER BY "revision" DESC NULLS LAST, "arrived_at" DESC, "version" DESC) = 1
  ORDER BY "day", "user_id"`;

/**
 * Marks that stand in a lake as verdicts of a detector, or of people who looked: flagged days are
 * marked, days that were judged and not flagged are not. With a date those of that day alone.
 * @throws LAKE_NOT_FOUND, VERDICTS_NONE, INTERRUPTED
 */
export async function readVerdictMarks(
  directory: string,
  { verdicts: detector, date, limits, signal }: ReadUsageOptions & { readonly verdicts: string },
): Promise<Marks> {
  const lake = await openLake(directory);
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    const found = await engine.columns(standingSql, { detector, day: date ?? null });
    const [users, days, label] = found as [SqlColumn, SqlColumn, SqlColumn];
    if (users.values.length === 0) {
      const known = await engine.rows(`SELECT DISTINCT "detector" FROM "verdict" ORDER BY 1`);
      throw gamingErrors.VERDICTS_NONE({
        ...{ lake: directory, detector, day: date ?? null },
        known: known.map((row) => String(row["detector"])),
      });
    }
    return {
      file: `verdicts of ${detector} in ${directory}`,
      users: users.values as readonly string[],
      days: days.values as unknown as readonly string[],
      label: label.values as Float64Array,
      ...{ rowsRead: users.values.length, dropped: {}, rejects: [] },
    };
  });
}
