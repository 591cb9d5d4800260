/**
 * The canonical tables: what a play, a download, a user or a track is, whatever service it came
 * from. Contracts are data; the lake types, checks and stores rows by them, quality reads their
 * ranges and references, features name their columns.
 */

/** Type of a canonical column; `texts` is a list of texts. Times carry no zone: the log's own. */
export type ColumnType = "text" | "integer" | "real" | "boolean" | "timestamp" | "date" | "texts";

/** One canonical column. */
export interface ColumnContract {
  readonly type: ColumnType;
  /** What the value means, one sentence. */
  readonly doc: string;
  /** Unit, for example `s`, `ms`, `dB`. */
  readonly unit?: string;
  /** A row without it is rejected as MISSING_KEY. */
  readonly required?: boolean;
  /** Physical range, both ends included; values outside are findings, not rejects. */
  readonly range?: readonly [low: number, high: number];
  /** An event with a value below 0 is rejected as NEGATIVE_TIME. */
  readonly neverNegative?: boolean;
  /** Decimals kept when a real column is summed: sum of round(x · 10^scale). Default 3. */
  readonly scale?: number;
  /** `table.column` that the value must be found in (quality reports what dangles). */
  readonly references?: string;
  /** The column is personal data by its nature: masked in reports. */
  readonly personal?: boolean;
}

/** One canonical table. */
export interface TableContract {
  readonly name: string;
  /** Events have `user_id` and `event_at` and are parted by month and bucket; entities are not. */
  readonly nature: "event" | "entity";
  readonly doc: string;
  /** Columns by name, in the order in which they are stored. */
  readonly columns: Readonly<Record<string, ColumnContract>>;
  /** Key of an entity: one row a value; later deliveries win. */
  readonly key?: string;
}

/** Columns that every event has. `timed` tells whether `event_at` carries a time of day. */
export const eventColumns = {
  user_id: { type: "text", required: true, doc: "The listener, as the service names them." },
  event_at: { type: "timestamp", required: true, doc: "When it happened; midnight if untimed." },
  event_date: { type: "date", required: true, doc: "Calendar day of event_at in the log's zone." },
  timed: { type: "boolean", required: true, doc: "Whether event_at carries a time of day." },
  arrived_at: {
    type: "timestamp",
    required: true,
    doc: "When it was known: a column of the source, else the end of the file's day, else then.",
  },
} as const satisfies Record<string, ColumnContract>;
