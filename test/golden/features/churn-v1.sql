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
"limit_0" AS (
  SELECT min("plays") AS "play_limit"
  FROM (SELECT "plays", sum("days") OVER (ORDER BY "plays" ASC NULLS LAST) AS "upto",
      sum("days") OVER () AS "total"
    FROM (SELECT 0 AS "place", "play_n" AS "plays", CAST(count(*) AS BIGINT) AS "days"
    FROM "day_0" WHERE NOT "is_bot" AND "play_n" > 0 GROUP BY "play_n"))
  WHERE "upto" * 1000 >= "total" * 999),
"clean_0" AS (
  SELECT "user_id", "day", "is_bot", "play_limit",
    CASE WHEN "play_n" > "play_limit" THEN 1 ELSE 0 END AS "is_outlier",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "play_n" END AS "play_n",
    "download_n",
    "search_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "play_seconds_scaled" END AS "play_seconds_scaled",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "full_plays_n" END AS "full_plays_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "measured_plays_n" END AS "measured_plays_n",
    "last_device",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "timed_plays_n" END AS "timed_plays_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_night_n" END AS "plays_night_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_morning_n" END AS "plays_morning_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_afternoon_n" END AS "plays_afternoon_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_evening_n" END AS "plays_evening_n",
    CASE WHEN "play_n" > "play_limit" THEN NULL ELSE "timed_plays_n_min_us" END AS "timed_plays_n_min_us",
    CASE WHEN "play_n" > "play_limit" THEN NULL ELSE "timed_plays_n_max_us" END AS "timed_plays_n_max_us"
  FROM "day_0" CROSS JOIN "limit_0"),
"row_0" AS (
  SELECT "user_id" AS "uid", '2017-05-01' AS "cutoff",
    CASE WHEN bool_or("is_bot") THEN 'bot'
      WHEN sum("play_n" + "download_n" + "search_n") = 0 THEN 'outlier' END AS "r_dropped",
    CAST(sum("is_outlier") AS BIGINT) AS "r_outlier_days", max("play_limit") AS "r_play_limit",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-04-30') AS BIGINT), 0) AS "freq_P_last_1",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-04-28') AS BIGINT), 0) AS "freq_P_last_3",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-04-24') AS BIGINT), 0) AS "freq_P_last_7",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-04-17') AS BIGINT), 0) AS "freq_P_last_14",
    coalesce(CAST(sum("play_n") AS BIGINT), 0) AS "freq_P_last_30",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-04-30') AS BIGINT), 0) AS "freq_D_last_1",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-04-28') AS BIGINT), 0) AS "freq_D_last_3",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-04-24') AS BIGINT), 0) AS "freq_D_last_7",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-04-17') AS BIGINT), 0) AS "freq_D_last_14",
    coalesce(CAST(sum("download_n") AS BIGINT), 0) AS "freq_D_last_30",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-04-30') AS BIGINT), 0) AS "freq_S_last_1",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-04-28') AS BIGINT), 0) AS "freq_S_last_3",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-04-24') AS BIGINT), 0) AS "freq_S_last_7",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-04-17') AS BIGINT), 0) AS "freq_S_last_14",
    coalesce(CAST(sum("search_n") AS BIGINT), 0) AS "freq_S_last_30",
    r_days(max("day") FILTER (WHERE "play_n" > 0), DATE '2017-05-01') AS "days_from_last_play",
    r_days(max("day") FILTER (WHERE "download_n" > 0), DATE '2017-05-01') AS "days_from_last_down",
    r_days(max("day") FILTER (WHERE "search_n" > 0), DATE '2017-05-01') AS "days_from_last_search",
    CAST(coalesce(CAST(sum("play_seconds_scaled") FILTER (WHERE "day" >= DATE '2017-04-24') AS BIGINT), 0) AS DOUBLE) / 1e3 AS "play_seconds_last_7",
    CAST(coalesce(CAST(sum("play_seconds_scaled") AS BIGINT), 0) AS DOUBLE) / 1e3 AS "play_seconds_last_30",
    coalesce(CAST(sum("full_plays_n") AS BIGINT), 0) AS "full_plays_last_30",
    coalesce(CAST(sum("measured_plays_n") AS BIGINT), 0) AS "measured_plays",
    CAST(count(*) FILTER (WHERE "day" >= DATE '2017-04-24' AND "play_n" + "download_n" + "search_n" > 0) AS BIGINT) AS "active_days_last_7",
    CAST(count(*) FILTER (WHERE "play_n" + "download_n" + "search_n" > 0) AS BIGINT) AS "active_days_last_30",
    max_by("last_device", "day") FILTER (WHERE "last_device" IS NOT NULL) AS "device",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 0) AS BIGINT), 0) AS "plays_monday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 1) AS BIGINT), 0) AS "plays_tuesday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 2) AS BIGINT), 0) AS "plays_wednesday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 3) AS BIGINT), 0) AS "plays_thursday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 4) AS BIGINT), 0) AS "plays_friday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 5) AS BIGINT), 0) AS "plays_saturday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 6) AS BIGINT), 0) AS "plays_sunday",
    coalesce(CAST(sum("timed_plays_n") AS BIGINT), 0) AS "timed_plays",
    coalesce(CAST(sum("plays_night_n") AS BIGINT), 0) AS "plays_night",
    coalesce(CAST(sum("plays_morning_n") AS BIGINT), 0) AS "plays_morning",
    coalesce(CAST(sum("plays_afternoon_n") AS BIGINT), 0) AS "plays_afternoon",
    coalesce(CAST(sum("plays_evening_n") AS BIGINT), 0) AS "plays_evening",
    CAST(max("timed_plays_n_max_us") - min("timed_plays_n_min_us") AS DOUBLE) / nullif(CAST((coalesce(CAST(sum("timed_plays_n") AS BIGINT), 0) - 1) * 3600000000 AS DOUBLE), 0) AS "mean_gap_hours_last_30"
  FROM "clean_0"
  GROUP BY "user_id"),
