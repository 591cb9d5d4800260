import { type SourceFile, type SqlColumn, withSourceFile } from "../../lake/index.js";
import { simulateErrors } from "../errors.js";
import { viewsSource } from "./beside-sources.js";
import {
  type BesideOptions,
  numbersOf,
  type RejectedBeside,
  Rejects,
  textsOf,
} from "./read-items.js";
import { buildViews, type Views } from "./views.js";

/** What a viewing log held, beside the ratings that it belongs to. */
export interface ViewsFile {
  readonly views: Views;
  /** Rows with something on them, the header left out. */
  readonly rows: number;
  /** Views of people who rated something. */
  readonly kept: number;
  /** Views of people who rated nothing, and how many people they are. */
  readonly strangerViews: number;
  readonly strangers: number;
  /** Raters without a view. */
  readonly ratersWithoutViews: number;
  /** Titles that were watched and not rated by anybody. */
  readonly unratedItems: number;
  /** How times are written: as texts, as seconds, as milliseconds since 1970; rows of each. */
  readonly timeForms: Readonly<Record<string, number>>;
  /** Rows left out, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first hundred of them. */
  readonly rejected: readonly RejectedBeside[];
}

/** The ratings that a log stands beside. */
export interface RatedNames {
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
}

/**
 * Reads who watched what when: CSV, JSON lines or Parquet, plain or .gz, columns by name. Times are
 * ISO texts, seconds or milliseconds since 1970, each row its own way; without a zone they are UTC.
 * A row is left out as MISSING_KEY, BAD_TIME, BAD_NUMBER, NEGATIVE_TIME (seconds below 0),
 * SHARE_OUTSIDE (not within 0…1), or as what makes a line no row.
 * @throws FILE_NOT_FOUND, FILE_EMPTY, NOT_TEXT, GZIP_DAMAGED, PARQUET_DAMAGED, COLUMN_UNKNOWN,
 *   COLUMN_MISSING, WRONG_DELIMITER, WRONG_FORMAT, VIEWS_UNUSABLE, VIEWS_STRANGERS, INTERRUPTED
 */
export async function readViews(
  file: string,
  names: RatedNames,
  options: BesideOptions = {},
): Promise<ViewsFile> {
  return await withSourceFile({ file, source: viewsSource, ...options }, async (read) => {
    const rejects = new Rejects();
    for (const row of await read.engine.rows(read.broken)) {
      rejects.add(Number(row["line"]), String(row["reason"]), String(row["text"]));
    }
    await read.engine.run(`CREATE TEMP TABLE "seen" AS ${typedSql(read)}`);
    const refused = `SELECT "reason", count(*) AS "rows" FROM "seen" WHERE "reason" IS NOT NULL`;
    const first = `SELECT "line", "reason", "text" FROM "seen" WHERE "reason" IS NOT NULL`;
    for (const row of await read.engine.rows(`${first} ORDER BY "line" LIMIT 100`)) {
      rejects.add(Number(row["line"]), String(row["reason"]), String(row["text"]));
    }
    for (const { reason, rows } of await read.engine.rows(`${refused} GROUP BY ALL`)) {
      rejects.byReason[String(reason)] = Number(rows);
    }
    const columns = await read.engine.columns(
      `SELECT * EXCLUDE ("reason", "text") FROM "seen" WHERE "reason" IS NULL ORDER BY "line"`,
    );
    if (columns[0]!.values.length === 0) {
      throw simulateErrors.VIEWS_UNUSABLE({ file, rows: read.rows, reasons: rejects.byReason });
    }
    const placed = placeViews(columns, names, new Set(read.columns));
    if (placed.kept === 0) {
      const { strangers } = placed;
      throw simulateErrors.VIEWS_STRANGERS({ file, strangers, users: names.userIds.length });
    }
    const { byReason: rejectedByReason, first: rejected } = rejects;
    const timeForms = await timeFormsOf(read);
    return { ...placed, rows: read.rows, timeForms, rejectedByReason, rejected };
  });
}

/** Columns of the log by the canonical ones that ingest types. */
const typedAs = { user: "user_id", item: "track_id", device: "device", session: "session_id" };

