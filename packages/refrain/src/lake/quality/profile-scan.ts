import type { Engine, SqlRow } from "../engine.js";
import { quoteText } from "../sql-text.js";
import { keptValues } from "./profile.js";
import type { Head } from "./profile-head.js";
import { profileSql, retainedBelow } from "./profile-sql.js";
import type { RawSource } from "./raw-source.js";
import { delimitedSpecials, jsonSpecials } from "./specials.js";

/** A retained value; `hash` 0 … 2^52. */
export interface RetainedValue {
  readonly value: string;
  readonly count: number;
  readonly hash: number;
}

/** What one scan found in one column. */
export interface ScannedColumn {
  readonly name: string;
  /** Column of the row of aggregates: `present_3` belongs to 3. */
  readonly at: number;
  /** The `keptValues` values of the smallest hashes. */
  readonly values: readonly RetainedValue[];
  /** Whether these are all the values there are. */
  readonly complete: boolean;
  readonly specials: readonly RetainedValue[];
}

/** What one scan found. */
export interface Scan {
  readonly source: RawSource;
  readonly aggregates: SqlRow;
  readonly rows: number;
  readonly columns: readonly ScannedColumn[];
}

const scanTable = '"quality_scan"';

/**
 * Reads the source once. Columns of many values let only a part of the hashes through; a guess
 * that let too few through is mended by a second scan over those columns alone.
 */
export async function scanRaw(engine: Engine, source: RawSource, head: Head): Promise<Scan> {
  const divisors = source.columns.map(({ name }) => guessDivisor(head, name));
  const aggregates = await runScan(engine, source, divisors);
  const columns: ScannedColumn[] = [];
  for (const at of source.columns.keys()) {
    columns.push(await readValues(engine, source, at, divisors[at] ?? 1));
  }
  for (const [at, column] of columns.entries()) {
    if (column.complete || column.values.length === keptValues) continue;
    columns[at] = await rescan(engine, source, at, divisors[at] ?? 1);
  }
  await engine.run(`DROP TABLE ${scanTable}`);
  return { source, aggregates, rows: Number(aggregates["rows"]), columns };
}

async function runScan(
  engine: Engine,
  source: RawSource,
  divisors: readonly number[],
): Promise<SqlRow> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${scanTable} AS ${profileSql(source, divisors)}`);
  const hidden = source.columns.map((_, at) => `"values_${at}"`).join(", ");
  const [row] = await engine.rows(
    `SELECT *${hidden === "" ? "" : ` EXCLUDE (${hidden})`} FROM ${scanTable}`,
  );
  return row ?? {};
}

async function rescan(
  engine: Engine,
  source: RawSource,
  at: number,
  divisor: number,
): Promise<ScannedColumn> {
  const column = source.columns[at];
  const alone = { ...source, columns: column ? [column] : [] };
  for (let finer = Math.floor(divisor / 16); ; finer = Math.floor(finer / 16)) {
    await runScan(engine, alone, [finer]);
    const found = await readValues(engine, alone, 0, finer);
    if (finer <= 1 || found.values.length === keptValues) return { ...found, at };
  }
}

async function readValues(
  engine: Engine,
  source: RawSource,
  at: number,
  divisor: number,
): Promise<ScannedColumn> {
  const listed = (source.json ? jsonSpecials : delimitedSpecials).map(quoteText).join(", ");
  const below = divisor <= 1 ? "true" : `"raw_hash" < ${retainedBelow(divisor)}`;
  const rows = await engine.rows(
    `SELECT "value", "count", "raw_hash" >> 12 AS "hash", "special", "kept", row_number() OVER ` +
      `(PARTITION BY "kept" ORDER BY "raw_hash" >> 12, "value") AS "rank" FROM (` +
      `SELECT "key" AS "value", "value" AS "count", hash("key") AS "raw_hash", ` +
      `"key" IN (${listed}) AS "special", ${below} AS "kept" FROM (` +
      `SELECT unnest(map_entries("values_${at}"), recursive := true) FROM ${scanTable})) ` +
      `QUALIFY ("kept" AND "rank" <= ${keptValues + 1}) OR "special" ORDER BY "rank"`,
  );
  const read = rows.map((row) => ({
    value: String(row["value"]),
    count: Number(row["count"]),
    hash: Number(row["hash"]),
  }));
  const kept = read.filter((_, order) => rows[order]?.["kept"] === true);
  const specials = read.filter((_, order) => rows[order]?.["special"] === true);
  const ranked = kept.filter((_, order) => order < keptValues);
  return {
    name: source.columns[at]?.name ?? "",
    at,
    values: ranked,
    complete: divisor <= 1 && kept.length <= keptValues,
    specials: specials.sort((a, b) => (a.value < b.value ? -1 : 1)),
  };
}

/** How many times too many values a column may have, guessed from how it grows over the head. */
function guessDivisor(head: Head, name: string): number {
  const column = head.columns.get(name);
  if (head.whole || !column || column.places.size < keptValues) return 1;
  const growth = Math.log2(column.places.size / Math.max(1, column.distinctAtHalf));
  const times = Math.max(1, head.likelyRows / Math.max(1, head.rows));
  const likely = column.places.size * times ** (0.9 * Math.min(1, Math.max(0, growth)));
  return Math.max(1, Math.floor(likely / (keptValues * 8)));
}

/** Lets SQL_FAILED pass as "refused"; anything else is thrown again. */
export function asRefusal(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "SQL_FAILED") return undefined;
  throw error;
}
