import type { Engine } from "./engine.js";
import { quoteText } from "./sql-text.js";

/** Name and version of the detector of bots; it stands in every verdict. */
export const botDetector = "play-over-24h/1";

const dayMs = 86_400_000;

/**
 * Makes the view `"bot_day"(user_id, event_date, play_ms, known_at, detector)`: days in which a
 * user played more than 24 h. `known_at` is the first moment by which plays of more than 24 h had
 * arrived, so that a row that arrives later never changes what an earlier reader knew. Seconds
 * outside 0 … 86,400 a play are no evidence.
 */
export async function registerBotVerdicts(engine: Engine): Promise<void> {
  await engine.run(`CREATE OR REPLACE VIEW "bot_day" AS ${botDaySql}`);
}

/** Written out twice, not shared: a shared table expression would hold every play in memory. */
const evidence = `SELECT "user_id", CAST("event_at" AS DATE) AS "event_date", "arrived_at",
    CAST(floor("play_seconds" * 1e3 + 5e-1) AS BIGINT) AS "ms"
  FROM "play" WHERE "play_seconds" > 0 AND "play_seconds" <= 86400`;

const botDaySql = `WITH "suspect" AS (
  SELECT "user_id", "event_date", CAST(sum("ms") AS BIGINT) AS "play_ms"
  FROM (${evidence}) GROUP BY "user_id", "event_date" HAVING sum("ms") > ${dayMs}
), "so_far" AS (
  SELECT p."user_id", p."event_date", s."play_ms", p."arrived_at",
    sum(p."ms") OVER (PARTITION BY p."user_id", p."event_date"
      ORDER BY p."arrived_at" ASC NULLS LAST) AS "ms_so_far"
  FROM (${evidence}) p JOIN "suspect" s
    ON p."user_id" = s."user_id" AND p."event_date" = s."event_date"
)
SELECT "user_id", "event_date", "play_ms", min("arrived_at") AS "known_at",
  ${quoteText(botDetector)} AS "detector"
FROM "so_far" WHERE "ms_so_far" > ${dayMs}
GROUP BY "user_id", "event_date", "play_ms"`;
