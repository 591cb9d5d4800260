import type { Engine } from "../engine.js";
import type { Profile } from "./profile.js";

/** How a file is to be read; names and delimiters are given, never sniffed. */
export type RawFormat =
  | { readonly kind: "json-lines" }
  | {
      readonly kind: "delimited";
      readonly delimiter: string;
      /** Whether the first line names the columns. */
      readonly header: boolean;
      /** Names of the columns in order; needed without header, ignored with one. */
      readonly columns?: readonly string[];
      /** Character around fields that hold delimiters; none when absent. */
      readonly quote?: string;
    }
  | { readonly kind: "parquet" };

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

/**
 * Profiles one input file before typing, in one parallel scan (and a look at its first lines).
 * Columns and keys that no contract knows are profiled too. A line that is no row is counted in
 * `unreadable`, never an error.
 * @throws SQL_FAILED, MEMORY_EXCEEDED
 */
export async function profileFile(_engine: Engine, _options: ProfileFileOptions): Promise<Profile> {
  throw new Error("being built");
}
