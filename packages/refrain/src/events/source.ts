/**
 * A source says how one service writes its logs: which files there are, which columns they have
 * under which spellings, and which canonical column each one becomes. It is data; lake compiles it
 * to SQL, so a new source needs no new code.
 */

/** One column as the source writes it. */
export interface SourceColumn {
  /** Name in the source's own words; `--column NAME=HAVE` maps it to another spelling. */
  readonly name: string;
  /** Other spellings met in the wild; case never matters. */
  readonly aliases?: readonly string[];
  /** Canonical column that it becomes; absent = read and profiled, not kept. */
  readonly to?: string;
  /** A file without it is refused as COLUMN_MISSING. Default: what the contract requires. */
  readonly required?: boolean;
  /** Texts that stand for "no value" here, besides the empty one. */
  readonly nullLikes?: readonly string[];
  /** The value is multiplied by this to reach the contract's unit. */
  readonly times?: number;
  /** Not in a file without header: it must be mapped or stand in the header. */
  readonly headerOnly?: boolean;
}

/** Where the rows of a kind go: one table, or the table that a column's value names. */
export type Route =
  | { readonly table: string }
  | {
      /** Source column whose value, trimmed and in lower case, decides. */
      readonly by: string;
      /** Table by value, spellings met in the wild included; others are UNKNOWN_EVENT_TYPE. */
      readonly tables: Readonly<Record<string, string>>;
    };

/** One kind of file of a source. */
export interface SourceKind {
  readonly name: string;
  readonly doc: string;
  /** How the lines are written; Parquet is read for every kind. */
  readonly format: "delimited" | "json";
  /** File names of this kind, tested on the lower-case name without folders. */
  readonly fileName: RegExp;
  /** Columns by which a file is recognised whose name says nothing. */
  readonly recognisedBy?: readonly string[];
  /** Delimiters that are tried, for delimited files. */
  readonly delimiters?: readonly string[];
  /** Whether fields may stand in double quotes, where commas or semicolons part them. */
  readonly quoted?: boolean;
  /** Columns in the order of a file without header. */
  readonly columns: readonly SourceColumn[];
  readonly route: Route;
  /** The date comes from the file's name (`20170301_play.log`) or from `--date`. */
  readonly dated?: boolean;
  /** Rows without any date are kept on 1970-01-01, untimed; else they need `--date`. */
  readonly undated?: boolean;
  /** Hours from the end of the file's date until the file is delivered. Default 0. */
  readonly arrivalLagHours?: number;
}

/** How a service writes its logs. */
export interface Source {
  readonly name: string;
  readonly doc: string;
  readonly kinds: readonly SourceKind[];
  /** All files of a folder are taken; the columns alone tell the kind. */
  readonly anyName?: boolean;
}

/** What delimited files write for "nothing", in any column. */
export const emptyTexts: readonly string[] = ["", "\\N"];

/** The day that stands for "no date known" in sources that allow it. */
export const undatedDay = "1970-01-01";

/**
 * The date in a file's name: `20170301_play.log`, `play-2017-03-01.csv.gz`.
 * @returns `YYYY-MM-DD`, or undefined when the name has none that exists
 */
export function dateInName(fileName: string): string | undefined {
  const match = /(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)/.exec(fileName);
  if (!match) return undefined;
  const date = `${match[1]}-${match[3]}-${match[4]}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  return exists ? date : undefined;
}
