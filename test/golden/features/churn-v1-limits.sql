WITH "cut"("place", "cutoff", "known_at") AS (VALUES
  (0, DATE '2017-05-01', TIMESTAMP '2017-05-01 00:00:00'),
  (1, DATE '2017-06-01', TIMESTAMP '2017-06-01 00:00:00')),
"bot" AS (
  SELECT DISTINCT b."user_id", c."place"
  FROM "bot_day" b JOIN "cut" c
    ON b."event_date" < c."cutoff" AND b."known_at" <= c."known_at"),
"play_cell" AS (
  SELECT "user_id", CAST("event_at" AS DATE) AS "day", CASE WHEN "arrived_at" <= TIMESTAMP '2017-05-01 00:00:00' THEN 0 WHEN "arrived_at" <= TIMESTAMP '2017-06-01 00:00:00' THEN 1 ELSE 2 END AS "known_from",
    CAST(count(*) AS BIGINT) AS "play_n",
    CAST(sum(CAST(floor(least(greatest("play_seconds", -1e12), 1e12) * 1e3 + 5e-1) AS BIGINT)) FILTER (WHERE "play_seconds" BETWEEN 0 AND 86400) AS BIGINT) AS "play_seconds_scaled",
    CAST(count(*) FILTER (WHERE "track_seconds" > 0 AND "play_seconds" >= 0 AND "play_seconds" >= "track_seconds" * 9e-1) AS BIGINT) AS "full_plays_n",
    CAST(count(*) FILTER (WHERE "track_seconds" > 0 AND "play_seconds" >= 0) AS BIGINT) AS "measured_plays_n",
    max("device") AS "last_device",
    CAST(count(*) FILTER (WHERE "timed") AS BIGINT) AS "timed_plays_n",
    CAST(count(*) FILTER (WHERE "timed" AND hour("event_at") BETWEEN 0 AND 5) AS BIGINT) AS "plays_night_n",
    CAST(count(*) FILTER (WHERE "timed" AND hour("event_at") BETWEEN 6 AND 11) AS BIGINT) AS "plays_morning_n",
    CAST(count(*) FILTER (WHERE "timed" AND hour("event_at") BETWEEN 12 AND 17) AS BIGINT) AS "plays_afternoon_n",
    CAST(count(*) FILTER (WHERE "timed" AND hour("event_at") BETWEEN 18 AND 23) AS BIGINT) AS "plays_evening_n",
    min(r_us("event_at")) FILTER (WHERE "timed") AS "timed_plays_n_min_us",
    max(r_us("event_at")) FILTER (WHERE "timed") AS "timed_plays_n_max_us"
  FROM "play"
  WHERE "event_at" >= TIMESTAMP '2017-04-01 00:00:00' AND "event_at" < TIMESTAMP '2017-06-15 00:00:00'
  GROUP BY 1, 2, 3),
"download_cell" AS (
  SELECT "user_id", CAST("event_at" AS DATE) AS "day", CASE WHEN "arrived_at" <= TIMESTAMP '2017-05-01 00:00:00' THEN 0 WHEN "arrived_at" <= TIMESTAMP '2017-06-01 00:00:00' THEN 1 ELSE 2 END AS "known_from",
    CAST(count(*) AS BIGINT) AS "download_n",
    max("device") AS "last_device"
  FROM "download"
  WHERE "event_at" >= TIMESTAMP '2017-04-01 00:00:00' AND "event_at" < TIMESTAMP '2017-06-15 00:00:00'
  GROUP BY 1, 2, 3),
"search_cell" AS (
  SELECT "user_id", CAST("event_at" AS DATE) AS "day", CASE WHEN "arrived_at" <= TIMESTAMP '2017-05-01 00:00:00' THEN 0 WHEN "arrived_at" <= TIMESTAMP '2017-06-01 00:00:00' THEN 1 ELSE 2 END AS "known_from",
    CAST(count(*) AS BIGINT) AS "search_n",
    max("device") AS "last_device"
  FROM "search"
  WHERE "event_at" >= TIMESTAMP '2017-04-01 00:00:00' AND "event_at" < TIMESTAMP '2017-06-15 00:00:00'
  GROUP BY 1, 2, 3),
