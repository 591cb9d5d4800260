import type { Engine } from "../engine.js";
import { countFile, type FileCounter } from "./counted-file.js";
import {
  type ColumnProfile,
  type Profile,
  profileVersion,
  type RawFormat,
  type ValueCount,
} from "./profile.js";
import {
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
  fitTogether,
  type RetainedValue,
  type Scan,
  type ScannedColumn,
  scanRaw,
  scanTogether,
} from "./profile-scan.js";
import { longValueBytes } from "./profile-sql.js";
import {
  absentSql,
  openRaw,
  type RawSource,
  unreadableAmong,
  unreadableLines,
} from "./raw-source.js";

/** What `profileFile` reads. */
export interface ProfileFileOptions {
  /** One file that DuckDB can read: UTF-8, plain or `.gz`, already transcoded. */
  readonly path: string;
  /** Name by which the user knows the file; stands in examples. */
  readonly name: string;
  /** Kind of input within the source, for example `sessions`, `play`. */
  readonly table: string;
  readonly format: RawFormat;
  /** Column of the file → column of the source that it is mapped to, where that is known. */
  readonly sourceNames?: Readonly<Record<string, string>>;
  /** Bytes of the longest line, where that is known. */
  readonly longestLine?: number;
  /** Its rows, where its bytes are known to be UTF-8 with plain line ends: it may be counted. */
  readonly plainRows?: number | undefined;
}

const placesOfSpecials = 3;
/** Bounds of what is read in one scan, so that the lines in memory stay few. */
const mostTogether = 32;
const mostCharacters = 16_000_000;

/**
 * Profiles one input file before typing, in one parallel scan (and a look at its first lines).
 * Columns and keys that no contract knows are profiled too. A line that is no row is counted in
 * `unreadable`, never an error.
 * @throws SQL_FAILED, MEMORY_EXCEEDED
 */
export async function profileFile(
  engine: Engine,
  options: ProfileFileOptions,
  counter?: FileCounter,
): Promise<Profile> {
  const text = await readHead(options.path, options.format);
  return profileAlone(engine, { options, text }, counter);
}

/**
 * The profiles of several files, in their order: the same as one by one, but small delimited files
 * are read in one scan, because a scan costs 30 ms whatever its size.
 */
export async function profileFiles(
  engine: Engine,
  files: readonly ProfileFileOptions[],
  counter?: FileCounter,
): Promise<Profile[]> {
  const profiles: Profile[] = [];
  let waiting: Opened[] = [];
  for (const options of files) {
    waiting.push({ options, text: await readHead(options.path, options.format) });
    const characters = waiting.reduce((sum, { text }) => sum + text.characters, 0);
    if (waiting.length < mostTogether && characters < mostCharacters) continue;
    profiles.push(...(await profileOpened(engine, waiting, counter)));
    waiting = [];
  }
  return [...profiles, ...(await profileOpened(engine, waiting, counter))];
}

async function profileOpened(
  engine: Engine,
  opened: readonly Opened[],
  counter: FileCounter | undefined,
): Promise<Profile[]> {
  const small = opened.filter(({ options: { format }, text }) => {
    const plain = format.kind === "delimited" && (format.quote ?? "") === "";
    return plain && text.whole && text.lines.length > 0;
  });
  const together = await profileTogether(engine, small);
  const profiles: Profile[] = [];
  for (const file of opened) {
    profiles.push(together.get(file) ?? (await profileAlone(engine, file, counter)));
  }
  return profiles;
}

/** A file and its first lines. */
interface Opened {
  readonly options: ProfileFileOptions;
  readonly text: HeadText;
}

async function profileTogether(
  engine: Engine,
  files: readonly Opened[],
): Promise<Map<Opened, Profile>> {
  const profiles = new Map<Opened, Profile>();
  const sources: RawSource[] = [];
  for (const { options, text } of files) {
    const source = await openRaw(engine, options, outline(text, options.format), true);
    if (source) sources.push({ ...source, ...hints(options) });
  }
  if (files.length < 2 || sources.length < files.length || !fitTogether(sources)) return profiles;
  const scans = await scanTogether(engine, sources);
  for (const [at, file] of files.entries()) {
    const scan = scans[at]!;
    const unreadable = unreadableAmong(file.text, file.options.format, scan.rows);
    profiles.set(file, await assemble(engine, file, { scan, unreadable }));
  }
  return profiles;
}

async function profileAlone(
  engine: Engine,
  file: Opened,
  counter: FileCounter | undefined,
): Promise<Profile> {
  return assemble(engine, file, await scanFile(engine, file, counter));
}

interface Scanned {
  readonly scan: Scan;
  readonly unreadable: number;
}

async function assemble(
  engine: Engine,
  { options, text }: Opened,
  { scan, unreadable }: Scanned,
): Promise<Profile> {
  const located = locateScanned(text, options, scan);
  return {
    version: profileVersion,
    table: options.table,
    format: options.format.kind,
    hasher: await hasherOf(engine),
    files: [options.name],
    sourceNames: options.sourceNames ?? {},
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
  { options, text }: Opened,
  counter: FileCounter | undefined,
): Promise<Scanned> {
  const head = outline(text, options.format);
  const { plainRows } = options;
  if (counter && plainRows !== undefined) {
    const counted = await countFile(counter, { ...options, rows: plainRows }, head);
    if (counted) return { scan: counted, unreadable: 0 };
  }
  const strict = await openRaw(engine, options, head, false);
  const wanted = strict && { ...strict, ...hints(options) };
  const scanned = wanted && (await scanRaw(engine, wanted, head).catch(asRefusal));
  if (scanned) return { scan: scanned, unreadable: 0 };
  const tolerant = await openRaw(engine, options, head, true);
  const scan = await scanRaw(engine, tolerant ?? nothing, head);
  return { scan, unreadable: await unreadableLines(engine, options, { text, rows: scan.rows }) };
}

/** A value is no longer than its line; as JSON text it may be: `1e20` is written out. */
function hints({ longestLine, format }: ProfileFileOptions): Partial<RawSource> {
  const known = format.kind === "delimited" ? longestLine : undefined;
  return { short: known !== undefined && known <= longValueBytes };
}

const nothing: RawSource = { from: "(SELECT 1)", columns: [], json: true };

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
  const counts = new Map(scan.columns.map(({ name, absent }) => [name, absent]));
  const isCounted = scan.columns.every(({ absent }) => absent !== undefined);
  if (options.format.kind !== "json-lines" || gaps.length === 0 || isCounted) {
    return Object.fromEntries(
      columns.map(([name, column]) => [name, { ...column, absent: counts.get(name) ?? 0 }]),
    );
  }
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
