import { sources } from "../../events/index.js";
import type { JobOptions, Limits } from "../../foundation/index.js";
import { type SourceFile, type SqlColumn, withSourceFile } from "../../lake/index.js";
import { simulateErrors } from "../errors.js";
import { buildRatings, type RatingScale, type Ratings } from "./ratings.js";

/** A row that was left out. */
export interface RejectedRating {
  /** Line in the file, the first is 1. */
  readonly line: number;
  /** Why: OUTSIDE_SCALE, or a reason of ingest's (MISSING_KEY, BAD_NUMBER, COLUMN_COUNT, …). */
  readonly reason: string;
  /** The line, at most 200 characters. */
  readonly text: string;
}

/** What a ratings file held. */
export interface RatingsFile {
  /** The ratings. */
  readonly ratings: Ratings;
  /** Lines with something on them, without a header. */
  readonly rows: number;
  /** Rows that repeat a user and item; the last one counts. */
  readonly duplicates: number;
  /** Rows left out, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first hundred of them. */
  readonly rejected: readonly RejectedRating[];
}

/** How to read a ratings file. */
export interface ReadRatingsOptions extends JobOptions {
  /** Lowest and highest rating; found in the file where absent. */
  readonly scale?: { readonly low: number; readonly high: number };
  /** Name of the file's column for `user`, `item`, `rating` or `at`. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

const shownRejects = 100;

/**
 * Reads ratings (user, item, rating[, time]) by the source `ratings`, as `ingest` does, but for
 * repeats and the order of rows, which count here, and for times of 0 or -1, which are none.
 * @throws RATINGS_EMPTY, and what `withSourceFile` throws
 */
export async function readRatings(
  file: string,
  { scale, ...options }: ReadRatingsOptions = {},
): Promise<RatingsFile> {
  options.onProgress?.({ doing: `reading ${file}` });
  const source = sources["ratings"]!;
  return await withSourceFile({ ...options, file, source }, async (read) => {
    let { columns, rejects } = await taken(read, judgedSql(read, scale));
    if ((rejects.rejectedByReason["BAD_TIME"] ?? 0) > 0) {
      ({ columns, rejects } = await taken(read, judgedSql(read, scale, timelessSql(read))));
    }
    const [user, item, rating, at] = columns;
    const values = numbersOf(rating!);
    if (values.length === 0) {
      const [first] = rejects.rejected;
      const rejected = rejects.rejectedByReason;
      throw simulateErrors.RATINGS_EMPTY({ file, rejected, ...(first && { first }) });
    }
    const [users, items] = [namesOf(user!), namesOf(item!)];
    const ratings = buildRatings(
      { userIds: users.names, itemIds: items.names, scale: scaleOf(values, scale) },
      { user: users.places, item: items.places, value: values, at: numbersOf(at!) },
    );
    const duplicates = values.length - ratings.item.length;
    return { ratings, rows: read.rows, duplicates, ...rejects };
  });
}

/** The rows that are ratings, and those left out. */
async function taken(read: SourceFile, judged: string) {
  const columns = await read.engine.columns(
    `SELECT "user_id", "item_id", "rating", ${timeSql(read)} AS "at"
     FROM (${judged}) WHERE "why" IS NULL`,
  );
  const isWhole = columns[0]!.values.length === read.rows;
  return { columns, rejects: isWhole ? noRejects : await rejectsOf(read, judged) };
}

/** The typed rows with `why`: the reason of ingest's, or that the rating is none of the scale's. */
function judgedSql(
  { typed }: SourceFile,
  scale: ReadRatingsOptions["scale"],
  reason = `"reason"`,
): string {
  const outside = scale
    ? `CASE WHEN "rating" < ${scale.low} OR "rating" > ${scale.high} THEN 'OUTSIDE_SCALE' END`
    : "NULL";
  return `SELECT *, coalesce(${reason}, ${outside}) AS "why" FROM (${typed})`;
}

/** The reason of ingest's, but that a time of 0 or -1, as exports write none, is none. */
function timelessSql({ texts }: SourceFile): string {
  const none = `SELECT "~line" FROM (${texts}) WHERE TRY_CAST("at" AS DOUBLE) IN (0, -1)`;
  const isWhole = `"user_id" IS NOT NULL AND "item_id" IS NOT NULL AND isfinite("rating")`;
  return (
    `CASE WHEN "reason" = 'BAD_TIME' AND ${isWhole} AND "~line" IN (${none}) ` +
    `THEN NULL ELSE "reason" END`
  );
}

/** Milliseconds since 1970; undated rows are typed as of its first day. */
function timeSql({ columns }: SourceFile): string {
  return columns.includes("at")
    ? `CASE WHEN "event_at" > TIMESTAMP '1970-01-01' THEN CAST(epoch_ms("event_at") AS DOUBLE) END`
    : "NULL::DOUBLE";
}

const noRejects: Pick<RatingsFile, "rejectedByReason" | "rejected"> = {
  ...{ rejectedByReason: {}, rejected: [] },
};

async function rejectsOf({ engine, broken }: SourceFile, judged: string) {
  const all = `SELECT "line", "reason", left("text", 200) AS "text" FROM (${broken})
    UNION ALL SELECT "~line", "why", left("~text", 200) FROM (${judged}) WHERE "why" IS NOT NULL`;
  const counts = await engine.rows(
    `SELECT "reason", count(*) AS "rows" FROM (${all}) GROUP BY ALL ORDER BY 1`,
  );
  const first = await engine.rows(`FROM (${all}) ORDER BY "line" LIMIT ${shownRejects}`);
  const rejected = first.map(({ line, reason, text }): RejectedRating => {
    return { line: Number(line), reason: String(reason), text: String(text) };
  });
  const byReason = counts.map(({ reason, rows }) => [String(reason), Number(rows)]);
  return { rejectedByReason: Object.fromEntries(byReason) as Record<string, number>, rejected };
}

function numbersOf(column: SqlColumn): Float64Array {
  // A column without a value has no kind to go by.
  return column.kind === "number"
    ? column.values
    : new Float64Array(column.values.length).fill(Number.NaN);
}

/** Different texts in the order in which they are met, and the place of each row's among them. */
function namesOf(column: SqlColumn) {
  const names: string[] = [];
  const known = new Map<string, number>();
  const texts = column.kind === "text" ? column.values : [];
  const places = Int32Array.from(texts, (text) => {
    const name = text ?? "";
    const place = known.get(name) ?? names.push(name) - 1;
    known.set(name, place);
    return place;
  });
  return { names, places };
}

/** The scale of the ratings that are there: their ends, and the smallest step if they have one. */
function scaleOf(
  values: Float64Array,
  told?: { readonly low: number; readonly high: number },
): RatingScale {
  const distinct = new Set<number>();
  for (let k = 0; k < values.length && distinct.size <= 101; k++) distinct.add(values[k]!);
  const sorted = [...distinct].sort((a, b) => a - b);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const gaps = sorted.slice(1).map((value, k) => value - sorted[k]!);
  const step = distinct.size > 101 || gaps.length === 0 ? 0 : Math.min(...gaps);
  return { low: told?.low ?? low, high: told?.high ?? high, step };
}
