WITH "cut"("place", "year", "month", "starts", "cutoff", "known_at", "label_until", "label_known") AS (VALUES
  (0, 2017, 4, TIMESTAMP '2017-04-01 00:00:00', TIMESTAMP '2017-05-01 00:00:00', TIMESTAMP '2017-05-01 00:00:00', TIMESTAMP '2017-05-31 00:00:00', true),
  (1, 2017, 5, TIMESTAMP '2017-05-01 00:00:00', TIMESTAMP '2017-06-01 00:00:00', TIMESTAMP '2017-06-01 00:00:00', TIMESTAMP '2017-07-01 00:00:00', false)),
"bought" AS (
  SELECT p."user_id", c."place", min(p."event_at") AS "bought_at"
  FROM "purchase" p JOIN "cut" c
    ON p."event_at" < c."cutoff" AND p."arrived_at" <= c."known_at"
  GROUP BY p."user_id", c."place"),
"play_seen" AS (
  SELECT e."user_id", c."place", e."event_at", c."known_at", e."track_id"
  FROM "play" e
  JOIN "cut" c ON year(e."event_at") = c."year" AND month(e."event_at") = c."month"
  LEFT JOIN "bought" b ON e."user_id" = b."user_id" AND c."place" = b."place"
  WHERE e."event_at" < c."cutoff" AND e."arrived_at" <= c."known_at"
    AND (b."bought_at" IS NULL OR e."event_at" < b."bought_at")),
"skip_seen" AS (
  SELECT e."user_id", c."place", e."event_at", c."known_at"
  FROM "skip" e
  JOIN "cut" c ON year(e."event_at") = c."year" AND month(e."event_at") = c."month"
  LEFT JOIN "bought" b ON e."user_id" = b."user_id" AND c."place" = b."place"
  WHERE e."event_at" < c."cutoff" AND e."arrived_at" <= c."known_at"
    AND (b."bought_at" IS NULL OR e."event_at" < b."bought_at")),
"like_seen" AS (
  SELECT e."user_id", c."place", e."event_at", c."known_at"
  FROM "like" e
  JOIN "cut" c ON year(e."event_at") = c."year" AND month(e."event_at") = c."month"
  LEFT JOIN "bought" b ON e."user_id" = b."user_id" AND c."place" = b."place"
  WHERE e."event_at" < c."cutoff" AND e."arrived_at" <= c."known_at"
    AND (b."bought_at" IS NULL OR e."event_at" < b."bought_at")),
"advertisement_seen" AS (
  SELECT e."user_id", c."place", e."event_at", c."known_at"
  FROM "advertisement" e
  JOIN "cut" c ON year(e."event_at") = c."year" AND month(e."event_at") = c."month"
  LEFT JOIN "bought" b ON e."user_id" = b."user_id" AND c."place" = b."place"
  WHERE e."event_at" < c."cutoff" AND e."arrived_at" <= c."known_at"
    AND (b."bought_at" IS NULL OR e."event_at" < b."bought_at")),
"counted" AS (
  SELECT "user_id", "place", min("first_at") AS "first_at", CAST(sum("play_n") AS BIGINT) AS "play_n", CAST(sum("skip_n") AS BIGINT) AS "skip_n", CAST(sum("like_n") AS BIGINT) AS "like_n", CAST(sum("advertisement_n") AS BIGINT) AS "advertisement_n"
  FROM (
    SELECT "user_id", "place", min("event_at") AS "first_at", count(*) AS "play_n", 0 AS "skip_n", 0 AS "like_n", 0 AS "advertisement_n"
    FROM "play_seen" GROUP BY "user_id", "place"
    UNION ALL
    SELECT "user_id", "place", min("event_at") AS "first_at", 0 AS "play_n", count(*) AS "skip_n", 0 AS "like_n", 0 AS "advertisement_n"
    FROM "skip_seen" GROUP BY "user_id", "place"
    UNION ALL
    SELECT "user_id", "place", min("event_at") AS "first_at", 0 AS "play_n", 0 AS "skip_n", count(*) AS "like_n", 0 AS "advertisement_n"
    FROM "like_seen" GROUP BY "user_id", "place"
    UNION ALL
    SELECT "user_id", "place", min("event_at") AS "first_at", 0 AS "play_n", 0 AS "skip_n", 0 AS "like_n", count(*) AS "advertisement_n"
    FROM "advertisement_seen" GROUP BY "user_id", "place")
  GROUP BY "user_id", "place"),