"distinct_play_0" AS (
  SELECT e."user_id", CAST(count(DISTINCT e."track_id") AS BIGINT) AS "distinct_songs_last_30", CAST(count(DISTINCT e."artist_name") AS BIGINT) AS "distinct_artists_last_30", CAST(count(DISTINCT "track"."album") AS BIGINT) AS "distinct_albums_last_30"
  FROM "play" e LEFT JOIN "track" ON e."track_id" = "track"."track_id"
  ANTI JOIN (SELECT "user_id", "day" FROM "clean_0" WHERE "is_outlier" = 1) o
    ON e."user_id" = o."user_id" AND CAST(e."event_at" AS DATE) = o."day"
  WHERE e."event_at" >= TIMESTAMP '2017-04-01 00:00:00'
    AND e."event_at" < TIMESTAMP '2017-05-01 00:00:00'
    AND e."arrived_at" <= TIMESTAMP '2017-05-01 00:00:00'
  GROUP BY e."user_id"),
"label_0" AS (
  SELECT DISTINCT "user_id" FROM "cell"
  WHERE "day" >= DATE '2017-05-01' AND "day" < DATE '2017-05-15'),
"day_1" AS (
  SELECT "user_id", "day", CAST(sum("play_n") AS BIGINT) AS "play_n", CAST(sum("download_n") AS BIGINT) AS "download_n", CAST(sum("search_n") AS BIGINT) AS "search_n", CAST(sum("play_seconds_scaled") AS BIGINT) AS "play_seconds_scaled", CAST(sum("full_plays_n") AS BIGINT) AS "full_plays_n", CAST(sum("measured_plays_n") AS BIGINT) AS "measured_plays_n", max("last_device") AS "last_device", CAST(sum("timed_plays_n") AS BIGINT) AS "timed_plays_n", CAST(sum("plays_night_n") AS BIGINT) AS "plays_night_n", CAST(sum("plays_morning_n") AS BIGINT) AS "plays_morning_n", CAST(sum("plays_afternoon_n") AS BIGINT) AS "plays_afternoon_n", CAST(sum("plays_evening_n") AS BIGINT) AS "plays_evening_n", min("timed_plays_n_min_us") AS "timed_plays_n_min_us", max("timed_plays_n_max_us") AS "timed_plays_n_max_us", "user_id" IN (SELECT "user_id" FROM "bot" WHERE "place" = 1) AS "is_bot"
  FROM "cell"
  WHERE "day" >= DATE '2017-05-02'
    AND "day" < DATE '2017-06-01' AND "known_from" <= 1
  GROUP BY "user_id", "day"),
