/** What plays of a lake come to, by user, as SQL over `"play"` and `"track"`. */
import { leastPlays } from "./lookalikes.js";

/** Seconds of play after which a service pays. */
const payoutSeconds = 30;
/** Plays with less between them than this are one sitting. */
const pauseSeconds = 1800;
/** Players fade one track into the next: only so many seconds at once are two plays at once. */
const fadeSeconds = 15;

/** Days whose plays are counted together. */
export interface LakeDays {
  /** The last of them, `YYYY-MM-DD`. */
  readonly day: string;
  /** How many. */
  readonly span: number;
}

/** One thing more that plays tell about a user. */
interface FurtherFeature {
  /** What a value means, with `#` for the number. */
  readonly words: string;
  /** Over the user's plays in `"ordered"`; absent where it is not SQL that tells. */
  readonly sql?: string;
  /** The largest of such numbers over groups of these plays: the group's key is `sql`. */
  readonly longest?: string;
}

const shareOf = (which: string) =>
  `count(*) FILTER (${which}) / CAST(greatest(count(*), 1) AS DOUBLE)`;

/** What plays with a time of day tell beside the published features; all ≥ 0. */
export const furtherFeatures: Readonly<Record<string, FurtherFeature>> = {
  HoursActive: {
    words: "plays in # hours of the clock",
    sql: `CAST(count(DISTINCT hour("event_at")) AS DOUBLE)`,
  },
  LongestStretchMinutes: {
    words: "# minutes without a pause",
    sql: `"stretch_id"`,
    longest: `(max("at") - min("at")) / 60.0`,
  },
  LongestRunOfOneTrack: {
    words: "one track # times in a row",
    sql: `"run_id"`,
    longest: `CAST(count(*) AS DOUBLE)`,
  },
  JustPastPayoutShare: {
    words: "# of the plays end just past the second that is paid for",
    sql: shareOf(`"seconds" >= ${payoutSeconds} AND "seconds" < ${payoutSeconds + 5}`),
  },
  CompletedShare: {
    words: "# of the plays are heard out",
    sql: shareOf(`"seconds" >= .95 * "length"`),
  },
  ConcurrentMinutes: {
    words: "# minutes with two plays at once",
    sql: `coalesce(sum("overlap"), 0) / 60.0`,
  },
  ConcurrentDays: {
    words: "two plays at once on # days",
    sql: `CAST(count(DISTINCT "event_date") FILTER ("overlap" > 0) AS DOUBLE)`,
  },
  TwoDeviceMinutes: {
    words: "# minutes on two devices at once",
    sql: `coalesce(sum("overlap") FILTER ("switched"), 0) / 60.0`,
  },
  Devices: { words: "# devices", sql: `CAST(count(DISTINCT "device") AS DOUBLE)` },
  DeviceSwitches: {
    words: "# changes of device without a pause",
    sql: `CAST(count(*) FILTER ("switched" AND NOT "new_stretch") AS DOUBLE)`,
  },
  Sittings: { words: "# sittings", sql: `CAST(count(DISTINCT "stretch_id") AS DOUBLE)` },
  HourSpread: {
    words: "times of day that spread over # hours",
    sql: `sqrt(greatest(0, sum("second" * "second") / CAST(count(*) AS DOUBLE)
      - (sum("second") / CAST(count(*) AS DOUBLE)) * (sum("second") / CAST(count(*) AS DOUBLE))))
      / 3600`,
  },
  TasteBySitting: { words: "taste changes # times more between sittings than one taste does" },
  TasteByDevice: { words: "taste differs # times more between devices than one taste does" },
};

/** Names of `furtherFeatures`. */
export const furtherNames: readonly string[] = Object.keys(furtherFeatures);

/** The plays of `$day` and the days before it. */
function playsSql({ span }: LakeDays, isNamed: boolean): string {
  const named = isNamed ? `AND p."user_id" IN (SELECT unnest($users))` : "";
  const last = "CAST($day AS DATE)";
  return `SELECT p."user_id", p."event_at", p."event_date", p."device",
    p."track_id", p."track_name",
    coalesce(p."play_seconds", 0) AS "seconds",
    coalesce(p."track_seconds", t."duration_ms" / 1000.0) AS "length", t."album",
    coalesce(t."artist_id", t."artist_name", p."artist_name") AS "artist",
    coalesce(lower(t."label_kind") LIKE 'ind%', false) AS "indie",
    CAST(epoch(p."event_at") AS BIGINT) AS "at",
    CAST(epoch(p."event_at") AS BIGINT) % 86400 AS "second"
  FROM "play" p LEFT JOIN "track" t ON p."track_id" = t."track_id"
  WHERE p."event_date" > ${last} - ${span} AND p."event_date" <= ${last} ${named}`;
}

/**
 * Makes the temporary table `"heard"`: the plays of `$day` and the days before it, of all users or
 * of `$users`. Plays of tracks that the catalogue does not know count as plays of major labels.
 */
export function heardSql(days: LakeDays, isNamed = false): string {
  return `CREATE OR REPLACE TEMP TABLE "heard" AS ${playsSql(days, isNamed)}`;
}

/** Sums of cases, not counts with a filter: over windows these take three times as long. */
const numbered = (which: string): string =>
  `CAST(sum(CASE WHEN ${which} THEN 1 ELSE 0 END) OVER "so_far" AS BIGINT)`;

const endOfPlay = `("at" + CAST(round("seconds") AS BIGINT))`;

