/** Which days of users stand flagged by the verdicts of a lake. */
import { quoteText } from "../lake/index.js";

/** Why a row is left out whose user has a flagged day, as SQL. */
export const flaggedReason = quoteText("flagged_plays");

/** The verdict with number 1 stands: the last one, so that an alarm can be taken back. */
const lastFirst = `v."revision" DESC NULLS LAST, v."arrived_at" DESC, v."version" DESC`;

/**
 * The part `"flagged"(user_id, place)` of a statement that has `"cut"(place, cutoff, known_at)`:
 * users with a day before the cutoff that stands flagged by what was known by then.
 */
export const flaggedPart = `"flagged" AS (
  SELECT DISTINCT "user_id", "place" FROM (
    SELECT v."user_id", c."place", v."flagged", row_number() OVER (
      PARTITION BY v."user_id", c."place", v."event_date", v."detector"
      ORDER BY ${lastFirst}) AS "nth"
    FROM "verdict" v JOIN "cut" c
      ON v."event_at" < c."cutoff" AND v."arrived_at" <= c."known_at")
  WHERE "nth" = 1 AND "flagged")`;

/** Its verdicts are about all that a user rated up to the day, not about the day. */
export const ratersDetector = "raters";

/** The days `(user_id, event_date, detector)` that stand flagged by all that is known. */
export const flaggedDays = `SELECT DISTINCT "user_id", "event_date", "detector" FROM (
  SELECT v."user_id", v."event_date", v."detector", v."flagged", row_number() OVER (
    PARTITION BY v."user_id", v."event_date", v."detector" ORDER BY ${lastFirst}) AS "nth"
  FROM "verdict" v)
WHERE "nth" = 1 AND "flagged"`;
