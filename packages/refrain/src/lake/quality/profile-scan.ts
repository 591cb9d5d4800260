import type { Engine, SqlRow } from "../engine.js";
import { keptValues } from "./profile.js";
import { type CountedCode, sumUp } from "./profile-codes.js";
import { likelyValues, planGroups } from "./profile-groups.js";
import type { HeadOutline } from "./profile-head.js";
import {
  type CountedSet,
  codesSql,
  countSql,
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
  /** Rows of JSON lines without the key, where they were counted. */
  readonly absent?: number;
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

/**
 * Past this many distinct values a column is wide: its groups would fill the memory. Up to there
 * counting them all is cheaper than the codes (2 million rows: .15 s of processor time less).
 */
const wideValues = 1_000_000;
/** DuckDB counts the grouping sets of a scan in a mask of 64 bits; a wide column takes two. */
const columnsAtOnce = 30;

/** Reads the source once for each 30 columns. */
export async function scanRaw(
  engine: Engine,
  source: RawSource,
  head: HeadOutline,
  wide = wideValues,
): Promise<Scan> {
  const columns: ScannedColumn[] = [];
  let rows = source.columns.length > 0 ? 0 : await countRows(engine, source);
  for (let first = 0; first < source.columns.length; first += columnsAtOnce) {
    const part = { ...source, columns: source.columns.slice(first, first + columnsAtOnce) };
    const divisors = part.columns.map(({ name }) => guessDivisor(head, name, wide));
    const narrow = part.columns.filter((_, at) => divisors[at] === 1).map(({ name }) => name);
    const scanned = await scanPart(engine, part, { divisors, groups: planGroups(head, narrow) });
    columns.push(...scanned.columns);
    rows = scanned.rows;
  }
  return { json: source.json, rows, columns };
}

async function countRows(engine: Engine, source: RawSource): Promise<number> {
  const [row] = await engine.rows(`SELECT count(*) AS "n" FROM ${source.from}`);
  return Number(row?.["n"] ?? 0);
}

interface ScanPlan {
  /** By column; 1 for those of which every value is counted. */
  readonly divisors: readonly number[];
  /** Names of columns that are counted together. */
  readonly groups: readonly (readonly string[])[];
}

async function scanPart(engine: Engine, source: RawSource, plan: ScanPlan): Promise<Scan> {
  const { divisors, groups } = plan;
  const group = (column: number): number =>
    groups.findIndex((names) => names.includes(source.columns[column]!.name));
  const sets = countedSets(divisors).map((set): CountedSet => {
    const at = set.divisor > 1 ? -1 : group(set.column);
    return at < 0 || groups[at]!.length < 2 ? set : { ...set, group: at };
  });
  const [scan] = await scanSets(engine, [source], sets);
  const { rows, columns: found } = scan!;
  const columns = [...found];
  for (const [at, column] of columns.entries()) {
    const divisor = divisors[at] ?? 1;
    if (divisor <= 1 || column.values.length === keptValues) continue;
    const alone = { ...source, columns: source.columns.slice(at, at + 1) };
    const fewer = { divisors: [Math.floor(divisor / 16)], groups: [] };
    columns[at] = (await scanPart(engine, alone, fewer)).columns[0] ?? column;
  }
  return { json: source.json, rows, columns };
}

function countedSets(divisors: readonly number[]): CountedSet[] {
  return divisors.flatMap((divisor, column): CountedSet[] =>
    divisor <= 1
      ? [{ column, role: "values", divisor }]
      : [
          { column, role: "values", divisor },
          { column, role: "codes", divisor },
        ],
  );
}

/** Whether several small files can be read in one scan. */
export function fitTogether(sources: readonly RawSource[]): boolean {
  const count = sources[0]?.columns.length ?? 0;
  const alike = sources.every((source) => source.columns.length === count);
  return alike && count > 0 && count <= columnsAtOnce;
}

/** Reads small files with as many columns in one scan; none of their columns is wide. */
export async function scanTogether(engine: Engine, sources: readonly RawSource[]): Promise<Scan[]> {
  return scanSets(engine, sources, countedSets(sources[0]!.columns.map(() => 1)));
}

async function scanSets(
  engine: Engine,
  sources: readonly RawSource[],
  sets: readonly CountedSet[],
): Promise<Scan[]> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${valuesTable} AS ${countSql(sources, sets)}`);
  const { json } = sources[0]!;
  const codes = bySet(await engine.rows(codesSql(sets)));
  const smallest = bySet(await engine.rows(smallestSql(sets, keptValues + 1)));
  const specials = bySet(await engine.rows(specialsSql(sets, json)));
  await engine.run(`DROP TABLE ${valuesTable}`);
  return sources.map((source, file): Scan => {
    const of = (groups: ReadonlyMap<string, SqlRow[]>, at: number): readonly SqlRow[] =>
      groups.get(`${file} ${at}`) ?? [];
    const codesOf = (at: number): readonly SqlRow[] =>
      of(codes, sets[at + 1]?.role === "codes" ? at + 1 : at);
    const columns = sets.flatMap(({ column, role, divisor }, at): ScannedColumn[] => {
      if (role === "codes") return [];
      const kept = of(smallest, at).map(retained);
      return [
        {
          name: source.columns[column]?.name ?? "",
          ...sumUp(codesOf(at).map(countedCode), json),
          values: kept.slice(0, keptValues),
          complete: divisor <= 1 && kept.length <= keptValues,
          specials: of(specials, at).map(retained),
        },
      ];
    });
    return { json, rows: codesOf(0).reduce((sum, row) => sum + Number(row["n"]), 0), columns };
  });
}

function bySet(rows: readonly SqlRow[]): Map<string, SqlRow[]> {
  const groups = new Map<string, SqlRow[]>();
  for (const row of rows) {
    const key = `${row["file"]} ${row["at"]}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(row);
  }
  return groups;
}

function countedCode({ code, n }: SqlRow): CountedCode {
  return { code: code === null ? undefined : Number(code), n: Number(n) };
}

function retained(row: SqlRow): RetainedValue {
  const { value, count, hash } = row;
  return { value: String(value), count: Number(count), hash: Number(hash) };
}

/**
 * How many times more values than are needed a wide column may have; 1 for columns that are not
 * wide. A wrong guess costs time, never exactness.
 */
function guessDivisor(head: HeadOutline, name: string, wide: number): number {
  const distinct = head.distinct.get(name) ?? 0;
  if (head.whole || distinct < keptValues) return 1;
  const likely = likelyValues(head, distinct);
  return likely < wide ? 1 : Math.max(2, Math.floor(likely / (keptValues * 16)));
}

/** Lets SQL_FAILED pass as "refused"; anything else is thrown again. */
export function asRefusal(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "SQL_FAILED") return undefined;
  throw error;
}
