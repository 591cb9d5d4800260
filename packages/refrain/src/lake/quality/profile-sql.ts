import { quoteText } from "../sql-text.js";
import { bucketsPerOctave } from "./profile.js";
import { bucketBase, bucketOffset, longestShape, shapeBase } from "./profile-codes.js";
import type { RawSource } from "./raw-source.js";
import { specialsOf } from "./specials.js";

/**
 * The statements of a profile. One scan counts each column's values in grouping sets (15-40 ns a
 * value, where aggregates over rows cost 120); the rest is computed from these counts. A column
 * with very many values ("wide") is counted twice: a part of its values, chosen by hash, and the
 * codes (shape and log bucket) of all of them.
 */

/** Longer values are kept by their beginning. */
export const longValueBytes = 256;

/** `quality_values(file, at, value, n)`: what each grouping set counted; a null value = missing. */
export const valuesTable = '"quality_values"';

/** One grouping set: the values of a column, or the codes of a wide one. */
export interface CountedSet {
  /** Index of the column in the source. */
  readonly column: number;
  readonly role: "values" | "codes";
  /** How many times fewer hashes are let through; 1 lets all through. */
  readonly divisor: number;
  /** Sets of one group are counted together first, and summed up from there. */
  readonly group?: number;
}

/**
 * One scan that counts all sets, of one file or of several with the same columns.
 * @param sources at least one; all with as many columns
 */
export function countSql(sources: readonly RawSource[], sets: readonly CountedSet[]): string {
  const { json } = sources[0]!;
  const tried = sets
    .filter((set) => set.role === "codes")
    .map((set) => `${numberSql(`"c${set.column}"`)} AS "x${set.column}"`);
  const keys = sets.map((set, at) => `${keySql(json, set)} AS "k${at}"`);
  const several = sources.length > 1;
  const files = sources.map((source, file) => {
    const cut = source.columns.map((column, at) => {
      const value = source.short ? column.sql : cutSql(column.sql);
      return `${value} AS "c${at}"`;
    });
    const number = several ? `${file} AS "file", ` : "";
    return `SELECT ${number}${cut.join(",\n  ")}\n  FROM ${source.from}`;
  });
  const rows =
    `(SELECT ${several ? '"file", ' : '0 AS "file", '}${keys.join(",\n  ")}\n` +
    `FROM (SELECT ${["*", ...tried].join(",\n  ")}\n` +
    `FROM (${files.join("\nUNION ALL\n")})))`;
  const file = several ? '"file", ' : "";
  const groups = groupsOf(sets);
  if (groups.every((group) => group.length === 1)) return countedSql(rows, sets, { groups, file });
  const joint = groups.filter((group) => group.length > 1);
  const parts = joint.flatMap((group) =>
    group.map(
      (at) =>
        `SELECT "file", ${at} AS "at", "k${at}" AS "value", sum("n")::BIGINT AS "n" ` +
        `FROM "counted" WHERE "at" = ${group[0]} GROUP BY ALL`,
    ),
  );
  const names = joint.flat().map((at) => `"k${at}"`);
  const counted = countedSql(rows, sets, { groups, file, names });
  const alone = `"at" NOT IN (${joint.map((group) => group[0]).join(", ")})`;
  return (
    `WITH "counted" AS MATERIALIZED (${counted})\n` +
    `SELECT "file", "at", "value", "n" FROM "counted" WHERE ${alone}\n` +
    parts.map((part) => `UNION ALL ${part}`).join("\n")
  );
}

