/**
 * The peer: the COPY that a person would write for the same files into the same layout, by table,
 * month and bucket. It checks nothing, hashes nothing and keeps no rejects.
 */
import { DuckDBInstance } from "@duckdb/node-api";

const bucket = "CAST('0x' || md5(user_id)[1:4] AS INTEGER) % 16 AS bucket";

/** Runs the COPY with the limits that ingest uses. */
export async function copyByHand(
  work: "delimited" | "jsonl",
  paths: readonly string[],
  out: string,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "800MB",
    temp_directory: `${out}.tmp`,
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  const list = `[${paths.map((path) => `'${path}'`).join(", ")}]`;
  await connection.run(work === "jsonl" ? copySessions(list, out) : copyPlays(list, out));
  connection.closeSync();
  instance.closeSync();
}

function copyPlays(list: string, out: string): string {
  return `COPY (
    SELECT *, strftime(event_at, '%Y-%m') AS month, ${bucket} FROM (
      SELECT uid AS user_id, day AS event_at, CAST(day AS DATE) AS event_date, false AS timed,
        day + INTERVAL 1 DAY AS arrived_at, song_id AS track_id, song_type AS track_type,
        song_name AS track_name, singer AS artist_name, play_time AS play_seconds,
        song_length AS track_seconds, paid_flag AS paid, device
      FROM (SELECT *, strptime(regexp_extract(filename, '(\\d{8})_play', 1), '%Y%m%d') AS day
        FROM read_csv(${list}, delim = '|', header = false, quote = '', escape = '',
          auto_detect = false, filename = true, columns = {uid: 'VARCHAR', device: 'VARCHAR',
          song_id: 'VARCHAR', song_type: 'VARCHAR', song_name: 'VARCHAR', singer: 'VARCHAR',
          play_time: 'DOUBLE', song_length: 'DOUBLE', paid_flag: 'BOOLEAN'})))
  ) TO '${out}' (FORMAT parquet, PARTITION_BY (month, bucket))`;
}

function copySessions(list: string, out: string): string {
  return `COPY (
    SELECT *, strftime(event_at, '%Y-%m') AS month, ${bucket} FROM (
      SELECT user_id, "timestamp" AS event_at, CAST("timestamp" AS DATE) AS event_date,
        true AS timed, "timestamp" AS arrived_at, track_id, session_id,
        lower(event_type) AS kind
      FROM read_json(${list}, format = 'newline_delimited', columns = {"timestamp": 'TIMESTAMP',
        user_id: 'VARCHAR', track_id: 'VARCHAR', event_type: 'VARCHAR', session_id: 'VARCHAR'}))
  ) TO '${out}' (FORMAT parquet, PARTITION_BY (kind, month, bucket))`;
}
