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

/** How files of usage by user and day are read. */
export interface ReadUsageOptions extends JobOptions {
  /** CSV (plain or .gz) or Parquet, read one after the other; spellings may differ. */
  readonly files: readonly string[];
  /** Folder of a lake whose plays are counted instead of reading files. */
  readonly lake?: string;
  /** Day of the lake, `YYYY-MM-DD`; the last with plays unless told. */
  readonly date?: string;
  /** Spelling in the files by published name, where Refrain does not know it. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Further columns of numbers to read. */
  readonly extra?: readonly string[];
  /** Memory, threads, temporary folder. */
  readonly limits?: Partial<Limits>;
}

/** The texts of one file as numbers: NaN where unreadable, one entry a row. */
export interface RawUsage {
  readonly file: string;
  /** Day of the lake that was counted; absent for a file. */
  readonly day?: string;
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

/**
 * Reads files without judging rows. The lake's own ingest drops rows that come twice and loses the
 * order; both belong to what is measured here.
 * @throws FILE_NOT_FOUND, USAGE_UNREADABLE, USAGE_COLUMN_MISSING, USAGE_COLUMN_TWICE, INTERRUPTED
 */
export async function readRawUsage(options: ReadUsageOptions): Promise<RawUsage[]> {
  const { files, limits, signal, onProgress } = options;
  for (const file of files) await checkBytes(file, signal);
  const job = { limits: resolveLimits(limits), doing: `reading ${files.join(", ")}`, signal };
  return await withEngine(job, async (engine) => {
    await engine.run("SET preserve_insertion_order = true");
    const read: RawUsage[] = [];
    for (const file of files) {
      onProgress?.({ doing: `reading ${file}` });
      read.push(await readFile(engine, file, options));
    }
    return read;
  });
}

async function readFile(
  engine: Engine,
  file: string,
  { columns = {}, extra = [] }: ReadUsageOptions,
): Promise<RawUsage> {
  const scan = /\.parquet$/i.test(file)
    ? `read_parquet(${quoteText(file)})`
    : `read_csv(${quoteText(file)}, all_varchar = true, header = true, null_padding = true)`;
  try {
    const shape = await engine.rows(`DESCRIBE SELECT * FROM ${scan}`);
    const names = shape.map((row) => String(row["column_name"]));
    const find = (published: string) => findColumn(file, names, published, columns[published]);
    const needed = (published: string): string => {
      const found = find(published);
      if (found !== undefined) return found;
      throw gamingErrors.USAGE_COLUMN_MISSING({ file, column: published, columns: names });
    };
    const numbers = [...publishedFeatures, ...extra].map(
      (name, at) =>
        `TRY_CAST(trim(CAST(${quoteName(needed(name))} AS VARCHAR)) AS DOUBLE) AS n${at}`,
    );
    const label = find(labelColumn);
    const selected = [
      `nullif(trim(CAST(${quoteName(needed(userColumn))} AS VARCHAR)), '') AS "user"`,
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
  } catch (error) {
    if (!(error instanceof CataloguedError) || error.code !== "SQL_FAILED") throw error;
    const [message = ""] = String(error.details["message"]).split("\n");
    throw gamingErrors.USAGE_UNREADABLE({ file, message }, error);
  }
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
  if (told !== undefined) {
    if (names.includes(told)) return told;
    throw gamingErrors.USAGE_COLUMN_MISSING({ file, column: told, columns: names });
  }
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
  const { bytesRead } = await handle.read(head, 0, 2).catch(() => ({ bytesRead: 0 }));
  await handle.close();
  if (bytesRead < 2) throw gamingErrors.USAGE_UNREADABLE({ file, message: "it is empty" });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(file), createGunzip(), nowhere, { signal }).catch((error) => {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${file}` });
    throw gamingErrors.USAGE_UNREADABLE({ file, message: "the gzip file is damaged" }, error);
  });
}