"limit_1" AS (
  SELECT min("plays") AS "play_limit"
  FROM (SELECT "plays", sum("days") OVER (ORDER BY "plays" ASC NULLS LAST) AS "upto",
      sum("days") OVER () AS "total"
    FROM (SELECT 1 AS "place", "play_n" AS "plays", CAST(count(*) AS BIGINT) AS "days"
    FROM "day_1" WHERE NOT "is_bot" AND "play_n" > 0 GROUP BY "play_n"))
  WHERE "upto" * 1000 >= "total" * 999),
"clean_1" AS (
  SELECT "user_id", "day", "is_bot", "play_limit",
    CASE WHEN "play_n" > "play_limit" THEN 1 ELSE 0 END AS "is_outlier",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "play_n" END AS "play_n",
    "download_n",
    "search_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "play_seconds_scaled" END AS "play_seconds_scaled",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "full_plays_n" END AS "full_plays_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "measured_plays_n" END AS "measured_plays_n",
    "last_device",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "timed_plays_n" END AS "timed_plays_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_night_n" END AS "plays_night_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_morning_n" END AS "plays_morning_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_afternoon_n" END AS "plays_afternoon_n",
    CASE WHEN "play_n" > "play_limit" THEN 0 ELSE "plays_evening_n" END AS "plays_evening_n",
    CASE WHEN "play_n" > "play_limit" THEN NULL ELSE "timed_plays_n_min_us" END AS "timed_plays_n_min_us",
    CASE WHEN "play_n" > "play_limit" THEN NULL ELSE "timed_plays_n_max_us" END AS "timed_plays_n_max_us"
  FROM "day_1" CROSS JOIN "limit_1"),
