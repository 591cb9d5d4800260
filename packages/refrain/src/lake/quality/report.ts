import type { RowCounts } from "../manifest.js";

/** `error`: rows are lost or joins go wrong; `warning`: look at it; `info`: know it. */
export type Severity = "info" | "warning" | "error";

/** Where a finding shows; personal values are masked. */
export interface Example {
  /** Name of the input, null where it is not known. */
  readonly file: string | null;
  /** 1-based, the header counted; null where the line is not known. */
  readonly line: number | null;
  /** What stands there; null where nothing does, or where it is the whole line. */
  readonly value: string | null;
}

/** One thing that a rule found. */
export interface Finding {
  /** Code of the rule; docs/reference/quality-rules.md explains it. */
  readonly code: string;
  /** Kind of input (`sessions`), or two of them (`users, artists`). */
  readonly table: string;
  /** Column as the input names it, or several; null where it is the table. */
  readonly column: string | null;
  /** Rows (or values, where the message says so) that it concerns. */
  readonly count: number;
  /** Of all rows (or values), 0…1; null where there is no whole. */
  readonly share: number | null;
  /** How much it matters. */
  readonly severity: Severity;
  /** One sentence with the numbers in it. */
  readonly message: string;
  /** At most three, those with a known line first. */
  readonly examples: readonly Example[];
}

/** A bar of a histogram; dates in milliseconds since 1970. */
export interface Bin {
  /** Lower end, included. */
  readonly from: number;
  /** Upper end. */
  readonly to: number;
  /** Rows; a fraction where a coarser count was shared out. */
  readonly count: number;
}

/** What stands in one column of one kind of input. */
export interface ColumnReport {
  /** `text`, `integer`, `real`, `boolean`, `date`, `timestamp`, `list`, `object` or `empty`. */
  readonly type: string;
  /** Columns of the canonical tables that it becomes, for example `play.track_id`. */
  readonly becomes: readonly string[];
  /** Rows without a value. */
  readonly missing: number;
  /** Of these, rows of JSON lines without the key. */
  readonly absent: number;
  /** Distinct values; counted up to 5 million rows, else estimated (standard error 4.4 %). */
  readonly distinct: number;
  /** Whether they were counted. */
  readonly distinctExact: boolean;
  /** Least number, or first time as ISO text; null for texts and for personal data. */
  readonly min: number | string | null;
  /** Greatest number, or last time. */
  readonly max: number | string | null;
  /** Mean of the kept rows; null where the column is no number or is not kept. */
  readonly mean: number | null;
  /** At 1, 25, 50, 75 and 99 %, within 2.2 %. */
  readonly quantiles: readonly number[] | null;
  /** Kind of personal data: `name`, `street`, `email`, `phone`, `query`, `address`. */
  readonly personal: string | null;
  /** The most frequent values with their rows while all are known, masked where personal. */
  readonly top: readonly ValueRows[];
  /** Of numbers and times; null for others. */
  readonly histogram: readonly Bin[] | null;
}

/** A value and how many rows hold it. */
export interface ValueRows {
  /** The value, masked where personal. */
  readonly value: string;
  /** Rows. */
  readonly count: number;
}

/** One kind of input, for example `sessions`. */
export interface TableReport {
  /** Name of the source. */
  readonly source: string;
  /** Number of files. */
  readonly files: number;
  /** Rows of the files, before anything was left out. */
  readonly rows: number;
  /** Rows that are in the lake. */
  readonly kept: number;
  /** Rows that could not be used. */
  readonly rejected: number;
  /** Rows that were there already. */
  readonly duplicate: number;
  /** First time of its events, ISO text; null for entities and undated events. */
  readonly firstAt: string | null;
  /** Last time of its events. */
  readonly lastAt: string | null;
  /** By name, in the order of the files. */
  readonly columns: Readonly<Record<string, ColumnReport>>;
}

/** How a column moved from the earlier delivery to this one. */
export interface ColumnChange {
  /** Kind of input. */
  readonly table: string;
  /** Column as the input names it. */
  readonly column: string;
  /** Share of rows without a value in the earlier delivery. */
  readonly missingBefore: number;
  /** The same in this one. */
  readonly missingNow: number;
  /** Population stability index over shared bins; null where there is nothing to compare. */
  readonly stability: number | null;
  /** What the bins were: `values` or `deciles of the earlier delivery`. */
  readonly binning: string | null;
  /** Values that are new, at most ten, masked where personal. */
  readonly valuesCame: readonly string[];
  /** Values that are gone, at most ten. */
  readonly valuesWent: readonly string[];
}

/** How a kind of input moved. */
export interface TableChange {
  /** Rows of the earlier delivery. */
  readonly rowsBefore: number;
  /** Rows of this one. */
  readonly rowsNow: number;
  /** Columns that are new. */
  readonly columnsCame: readonly string[];
  /** Columns that are gone. */
  readonly columnsWent: readonly string[];
}

/** Two deliveries side by side. */
export interface DeliveryChange {
  /** Name of the earlier delivery. */
  readonly delivery: string;
  /** By kind of input. */
  readonly tables: Readonly<Record<string, TableChange>>;
  /** Columns that both have. */
  readonly columns: readonly ColumnChange[];
  /** What is worth a look, in the shape of the other findings. */
  readonly findings: readonly Finding[];
}

/** The quality report of a lake or of one delivery. */
export interface QualityReport {
  /** Folder of the lake as it was given. */
  readonly lake: string;
  /** The delivery that is reported, null = all. */
  readonly delivery: string | null;
  /** All deliveries of the lake, in their order. */
  readonly deliveries: readonly string[];
  /** Rows of all inputs. */
  readonly rows: RowCounts;
  /** Rejected rows by the code of the reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** By kind of input. */
  readonly tables: Readonly<Record<string, TableReport>>;
  /** By severity, then by share. */
  readonly findings: readonly Finding[];
  /** The comparison, where one was asked for. */
  readonly against?: DeliveryChange;
}
