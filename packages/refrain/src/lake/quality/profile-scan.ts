import type { Engine } from "../engine.js";
import { keptValues } from "./profile.js";
import type { Head } from "./profile-head.js";
import {
  type CountedSet,
  codesSql,
  countSql,
  decodeCode,
  smallestSql,
  specialsSql,
  valuesTable,
} from "./profile-sql.js";
import type { RawSource } from "./raw-source.js";

/** A retained value; `hash` 0 … 2^52. */
export interface RetainedValue {
  readonly value: string;
  readonly count: number;
  readonly hash: number;
}

/** What the scan found in one column. */
export interface ScannedColumn {
  readonly name: string;
  readonly present: number;
  readonly shapes: Readonly<Record<string, number>>;
  readonly buckets: Readonly<Record<string, number>>;
  /** The `keptValues` values of the smallest hashes. */
  readonly values: readonly RetainedValue[];
  /** Whether these are all the values there are. */
  readonly complete: boolean;
  readonly specials: readonly RetainedValue[];
}

/** What the scan found. */
export interface Scan {
  readonly json: boolean;
  readonly rows: number;
  readonly columns: readonly ScannedColumn[];
}

/** Past this many distinct values a column is wide. */
const wideValues = 100_000;
/** DuckDB counts the grouping sets of a scan in a mask of 64 bits; a wide column takes two. */
const columnsAtOnce = 30;

/** Reads the source once for each 30 columns. */
export async function scanRaw(engine: Engine, source: RawSource, head: Head): Promise<Scan> {
  const columns: ScannedColumn[] = [];
  let rows = 0;
  for (let first = 0; first < source.columns.length; first += columnsAtOnce) {
    const part = { ...source, columns: source.columns.slice(first, first + columnsAtOnce) };
    const divisors = part.columns.map(({ name }) => guessDivisor(head, name));
    const scanned = await scanPart(engine, part, divisors);
    columns.push(...scanned.columns);
    rows = scanned.rows;
  }
  return { json: source.json, rows, columns };
}

async function scanPart(
  engine: Engine,
  source: RawSource,
  divisors: readonly number[],
): Promise<Scan> {
  const sets = divisors.flatMap((divisor, column): CountedSet[] =>
    divisor <= 1
      ? [{ column, role: "values", divisor }]
      : [
          { column, role: "values", divisor },
          { column, role: "codes", divisor },
        ],
  );
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${valuesTable} AS ${countSql(source, sets)}`);
  const [all] = await engine.rows(
    `SELECT sum("n")::BIGINT AS "n" FROM ${valuesTable} WHERE "at" = 0`,
  );
  const columns = await readColumns(engine, source, sets);
  await engine.run(`DROP TABLE ${valuesTable}`);
  for (const [at, column] of columns.entries()) {
    const divisor = divisors[at] ?? 1;
    if (divisor <= 1 || column.values.length === keptValues) continue;
    const alone = { ...source, columns: source.columns.slice(at, at + 1) };
    columns[at] = (await scanPart(engine, alone, [Math.floor(divisor / 16)])).columns[0] ?? column;
  }
  return { json: source.json, rows: Number(all?.["n"] ?? 0), columns };
}

async function readColumns(
  engine: Engine,
  source: RawSource,
  sets: readonly CountedSet[],
): Promise<ScannedColumn[]> {
  const codes = await engine.rows(codesSql(sets));
  const columns: ScannedColumn[] = [];
  for (const [at, { column, role, divisor }] of sets.entries()) {
    if (role === "codes") continue;
    const coded = divisor <= 1 ? at : at + 1;
    const smallest = (await engine.rows(smallestSql(at, divisor, keptValues + 1))).map(retained);
    columns.push({
      name: source.columns[column]?.name ?? "",
      ...sumUp(
        codes.filter((row) => Number(row["at"]) === coded),
        source.json,
      ),
      values: smallest.slice(0, keptValues),
      complete: divisor <= 1 && smallest.length <= keptValues,
      specials: (await engine.rows(specialsSql(at, source.json))).map(retained),
    });
  }
  return columns;
}

function retained(row: Readonly<Record<string, unknown>>): RetainedValue {
  const { value, count, hash } = row;
  return { value: String(value), count: Number(count), hash: Number(hash) };
}

function sumUp(
  codes: readonly Readonly<Record<string, unknown>>[],
  json: boolean,
): Pick<ScannedColumn, "present" | "shapes" | "buckets"> {
  const shapes = new Map<string, number>();
  const buckets = new Map<string, number>();
  let present = 0;
  for (const row of codes) {
    if (row["code"] === null) continue;
    const n = Number(row["n"]);
    const { shape, bucket } = decodeCode(Number(row["code"]), json);
    present += n;
    shapes.set(shape, (shapes.get(shape) ?? 0) + n);
    if (bucket !== undefined) buckets.set(bucket, (buckets.get(bucket) ?? 0) + n);
  }
  const sorted = (counts: Map<string, number>): Record<string, number> =>
    Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { present, shapes: sorted(shapes), buckets: sorted(buckets) };
}

/**
 * How many times more values than are needed a wide column may have, guessed from how it grows
 * over the head; 1 for columns that are not wide. A wrong guess costs time, never exactness.
 */
function guessDivisor(head: Head, name: string): number {
  const column = head.columns.get(name);
  if (head.whole || !column || column.places.size < keptValues) return 1;
  const growth = Math.log2(column.places.size / Math.max(1, column.distinctAtHalf));
  const times = Math.max(1, head.likelyRows / Math.max(1, head.rows));
  const likely = column.places.size * times ** (0.9 * Math.min(1, Math.max(0, growth)));
  return likely < wideValues ? 1 : Math.floor(likely / (keptValues * 32));
}

/** Lets SQL_FAILED pass as "refused"; anything else is thrown again. */
export function asRefusal(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "SQL_FAILED") return undefined;
  throw error;
}