/** The rows as ingest types them; what no canonical table has comes from the texts, by line. */
function typedSql({ typed, texts, columns }: SourceFile): string {
  const has = (name: string) => columns.includes(name);
  const isJoined = has("share") || has("address");
  const share = has("share") ? `TRY_CAST("x"."share" AS DOUBLE)` : "NULL::DOUBLE";
  const bad = has("share")
    ? `WHEN "x"."share" IS NOT NULL AND ${share} IS NULL THEN 'BAD_NUMBER' ` +
      `WHEN NOT (${share} BETWEEN 0 AND 1) THEN 'SHARE_OUTSIDE'`
    : "";
  const seconds = has("seconds") ? `"t"."play_seconds"` : "NULL::DOUBLE";
  const address = has("address") ? `trim("x"."address")` : "NULL::VARCHAR";
  const text = (name: keyof typeof typedAs) =>
    has(name) ? `trim("t"."${typedAs[name]}")` : "NULL::VARCHAR";
  const named = (["user", "item", "device", "session"] as const).map(
    (name) => `${text(name)} AS "${name}"`,
  );
  return (
    `SELECT CAST("t"."~line" AS DOUBLE) AS "line", "t"."~text" AS "text", ` +
    `CASE WHEN "t"."reason" IS NOT NULL THEN "t"."reason" ` +
    `WHEN coalesce(${text("item")}, '') = '' THEN 'MISSING_KEY' ${bad} END AS "reason", ` +
    `CAST(epoch_ms("t"."event_at") AS DOUBLE) AS "at", ${seconds} AS "seconds", ` +
    `${share} AS "share", ${address} AS "address", ${named.join(", ")} FROM (${typed}) AS "t"` +
    (isJoined ? ` JOIN (${texts}) AS "x" ON "t"."~line" = "x"."~line"` : "")
  );
}

async function timeFormsOf({ engine, texts }: SourceFile): Promise<Record<string, number>> {
  const form =
    `CASE WHEN TRY_CAST("at" AS BIGINT) IS NULL THEN 'text' WHEN length("at") = 8 ` +
    `THEN 'day' WHEN TRY_CAST("at" AS BIGINT) > 9999999999 THEN 'milliseconds' ELSE 'seconds' END`;
  const found = await engine.rows(
    `SELECT ${form} AS "form", count(*) AS "rows" FROM (${texts}) ` +
      `WHERE "at" IS NOT NULL GROUP BY ALL ORDER BY "form"`,
  );
  return Object.fromEntries(found.map((row) => [String(row["form"]), Number(row["rows"])]));
}

function placeViews(columns: readonly SqlColumn[], names: RatedNames, has: ReadonlySet<string>) {
  const [user, item] = [textsOf(columns, "user"), textsOf(columns, "item")];
  const place = new Map(names.userIds.map((id, at) => [id, at]));
  const itemIds = [...names.itemIds];
  const items = new Map(itemIds.map((id, at) => [id, at]));
  const strangers = new Set<string>();
  const kept: number[] = [];
  const [owner, title]: [number[], number[]] = [[], []];
  for (const [row, id] of user.entries()) {
    const known = place.get(id!);
    if (known === undefined) {
      strangers.add(id!);
      continue;
    }
    const text = item[row]!;
    if (!items.has(text)) items.set(text, itemIds.push(text) - 1);
    kept.push(row);
    owner.push(known);
    title.push(items.get(text)!);
  }
  const numbers = (name: string) => {
    const all = numbersOf(columns, name);
    return Float64Array.from(kept, (row) => all[row]!);
  };
  const codes = (name: string) => codesOf(textsOf(columns, name), kept);
  const views = buildViews(
    { userIds: names.userIds, itemIds },
    {
      ...{ user: Int32Array.from(owner), item: Int32Array.from(title), at: numbers("at") },
      ...(has.has("seconds") && { seconds: numbers("seconds") }),
      ...(has.has("share") && { share: numbers("share") }),
      ...(has.has("device") && { device: codes("device") }),
      ...(has.has("address") && { address: codes("address") }),
      ...(has.has("session") && { session: codes("session") }),
    },
  );
  return {
    ...{ views, kept: kept.length, strangers: strangers.size },
    strangerViews: user.length - kept.length,
    ratersWithoutViews: names.userIds.length - new Set(owner).size,
    unratedItems: itemIds.length - names.itemIds.length,
  };
}

/** Texts as numbers in the order in which they are met; -1 where there is none. */
function codesOf(texts: readonly (string | null)[], rows: readonly number[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(rows, (row) => {
    const text = texts[row];
    if (!text) return -1;
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
}
