-- The churn table of an untimed listening log by hand: one row a (user, cutoff), as the product
-- defines it. $CUTOFFS stands for rows such as (DATE '2017-04-10', true).
WITH cutoffs(cutoff, label_known) AS (VALUES $CUTOFFS),
bounds AS (SELECT min(cutoff) - 30 AS first_day, max(cutoff) + 14 AS last_day FROM cutoffs),
-- Days of more than 24 h of play, and when that was known.
suspects AS (
  SELECT user_id, event_date FROM play WHERE play_seconds > 0 AND play_seconds <= 86400
  GROUP BY ALL HAVING sum(CAST(floor(play_seconds * 1000 + 0.5) AS BIGINT)) > 86400000
),
bots AS (
  SELECT DISTINCT user_id, cutoff FROM (
    SELECT user_id, event_date, cutoff
    FROM play SEMI JOIN suspects USING (user_id, event_date)
    JOIN cutoffs ON event_date < cutoff AND arrived_at <= cutoff
    WHERE play_seconds > 0 AND play_seconds <= 86400
    GROUP BY ALL HAVING sum(CAST(floor(play_seconds * 1000 + 0.5) AS BIGINT)) > 86400000)
),
-- Events a user, day and moment of arrival.
cells AS (
  SELECT user_id, event_date AS day, arrived_at,
    count(*) AS plays, 0 AS downs, 0 AS searches,
    sum(CAST(floor(play_seconds * 1000 + 0.5) AS BIGINT))
      FILTER (play_seconds BETWEEN 0 AND 86400) AS ms,
    count(*) FILTER (track_seconds > 0 AND play_seconds >= 0.9 * track_seconds) AS full_plays,
    count(*) FILTER (track_seconds > 0 AND play_seconds >= 0) AS measured,
    max(device) AS device
  FROM play, bounds WHERE event_date >= first_day AND event_date < last_day GROUP BY ALL
  UNION ALL
  SELECT user_id, event_date, arrived_at, 0, count(*), 0, 0, 0, 0, max(device)
  FROM download, bounds WHERE event_date >= first_day AND event_date < last_day GROUP BY ALL
  UNION ALL
  SELECT user_id, event_date, arrived_at, 0, 0, count(*), 0, 0, 0, max(device)
  FROM search, bounds WHERE event_date >= first_day AND event_date < last_day GROUP BY ALL
),
days AS (
  SELECT user_id, cutoff, cutoff - day AS age, day, sum(plays) AS plays, sum(downs) AS downs,
    sum(searches) AS searches, sum(ms) AS ms, sum(full_plays) AS full_plays,
    sum(measured) AS measured, max(device) AS device
  FROM cells JOIN cutoffs ON day >= cutoff - 30 AND day < cutoff AND arrived_at <= cutoff
  GROUP BY ALL
),
honest AS (SELECT * FROM days ANTI JOIN bots USING (user_id, cutoff)),
limits AS (
  SELECT cutoff, quantile_disc(plays, 0.999) AS most FROM honest WHERE plays > 0 GROUP BY cutoff
),
outliers AS (
  SELECT user_id, cutoff, day FROM honest JOIN limits USING (cutoff) WHERE plays > most
),
cleaned AS (
  SELECT user_id, cutoff, age, day, downs, searches, device,
    if(plays > most, 0, plays) AS plays, if(plays > most, 0, ms) AS ms,
    if(plays > most, 0, full_plays) AS full_plays, if(plays > most, 0, measured) AS measured
  FROM honest JOIN limits USING (cutoff)
),
sums AS (
  SELECT user_id, cutoff,
    coalesce(sum(plays) FILTER (age <= 1), 0) AS freq_P_last_1,
    coalesce(sum(plays) FILTER (age <= 3), 0) AS freq_P_last_3,
    coalesce(sum(plays) FILTER (age <= 7), 0) AS freq_P_last_7,
    coalesce(sum(plays) FILTER (age <= 14), 0) AS freq_P_last_14,
    sum(plays) AS freq_P_last_30,
    coalesce(sum(downs) FILTER (age <= 1), 0) AS freq_D_last_1,
    coalesce(sum(downs) FILTER (age <= 3), 0) AS freq_D_last_3,
    coalesce(sum(downs) FILTER (age <= 7), 0) AS freq_D_last_7,
    coalesce(sum(downs) FILTER (age <= 14), 0) AS freq_D_last_14,
    sum(downs) AS freq_D_last_30,
    coalesce(sum(searches) FILTER (age <= 1), 0) AS freq_S_last_1,
    coalesce(sum(searches) FILTER (age <= 3), 0) AS freq_S_last_3,
    coalesce(sum(searches) FILTER (age <= 7), 0) AS freq_S_last_7,
    coalesce(sum(searches) FILTER (age <= 14), 0) AS freq_S_last_14,
    sum(searches) AS freq_S_last_30,
    min(age) FILTER (plays > 0) AS days_from_last_play,
    min(age) FILTER (downs > 0) AS days_from_last_down,
    min(age) FILTER (searches > 0) AS days_from_last_search,
    coalesce(sum(ms) FILTER (age <= 7), 0) AS ms_7, sum(ms) AS ms_30,
    sum(full_plays) AS full_plays, sum(measured) AS measured,
    count(*) FILTER (age <= 7 AND plays + downs + searches > 0) AS active_7,
    count(*) FILTER (plays + downs + searches > 0) AS active_30,
    arg_max(device, day) AS device,
    coalesce(sum(plays) FILTER (isodow(day) = 1), 0) AS on_monday,
    coalesce(sum(plays) FILTER (isodow(day) = 2), 0) AS on_tuesday,
    coalesce(sum(plays) FILTER (isodow(day) = 3), 0) AS on_wednesday,
    coalesce(sum(plays) FILTER (isodow(day) = 4), 0) AS on_thursday,
    coalesce(sum(plays) FILTER (isodow(day) = 5), 0) AS on_friday,
    coalesce(sum(plays) FILTER (isodow(day) = 6), 0) AS on_saturday,
    coalesce(sum(plays) FILTER (isodow(day) = 7), 0) AS on_sunday
  FROM cleaned GROUP BY ALL HAVING sum(plays + downs + searches) > 0
),
variety AS (
  SELECT user_id, cutoff, count(DISTINCT track_id) AS songs, count(DISTINCT artist_name) AS artists
  FROM play JOIN cutoffs
    ON event_date >= cutoff - 30 AND event_date < cutoff AND arrived_at <= cutoff
  ANTI JOIN outliers ON play.user_id = outliers.user_id AND play.event_date = outliers.day
    AND cutoffs.cutoff = outliers.cutoff
  GROUP BY ALL
),
active AS (
  SELECT DISTINCT user_id, cutoff
  FROM cells JOIN cutoffs ON day >= cutoff AND day < cutoff + 14
)
SELECT s.user_id AS uid, CAST(s.cutoff AS VARCHAR) AS cutoff,
  CASE WHEN label_known THEN if(a.user_id IS NULL, 1, 0) END AS label,
  COLUMNS('^freq_.*'),
  days_from_last_play, days_from_last_down, days_from_last_search,
  ms_7 / 1000 AS play_seconds_last_7, ms_30 / 1000 AS play_seconds_last_30,
  full_plays AS full_plays_last_30, full_plays / nullif(measured, 0) AS full_play_share_last_30,
  active_7 AS active_days_last_7, active_30 AS active_days_last_30,
  coalesce(songs, 0) AS distinct_songs_last_30, coalesce(artists, 0) AS distinct_artists_last_30,
  s.device,
  freq_P_last_3 * 14 / nullif(freq_P_last_14 * 3, 0) AS trend_P_3_14,
  freq_P_last_7 * 30 / nullif(freq_P_last_30 * 7, 0) AS trend_P_7_30,
  freq_D_last_7 * 30 / nullif(freq_D_last_30 * 7, 0) AS trend_D_7_30,
  freq_S_last_7 * 30 / nullif(freq_S_last_30 * 7, 0) AS trend_S_7_30,
  on_monday / nullif(freq_P_last_30, 0) AS share_monday,
  on_tuesday / nullif(freq_P_last_30, 0) AS share_tuesday,
  on_wednesday / nullif(freq_P_last_30, 0) AS share_wednesday,
  on_thursday / nullif(freq_P_last_30, 0) AS share_thursday,
  on_friday / nullif(freq_P_last_30, 0) AS share_friday,
  on_saturday / nullif(freq_P_last_30, 0) AS share_saturday,
  on_sunday / nullif(freq_P_last_30, 0) AS share_sunday
FROM sums s JOIN cutoffs USING (cutoff)
LEFT JOIN variety v ON s.user_id = v.user_id AND s.cutoff = v.cutoff
LEFT JOIN active a ON s.user_id = a.user_id AND s.cutoff = a.cutoff
ORDER BY uid, cutoff
