/** A seeded session log of some hundred users over four months, with purchases and late rows. */
import { makeTestLake, randomMacro, type TestLake } from "./test-lake.fixture.js";

const audio = [
  "danceability",
  "energy",
  "speechiness",
  "acousticness",
  "instrumentalness",
  "liveness",
  "valence",
];

/** Writes the lake: January to April 2023. */
export function makePurchaseLake(buckets = 1): Promise<TestLake> {
  const events = (kind: string, perDay: number): string =>
    `SELECT 'u' || u AS "user_id",
      TIMESTAMP '2023-01-01 00:00:00' + to_days(CAST(d AS INTEGER))
        + to_microseconds(rnd('${kind}t', u, d, n) % 86400000000) AS "event_at",
      "event_at" + to_days(CASE WHEN rnd('${kind}late', u, d, n) % 20 = 0
        THEN CAST(rnd('${kind}by', u, d, n) % 40 AS INTEGER) ELSE 0 END) AS "arrived_at",
      true AS "timed", 't' || rnd('${kind}track', u, d, n) % 80 AS "track_id"
    FROM range(50) AS us(u), range(120) AS ds(d), range(${perDay}) AS ns(n)
    WHERE rnd('${kind}active', u, d, n) % 10 < 2`;
  return makeTestLake({
    buckets,
    before: [randomMacro],
    tables: {
      play: events("p", 5),
      skip: events("s", 2),
      like: events("l", 1),
      advertisement: events("a", 2),
      purchase: `SELECT * REPLACE (CAST(NULL AS VARCHAR) AS "track_id") FROM (${events("b", 1)})
        WHERE hash("user_id" || CAST("event_at" AS VARCHAR)) % 19 = 0`,
      track: `SELECT 't' || i AS "track_id", 'a' || i % 20 AS "artist_id", 'title ' || i AS "name",
        i % 100 + 0.5 AS "popularity", 100000 + i AS "duration_ms", i % 5 = 0 AS "explicit",
        DATE '1960-06-01' + CAST(i * 200 AS INTEGER) AS "release_date",
        ${audio.map((name) => `rnd('${name}', i, 0, 0) % 1000 / 1e3 AS "${name}"`).join(", ")},
        -i / 10.0 AS "loudness", 90.0 + i AS "tempo" FROM range(70) r(i)`,
      artist: `SELECT 'a' || i AS "artist_id", 'artist ' || i AS "name",
        ['g' || i % 7, 'g' || i % 3] AS "genres" FROM range(18) r(i)`,
      user: `SELECT 'u' || i AS "user_id",
        CASE WHEN i % 9 = 0 THEN NULL ELSE ['g' || i % 5, 'g' || i % 2] END AS "favourite_genres",
        i % 4 = 0 AS "premium" FROM range(80) r(i)`,
      track_storage: `SELECT 't' || i AS "track_id", 'SLOW' AS "storage_class",
        i * 0.000123456 AS "daily_cost" FROM range(60) r(i)`,
    },
  });
}
