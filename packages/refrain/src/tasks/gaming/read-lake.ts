import { resolveLimits } from "../../foundation/index.js";
import { type Engine, openLake, registerViews, withEngine } from "../../lake/index.js";
import { gamingErrors } from "./errors.js";
import type { RawUsage, ReadUsageOptions } from "./read-usage.js";

/** Seconds of play after which a service pays. */
const payoutSeconds = 30;
/** Plays with less between them than this are one stretch. */
const pauseSeconds = 1800;

/** What a log of plays tells beside the published features, a user and day; all ≥ 0. */
const furtherFeatures: Readonly<Record<string, string>> = {
  HoursActive: `count(DISTINCT hour("event_at"))`,
  LongestStretchMinutes: `max("stretch") / 60.0`,
  LongestRunOfOneTrack: `max("run")`,
  JustPastPayoutShare:
    `count(*) FILTER ("seconds" >= ${payoutSeconds} AND "seconds" < ${payoutSeconds + 5}) ` +
    "/ CAST(count(*) AS DOUBLE)",
  CompletedShare: `count(*) FILTER ("seconds" >= .95 * "length") / CAST(count(*) AS DOUBLE)`,
};

/**
 * The usage of one day from the plays of a lake and its catalogue: the five published features,
 * and those asked for of `furtherFeatures`.
 * @throws LAKE_NOT_FOUND, USAGE_LAKE_UNUSABLE, FEATURE_REFUSED, INTERRUPTED
 */
export async function readLakeUsage(
  directory: string,
  { date, extra = [], limits, signal, onProgress }: Omit<ReadUsageOptions, "files">,
): Promise<RawUsage> {
  for (const name of extra) {
    if (furtherFeatures[name] !== undefined) continue;
    const why = `a lake gives ${Object.keys(furtherFeatures).join(", ")}`;
    throw gamingErrors.FEATURE_REFUSED({ column: name, why });
  }
  const lake = await openLake(directory);
  onProgress?.({ doing: `counting the plays of ${directory}` });
  const job = { limits: resolveLimits(limits), doing: `reading ${directory}`, signal };
  return await withEngine(job, async (engine) => {
    await registerViews(engine, lake);
    const day = await dayOf(engine, directory, date);
    const names = extra.map((name, at) => `${furtherFeatures[name]} AS "x${at}"`);
    const read = await engine.columns(usageSql(names), { day });
    return {
      file: `${directory} on ${day}`,
      day,
      users: read[0]!.values as readonly (string | null)[],
      values: read.slice(1).map(({ values }) => Float64Array.from(values as Float64Array)),
    };
  });
}

/** The day asked for, else the last with plays; checks that the catalogue knows labels. */
async function dayOf(engine: Engine, lake: string, asked: string | undefined): Promise<string> {
  const [found] = await engine.rows(
    `SELECT CAST(max("event_date") AS VARCHAR) AS "day",
       (SELECT count("label_kind") FROM "track") AS "labels",
       (SELECT count("album") FROM "track") AS "albums" FROM "play"`,
  );
  const lacks = (what: string) => gamingErrors.USAGE_LAKE_UNUSABLE({ lake, what });
  if (typeof found?.["day"] !== "string") throw lacks("no plays");
  if (Number(found["labels"]) === 0) throw lacks("no catalogue that says which labels are indie");
  if (Number(found["albums"]) === 0)
    throw lacks("no catalogue that says which album a track is of");
  const day = asked ?? found["day"];
  const [plays] = await engine.rows(
    `SELECT count(*) AS "plays" FROM "play" WHERE "event_date" = CAST($day AS DATE)`,
    { day },
  );
  if (Number(plays?.["plays"]) === 0) throw lacks(`no plays on ${day}`);
  return day;
}

/** Plays of tracks that the catalogue does not know count as plays of major labels. */
function usageSql(further: readonly string[]): string {
  return `WITH "heard" AS (
  SELECT p."user_id", p."event_at", p."track_id", coalesce(p."play_seconds", 0) AS "seconds",
    coalesce(p."track_seconds", t."duration_ms" / 1000.0) AS "length", t."album",
    coalesce(t."artist_id", t."artist_name", p."artist_name") AS "artist",
    coalesce(lower(t."label_kind") LIKE 'ind%', false) AS "indie"
  FROM "play" p LEFT JOIN "track" t ON p."track_id" = t."track_id"
  WHERE p."event_date" = CAST($day AS DATE)
), "marked" AS (
  SELECT *,
    count(*) OVER (PARTITION BY "user_id", "artist", "album") AS "of_album",
    count(*) OVER (PARTITION BY "user_id", "track_id") AS "of_track",
    count(*) OVER (PARTITION BY "user_id", "artist") AS "of_artist",
    "track_id" IS DISTINCT FROM lag("track_id") OVER "order" AS "new_run",
    coalesce(date_diff('second', lag("event_at") OVER "order", "event_at") > ${pauseSeconds},
      true) AS "new_stretch"
  FROM "heard" WINDOW "order" AS (PARTITION BY "user_id" ORDER BY "event_at", "track_id")
), "numbered" AS (
  SELECT *,
    count(*) FILTER ("new_run") OVER "order" AS "run_id",
    count(*) FILTER ("new_stretch") OVER "order" AS "stretch_id"
  FROM "marked" WINDOW "order" AS (PARTITION BY "user_id" ORDER BY "event_at", "track_id"
    ROWS UNBOUNDED PRECEDING)
), "measured" AS (
  SELECT *,
    count(*) OVER (PARTITION BY "user_id", "run_id") AS "run",
    date_diff('second', min("event_at") OVER "stretches", max("event_at") OVER "stretches")
      AS "stretch"
  FROM "numbered" WINDOW "stretches" AS (PARTITION BY "user_id", "stretch_id")
)
SELECT "user_id",
  count(*) FILTER ("indie") / CAST(greatest(count(*) FILTER (NOT "indie"), 1) AS DOUBLE) AS "n0",
  CAST(count(*) AS DOUBLE) AS "n1",
  CAST(coalesce(max("of_album") FILTER ("album" IS NOT NULL), 0) AS DOUBLE) AS "n2",
  CAST(max("of_track") AS DOUBLE) AS "n3",
  CAST(max("of_artist") AS DOUBLE) AS "n4"${further.map((sql) => `,\n  ${sql}`).join("")}
FROM "measured" GROUP BY "user_id" ORDER BY "user_id"`;
}
