/**
 * The peer: the COPY that a person would write for the same files into the same layout, by table,
 * month and bucket. It checks nothing, hashes nothing and keeps no rejects.
 */
import { DuckDBInstance } from "@duckdb/node-api";

/** Nobody computes a bucket where there is one. */
function bucketSql(buckets: number): string {
  if (buckets === 1) return "0 AS bucket";
  return `CAST('0x' || md5(user_id)[1:4] AS INTEGER) % ${buckets} AS bucket`;
}

/** What is copied, and where to. */
export interface CopyOptions {
  readonly work: "delimited" | "jsonl";
  readonly paths: readonly string[];
  readonly out: string;
  /** As many as ingest writes. */
  readonly buckets: number;
}

/** Runs the COPY with the limits that ingest uses. */
export async function copyByHand({ work, paths, out, buckets }: CopyOptions): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "800MB",
    temp_directory: `${out}.tmp`,
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  const list = `[${paths.map((path) => `'${path}'`).join(", ")}]`;
  const bucket = bucketSql(buckets);
  const copy = work === "jsonl" ? copySessions : copyPlays;
  await connection.run(copy(list, out, bucket));
  connection.closeSync();
  instance.closeSync();
}

function copyPlays(list: string, out: string, bucket: string): string {
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

function copySessions(list: string, out: string, bucket: string): string {
  return `COPY (
    SELECT *, strftime(event_at, '%Y-%m') AS month, ${bucket} FROM (
      SELECT user_id, "timestamp" AS event_at, CAST("timestamp" AS DATE) AS event_date,
        true AS timed, "timestamp" AS arrived_at, track_id, session_id,
        lower(event_type) AS kind
      FROM read_json(${list}, format = 'newline_delimited', columns = {"timestamp": 'TIMESTAMP',
        user_id: 'VARCHAR', track_id: 'VARCHAR', event_type: 'VARCHAR', session_id: 'VARCHAR'}))
  ) TO '${out}' (FORMAT parquet, PARTITION_BY (kind, month, bucket))`;
}
