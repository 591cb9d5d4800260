import { CataloguedError } from "@refrain/learn";
import { type Source, type SourceColumn, sources } from "../../events/index.js";
import type { JobOptions, Limits } from "../../foundation/index.js";
import { quoteName, type SourceFile, type SqlColumn, withSourceFile } from "../../lake/index.js";
import { gamingErrors } from "./errors.js";
import type { LakeDays } from "./lake-sql.js";

/** How files of usage by user and day are read. */
export interface ReadUsageOptions extends JobOptions {
  /**
   * CSV or Parquet, plain or .gz, read one after the other; spellings may differ. With a lake,
   * files may hold marks alone: user, mark, and the day (`date`) where it is not that of the lake.
   */
  readonly files: readonly string[];
  /** Folder of a lake whose plays are counted: all users' without files, else those marked. */
  readonly lake?: string;
  /** Day of the lake, `YYYY-MM-DD`; the last with plays unless told. */
  readonly date?: string;
  /** Days that are counted together, the last being `date`; 1 unless told. */
  readonly span?: number;
  /** Detector, or reviewer, whose verdicts in the lake are the marks, in place of files. */
  readonly verdicts?: string;
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

/** One row that was left out. */
export interface RejectedUsage {
  readonly file: string;
  /** Line in the file, the first is 1; row of a Parquet file. */
  readonly line: number;
  /**
   * `user_missing`, `value_unreadable`, `value_infinite`, `value_negative`, `label_unreadable`, or
   * what ingest says of a line that is no row, in lower case: `column_count`, …
   */
  readonly reason: string;
  /** The line, at most 200 characters. */
  readonly text: string;
}

/** Rows of a file, used or not. */
export interface ReadRows {
  readonly rowsRead: number;
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The first rows left out. */
  readonly rejects: readonly RejectedUsage[];
}

/** What one file or lake says of users, one entry a row that can be used. */
export interface RawUsage extends ReadRows {
  readonly file: string;
  /** What was counted; absent for a file. */
  readonly counted?: CountedLake;
  readonly users: readonly string[];
  /**
   * Ratio (infinite where there was no play of a major label), plays, and most plays of one album,
   * track and artist; then the extra columns. Finite but for the ratio, and not negative.
   */
  readonly values: readonly Float64Array[];
  /** 1 = marked, 0 = not, NaN = unknown; absent without such a column. */
  readonly label?: Float64Array;
}

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

const [userColumn, dateColumn] = ["UserPartyID", "date"];
const rejectsShown = 20;

/** The source `usage-days`, with further columns, or for marks without counts. */
function sourceOf(extra: readonly string[], isMarks: boolean): Source {
  const declared = sources["usage-days"]!;
  const kind = declared.kinds[0]!;
  const counts: readonly string[] = publishedFeatures;
  const columns = kind.columns.map((column): SourceColumn => {
    if (column.name === dateColumn) return { ...column, aliases: ["day", "event_date"] };
    return counts.includes(column.name) ? { ...column, required: !isMarks } : column;
  });
  const further = extra.map((name) => ({ name, required: !isMarks, headerOnly: true }));
  return { ...declared, kinds: [{ ...kind, columns: [...columns, ...further] }] };
}

type Work<Result> = (read: SourceFile, file: string) => Promise<Result>;

/** Works on files one after the other. */
async function eachFile<Result>(
  { files, columns = {}, extra = [], limits, signal, onProgress }: ReadUsageOptions,
  isMarks: boolean,
  work: Work<Result>,
): Promise<Result[]> {
  const source = sourceOf(extra, isMarks);
  const job = { source, ...(limits && { limits }), ...(signal && { signal }) };
  const done: Result[] = [];
  for (const file of files) {
    onProgress?.({ doing: `reading ${file}` });
    const read = (spelt: Readonly<Record<string, string>>): Promise<Result> =>
      withSourceFile({ ...job, file, columns: spelt }, async (found) => {
        assertOnce(found, file, source);
        return await work(found, file);
      }).catch(async (error: unknown) => {
        // Files of one command may differ: what one spells as told, another may as published.
        const told = missingOf(error);
        if (told === undefined || spelt[told] === undefined) throw error;
        const { [told]: _, ...others } = spelt;
        return await read(others);
      });
    done.push(await read(columns));
  }
  return done;
}

/** The column that a file lacks, where that is what is wrong. */
function missingOf(error: unknown): string | undefined {
  const isMissing = error instanceof CataloguedError && error.code === "COLUMN_MISSING";
  return isMissing ? String(error.details["want"]) : undefined;
}

/** @throws USAGE_COLUMN_TWICE where two columns of a file have names of the same */
function assertOnce({ columns, strays }: SourceFile, file: string, { kinds }: Source): void {
  for (const { name, aliases = [] } of kinds[0]!.columns.filter((one) =>
    columns.includes(one.name),
  )) {
    const names = [name, ...aliases].map((one) => one.toLowerCase());
    const others = strays.filter((one) => names.includes(one.toLowerCase()));
    if (others.length === 0) continue;
    throw gamingErrors.USAGE_COLUMN_TWICE({ file, column: name, found: [name, ...others] });
  }
}

/**
 * Reads files as `ingest` does, but for repeats and the order of rows, which belong to what is
 * measured here, and for the ratio, which may be infinite.
 * @throws USAGE_COLUMN_TWICE, and what `withSourceFile` throws
 */
export async function readRawUsage(options: ReadUsageOptions): Promise<RawUsage[]> {
  const { extra = [] } = options;
  const names = [...publishedFeatures, ...extra];
  return await eachFile(options, false, async (read, file) => {
    const isLabelled = read.columns.includes(labelColumn);
    const numbers = names.map((name, at) => `${numberSql(name)} AS "n${at}"`);
    const texts = [userSql, ...numbers, isLabelled ? labelSql : noLabelSql];
    const wanted = names.map((_, at) => `"n${at}"`).join(", ");
    const quick = await read.engine.columns(
      `SELECT "user", ${wanted}, "label" FROM (SELECT ${texts.join(", ")} FROM (${read.bulk}))`,
    );
    const judged = `SELECT *, ${reasonSql(names.length)} AS "reason" FROM (
      SELECT ${texts.join(", ")}, "~fault", "~line", "~text" FROM (${read.texts}))`;
    const sound = areSound(quick, read.rows)
      ? quick
      : await read.engine.columns(
          `SELECT "user", ${wanted}, "label" FROM (${judged}) WHERE "reason" IS NULL`,
        );
    const users = sound[0]!.values as readonly string[];
    return {
      file,
      users,
      values: sound.slice(1, -1).map(numbersOf),
      ...(isLabelled ? { label: numbersOf(sound.at(-1)!) } : {}),
      ...(await rowsOf(read, { file, judged, sound: users.length })),
    };
  });
}

/** Whether there are so many rows, and `reasonSql` has nothing to say of any. */
function areSound([users, ...numbers]: readonly SqlColumn[], rows: number): boolean {
  if (users!.values.length !== rows || users!.values.some((user) => user === null)) return false;
  const label = numbersOf(numbers.at(-1)!);
  const [ratio, ...counts] = numbers.slice(0, -1).map(numbersOf);
  return (
    ratio!.every((value) => value >= 0) &&
    counts.every((column) => column.every((value) => value >= 0 && value < Infinity)) &&
    label.every((value) => value !== -1)
  );
}

/** Marks without counts. */
export interface Marks extends ReadRows {
  readonly file: string;
  readonly users: readonly string[];
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
  const found = await eachFile(options, true, async (read, file): Promise<Marks | undefined> => {
    if (read.columns.includes("totUsage")) return undefined;
    if (!read.columns.includes(labelColumn)) {
      throw gamingErrors.LABELS_NEEDED({ file, column: labelColumn });
    }
    const isDated = read.columns.includes(dateColumn);
    const day = isDated ? `CAST(TRY_CAST(trim("${dateColumn}") AS DATE) AS VARCHAR)` : "NULL";
    const judged = `SELECT *, ${reasonSql(0)} AS "reason" FROM (SELECT ${userSql}, ${labelSql},
      ${day} AS "day", "~fault", "~line", "~text" FROM (${read.texts}))`;
    const sound = await read.engine.columns(
      `SELECT "user", "label", "day" FROM (${judged}) WHERE "reason" IS NULL`,
    );
    const users = sound[0]!.values as readonly string[];
    return {
      ...{ file, users, label: numbersOf(sound[1]!) },
      ...(isDated ? { days: sound[2]!.values as readonly (string | null)[] } : {}),
      ...(await rowsOf(read, { file, judged, sound: users.length })),
    };
  });
  const marks = found.filter((one) => one !== undefined);
  return marks.length === found.length ? marks : undefined;
}

const userSql = `nullif(trim("${userColumn}"), '') AS "user"`;
const numberSql = (name: string): string => `TRY_CAST(${quoteName(name)} AS DOUBLE)`;
const noLabelSql = `NULL::DOUBLE AS "label"`;

/** 1, 0, null where empty, -1 where it is neither. */
const labelSql = `CAST(CASE WHEN nullif(trim("${labelColumn}"), '') IS NULL THEN NULL
  WHEN lower(trim("${labelColumn}")) IN ('yes', 'y', 'true', 't')
    OR TRY_CAST(trim("${labelColumn}") AS DOUBLE) = 1 THEN 1
  WHEN lower(trim("${labelColumn}")) IN ('no', 'n', 'false', 'f')
    OR TRY_CAST(trim("${labelColumn}") AS DOUBLE) = 0 THEN 0 ELSE -1 END AS DOUBLE) AS "label"`;

/** Why a row cannot be used; "n0" is the ratio, which is infinite without a major play. */
function reasonSql(numbers: number): string {
  const any = (of: (column: string, at: number) => string): string =>
    Array.from({ length: numbers }, (_, at) => of(`"n${at}"`, at)).join(" OR ");
  const bad = (column: string): string => `${column} IS NULL OR isnan(${column})`;
  const endless = (column: string, at: number): string =>
    at === 0 ? `${column} = '-inf'::DOUBLE` : `isinf(${column})`;
  const judged = [
    [`"~fault" IS NOT NULL`, `lower("~fault")`],
    [`"user" IS NULL`, "'user_missing'"],
    [any(bad), "'value_unreadable'"],
    [any(endless), "'value_infinite'"],
    [any((column) => `${column} < 0`), "'value_negative'"],
    [`"label" = -1`, "'label_unreadable'"],
  ].filter(([when]) => when !== "");
  return `CASE ${judged.map(([when, then]) => `WHEN ${when} THEN ${then}`).join(" ")} END`;
}

interface Judged {
  readonly file: string;
  /** Rows with their `"reason"`. */
  readonly judged: string;
  /** How many have none. */
  readonly sound: number;
}

async function rowsOf(
  { engine, broken, rows }: SourceFile,
  { file, judged, sound }: Judged,
): Promise<ReadRows> {
  if (sound === rows) return { rowsRead: rows, dropped: {}, rejects: [] };
  const all = `SELECT "line", lower("reason") AS "reason", left("text", 200) AS "text"
    FROM (${broken}) UNION ALL
    SELECT "~line", "reason", left("~text", 200) FROM (${judged}) WHERE "reason" IS NOT NULL`;
  const counts = await engine.rows(
    `SELECT "reason", count(*) AS "rows" FROM (${all}) GROUP BY ALL ORDER BY 1`,
  );
  const first = await engine.rows(`FROM (${all}) ORDER BY "line" LIMIT ${rejectsShown}`);
  return {
    rowsRead: rows,
    dropped: Object.fromEntries(counts.map((one) => [String(one["reason"]), Number(one["rows"])])),
    rejects: first.map(({ line, reason, text }) => {
      return { file, line: Number(line), reason: String(reason), text: String(text) };
    }),
  };
}

function numbersOf(column: SqlColumn): Float64Array {
  // A column without a value has no kind to go by.
  return column.kind === "number"
    ? column.values
    : new Float64Array(column.values.length).fill(Number.NaN);
}
