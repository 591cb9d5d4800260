/** A value that can be bound to a parameter of a statement. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[];

/** A row as plain values: dates and times as ISO text, integers beyond 2^53 as bigint. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A result by column, for frames: numbers as f64 (missing = NaN), texts as strings or null. */
export type SqlColumn =
  | { readonly name: string; readonly kind: "number"; readonly values: Float64Array }
  | { readonly name: string; readonly kind: "text"; readonly values: readonly (string | null)[] };

/** What the lake and the features need of an SQL engine; DuckDB now, Spark second. */
export interface Engine {
  /** Name in golden files and messages. */
  readonly dialect: "duckdb";
  /** Runs a statement; `values` bind `$name` parameters. @throws SQL_FAILED */
  run(sql: string, values?: Readonly<Record<string, SqlValue>>): Promise<void>;
  /** Runs a query and returns its rows; for small results. */
  rows(sql: string, values?: Readonly<Record<string, SqlValue>>): Promise<SqlRow[]>;
  /** Runs a query and returns its columns without boxing numbers; for frames. */
  columns(sql: string, values?: Readonly<Record<string, SqlValue>>): Promise<SqlColumn[]>;
  /** Share of the statement that runs now which is done, 0…1; absent where that is not known. */
  progress?(): number | undefined;
  /** Another connection to the same tables, temporary ones aside; statements run beside ours. */
  beside?(): Promise<Engine>;
  /** Stops what runs now. */
  interrupt(): void;
  close(): void;
}