"track_value" AS (
  SELECT "track"."track_id", "track"."artist_id",
    CAST(floor(least(greatest("track"."popularity", -1e12), 1e12) * 1e3 + 5e-1) AS BIGINT) AS "track_popularity",
    "track"."duration_ms" AS "track_duration_ms",
    CAST(r_days(DATE '1970-01-01', "track"."release_date") AS BIGINT) * 86400 AS "track_release_date",
    CASE WHEN "track"."explicit" THEN 1 WHEN NOT "track"."explicit" THEN 0 END AS "track_explicit",
    CAST(floor(least(greatest("track"."acousticness", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_acousticness",
    CAST(floor(least(greatest("track"."danceability", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_danceability",
    CAST(floor(least(greatest("track"."energy", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_energy",
    CAST(floor(least(greatest("track"."instrumentalness", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_instrumentalness",
    CAST(floor(least(greatest("track"."liveness", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_liveness",
    CAST(floor(least(greatest("track"."loudness", -1e12), 1e12) * 1e3 + 5e-1) AS BIGINT) AS "track_loudness",
    CAST(floor(least(greatest("track"."speechiness", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_speechiness",
    CAST(floor(least(greatest("track"."tempo", -1e12), 1e12) * 1e3 + 5e-1) AS BIGINT) AS "track_tempo",
    CAST(floor(least(greatest("track"."valence", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_valence",
    length("track"."name") AS "track_name",
    CAST(floor(least(greatest("track_storage"."daily_cost", -1e6), 1e6) * 1e9 + 5e-1) AS BIGINT) AS "track_storage_daily_cost"
  FROM "track" LEFT JOIN "track_storage" ON "track"."track_id" = "track_storage"."track_id"),
"heard" AS (
  SELECT p."user_id", p."place", CAST(count(DISTINCT t."artist_id") AS BIGINT) AS "artists",
    CAST(sum(t."track_popularity") AS BIGINT) AS "track_popularity_sum",
    CAST(count(t."track_popularity") AS BIGINT) AS "track_popularity_n",
    CAST(sum(t."track_duration_ms") AS BIGINT) AS "track_duration_ms_sum",
    CAST(count(t."track_duration_ms") AS BIGINT) AS "track_duration_ms_n",
    CAST(sum(t."track_release_date") AS BIGINT) AS "track_release_date_sum",
    CAST(count(t."track_release_date") AS BIGINT) AS "track_release_date_n",
    CAST(sum(t."track_explicit") AS BIGINT) AS "track_explicit_sum",
    CAST(count(t."track_explicit") AS BIGINT) AS "track_explicit_n",
    CAST(sum(t."track_acousticness") AS BIGINT) AS "track_acousticness_sum",
    CAST(count(t."track_acousticness") AS BIGINT) AS "track_acousticness_n",
    CAST(sum(t."track_danceability") AS BIGINT) AS "track_danceability_sum",
    CAST(count(t."track_danceability") AS BIGINT) AS "track_danceability_n",
    CAST(sum(t."track_energy") AS BIGINT) AS "track_energy_sum",
    CAST(count(t."track_energy") AS BIGINT) AS "track_energy_n",
    CAST(sum(t."track_instrumentalness") AS BIGINT) AS "track_instrumentalness_sum",
    CAST(count(t."track_instrumentalness") AS BIGINT) AS "track_instrumentalness_n",
    CAST(sum(t."track_liveness") AS BIGINT) AS "track_liveness_sum",
    CAST(count(t."track_liveness") AS BIGINT) AS "track_liveness_n",
    CAST(sum(t."track_loudness") AS BIGINT) AS "track_loudness_sum",
    CAST(count(t."track_loudness") AS BIGINT) AS "track_loudness_n",
    CAST(sum(t."track_speechiness") AS BIGINT) AS "track_speechiness_sum",
    CAST(count(t."track_speechiness") AS BIGINT) AS "track_speechiness_n",
    CAST(sum(t."track_tempo") AS BIGINT) AS "track_tempo_sum",
    CAST(count(t."track_tempo") AS BIGINT) AS "track_tempo_n",
    CAST(sum(t."track_valence") AS BIGINT) AS "track_valence_sum",
    CAST(count(t."track_valence") AS BIGINT) AS "track_valence_n",
    CAST(sum(t."track_name") AS BIGINT) AS "track_name_sum",
    CAST(count(t."track_name") AS BIGINT) AS "track_name_n",
    CAST(sum(t."track_storage_daily_cost") AS BIGINT) AS "track_storage_daily_cost_sum",
    CAST(count(t."track_storage_daily_cost") AS BIGINT) AS "track_storage_daily_cost_n"
  FROM "play_seen" p LEFT JOIN "track_value" t ON p."track_id" = t."track_id"
  GROUP BY p."user_id", p."place"),
"liked" AS (
  SELECT p."user_id", p."place", CAST(count(*) AS BIGINT) AS "plays"
  FROM "play_seen" p SEMI JOIN "like" l
    ON p."user_id" = l."user_id" AND p."track_id" = l."track_id"
    AND l."event_at" <= p."event_at" AND l."arrived_at" <= p."known_at"
  GROUP BY p."user_id", p."place"),
"artist_heard" AS (
  SELECT p."user_id", p."place", t."artist_id", CAST(count(*) AS BIGINT) AS "plays",
    CAST(sum(t."track_popularity") AS BIGINT) AS "popularity_sum",
    CAST(count(t."track_popularity") AS BIGINT) AS "popularity_n"
  FROM "play_seen" p JOIN "track_value" t ON p."track_id" = t."track_id"
  WHERE t."artist_id" IS NOT NULL
  GROUP BY p."user_id", p."place", t."artist_id"),
"favourite_met" AS (
  SELECT a."user_id", a."place", a."artist_id", a."plays",
    a."popularity_sum", a."popularity_n", g."genre"
  FROM "artist_heard" a
  JOIN "artist_genre" g ON a."artist_id" = g."artist_id"
  JOIN "user_genre" u ON a."user_id" = u."user_id" AND g."genre" = u."genre"),
"favourite_genres" AS (
  SELECT "user_id", "place", CAST(count(DISTINCT "genre") AS BIGINT) AS "genres"
  FROM "favourite_met" GROUP BY "user_id", "place"),
"favourite_plays" AS (
  SELECT "user_id", "place", CAST(sum("plays") AS BIGINT) AS "plays",
    CAST(sum("popularity_sum") AS BIGINT) AS "popularity_sum",
    CAST(sum("popularity_n") AS BIGINT) AS "popularity_n"
  FROM (SELECT DISTINCT "user_id", "place", "artist_id", "plays", "popularity_sum", "popularity_n"
    FROM "favourite_met")
  GROUP BY "user_id", "place"),
"ever_buys" AS (SELECT DISTINCT "user_id" FROM "purchase"),
"month_buys" AS (
  SELECT p."user_id", c."place", CAST(count(*) AS BIGINT) AS "purchases"
  FROM "purchase" p JOIN "cut" c ON p."event_at" >= c."starts" AND p."event_at" < c."cutoff"
  GROUP BY p."user_id", c."place"),
"next_buys" AS (
  SELECT DISTINCT p."user_id", c."place"
  FROM "purchase" p JOIN "cut" c ON p."event_at" >= c."cutoff" AND p."event_at" < c."label_until"),
"soon_buys" AS (
  SELECT DISTINCT r."user_id", r."place"
  FROM "counted" r JOIN "purchase" p ON r."user_id" = p."user_id"
    AND p."event_at" > r."first_at" AND p."event_at" <= r."first_at" + INTERVAL '30' DAY),
"row" AS (
  SELECT r.*, c."year", c."month",
    CASE WHEN e."user_id" IS NULL THEN 0 ELSE 1 END AS "ever",
    CASE WHEN c."label_known" THEN CASE WHEN n."user_id" IS NULL THEN 0 ELSE 1 END END AS "next",
    coalesce(m."purchases", 0) AS "purchases",
    CASE WHEN r."first_at" + INTERVAL '30' DAY < TIMESTAMP '2017-05-15 00:00:00'
      THEN CASE WHEN s."user_id" IS NULL THEN 0 ELSE 1 END END AS "soon",
    CASE WHEN e."user_id" IS NULL AND u."premium" THEN 'flagged_without_purchase' END AS "dropped"
  FROM "counted" r JOIN "cut" c ON r."place" = c."place"
  LEFT JOIN "ever_buys" e ON r."user_id" = e."user_id"
  LEFT JOIN "month_buys" m ON r."user_id" = m."user_id" AND r."place" = m."place"
  LEFT JOIN "next_buys" n ON r."user_id" = n."user_id" AND r."place" = n."place"
  LEFT JOIN "soon_buys" s ON r."user_id" = s."user_id" AND r."place" = s."place"
  LEFT JOIN "user" u ON r."user_id" = u."user_id")
SELECT r."user_id", r."year", r."month",
  r."ever" AS "premium_user_numerical", r."next" AS "will_buy_premium_next_month_numerical",
  r."purchases" AS "number_of_premium",
  r."advertisement_n" AS "number_of_advertisements",
  r."play_n" AS "number_of_tracks",
  r."skip_n" AS "number_of_skips",
  r."like_n" AS "number_of_likes",
  coalesce(k."plays", 0) AS "number_of_liked_tracks_listened",
  coalesce(f."plays", 0) AS "number_of_tracks_in_favourite_genre",
  coalesce(g."genres", 0) AS "total_number_of_favourite_genres_listened",
  CAST(f."popularity_sum" AS DOUBLE) / nullif(CAST(f."popularity_n" * 1e3 AS DOUBLE), 0) AS "average_popularity_in_favourite_genres",
  coalesce(h."track_duration_ms_sum", 0) AS "total_tracks_duration_ms",
  coalesce(h."artists", 0) AS "number_of_different_artists",
  CAST(h."track_release_date_sum" AS DOUBLE) / nullif(CAST(h."track_release_date_n" AS DOUBLE), 0) AS "average_release_date",
  CAST(h."track_duration_ms_sum" AS DOUBLE) / nullif(CAST(h."track_duration_ms_n" AS DOUBLE), 0) AS "average_duration_ms",
  CAST(h."track_explicit_sum" AS DOUBLE) / nullif(CAST(h."track_explicit_n" AS DOUBLE), 0) AS "explicit_tracks_ratio",
  CAST(h."track_popularity_sum" AS DOUBLE) / nullif(CAST(h."track_popularity_n" * 1e3 AS DOUBLE), 0) AS "average_popularity",
  CAST(h."track_acousticness_sum" AS DOUBLE) / nullif(CAST(h."track_acousticness_n" * 1e9 AS DOUBLE), 0) AS "average_acousticness",
  CAST(h."track_danceability_sum" AS DOUBLE) / nullif(CAST(h."track_danceability_n" * 1e9 AS DOUBLE), 0) AS "average_danceability",
  CAST(h."track_energy_sum" AS DOUBLE) / nullif(CAST(h."track_energy_n" * 1e9 AS DOUBLE), 0) AS "average_energy",
  CAST(h."track_instrumentalness_sum" AS DOUBLE) / nullif(CAST(h."track_instrumentalness_n" * 1e9 AS DOUBLE), 0) AS "average_instrumentalness",
  CAST(h."track_liveness_sum" AS DOUBLE) / nullif(CAST(h."track_liveness_n" * 1e9 AS DOUBLE), 0) AS "average_liveness",
  CAST(h."track_loudness_sum" AS DOUBLE) / nullif(CAST(h."track_loudness_n" * 1e3 AS DOUBLE), 0) AS "average_loudness",
  CAST(h."track_speechiness_sum" AS DOUBLE) / nullif(CAST(h."track_speechiness_n" * 1e9 AS DOUBLE), 0) AS "average_speechiness",
  CAST(h."track_tempo_sum" AS DOUBLE) / nullif(CAST(h."track_tempo_n" * 1e3 AS DOUBLE), 0) AS "average_tempo",
  CAST(h."track_valence_sum" AS DOUBLE) / nullif(CAST(h."track_valence_n" * 1e9 AS DOUBLE), 0) AS "average_valence",
  CAST(h."track_name_sum" AS DOUBLE) / nullif(CAST(h."track_name_n" AS DOUBLE), 0) AS "average_track_name_length",
  CAST(h."track_storage_daily_cost_sum" AS DOUBLE) / nullif(CAST(h."track_storage_daily_cost_n" * 1e9 AS DOUBLE), 0) AS "average_daily_cost",
  r."soon" AS "will_buy_premium_30_days_from_first_event_numerical",
  r."dropped" AS "r_dropped"
FROM "row" r
LEFT JOIN "heard" h ON r."user_id" = h."user_id" AND r."place" = h."place"
LEFT JOIN "liked" k ON r."user_id" = k."user_id" AND r."place" = k."place"
LEFT JOIN "favourite_plays" f ON r."user_id" = f."user_id" AND r."place" = f."place"
LEFT JOIN "favourite_genres" g ON r."user_id" = g."user_id" AND r."place" = g."place"
