import type { ColumnContract } from "../../events/index.js";
import { quoteText } from "../sql-text.js";

/** How the text of a column becomes its value; `sql` is absent where the text is the value. */
export interface Parse {
  /** The value of a text, null where it cannot be read. */
  readonly sql?: (text: string) => string;
  /** Whether a value that could be read can be; else the row is refused with `badCode`. */
  readonly valid?: (value: string) => string;
  /** Whether the text carries a time of day. */
  readonly timed?: (text: string) => string;
  /** Reason when there is a text but no value. */
  readonly badCode?: "BAD_NUMBER" | "BAD_TIME" | "BAD_BOOLEAN";
}

interface ParseOptions {
  readonly timeZone: string;
  /** Factor to the contract's unit. */
  readonly times: number;
  /** The file's day, as SQL: times without a date (`21:04:11`) happened then. */
  readonly day: string | undefined;
}

/** The way to read texts as the contract's type. */
export function parseOf(contract: ColumnContract, options: ParseOptions): Parse {
  switch (contract.type) {
    case "text":
      return {};
    case "integer":
      return { sql: (text) => integerSql(text, options.times), badCode: "BAD_NUMBER" };
    case "real":
      return {
        sql: (text) => scaled(`TRY_CAST(${text} AS DOUBLE)`, options.times),
        valid: (value) => `isfinite(${value})`,
        badCode: "BAD_NUMBER",
      };
    case "boolean":
      return { sql: booleanSql, badCode: "BAD_BOOLEAN" };
    case "timestamp":
      return {
        sql: (text) => timeSql(text, options),
        valid: (value) => `(${value} >= ${firstTime} AND ${value} < ${lastTime})`,
        timed: timedSql,
        badCode: "BAD_TIME",
      };
    case "date":
      return { sql: dateSql, badCode: "BAD_TIME" };
    case "texts":
      return { sql: textsSql };
  }
}

/** Times lie between these; others are typing errors and would make odd months. */
const firstTime = "TIMESTAMP '1970-01-01 00:00:00'";
const lastTime = "TIMESTAMP '2100-01-01 00:00:00'";

function scaled(sql: string, times: number): string {
  return times === 1 ? sql : `${sql} * ${times}`;
}

/** The engine rounds `3.7` to 4: a text with a point counts only when nothing stands behind it. */
function integerSql(text: string, times: number): string {
  if (times !== 1) return `TRY(CAST(round(TRY_CAST(${text} AS DOUBLE) * ${times}) AS BIGINT))`;
  const whole = `TRY_CAST(${text} AS BIGINT)`;
  return (
    `CASE WHEN contains(${text}, '.') AND TRY_CAST(${text} AS DOUBLE) <> ${whole} ` +
    `THEN NULL ELSE ${whole} END`
  );
}

/** Digits first: lists of words cost five times as much. */
function booleanSql(text: string): string {
  return (
    `CASE ${text} WHEN '1' THEN true WHEN '0' THEN false ELSE ` +
    `CASE WHEN lower(${text}) IN ('true', 't', 'yes', 'y') THEN true ` +
    `WHEN lower(${text}) IN ('false', 'f', 'no', 'n') THEN false END END`
  );
}

/**
 * ISO times; with an offset they are moved to the log's zone. Then `YYYYMMDD`, whole seconds or
 * milliseconds since 1970 (from 1972 on), and a time alone where the file has a day.
 */
function timeSql(text: string, { timeZone, day }: ParseOptions): string {
  const inZone = (instant: string): string => `timezone(${quoteText(timeZone)}, ${instant})`;
  const hasOffset =
    `CASE WHEN strlen(${text}) <= 19 THEN false WHEN contains(${text}, 'Z') THEN true ` +
    `WHEN contains(${text}, '+') THEN true ELSE contains(substr(${text}, 20), '-') END`;
  const number = `TRY_CAST(${text} AS BIGINT)`;
  const tries = [
    // A year before all calendars can be read, and not moved: an error without `TRY`.
    `CASE WHEN ${hasOffset} THEN TRY(${inZone(`TRY_CAST(${text} AS TIMESTAMPTZ)`)}) ` +
      `ELSE TRY_CAST(${text} AS TIMESTAMP) END`,
    `CASE WHEN length(${text}) = 8 THEN TRY_STRPTIME(${text}, '%Y%m%d') ` +
      `WHEN ${number} BETWEEN 63072000 AND 9999999999 ` +
      `THEN ${inZone(`to_timestamp(${number})`)} ` +
      `WHEN ${number} BETWEEN 63072000000 AND 9999999999999 ` +
      `THEN ${inZone(`to_timestamp(${number} / 1000.0)`)} END`,
  ];
  if (day !== undefined) tries.push(`${day} + TRY_CAST(${text} AS TIME)`);
  return `coalesce(${tries.join(", ")})`;
}

/** All but `2017-03-01` and `20170301` carry a time of day. */
function timedSql(text: string): string {
  return (
    `CASE WHEN strlen(${text}) NOT IN (8, 10) THEN true WHEN contains(${text}, ':') THEN true ` +
    `ELSE TRY_CAST(${text} AS BIGINT) > 99999999 END`
  );
}

/** `YYYY-MM-DD`, the date of a time, `YYYY-MM` and `YYYY` as the first day of theirs. */
function dateSql(text: string): string {
  return (
    `CASE length(${text}) WHEN 4 THEN TRY_CAST(${text} || '-01-01' AS DATE) ` +
    `WHEN 7 THEN TRY_CAST(${text} || '-01' AS DATE) ELSE TRY_CAST(${text} AS DATE) END`
  );
}

/** A JSON list of texts; any other text is a list of one. */
function textsSql(text: string): string {
  return (
    `CASE WHEN json_valid(${text}) AND json_type(${text}) = 'ARRAY' ` +
    `THEN from_json(${text}, '["VARCHAR"]') WHEN ${text} IS NOT NULL THEN [${text}] END`
  );
}
