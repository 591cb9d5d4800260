import { join } from "node:path";
import { type JobOptions, type Limits, resolveLimits } from "../foundation/index.js";
import {
  type Engine,
  type Lake,
  openLake,
  quoteName,
  registerBotVerdicts,
  registerViews,
  withEngine,
} from "../lake/index.js";
import { copyTo } from "./compute-features.js";

/** What the export takes. */
export interface ExportOptions extends JobOptions {
  /** Folder of the lake, or the lake opened before. */
  readonly lake: string | Lake;
  /** Folder for the tables; made when absent. */
  readonly out: string;
  /** Keep users with more than 24 h of play in a day. Default false. */
  readonly keepBots?: boolean;
  readonly limits?: Partial<Limits>;
}

/** What the export wrote. */
export interface ExportSummary {
  readonly out: string;
  /** Rows of each file. */
  readonly tables: Readonly<Record<string, number>>;
  /** Users left out because of a verdict. */
  readonly bots: number;
  readonly seconds: number;
}

interface Published {
  readonly table: string;
  readonly file: string;
  /** Published column and where it comes from. */
  readonly columns: readonly (readonly [name: string, sql: string])[];
}

const common = [
  ["uid", `"user_id"`],
  ["device", `"device"`],
] as const;
const song = [
  ["song_id", `"track_id"`],
  ["date", `"event_date"`],
] as const;
const named = [
  ["song_name", `"track_name"`],
  ["singer", `"artist_name"`],
  ["paid_flag", `CASE WHEN "paid" THEN 1 WHEN NOT "paid" THEN 0 END`],
] as const;

const published: readonly Published[] = [
  {
    table: "play",
    file: "play_ds.csv",
    columns: [
      ...common,
      ...song,
      ["play_time", `"play_seconds"`],
      ["song_length", `"track_seconds"`],
      ["song_type", `"track_type"`],
      ...named,
    ],
  },
  { table: "download", file: "down_ds.csv", columns: [...common, ...song, ...named] },
  {
    table: "search",
    file: "search_ds.csv",
    columns: [
      ...common,
      ["date", `"event_date"`],
      ["time_stamp", `CASE WHEN "timed" THEN "event_at" END`],
      ["search_query", `"query"`],
    ],
  },
];

/**
 * Writes the three published tables of a listening log: `play_ds.csv`, `down_ds.csv` and
 * `search_ds.csv`, one row an event, ordered by all columns so that equal lakes give equal bytes.
 * @throws LAKE_NOT_FOUND, DISK_FULL, INTERRUPTED
 */
export async function exportMusicbox(options: ExportOptions): Promise<ExportSummary> {
  const started = performance.now();
  const { signal, onProgress } = options;
  const doing = "exporting the listening tables";
  const lake = typeof options.lake === "string" ? await openLake(options.lake) : options.lake;
  const limits = resolveLimits(options.limits);
  return withEngine({ limits, doing, signal }, async (engine) => {
    await registerViews(engine, lake);
    await registerBotVerdicts(engine);
    await engine.run(`CREATE TEMP TABLE "bot" AS SELECT DISTINCT "user_id" FROM "bot_day"`);
    const tables: Record<string, number> = {};
    for (const [index, one] of published.entries()) {
      onProgress?.({ doing, share: index / published.length, note: one.file });
      tables[one.file] = await writeTable(engine, one, options);
    }
    onProgress?.({ doing, share: 1 });
    const [row] = await engine.rows(`SELECT count(*) AS "users" FROM "bot"`);
    return {
      out: options.out,
      tables,
      bots: options.keepBots ? 0 : (row?.["users"] as number),
      seconds: Math.round(performance.now() - started) / 1e3,
    };
  });
}

async function writeTable(
  engine: Engine,
  { table, file, columns }: Published,
  { out, keepBots }: ExportOptions,
): Promise<number> {
  const kept = keepBots ? "" : ` ANTI JOIN "bot" USING ("user_id")`;
  const named = columns.map(([name, sql]) => `${sql} AS ${quoteName(name)}`).join(", ");
  const order = columns.map((_, at) => `${at + 1} ASC NULLS LAST`).join(", ");
  const rows = `FROM ${quoteName(table)}${kept}`;
  await copyTo(engine, `SELECT ${named} ${rows} ORDER BY ${order}`, join(out, file));
  const [row] = await engine.rows(`SELECT count(*) AS "rows" ${rows}`);
  return row?.["rows"] as number;
}
