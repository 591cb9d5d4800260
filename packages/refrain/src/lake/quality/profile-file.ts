import type { Engine } from "../engine.js";
import {
  type ColumnProfile,
  type Profile,
  profileVersion,
  type RawFormat,
  type ValueCount,
} from "./profile.js";
import {
  type HeadOutline,
  type HeadText,
  type Located,
  locate,
  outline,
  readHead,
  valueKey,
  type Wanted,
} from "./profile-head.js";
import {
  asRefusal,
  type RetainedValue,
  type Scan,
  type ScannedColumn,
  scanRaw,
} from "./profile-scan.js";
import { absentSql, openRaw, type RawFile, unreadableLines } from "./raw-source.js";

/** What `profileFile` reads. */
export interface ProfileFileOptions {
  /** One file that DuckDB can read: UTF-8, plain or `.gz`, already transcoded. */
  readonly path: string;
  /** Name by which the user knows the file; stands in examples. */
  readonly name: string;
  /** Kind of input within the source, for example `sessions`, `play`. */
  readonly table: string;
  readonly format: RawFormat;
}

const placesOfSpecials = 3;

/**
 * Profiles one input file before typing, in one parallel scan (and a look at its first lines).
 * Columns and keys that no contract knows are profiled too. A line that is no row is counted in
 * `unreadable`, never an error.
 * @throws SQL_FAILED, MEMORY_EXCEEDED
 */
export async function profileFile(engine: Engine, options: ProfileFileOptions): Promise<Profile> {
  const text = await readHead(options.path, options.format);
  const { scan, unreadable } = await scanFile(engine, options, outline(text, options.format));
  const located = locateScanned(text, options, scan);
  return {
    version: profileVersion,
    table: options.table,
    format: options.format.kind,
    hasher: await hasherOf(engine),
    files: [options.name],
    rows: scan.rows + unreadable,
    unreadable: { count: unreadable, places: unreadable > 0 ? located.unreadable : [] },
    columns: await describeColumns(engine, options, { scan, located }),
  };
}

const hashers = new WeakMap<Engine, string>();

async function hasherOf(engine: Engine): Promise<string> {
  const known = hashers.get(engine);
  if (known !== undefined) return known;
  const [version] = await engine.rows("SELECT version() AS v");
  const hasher = `${engine.dialect} ${String(version?.["v"])}`;
  hashers.set(engine, hasher);
  return hasher;
}

function locateScanned(text: HeadText, options: ProfileFileOptions, scan: Scan): Located {
  const wanted = scan.columns.map((column): [string, Wanted] => {
    const values = new Map(column.values.map(({ value }) => [valueKey(value, scan.json), 1]));
    for (const { value } of column.specials) {
      values.set(valueKey(value, scan.json), placesOfSpecials);
    }
    const missing = column.present < scan.rows;
    return [column.name, { values, missing, ends: Object.keys(column.buckets).length > 1 }];
  });
  return locate(text, options, new Map(wanted));
}

async function scanFile(
  engine: Engine,
  file: RawFile,
  head: HeadOutline,
): Promise<{ scan: Scan; unreadable: number }> {
  const strict = await openRaw(engine, file, head, false);
  const scanned = strict && (await scanRaw(engine, strict, head).catch(asRefusal));
  if (scanned) return { scan: scanned, unreadable: 0 };
  const tolerant = await openRaw(engine, file, head, true);
  const scan = await scanRaw(
    engine,
    tolerant ?? { from: "(SELECT 1)", columns: [], json: true },
    head,
  );
  return { scan, unreadable: await unreadableLines(engine, file, scan.rows) };
}

async function describeColumns(
  engine: Engine,
  options: ProfileFileOptions,
  { scan, located }: { readonly scan: Scan; readonly located: Located },
): Promise<Record<string, ColumnProfile>> {
  const columns: [string, ColumnProfile][] = scan.columns.map((column) => [
    column.name,
    describeColumn(scan, column, located),
  ]);
  const gaps = columns.filter(([, column]) => column.missing > 0).map(([name]) => name);
  if (options.format.kind !== "json-lines" || gaps.length === 0) return Object.fromEntries(columns);
  const nested = columns.some(([, column]) =>
    Object.keys(column.shapes).some((shape) => /:[lo]$/.test(shape)),
  );
  const [absent] = await engine.rows(absentSql(options.path, gaps, nested));
  return Object.fromEntries(
    columns.map(([name, column]) => {
      const at = gaps.indexOf(name);
      return [name, at < 0 ? column : { ...column, absent: Number(absent?.[`absent_${at}`]) }];
    }),
  );
}

function describeColumn(scan: Scan, column: ScannedColumn, located: Located): ColumnProfile {
  const seen = located.columns.get(column.name);
  const placed = (found: RetainedValue, most: number): ValueCount => {
    const places = seen?.values.get(valueKey(found.value, scan.json))?.slice(0, most);
    return places ? { ...found, places } : found;
  };
  const missing = scan.rows - column.present;
  return {
    missing,
    absent: 0,
    missingPlaces: missing > 0 ? (seen?.missing ?? []) : [],
    shapes: column.shapes,
    numbers: column.buckets,
    values: { complete: column.complete, entries: column.values.map((found) => placed(found, 1)) },
    ends: seen?.ends ?? [],
    specials: Object.fromEntries(
      column.specials.map((found) => [found.value, placed(found, placesOfSpecials)]),
    ),
  };
}