"cell" AS (
  SELECT "user_id", "day", "known_from",
    "play_n", CAST(0 AS BIGINT) AS "download_n", CAST(0 AS BIGINT) AS "search_n", "play_seconds_scaled", "full_plays_n", "measured_plays_n", "last_device", "timed_plays_n", "plays_night_n", "plays_morning_n", "plays_afternoon_n", "plays_evening_n", "timed_plays_n_min_us", "timed_plays_n_max_us"
  FROM "play_cell"
  UNION ALL
  SELECT "user_id", "day", "known_from",
    CAST(0 AS BIGINT) AS "play_n", "download_n", CAST(0 AS BIGINT) AS "search_n", CAST(0 AS BIGINT) AS "play_seconds_scaled", CAST(0 AS BIGINT) AS "full_plays_n", CAST(0 AS BIGINT) AS "measured_plays_n", "last_device", CAST(0 AS BIGINT) AS "timed_plays_n", CAST(0 AS BIGINT) AS "plays_night_n", CAST(0 AS BIGINT) AS "plays_morning_n", CAST(0 AS BIGINT) AS "plays_afternoon_n", CAST(0 AS BIGINT) AS "plays_evening_n", CAST(NULL AS BIGINT) AS "timed_plays_n_min_us", CAST(NULL AS BIGINT) AS "timed_plays_n_max_us"
  FROM "download_cell"
  UNION ALL
  SELECT "user_id", "day", "known_from",
    CAST(0 AS BIGINT) AS "play_n", CAST(0 AS BIGINT) AS "download_n", "search_n", CAST(0 AS BIGINT) AS "play_seconds_scaled", CAST(0 AS BIGINT) AS "full_plays_n", CAST(0 AS BIGINT) AS "measured_plays_n", "last_device", CAST(0 AS BIGINT) AS "timed_plays_n", CAST(0 AS BIGINT) AS "plays_night_n", CAST(0 AS BIGINT) AS "plays_morning_n", CAST(0 AS BIGINT) AS "plays_afternoon_n", CAST(0 AS BIGINT) AS "plays_evening_n", CAST(NULL AS BIGINT) AS "timed_plays_n_min_us", CAST(NULL AS BIGINT) AS "timed_plays_n_max_us"
  FROM "search_cell"),
"day_0" AS (
  SELECT "user_id", "day", CAST(sum("play_n") AS BIGINT) AS "play_n", CAST(sum("download_n") AS BIGINT) AS "download_n", CAST(sum("search_n") AS BIGINT) AS "search_n", CAST(sum("play_seconds_scaled") AS BIGINT) AS "play_seconds_scaled", CAST(sum("full_plays_n") AS BIGINT) AS "full_plays_n", CAST(sum("measured_plays_n") AS BIGINT) AS "measured_plays_n", max("last_device") AS "last_device", CAST(sum("timed_plays_n") AS BIGINT) AS "timed_plays_n", CAST(sum("plays_night_n") AS BIGINT) AS "plays_night_n", CAST(sum("plays_morning_n") AS BIGINT) AS "plays_morning_n", CAST(sum("plays_afternoon_n") AS BIGINT) AS "plays_afternoon_n", CAST(sum("plays_evening_n") AS BIGINT) AS "plays_evening_n", min("timed_plays_n_min_us") AS "timed_plays_n_min_us", max("timed_plays_n_max_us") AS "timed_plays_n_max_us", "user_id" IN (SELECT "user_id" FROM "bot" WHERE "place" = 0) AS "is_bot"
  FROM "cell"
  WHERE "day" >= DATE '2017-04-01'
    AND "day" < DATE '2017-05-01' AND "known_from" <= 0
  GROUP BY "user_id", "day"),
"day_1" AS (
  SELECT "user_id", "day", CAST(sum("play_n") AS BIGINT) AS "play_n", CAST(sum("download_n") AS BIGINT) AS "download_n", CAST(sum("search_n") AS BIGINT) AS "search_n", CAST(sum("play_seconds_scaled") AS BIGINT) AS "play_seconds_scaled", CAST(sum("full_plays_n") AS BIGINT) AS "full_plays_n", CAST(sum("measured_plays_n") AS BIGINT) AS "measured_plays_n", max("last_device") AS "last_device", CAST(sum("timed_plays_n") AS BIGINT) AS "timed_plays_n", CAST(sum("plays_night_n") AS BIGINT) AS "plays_night_n", CAST(sum("plays_morning_n") AS BIGINT) AS "plays_morning_n", CAST(sum("plays_afternoon_n") AS BIGINT) AS "plays_afternoon_n", CAST(sum("plays_evening_n") AS BIGINT) AS "plays_evening_n", min("timed_plays_n_min_us") AS "timed_plays_n_min_us", max("timed_plays_n_max_us") AS "timed_plays_n_max_us", "user_id" IN (SELECT "user_id" FROM "bot" WHERE "place" = 1) AS "is_bot"
  FROM "cell"
  WHERE "day" >= DATE '2017-05-02'
    AND "day" < DATE '2017-06-01' AND "known_from" <= 1
  GROUP BY "user_id", "day")
SELECT 0 AS "place", "play_n" AS "plays", CAST(count(*) AS BIGINT) AS "days"
    FROM "day_0" WHERE NOT "is_bot" AND "play_n" > 0 GROUP BY "play_n"
UNION ALL
SELECT 1 AS "place", "play_n" AS "plays", CAST(count(*) AS BIGINT) AS "days"
    FROM "day_1" WHERE NOT "is_bot" AND "play_n" > 0 GROUP BY "play_n"
