/**
 * The raw profile: what stood in one kind of input file before typing, rejects included. Plain
 * JSON of counts alone: each is exact, and which of them are kept is a function of the values, so
 * that the profile of two files read together equals the merge of their profiles.
 */

/** Version of the format that this code writes and reads. */
export const profileVersion = 1;

/** How many distinct values of a column are kept (those with the smallest hashes). */
export const keptValues = 512;

/** Log buckets per factor of two in the histogram of numbers (4.4 % wide). */
export const bucketsPerOctave = 16;

/** How a file is to be read; names and delimiters are given, never sniffed. */
export type RawFormat =
  | { readonly kind: "json-lines" }
  | {
      readonly kind: "delimited";
      readonly delimiter: string;
      /** Whether the first line names the columns. */
      readonly header: boolean;
      /** Names of the columns in order; needed without header and with `skipLines`. */
      readonly columns?: readonly string[];
      /** Lines before the first row, header included, if known; `header` is then moot. */
      readonly skipLines?: number;
      /** Character around fields that hold delimiters; none when absent. */
      readonly quote?: string;
    }
  | { readonly kind: "parquet" };

/** A value, how often it stood there and where first, for columns read as JSON: the JSON text. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
  /** Order in which values are kept, 0 … 2^52; a function of the value alone. */
  readonly hash: number;
  /** First places (file, 1-based line) among the lines that were looked at one by one. */
  readonly places?: readonly Place[];
}

/** A value and where it stands; for examples. */
export interface ValuePlaces {
  readonly value: string;
  readonly places: readonly Place[];
}

/** A line of an input file. */
export interface Place {
  readonly file: string;
  /** 1-based, the header counted. */
  readonly line: number;
}

/** One column, or one key of JSON lines. */
export interface ColumnProfile {
  /** Rows without the key, or with null (delimited: with nothing between the delimiters). */
  readonly missing: number;
  /** Of these, rows of JSON lines without the key. */
  readonly absent: number;
  /** First places where it is missing. */
  readonly missingPlaces: readonly Place[];
  /**
   * Length in bytes and class → rows. JSON: `10:s` a string of ten bytes, `n` number, `b`
   * boolean, `l` list, `o` object by the bytes of their JSON. Delimited: by the first character,
   * `9` digit, `a` letter, ` ` blank, `-` other. Above 64 bytes by powers of two: `128+:s`.
   */
  readonly shapes: Readonly<Record<string, number>>;
  /**
   * Log bucket → rows, wherever the text of the value is a finite number: `0` is zero, `p12`
   * holds 2^(12/16) ≤ x < 2^(13/16), `n12` the negative ones.
   */
  readonly numbers: Readonly<Record<string, number>>;
  /** Complete with exact counts while there are at most `keptValues` distinct ones. */
  readonly values: { readonly complete: boolean; readonly entries: readonly ValueCount[] };
  /** The least and the greatest numbers among the lines that were looked at one by one. */
  readonly ends: readonly ValuePlaces[];
  /** Counts of null-like and placeholder values, always exact. */
  readonly specials: Readonly<Record<string, ValueCount>>;
}

/** Lines that could not be read as rows. */
export interface UnreadableProfile {
  readonly count: number;
  readonly places: readonly Place[];
}

/** The raw profile of one kind of input, from one file or several. */
export interface Profile {
  readonly version: typeof profileVersion;
  /** Kind of input within the source, for example `sessions`. */
  readonly table: string;
  readonly format: "json-lines" | "delimited" | "parquet";
  /** What made the hashes; values of unlike hashers cannot be merged once they are incomplete. */
  readonly hasher: string;
  readonly files: readonly string[];
  /** Column of the file → column of the source that it is mapped to. */
  readonly sourceNames: Readonly<Record<string, string>>;
  /** Rows, unreadable lines included. */
  readonly rows: number;
  readonly unreadable: UnreadableProfile;
  /** By name, in the order of the first file. */
  readonly columns: Readonly<Record<string, ColumnProfile>>;
}

/**
 * Reads a profile, also one of an earlier draft of the format that lacks places.
 * @returns undefined where it lacks counts
 */
export function parseProfile(text: string): Profile | undefined {
  const read = JSON.parse(text) as Partial<Profile>;
  if (read.version !== profileVersion || !read.columns || read.rows === undefined) return undefined;
  const columns: [string, ColumnProfile][] = [];
  for (const [name, column] of Object.entries(read.columns as Readonly<Record<string, Draft>>)) {
    const { missing, shapes, numbers, values } = column;
    if (missing === undefined || !shapes || !numbers || !values?.entries) return undefined;
    const filled = { absent: 0, missingPlaces: [], ends: [], specials: {}, ...column };
    columns.push([name, { ...filled, missing, shapes, numbers, values }]);
  }
  return {
    ...emptyProfile,
    ...read,
    columns: Object.fromEntries(columns),
  };
}

type Draft = Partial<ColumnProfile>;

const emptyProfile: Profile = {
  version: profileVersion,
  table: "",
  format: "delimited",
  hasher: "",
  files: [],
  sourceNames: {},
  rows: 0,
  unreadable: { count: 0, places: [] },
  columns: {},
};