"row_1" AS (
  SELECT "user_id" AS "uid", '2017-06-01' AS "cutoff",
    CASE WHEN bool_or("is_bot") THEN 'bot'
      WHEN sum("play_n" + "download_n" + "search_n") = 0 THEN 'outlier' END AS "r_dropped",
    CAST(sum("is_outlier") AS BIGINT) AS "r_outlier_days", max("play_limit") AS "r_play_limit",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-05-31') AS BIGINT), 0) AS "freq_P_last_1",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-05-29') AS BIGINT), 0) AS "freq_P_last_3",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-05-25') AS BIGINT), 0) AS "freq_P_last_7",
    coalesce(CAST(sum("play_n") FILTER (WHERE "day" >= DATE '2017-05-18') AS BIGINT), 0) AS "freq_P_last_14",
    coalesce(CAST(sum("play_n") AS BIGINT), 0) AS "freq_P_last_30",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-05-31') AS BIGINT), 0) AS "freq_D_last_1",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-05-29') AS BIGINT), 0) AS "freq_D_last_3",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-05-25') AS BIGINT), 0) AS "freq_D_last_7",
    coalesce(CAST(sum("download_n") FILTER (WHERE "day" >= DATE '2017-05-18') AS BIGINT), 0) AS "freq_D_last_14",
    coalesce(CAST(sum("download_n") AS BIGINT), 0) AS "freq_D_last_30",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-05-31') AS BIGINT), 0) AS "freq_S_last_1",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-05-29') AS BIGINT), 0) AS "freq_S_last_3",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-05-25') AS BIGINT), 0) AS "freq_S_last_7",
    coalesce(CAST(sum("search_n") FILTER (WHERE "day" >= DATE '2017-05-18') AS BIGINT), 0) AS "freq_S_last_14",
    coalesce(CAST(sum("search_n") AS BIGINT), 0) AS "freq_S_last_30",
    r_days(max("day") FILTER (WHERE "play_n" > 0), DATE '2017-06-01') AS "days_from_last_play",
    r_days(max("day") FILTER (WHERE "download_n" > 0), DATE '2017-06-01') AS "days_from_last_down",
    r_days(max("day") FILTER (WHERE "search_n" > 0), DATE '2017-06-01') AS "days_from_last_search",
    CAST(coalesce(CAST(sum("play_seconds_scaled") FILTER (WHERE "day" >= DATE '2017-05-25') AS BIGINT), 0) AS DOUBLE) / 1e3 AS "play_seconds_last_7",
    CAST(coalesce(CAST(sum("play_seconds_scaled") AS BIGINT), 0) AS DOUBLE) / 1e3 AS "play_seconds_last_30",
    coalesce(CAST(sum("full_plays_n") AS BIGINT), 0) AS "full_plays_last_30",
    coalesce(CAST(sum("measured_plays_n") AS BIGINT), 0) AS "measured_plays",
    CAST(count(*) FILTER (WHERE "day" >= DATE '2017-05-25' AND "play_n" + "download_n" + "search_n" > 0) AS BIGINT) AS "active_days_last_7",
    CAST(count(*) FILTER (WHERE "play_n" + "download_n" + "search_n" > 0) AS BIGINT) AS "active_days_last_30",
    max_by("last_device", "day") FILTER (WHERE "last_device" IS NOT NULL) AS "device",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 0) AS BIGINT), 0) AS "plays_monday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 1) AS BIGINT), 0) AS "plays_tuesday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 2) AS BIGINT), 0) AS "plays_wednesday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 3) AS BIGINT), 0) AS "plays_thursday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 4) AS BIGINT), 0) AS "plays_friday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 5) AS BIGINT), 0) AS "plays_saturday",
    coalesce(CAST(sum("play_n") FILTER (WHERE r_days(DATE '1900-01-01', "day") % 7 = 6) AS BIGINT), 0) AS "plays_sunday",
    coalesce(CAST(sum("timed_plays_n") AS BIGINT), 0) AS "timed_plays",
    coalesce(CAST(sum("plays_night_n") AS BIGINT), 0) AS "plays_night",
    coalesce(CAST(sum("plays_morning_n") AS BIGINT), 0) AS "plays_morning",
    coalesce(CAST(sum("plays_afternoon_n") AS BIGINT), 0) AS "plays_afternoon",
    coalesce(CAST(sum("plays_evening_n") AS BIGINT), 0) AS "plays_evening",
    CAST(max("timed_plays_n_max_us") - min("timed_plays_n_min_us") AS DOUBLE) / nullif(CAST((coalesce(CAST(sum("timed_plays_n") AS BIGINT), 0) - 1) * 3600000000 AS DOUBLE), 0) AS "mean_gap_hours_last_30"
  FROM "clean_1"
  GROUP BY "user_id"),
"distinct_play_1" AS (
  SELECT e."user_id", CAST(count(DISTINCT e."track_id") AS BIGINT) AS "distinct_songs_last_30", CAST(count(DISTINCT e."artist_name") AS BIGINT) AS "distinct_artists_last_30", CAST(count(DISTINCT "track"."album") AS BIGINT) AS "distinct_albums_last_30"
  FROM "play" e LEFT JOIN "track" ON e."track_id" = "track"."track_id"
  ANTI JOIN (SELECT "user_id", "day" FROM "clean_1" WHERE "is_outlier" = 1) o
    ON e."user_id" = o."user_id" AND CAST(e."event_at" AS DATE) = o."day"
  WHERE e."event_at" >= TIMESTAMP '2017-05-02 00:00:00'
    AND e."event_at" < TIMESTAMP '2017-06-01 00:00:00'
    AND e."arrived_at" <= TIMESTAMP '2017-06-01 00:00:00'
  GROUP BY e."user_id"),
"label_1" AS (
  SELECT DISTINCT "user_id" FROM "cell"
  WHERE "day" >= DATE '2017-06-01' AND "day" < DATE '2017-06-15')
