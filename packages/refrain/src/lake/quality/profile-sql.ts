import { quoteText } from "../sql-text.js";
import { bucketsPerOctave, sumScale } from "./profile.js";
import type { RawSource } from "./raw-source.js";
import { delimitedSpecials, jsonSpecials } from "./specials.js";

/** Longer values are kept by their beginning. */
const longValueBytes = 256;
const shapeBase = 256;
const longestShape = 65_535;
const bucketOffset = 40_000;

/** How many of the 2^64 hashes of a column are let through, as a divisor; 1 lets all through. */
export type HashDivisors = readonly number[];

/**
 * One statement over one scan: a row with, for column i, `present_i`, `shapes_i`, `min_i`,
 * `max_i`, the numbers, and the retained values.
 */
export function profileSql(source: RawSource, divisors: HashDivisors): string {
  const aggregates = source.columns.map((_, at) => columnAggregates(source, at, divisors[at] ?? 1));
  const values = source.columns.map((column, at) => `${column.sql} AS "r${at}"`);
  const cut = source.columns.map(
    (_, at) =>
      `CASE WHEN strlen("r${at}") > ${longValueBytes} ` +
      `THEN left("r${at}", ${longValueBytes / 2}) ELSE "r${at}" END AS "v${at}", ` +
      `strlen("r${at}") AS "l${at}", ${numberSql(`"r${at}"`)} AS "n${at}"`,
  );
  return [
    `SELECT ${['count(*) AS "rows"', ...aggregates].join(",\n  ")}`,
    `FROM (SELECT ${cut.join(",\n  ") || "1"}`,
    `FROM (SELECT ${values.join(", ") || "1"} FROM ${source.from}))`,
  ].join("\n");
}

/** Only texts that begin like a number are tried: a failing cast costs ten times a good one. */
function numberSql(value: string): string {
  return (
    `CASE WHEN ${value} >= '-' AND ${value} < ':' AND strlen(${value}) <= 24 ` +
    `THEN TRY_CAST(${value} AS DOUBLE) END`
  );
}

function columnAggregates(source: RawSource, at: number, divisor: number): string {
  const [v, n, l] = [`"v${at}"`, `"n${at}"`, `"l${at}"`];
  const strings = source.json ? ` FILTER (${v} < '#')` : "";
  const finite = `isfinite(${n})`;
  const capped = (text: string, most: number): string =>
    `CASE WHEN ${text} > ${most} THEN ${most} ELSE ${text} END`;
  const shape = `${capped(l, longestShape)} * ${shapeBase} + ${capped(`ascii(${v})`, shapeBase - 1)}`;
  const scaled = `TRY_CAST(round(${n} * 1e${sumScale}) AS BIGINT)`;
  const bucket =
    `CASE WHEN ${n} = 0 THEN 0 ELSE CAST(sign(${n}) AS INTEGER) * (${bucketOffset} + ` +
    `TRY_CAST(floor(log2(abs(nullif(${n}, 0))) * ${bucketsPerOctave}) AS INTEGER)) END`;
  return [
    `count(${v}) AS "present_${at}"`,
    `CAST(to_json(histogram(${shape})) AS VARCHAR) AS "shapes_${at}"`,
    `min(${v})${strings} AS "min_${at}"`,
    `max(${v})${strings} AS "max_${at}"`,
    `count(${n}) FILTER (${finite}) AS "numbers_${at}"`,
    `min(${n}) FILTER (${finite}) AS "low_${at}"`,
    `max(${n}) FILTER (${finite}) AS "high_${at}"`,
    `CAST(sum(${scaled}) FILTER (${finite}) AS VARCHAR) AS "sum_${at}"`,
    `CAST(to_json(histogram(${bucket}) FILTER (${finite})) AS VARCHAR) AS "buckets_${at}"`,
    `histogram(${v})${valueFilter(source, v, divisor)} AS "values_${at}"`,
  ].join(", ");
}

function valueFilter(source: RawSource, v: string, divisor: number): string {
  if (divisor <= 1) return "";
  const specials = source.json ? jsonSpecials : delimitedSpecials;
  const bytes = Math.max(...specials.map((text) => Buffer.byteLength(text)));
  return (
    ` FILTER (hash(${v}) < ${retainedBelow(divisor)} OR ` +
    `(strlen(${v}) <= ${bytes} AND ${v} IN (${specials.map(quoteText).join(", ")})))`
  );
}

/** The hash below which a divisor lets values through. */
export function retainedBelow(divisor: number): string {
  return `${(2n ** 64n / BigInt(divisor)).toString()}::UBIGINT`;
}

/** Counts by length and first character, by the names that `ColumnProfile.shapes` explains. */
export function decodeShapes(text: string | null, json: boolean): Record<string, number> {
  const shapes: Record<string, number> = {};
  for (const [code, count] of Object.entries(parseCounts(text))) {
    const bytes = Math.floor(Number(code) / shapeBase);
    const first = firstClass(Number(code) % shapeBase, json);
    const name = `${lengthName(first === "s" && json ? bytes - 2 : bytes)}:${first}`;
    shapes[name] = (shapes[name] ?? 0) + count;
  }
  return shapes;
}

/** Lengths up to 64 stand alone, longer ones by powers of two: `128+`. */
function lengthName(bytes: number): string {
  return bytes <= 64 ? String(bytes) : `${2 ** Math.floor(Math.log2(bytes))}+`;
}

function firstClass(code: number, json: boolean): string {
  const character = String.fromCharCode(code);
  if (json) {
    const kinds: Record<string, string> = { '"': "s", t: "b", f: "b", "[": "l", "{": "o" };
    return kinds[character] ?? "n";
  }
  if (/[0-9]/.test(character)) return "9";
  if (/[a-zA-Z]/.test(character) || code >= 192) return "a";
  return character === " " || character === "\t" ? " " : "-";
}

/** Log buckets by name: `0`, `p12`, `n-3`. */
export function decodeBuckets(text: string | null): Record<string, number> {
  const buckets: Record<string, number> = {};
  for (const [code, count] of Object.entries(parseCounts(text))) {
    const signed = Number(code);
    const name = signed === 0 ? "0" : `${signed > 0 ? "p" : "n"}${Math.abs(signed) - bucketOffset}`;
    buckets[name] = count;
  }
  return buckets;
}

function parseCounts(text: string | null): Record<string, number> {
  return text === null ? {} : (JSON.parse(text) as Record<string, number>);
}
