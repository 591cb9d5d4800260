import { type Source, type SourceColumn, type SourceKind, sources } from "../../events/index.js";
import {
  foundationErrors,
  type JobOptions,
  type Limits,
  resolveLimits,
} from "../../foundation/index.js";
import { lakeErrors } from "../errors.js";
import type { RowCounts } from "../manifest.js";

/** What `ingest` is told. */
export interface IngestOptions extends JobOptions {
  /** Files, globs, or folders (a folder's own files, those that the source recognises). */
  readonly inputs: readonly string[];
  /** Name of a source: `musicbox`, `pozytywka`, …, or a source of your own. */
  readonly source: string | Source;
  /** Folder of the lake; made when there is none. */
  readonly lake: string;
  /** Spellings: the source's (or canonical) column → the file's; `at` is the time column. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Kind of file within the source, where neither name nor columns tell. */
  readonly kind?: string;
  /** Name of the delivery that the files belong to. Default `default`. */
  readonly delivery?: string;
  /** Share of the users to keep, 0 < share ≤ 1, chosen by a hash of the user id. Default 1. */
  readonly sampleUsers?: number;
  /** Zone of the log's days, for times that carry an offset or count seconds. Default `UTC`. */
  readonly timeZone?: string;
  /** `YYYY-MM-DD` of files whose rows and names carry no date. */
  readonly date?: string;
  /**
   * Buckets of a new lake, 1 … 4096. Default 16; a lake keeps the number it was made with, and
   * files hold several together while it is small.
   */
  readonly buckets?: number;
  readonly limits?: Partial<Limits>;
}

/** What `ingest` did; the sum of the other four row counts is `read`, always. */
export interface IngestSummary {
  readonly source: string;
  readonly lake: string;
  /** Number of files read, duplicates included. */
  readonly files: number;
  readonly rows: RowCounts;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Files of a folder that the source does not know: left alone. */
  readonly ignored: readonly string[];
  /** Bytes of the files, after gunzip. */
  readonly bytes: number;
  readonly seconds: number;
  /** Highest resident memory of this process so far. */
  readonly peakMemoryBytes: number;
  /** Number of the commit that holds these rows. */
  readonly sequence: number;
}

/** Options with every default in its place. */
export interface IngestPlan {
  readonly source: Source;
  readonly kind: SourceKind | undefined;
  readonly lake: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly delivery: string;
  readonly sampleUsers: number;
  readonly timeZone: string;
  readonly date: string | undefined;
  readonly buckets: number | undefined;
  readonly limits: Limits;
}

/** Enough to load at full speed; the rest of the 1.5 GB of an ingest is the reader's buffers. */
const defaultMemoryBytes = 800e6;

/**
 * Checks the options and fills in the defaults.
 * @throws SOURCE_UNKNOWN, KIND_UNKNOWN, OPTION_INVALID, COLUMN_UNKNOWN
 */
export function planIngest(options: IngestOptions): IngestPlan {
  const source = typeof options.source === "string" ? sources[options.source] : options.source;
  if (!source) {
    throw lakeErrors.SOURCE_UNKNOWN({
      given: String(options.source),
      known: Object.keys(sources),
    });
  }
  checkRanges(options);
  const columns = options.columns ?? {};
  checkColumns(source, columns);
  return {
    source,
    kind: options.kind === undefined ? undefined : kindNamed(source, options.kind),
    lake: options.lake,
    columns,
    delivery: options.delivery ?? "default",
    sampleUsers: options.sampleUsers ?? 1,
    timeZone: options.timeZone ?? "UTC",
    date: options.date,
    buckets: options.buckets,
    limits: resolveLimits({ memoryBytes: defaultMemoryBytes, ...options.limits }),
  };
}

/** A kind by its name, in the singular or the plural: `play` and `plays`. @throws KIND_UNKNOWN */
function kindNamed(source: Source, given: string): SourceKind {
  const singular = (name: string): string => name.toLowerCase().replace(/s$/, "");
  const kind =
    source.kinds.find((one) => one.name === given) ??
    source.kinds.find((one) => singular(one.name) === singular(given));
  if (kind) return kind;
  throw lakeErrors.KIND_UNKNOWN({
    name: given,
    source: source.name,
    known: source.kinds.map((one) => one.name),
  });
}

function checkRanges(options: IngestOptions): void {
  const { sampleUsers, buckets, date, timeZone, inputs } = options;
  const wrong = (option: string, given: unknown, expected: string): Error =>
    foundationErrors.OPTION_INVALID({ option, given: String(given), expected });
  if (inputs.length === 0) throw wrong("inputs", "", "at least one file, glob or folder");
  if (sampleUsers !== undefined && !(sampleUsers > 0 && sampleUsers <= 1)) {
    throw wrong("sampleUsers", sampleUsers, "a share above 0 and up to 1, for example 0.1");
  }
  if (buckets !== undefined && !(Number.isInteger(buckets) && buckets >= 1 && buckets <= 4096)) {
    throw wrong("buckets", buckets, "a whole number from 1 to 4096");
  }
  if (date !== undefined && !isDay(date)) {
    throw wrong("date", date, "a day that exists, as YYYY-MM-DD");
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw wrong("timeZone", timeZone, "a zone such as Europe/Warsaw");
  }
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && day.toJSON()?.startsWith(text) === true;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function checkColumns(source: Source, columns: Readonly<Record<string, string>>): void {
  const all = source.kinds.flatMap((kind) => kind.columns);
  for (const want of Object.keys(columns)) {
    if (!all.some((column) => answersTo(column, want))) {
      const known = [...new Set(all.map((column) => column.name))];
      throw lakeErrors.COLUMN_UNKNOWN({ want, source: source.name, known });
    }
  }
}

/** Whether a source's column is the one that a person calls `want`. */
export function answersTo(column: SourceColumn, want: string): boolean {
  const wanted = want.toLowerCase();
  return (
    column.name.toLowerCase() === wanted ||
    column.to === wanted ||
    (wanted === "at" && column.to === "event_at") ||
    (column.aliases ?? []).some((alias) => alias.toLowerCase() === wanted)
  );
}