SELECT "uid",
  "cutoff",
  "label",
  "freq_P_last_1",
  "freq_P_last_3",
  "freq_P_last_7",
  "freq_P_last_14",
  "freq_P_last_30",
  "freq_D_last_1",
  "freq_D_last_3",
  "freq_D_last_7",
  "freq_D_last_14",
  "freq_D_last_30",
  "freq_S_last_1",
  "freq_S_last_3",
  "freq_S_last_7",
  "freq_S_last_14",
  "freq_S_last_30",
  "days_from_last_play",
  "days_from_last_down",
  "days_from_last_search",
  "play_seconds_last_7",
  "play_seconds_last_30",
  "full_plays_last_30",
  CAST("full_plays_last_30" AS DOUBLE) / nullif(CAST("measured_plays" AS DOUBLE), 0) AS "full_play_share_last_30",
  "active_days_last_7",
  "active_days_last_30",
  "distinct_songs_last_30",
  "distinct_artists_last_30",
  "distinct_albums_last_30",
  "device",
  CAST("freq_P_last_3" * 14 AS DOUBLE) / nullif(CAST("freq_P_last_14" * 3 AS DOUBLE), 0) AS "trend_P_3_14",
  CAST("freq_P_last_7" * 30 AS DOUBLE) / nullif(CAST("freq_P_last_30" * 7 AS DOUBLE), 0) AS "trend_P_7_30",
  CAST("freq_D_last_7" * 30 AS DOUBLE) / nullif(CAST("freq_D_last_30" * 7 AS DOUBLE), 0) AS "trend_D_7_30",
  CAST("freq_S_last_7" * 30 AS DOUBLE) / nullif(CAST("freq_S_last_30" * 7 AS DOUBLE), 0) AS "trend_S_7_30",
  CAST("plays_monday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_monday",
  CAST("plays_tuesday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_tuesday",
  CAST("plays_wednesday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_wednesday",
  CAST("plays_thursday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_thursday",
  CAST("plays_friday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_friday",
  CAST("plays_saturday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_saturday",
  CAST("plays_sunday" AS DOUBLE) / nullif(CAST("freq_P_last_30" AS DOUBLE), 0) AS "share_sunday",
  CAST("plays_night" AS DOUBLE) / nullif(CAST("timed_plays" AS DOUBLE), 0) AS "share_night",
  CAST("plays_morning" AS DOUBLE) / nullif(CAST("timed_plays" AS DOUBLE), 0) AS "share_morning",
  CAST("plays_afternoon" AS DOUBLE) / nullif(CAST("timed_plays" AS DOUBLE), 0) AS "share_afternoon",
  CAST("plays_evening" AS DOUBLE) / nullif(CAST("timed_plays" AS DOUBLE), 0) AS "share_evening",
  "mean_gap_hours_last_30",
  "r_dropped",
  "r_outlier_days",
  "r_play_limit"
FROM (
SELECT r.*, coalesce(d_play."distinct_songs_last_30", 0) AS "distinct_songs_last_30", coalesce(d_play."distinct_artists_last_30", 0) AS "distinct_artists_last_30", coalesce(d_play."distinct_albums_last_30", 0) AS "distinct_albums_last_30", CASE WHEN l."user_id" IS NULL THEN 1 ELSE 0 END AS "label"
FROM "row_0" r LEFT JOIN "distinct_play_0" d_play ON r."uid" = d_play."user_id" LEFT JOIN "label_0" l ON r."uid" = l."user_id"
UNION ALL
SELECT r.*, coalesce(d_play."distinct_songs_last_30", 0) AS "distinct_songs_last_30", coalesce(d_play."distinct_artists_last_30", 0) AS "distinct_artists_last_30", coalesce(d_play."distinct_albums_last_30", 0) AS "distinct_albums_last_30", CAST(NULL AS INTEGER) AS "label"
FROM "row_1" r LEFT JOIN "distinct_play_1" d_play ON r."uid" = d_play."user_id" LEFT JOIN "label_1" l ON r."uid" = l."user_id"
)