/** Indices of the sets in the order of their groups; a set without a group is one alone. */
function groupsOf(sets: readonly CountedSet[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [at, set] of sets.entries()) {
    const key = set.group === undefined ? `alone ${at}` : `group ${set.group}`;
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  return [...groups.values()];
}

/** Rows by file and group; `at` is the first set of the group, `value` that of a set alone. */
function countedSql(
  rows: string,
  sets: readonly CountedSet[],
  how: {
    readonly groups: readonly (readonly number[])[];
    readonly file: string;
    readonly names?: readonly string[];
  },
): string {
  const { groups, file, names = [] } = how;
  const alone = groups.filter((group) => group.length === 1).map(([at]) => at!);
  const which = groups.map(([at]) => `WHEN grouping("k${at}") = 0 THEN ${at}`).join(" ");
  const texts = alone.map((at) => (sets[at]!.role === "codes" ? `"k${at}"::VARCHAR` : `"k${at}"`));
  const keys = groups.map((group) => `(${file}${group.map((at) => `"k${at}"`).join(", ")})`);
  const columns = [
    file === "" ? '0 AS "file"' : '"file"',
    `CASE ${which} END AS "at"`,
    `coalesce(${[...texts, "NULL", "NULL"].join(", ")}) AS "value"`,
    ...names,
    `count(*) AS "n"`,
  ];
  return `SELECT ${columns.join(", ")}\nFROM ${rows}\nGROUP BY GROUPING SETS (${keys.join(", ")})`;
}

function cutSql(value: string): string {
  return (
    `CASE WHEN strlen(${value}) > ${longValueBytes} ` +
    `THEN left(${value}, ${longValueBytes / 2}) ELSE ${value} END`
  );
}

function keySql(json: boolean, set: CountedSet): string {
  const value = `"c${set.column}"`;
  if (set.role === "codes") return codeSql(value, `"x${set.column}"`);
  if (set.divisor <= 1) return value;
  return (
    `CASE WHEN hash(${value}) < ${hashBelow(set.divisor)} OR ${isSpecial(json, value)} THEN ` +
    `${value} END`
  );
}

/** Digits come first because most short values of a wide column are numbers. */
function isSpecial(json: boolean, value: string): string {
  const all = specialsOf(json);
  const bytes = Math.max(...all.map((text) => Buffer.byteLength(text)));
  const list = (digits: boolean): string =>
    all
      .filter((text) => /^[0-9]/.test(text) === digits)
      .map(quoteText)
      .join(", ");
  return (
    `(strlen(${value}) <= ${bytes} AND CASE WHEN ${value} >= '0' AND ${value} < ':' ` +
    `THEN ${value} IN (${list(true)}) ELSE ${value} IN (${list(false)}) END)`
  );
}

/** Shape (byte length, first character) and log bucket of a value in one integer. */
function codeSql(value: string, number: string): string {
  const length = capSql(`strlen(${value})`, longestShape);
  const first = capSql(`ascii(${value})`, shapeBase - 1);
  const bucket = `coalesce(${bucketSql(number)}, 0)`;
  return `(${length} * ${shapeBase} + ${first}) * ${bucketBase} + ${bucket}`;
}

function capSql(value: string, most: number): string {
  return `CASE WHEN ${value} > ${most} THEN ${most} ELSE ${value} END`;
}

/** Only texts that look like a number are tried: a failing cast costs ten times a good one. */
function numberSql(value: string): string {
  return (
    `CASE WHEN ${value} >= '-' AND ${value} < ':' AND strlen(${value}) <= 24 ` +
    `AND NOT contains(${value}, ':') THEN TRY_CAST(${value} AS DOUBLE) END`
  );
}

/** A double of 1e300 and more is no number of ours; that also keeps infinity and NaN out. */
function bucketSql(x: string): string {
  const log = `CAST(floor(log2(abs(${x})) * ${bucketsPerOctave}) AS INTEGER)`;
  return (
    `CASE WHEN abs(${x}) < 1e300 THEN ${bucketBase / 2} + CASE WHEN ${x} = 0 THEN 0 ` +
    `WHEN ${x} > 0 THEN ${bucketOffset} + ${log} ELSE -(${bucketOffset} + ${log}) END END`
  );
}

/** By file and set: shape and bucket codes with their counts, null for what is missing. */
export function codesSql(sets: readonly CountedSet[]): string {
  const wide = sets.flatMap((set, at) => (set.role === "codes" ? [at] : []));
  const narrow = sets.flatMap((set, at) => (set.role === "values" && set.divisor <= 1 ? [at] : []));
  const within = (list: readonly number[]): string => `"at" IN (${[-1, ...list].join(", ")})`;
  return (
    `SELECT "file", "at", TRY_CAST("value" AS BIGINT) AS "code", "n" FROM ${valuesTable} ` +
    `WHERE ${within(wide)} UNION ALL ` +
    `SELECT "file", "at", ${codeSql('"value"', '"x"')} AS "code", sum("n")::BIGINT AS "n" FROM (` +
    `SELECT *, ${numberSql('"value"')} AS "x" FROM ${valuesTable} WHERE ${within(narrow)}) ` +
    `GROUP BY 1, 2, 3`
  );
}

/** Values whose hashes are looked at when the smallest are sought, four times what is kept. */
const soughtValues = 2_048;

/** By file and set: the values with the smallest hashes, at most `most`. */
export function smallestSql(sets: readonly CountedSet[], most: number): string {
  const values = sets.flatMap(({ role }, at) => (role === "values" ? [at] : []));
  const wide = values
    .filter((at) => sets[at]!.divisor > 1)
    .map((at) => ` WHEN ${at} THEN ${sets[at]!.divisor}`);
  const divisor = wide.length > 0 ? `CASE "at"${wide.join("")} ELSE 1 END` : "1";
  return (
    `WITH "sets" AS (SELECT "file", "at", greatest(${divisor}, count(*) / ` +
    `${soughtValues}) AS "less" ` +
    `FROM ${valuesTable} WHERE "value" IS NOT NULL AND "at" IN (${values.join(", ")}) ` +
    `GROUP BY 1, 2) ` +
    `SELECT "file", "at", "value", "n" AS "count", hash("value") >> 12 AS "hash" ` +
    `FROM ${valuesTable} JOIN "sets" USING ("file", "at") ` +
    `WHERE "value" IS NOT NULL AND hash("value")::DOUBLE * "less" <= ${2 ** 64} ` +
    `QUALIFY row_number() OVER (PARTITION BY "file", "at" ORDER BY "hash", "value") <= ${most} ` +
    `ORDER BY 1, 2, 5, 3`
  );
}

/** By file and set: the null-like and placeholder values. */
export function specialsSql(sets: readonly CountedSet[], json: boolean): string {
  const values = sets.flatMap(({ role }, at) => (role === "values" ? [at] : []));
  return (
    `SELECT "file", "at", "value", "n" AS "count", hash("value") >> 12 AS "hash" FROM ` +
    `${valuesTable} ` +
    `WHERE "at" IN (${values.join(", ")}) AND "value" IN (${listed(json)}) ORDER BY 1, 2, 3`
  );
}

function hashBelow(divisor: number): string {
  return `${(2n ** 64n / BigInt(divisor)).toString()}::UBIGINT`;
}

function listed(json: boolean): string {
  return specialsOf(json).map(quoteText).join(", ");
}
