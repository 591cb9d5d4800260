/** The clean delivery as a lake, loaded by hand so that features are tested without ingest. */
import { join } from "node:path";
import { quoteText } from "../lake/index.js";
import { makeTestLake, type TestLake } from "./test-lake.fixture.js";

/** @param folder with `sessions.jsonl.gz`, `tracks.jsonl.gz`, … */
export function makePozytywkaLake(folder: string, buckets = 1): Promise<TestLake> {
  const read = (name: string, columns: string): string =>
    `read_json(${quoteText(join(folder, `${name}.jsonl.gz`))}, format = 'newline_delimited', columns = {${columns}})`;
  const sessions = read(
    "sessions",
    "timestamp: 'TIMESTAMP', user_id: 'BIGINT', track_id: 'VARCHAR', event_type: 'VARCHAR', session_id: 'BIGINT'",
  );
  const events = (type: string): string =>
    `SELECT CAST(user_id AS VARCHAR) AS user_id, "timestamp" AS event_at, "timestamp" AS arrived_at, true AS timed, track_id, CAST(session_id AS VARCHAR) AS session_id FROM ${sessions} WHERE event_type = '${type}'`;
  const audio = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
  ];
  const tracks = read(
    "tracks",
    `id: 'VARCHAR', name: 'VARCHAR', popularity: 'DOUBLE', duration_ms: 'BIGINT', explicit: 'INTEGER', id_artist: 'VARCHAR', release_date: 'VARCHAR', "key": 'BIGINT', ${audio.map((name) => `${name}: 'DOUBLE'`).join(", ")}`,
  );
  return makeTestLake({
    buckets,
    tables: {
      play: events("PLAY"),
      skip: events("SKIP"),
      like: events("LIKE"),
      advertisement: events("ADVERTISEMENT"),
      purchase: events("BUY_PREMIUM"),
      track: `SELECT id AS track_id, name, id_artist AS artist_id, popularity, duration_ms, explicit = 1 AS explicit, CAST(CASE WHEN length(release_date) = 4 THEN release_date || '-01-01' WHEN length(release_date) = 7 THEN release_date || '-01' ELSE release_date END AS DATE) AS release_date, ${audio.join(", ")} FROM ${tracks}`,
      artist: `SELECT id AS artist_id, name, genres FROM ${read("artists", "id: 'VARCHAR', name: 'VARCHAR', genres: 'VARCHAR[]'")}`,
      user: `SELECT CAST(user_id AS VARCHAR) AS user_id, city, favourite_genres, premium_user AS premium FROM ${read("users", "user_id: 'BIGINT', city: 'VARCHAR', favourite_genres: 'VARCHAR[]', premium_user: 'BOOLEAN'")}`,
      track_storage: `SELECT track_id, storage_class, daily_cost FROM ${read("track_storage", "track_id: 'VARCHAR', storage_class: 'VARCHAR', daily_cost: 'DOUBLE'")}`,
    },
  });
}