/** Makes the temporary table `"ordered"`: the plays of `"heard"` with what stands around them. */
export function orderedSql(): string {
  const order = `PARTITION BY "user_id" ORDER BY "event_at", "track_id", "seconds"`;
  const overlap = `least(coalesce("busy_until", "at"), ${endOfPlay}) - "at"`;
  return `CREATE OR REPLACE TEMP TABLE "ordered" AS WITH "marked" AS (
  SELECT *,
    "track_id" IS DISTINCT FROM lag("track_id") OVER "order" AS "new_run",
    "device" IS DISTINCT FROM lag("device") OVER "order"
      AND lag("at") OVER "order" IS NOT NULL AS "switched",
    coalesce("at" - lag("at") OVER "order" > ${pauseSeconds}, true) AS "new_stretch",
    max(${endOfPlay}) OVER "before" AS "busy_until"
  FROM "heard" WINDOW "order" AS (${order}),
    "before" AS (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT * EXCLUDE ("busy_until"),
  ${numbered('"new_run"')} AS "run_id",
  ${numbered('"new_stretch"')} AS "stretch_id",
  CASE WHEN ${overlap} > ${fadeSeconds} THEN ${overlap} ELSE 0 END AS "overlap"
FROM "marked" WINDOW "so_far" AS (${order} ROWS UNBOUNDED PRECEDING)`;
}

/** Most plays of one of something, by `by`. */
const mostOf = (name: string, keys: string, by: string): string =>
  `"${name}" AS (SELECT ${by}, CAST(max("plays") AS DOUBLE) AS "most" FROM (
    SELECT ${by}, count(*) AS "plays" FROM "heard" WHERE "${name}" IS NOT NULL
    GROUP BY ${by}, ${keys}) GROUP BY ${by})`;

/** The published features, from `"heard"`. @param by columns that name a row */
const countsSql = (by: string): string => `WITH "all" AS (SELECT ${by}, count(*) AS "plays",
    count(*) FILTER ("indie") AS "of_indie" FROM "heard" GROUP BY ${by}),
  ${mostOf("album", `"artist", "album"`, by)},
  ${mostOf("track_id", `"track_id"`, by)},
  ${mostOf("artist", `"artist"`, by)}
SELECT ${by}, "of_indie" / CAST(greatest("plays" - "of_indie", 1) AS DOUBLE) AS "n0",
  CAST("plays" AS DOUBLE) AS "n1", coalesce("album"."most", 0) AS "n2",
  coalesce("track_id"."most", 0) AS "n3", coalesce("artist"."most", 0) AS "n4"
FROM "all" LEFT JOIN "album" USING (${by}) LEFT JOIN "track_id" USING (${by})
  LEFT JOIN "artist" USING (${by})`;

/** The published features by user, from `"heard"`. */
export const publishedSql = `${countsSql('"user_id"')} ORDER BY "user_id"`;

/** The same by user and day, of days with so many plays of one artist. */
export const dailySql = `SELECT "user_id", "n0", "n1", "n2", "n3", "n4",
  CAST("event_date" AS VARCHAR) AS "day" FROM (${countsSql('"user_id", "event_date"')})
WHERE "n4" >= ${leastPlays} ORDER BY "day", "user_id"`;

/**
 * The features asked for that SQL tells, by user, from `"ordered"`, in the order of `publishedSql`.
 * @param further names of `furtherFeatures`; the column of one at place k is `"xk"`
 */
export function furtherSql(further: readonly string[]): string {
  const [direct, joined]: [string[], string[]] = [[], []];
  for (const [at, name] of further.entries()) {
    const { sql, longest } = furtherFeatures[name]!;
    if (sql === undefined) continue;
    if (longest === undefined) direct.push(`${sql} AS "x${at}"`);
    else {
      joined.push(`(SELECT "user_id", max("value") AS "x${at}" FROM (
        SELECT "user_id", ${longest} AS "value" FROM "ordered" GROUP BY "user_id", ${sql})
        GROUP BY "user_id")`);
    }
  }
  const own = `(SELECT ${['"user_id"', ...direct].join(", ")} FROM "ordered" GROUP BY "user_id")`;
  const more = joined.map((table) => ` JOIN ${table} USING ("user_id")`).join("");
  return `SELECT * FROM ${own}${more} ORDER BY "user_id"`;
}

/** Plays by user, sitting, device and artist, in this order, from `"ordered"`. */
export const sittingsSql = `SELECT "user_id", CAST("stretch_id" AS DOUBLE) AS "sitting",
  coalesce("device", '') AS "device", "artist", CAST(count(*) AS DOUBLE) AS "plays"
FROM "ordered" WHERE "artist" IS NOT NULL
GROUP BY ALL ORDER BY "user_id", "sitting", "device", "artist"`;

/** The tracks that users played most, at most three each, from `"heard"`. */
export const titlesSql = `SELECT "user_id", h."track_id", 
  coalesce(min(t."name"), min(h."track_name")) AS "name", min(h."artist") AS "artist",
  min(h."album") AS "album", count(*) AS "plays",
  count(*) FILTER ("seconds" >= ${payoutSeconds} AND "seconds" < ${payoutSeconds + 5}) AS "short"
FROM "heard" h LEFT JOIN "track" t ON t."track_id" = h."track_id"
WHERE h."track_id" IS NOT NULL
GROUP BY "user_id", h."track_id"
QUALIFY row_number() OVER (PARTITION BY "user_id" ORDER BY count(*) DESC, h."track_id") <= 3
ORDER BY "user_id", "plays" DESC, h."track_id"`;

/** The longest time with two plays at once of each user, from `"ordered"`. */
export const overlapsSql = `SELECT "user_id", CAST("event_at" AS VARCHAR) AS "from", "device",
  "overlap", "switched"
FROM "ordered" WHERE "overlap" > 0
QUALIFY row_number() OVER (PARTITION BY "user_id" ORDER BY "overlap" DESC, "event_at") = 1
ORDER BY "user_id"`;
