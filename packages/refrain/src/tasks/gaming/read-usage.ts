import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CataloguedError } from "@refrain/learn";
import { sources } from "../../events/index.js";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  resolveLimits,
} from "../../foundation/index.js";

import { type Engine, quoteName, quoteText, type SqlColumn, withEngine } from "../../lake/index.js";
import { gamingErrors } from "./errors.js";
import type { LakeDays } from "./lake-sql.js";

/** How files of usage by user and day are read. */
export interface ReadUsageOptions extends JobOptions {
  /**
   * CSV (plain or .gz) or Parquet, read one after the other; spellings may differ. With a lake,
   * files may hold marks alone: user, mark, and the day (`date`) where it is not that of the lake.
   */
  readonly files: readonly string[];
  /** Folder of a lake whose plays are counted: all users' without files, else those marked. */
  readonly lake?: string;
  /** Day of the lake, `YYYY-MM-DD`; the last with plays unless told. */
  readonly date?: string;
  /** Days that are counted together, the last being `date`; 1 unless told. */
  readonly span?: number;
  /** Spelling in the files by published name, where Refrain does not know it. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Further columns of numbers to read; of a lake those of `furtherFeatures`. */
  readonly extra?: readonly string[];
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** Days of a lake. */
export interface CountedLake extends LakeDays {
  /** The lake's folder. */
  readonly directory: string;
}

/** The texts of one file as numbers: NaN where unreadable, one entry a row. */
export interface RawUsage {
  readonly file: string;
  /** What was counted; absent for a file. */
  readonly counted?: CountedLake;
  readonly users: readonly (string | null)[];
  /** Ratio, plays, and most plays of one album, track and artist; then the extra columns. */
  readonly values: readonly Float64Array[];
  /** 1 = marked, 0 = not, NaN = empty, -1 = neither; absent without such a column. */
  readonly label?: Float64Array;
}

const kind = sources["usage-days"]!.kinds[0]!;

/** The column of marks by hand, as published. */
export const labelColumn = "gamerFlaggedManual";

/** The five published features, as published. */
export const publishedFeatures = [
  "IndieToMajorRatio",
  "totUsage",
  "MaxSingleAlbumUse",
  "MaxSingleTrackUse",
  "MaxSingleArtistUse",
] as const;

const userColumn = "UserPartyID";

/** Days of marks, in files of marks alone. */
const dayNames = ["date", "day", "event_date"];

/**
 * Reads files without judging rows. The lake's own ingest drops rows that come twice and loses the
 * order; both belong to what is measured here.
 * @throws FILE_NOT_FOUND, USAGE_UNREADABLE, USAGE_COLUMN_MISSING, USAGE_COLUMN_TWICE, INTERRUPTED
 */
export async function readRawUsage(options: ReadUsageOptions): Promise<RawUsage[]> {
  const { onProgress } = options;
  return await eachFile(options, (engine, file) => {
    onProgress?.({ doing: `reading ${file}` });
    return readFile(engine, file, options);
  });
}

/** Works on files one after the other. */
async function eachFile<Result extends object | undefined>(
  { files, limits, signal }: ReadUsageOptions,
  work: (engine: Engine, file: string) => Promise<Result>,
): Promise<Result[]> {
  const job = { limits: resolveLimits(limits), doing: `reading ${files.join(", ")}`, signal };
  return await withEngine(job, async (engine) => {
    await engine.run("SET preserve_insertion_order = true");
    const done: Result[] = [];
    for (const file of files) {
      const read = work(engine, file).catch((error: unknown) => told(file, error));
      // What is wrong with the bytes says more than what the engine says of them.
      const [found] = await Promise.all([read, checkBytes(file, signal)]).catch(async (fault) => {
        await read;
        throw fault;
      });
      if (found instanceof Error) throw found;
      done.push(found);
    }
    return done;
  });
}

/** What the engine says of a file that it cannot read. */
function told(file: string, error: unknown): Error {
  if (!(error instanceof CataloguedError)) throw error;
  if (error.code !== "SQL_FAILED") return error;
  const [message = ""] = String(error.details["message"]).split("\n");
  return gamingErrors.USAGE_UNREADABLE({ file, message: message.replace(/\.+$/, "") }, error);
}

/** How a file is scanned, and its columns by published name. */
async function scanOf(engine: Engine, file: string, columns: ReadUsageOptions["columns"] = {}) {
  const scan = /\.parquet$/i.test(file)
    ? `read_parquet(${quoteText(file)})`
    : `read_csv(${quoteText(file)}, all_varchar = true, header = true, null_padding = true)`;
  const shape = await engine.rows(`DESCRIBE SELECT * FROM ${scan}`);
  const names = shape.map((row) => String(row["column_name"]));
  const find = (published: string) => findColumn(file, names, published, columns[published]);
  const needed = (published: string): string => {
    const found = find(published);
    if (found !== undefined) return found;
    const isOther = publishedFeatures.every((name) => find(name) === undefined);
    const told = columns[published];
    throw gamingErrors.USAGE_COLUMN_MISSING({
      ...{ file, column: published, columns: names, isOther },
      ...(told === undefined ? {} : { told }),
    });
  };
  return { scan, names, find, needed };
}

const userSql = (column: string): string =>
  `nullif(trim(CAST(${quoteName(column)} AS VARCHAR)), '') AS "user"`;

async function readFile(
  engine: Engine,
  file: string,
  { columns, extra = [] }: ReadUsageOptions,
): Promise<RawUsage> {
  const { scan, find, needed } = await scanOf(engine, file, columns);
  const numbers = [...publishedFeatures, ...extra].map(
    (name, at) => `TRY_CAST(trim(CAST(${quoteName(needed(name))} AS VARCHAR)) AS DOUBLE) AS n${at}`,
  );
  const label = find(labelColumn);
  const selected = [
    userSql(needed(userColumn)),
    ...numbers,
    ...(label === undefined ? [] : [`${labelSql(label)} AS "label"`]),
  ];
  const read = await engine.columns(`SELECT ${selected.join(", ")} FROM ${scan}`);
  return {
    file,
    users: read[0]!.values as readonly (string | null)[],
    values: read.slice(1, 1 + numbers.length).map(numbersOf),
    ...(label === undefined ? {} : { label: numbersOf(read.at(-1)!) }),
  };
}

/** Marks without counts. */
export interface Marks {
  readonly file: string;
  readonly users: readonly (string | null)[];
  /** As in `RawUsage`. */
  readonly label: Float64Array;
  /** `YYYY-MM-DD` by row; absent without such a column. */
  readonly days?: readonly (string | null)[];
}

/**
 * Marks of files that hold no counts.
 * @returns undefined where a file has a column of plays: then it holds counts
 * @throws what `readRawUsage` throws, LABELS_NEEDED
 */
export async function readMarks(options: ReadUsageOptions): Promise<Marks[] | undefined> {
  const found = await eachFile(options, async (engine, file) => {
    const { scan, names, find, needed } = await scanOf(engine, file, options.columns);
    if (find("totUsage") !== undefined) return undefined;
    const label = find(labelColumn);
    if (label === undefined) throw gamingErrors.LABELS_NEEDED({ file, column: labelColumn });
    const day = names.find((name) => dayNames.includes(name.toLowerCase()));
    const dayText = `CAST(TRY_CAST(${day && quoteName(day)} AS DATE) AS VARCHAR) AS "day"`;
    const selected = [userSql(needed(userColumn)), `${labelSql(label)} AS "label"`];
    const read = await engine.columns(
      `SELECT ${[...selected, ...(day === undefined ? [] : [dayText])].join(", ")} FROM ${scan}`,
    );
    return {
      file,
      users: read[0]!.values as readonly (string | null)[],
      label: numbersOf(read[1]!),
      ...(day === undefined ? {} : { days: read[2]!.values as readonly (string | null)[] }),
    };
  });
  const marks = found.filter((one) => one !== undefined);
  return marks.length === found.length ? marks : undefined;
}

function numbersOf(column: SqlColumn): Float64Array {
  // A column without rows has no kind to go by.
  return column.kind === "number" ? column.values : new Float64Array(column.values.length);
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The file's spelling of a published column: as told, or one of those met in the wild. */
function findColumn(
  file: string,
  names: readonly string[],
  published: string,
  told: string | undefined,
): string | undefined {
  // Files of one command may differ: what one spells as told, another may spell as published.
  if (told !== undefined && names.includes(told)) return told;
  const known = kind.columns.find(({ name }) => name === published);
  const spellings = [published, ...(known?.aliases ?? [])].map(plain);
  const found = names.filter((name) => spellings.includes(plain(name)));
  if (found.length > 1) throw gamingErrors.USAGE_COLUMN_TWICE({ file, column: published, found });
  return found[0];
}

function labelSql(column: string): string {
  const text = `lower(trim(CAST(${quoteName(column)} AS VARCHAR)))`;
  return `CAST(CASE WHEN ${text} IN ('1', '1.0', 'yes', 'y', 'true', 't') THEN 1
    WHEN ${text} IN ('0', '0.0', 'no', 'n', 'false', 'f') THEN 0
    WHEN ${text} IS NULL OR ${text} = '' THEN NULL ELSE -1 END AS DOUBLE)`;
}

/** The SQL engine reads damaged gzip files without a word. */
async function checkBytes(file: string, signal: AbortSignal | undefined): Promise<void> {
  const handle = await open(file).catch(() => {
    throw foundationErrors.FILE_NOT_FOUND({ path: file });
  });
  const head = Buffer.alloc(2);
  const { bytesRead } = await handle.read(head, 0, 2).catch(() => ({ bytesRead: -1 }));
  await handle.close();
  if (bytesRead < 0) throw gamingErrors.USAGE_UNREADABLE({ file, message: "it is a folder" });
  if (bytesRead < 2) throw gamingErrors.USAGE_UNREADABLE({ file, message: "it is empty" });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(file), createGunzip(), nowhere, { signal }).catch((error) => {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${file}` });
    throw gamingErrors.USAGE_UNREADABLE({ file, message: "the gzip file is damaged" }, error);
  });
}
