import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Log files of a bench: where they are and how many rows they have together. */
export interface LogFiles {
  readonly paths: readonly string[];
  readonly rows: number;
}

/** A number 0 … below - 1 that depends on the row `i` and on nothing else. */
const draw = (salt: number, below: number): string => `hash(i, ${salt}) % ${below}`;

async function write(statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/**
 * Play logs, a file a day from 1 March 2017 on, `|` separated, without header; the users come in
 * no order, as in a log that is written as things happen. About 60 bytes a row.
 */
export async function writePlayLogs(
  folder: string,
  days: number,
  rowsADay: number,
): Promise<LogFiles> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  const statements: string[] = [];
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2017, 2, 1 + day)).toISOString().slice(0, 10);
    const path = join(folder, `${date.replaceAll("-", "")}_play.log`);
    paths.push(path);
    statements.push(
      `COPY (SELECT concat_ws('|', 154000000 + ${draw(1, 200_000)}, if(${draw(2, 3)} = 0, 'ip', ` +
        `'ar'), song, 0, 'Song name ' || song, 'Singer ' || song % 3000, ${draw(4, 300)}, ` +
        `200 + song % 100, 0) FROM (SELECT i, ${draw(3, 50_000)} AS song FROM ` +
        `range(${day * rowsADay}, ${(day + 1) * rowsADay}) t(i))) TO '${path}' ` +
        `(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')`,
    );
  }
  await write(statements);
  return { paths, rows: days * rowsADay };
}

/**
 * Sessions as JSON lines, user after user as the real deliveries have them: about 200 events a
 * user over six months in visits of ten. About 145 bytes a row.
 */
export async function writeSessions(
  folder: string,
  files: number,
  rowsAFile: number,
): Promise<LogFiles> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: files }, (_, at) => join(folder, `sessions-${at}.jsonl`));
  const statements = paths.map(
    (path, at) =>
      `COPY (SELECT strftime(TIMESTAMP '2023-01-01' + INTERVAL (hash(i // 10, 1) % 15552000) ` +
      `SECOND + INTERVAL (i % 10 * 200 + ${draw(2, 100)}) SECOND + INTERVAL (${draw(3, 1000)}) ` +
      `MILLISECOND, '%Y-%m-%dT%H:%M:%S.%f') AS "timestamp", 100 + i // 200 AS user_id, ` +
      `lpad(CAST(${draw(4, 50_000)} AS VARCHAR), 22, '0') AS track_id, ` +
      `list_extract(['PLAY', 'PLAY', 'PLAY', 'SKIP', 'LIKE', 'ADVERTISEMENT'], ` +
      `1 + CAST(${draw(5, 6)} AS INTEGER)) AS event_type, i // 10 AS session_id ` +
      `FROM range(${at * rowsAFile}, ${(at + 1) * rowsAFile}) t(i)) TO '${path}' (FORMAT json)`,
  );
  await write(statements);
  return { paths, rows: files * rowsAFile };
}
