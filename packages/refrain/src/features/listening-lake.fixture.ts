/** A seeded listening log of some users over 90 days, with bots, outliers and late rows. */
import { makeTestLake, randomMacro, type TestLake } from "./test-lake.fixture.js";

/** How the log looks. */
export interface ListeningOptions {
  readonly users?: number;
  readonly buckets?: number;
  readonly filesPerBucket?: number;
  /** Give plays and searches a time of day. */
  readonly timed?: boolean;
  /** Other order of the same rows. */
  readonly shuffle?: string;
}

/** First day of the log. */
export const listeningStart = "2017-03-01";
/** Days of the log: its last is 2017-05-29. */
export const listeningDays = 90;

/** Writes the lake; equal options give equal rows. */
export function makeListeningLake(options: ListeningOptions = {}): Promise<TestLake> {
  const { users = 80, timed = false, shuffle = "" } = options;
  const events = (kind: string, perUserDay: number, columns: string): string =>
    `SELECT "user_id", "event_at", "arrived_at", ${timed} AS "timed", ${columns} FROM (
      SELECT 'u' || u AS "user_id", u, d, n,
        TIMESTAMP '${listeningStart} 00:00:00' + to_days(CAST(d AS INTEGER))
          + to_microseconds(CASE WHEN ${timed}
            THEN rnd('${kind}t', u, d, n) % 86400000000 ELSE 0 END) AS "event_at",
        CAST(CAST("event_at" AS DATE) AS TIMESTAMP) + INTERVAL 1 DAY
          + to_days(CASE WHEN rnd('${kind}late', u, d, n) % 50 = 0
            THEN CAST(rnd('${kind}by', u, d, n) % 40 AS INTEGER) ELSE 0 END) AS "arrived_at"
      FROM range(${users}) AS us(u), range(${listeningDays}) AS ds(d), range(60) AS ns(n)
      WHERE rnd('${kind}active', u, d, 0) % 10 < 4 + u % 5 AND d < 20 + rnd('stay', u, 0, 0) % 90
        AND n < rnd('${kind}count', u, d, 0) % ${perUserDay} +
          CASE WHEN rnd('${kind}burst', u, d, 0) % 97 = 0 THEN 30 + (u + d) % 20 ELSE 0 END
    ) ORDER BY hash("user_id" || '${shuffle}' || CAST("event_at" AS VARCHAR) || n)`;
  const song = `CAST(rnd('song', u, d, n) % 300 AS INT)`;
  return makeTestLake({
    buckets: options.buckets ?? 1,
    ...(options.filesPerBucket === undefined ? {} : { filesPerBucket: options.filesPerBucket }),
    before: [randomMacro],
    tables: {
      play: events(
        "p",
        8,
        `CASE WHEN rnd('nosong', u, d, n) % 40 = 0 THEN NULL ELSE 's' || ${song} END AS "track_id",
         'artist ' || ${song} % 40 AS "artist_name",
         CASE WHEN u % 23 = 3 AND d % 16 = 11 THEN 30000 + n
           WHEN rnd('odd', u, d, n) % 90 = 0 THEN -5
           WHEN rnd('odd', u, d, n) % 91 = 0 THEN 20170301
           ELSE rnd('secs', u, d, n) % 300 / 1.7 END AS "play_seconds",
         CASE WHEN ${song} % 23 = 0 THEN 0 ELSE 120.5 + ${song} % 100 END AS "track_seconds",
         CASE WHEN rnd('dev', u, d, 0) % 9 = 0 THEN NULL
           WHEN (u + d // 45) % 2 = 0 THEN 'ar' ELSE 'ip' END AS "device"`,
      ),
      download: events("d", 2, `'s' || ${song} AS "track_id", 'ar' AS "device"`),
      user: `SELECT 'u' || u AS "user_id", u % 3 = 0 AS "premium" FROM range(${users}) AS us(u)`,
      search: events("s", 3, `'query ' || n AS "query", 'ip' AS "device"`),
    },
  });
}
