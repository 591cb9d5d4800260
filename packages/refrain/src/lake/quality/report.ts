import type { RowCounts } from "../manifest.js";

/** `error`: rows are lost or joins go wrong; `warning`: look at it; `info`: know it. */
export type Severity = "info" | "warning" | "error";

/** Where a finding shows; personal values are masked. */
export interface Example {
  readonly file: string | null;
  /** 1-based, the header counted; null where the line is not known. */
  readonly line: number | null;
  readonly value: string | null;
}

/** One thing that a rule found. */
export interface Finding {
  /** Code of the rule; docs/reference/quality-rules.md explains it. */
  readonly code: string;
  /** Kind of input (`sessions`), or two of them (`users, artists`). */
  readonly table: string;
  readonly column: string | null;
  /** Rows (or values, where the message says so) that it concerns. */
  readonly count: number;
  /** Of all rows (or values), 0…1; null where there is no whole. */
  readonly share: number | null;
  readonly severity: Severity;
  readonly message: string;
  readonly examples: readonly Example[];
}

/** A bar of a histogram; dates in milliseconds since 1970. */
export interface Bin {
  readonly from: number;
  readonly to: number;
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
  readonly distinctExact: boolean;
  /** Numbers, or times as ISO text; null for texts and for personal data. */
  readonly min: number | string | null;
  readonly max: number | string | null;
  readonly mean: number | null;
  /** At 1, 25, 50, 75 and 99 %, within 2.2 %. */
  readonly quantiles: readonly number[] | null;
  /** Kind of personal data: `name`, `street`, `email`, `phone`, `query`, `address`. */
  readonly personal: string | null;
  /** The most frequent values while all are known, masked where personal. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  readonly histogram: readonly Bin[] | null;
}

/** One kind of input, for example `sessions`. */
export interface TableReport {
  readonly source: string;
  readonly files: number;
  /** Rows of the files, before anything was left out. */
  readonly rows: number;
  readonly kept: number;
  readonly rejected: number;
  readonly duplicate: number;
  /** First and last time of its events, ISO text. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly columns: Readonly<Record<string, ColumnReport>>;
}

/** How a column moved from the earlier delivery to this one. */
export interface ColumnChange {
  readonly table: string;
  readonly column: string;
  readonly missingBefore: number;
  readonly missingNow: number;
  /** Population stability index over shared bins; null where there is nothing to compare. */
  readonly stability: number | null;
  /** What the bins were: `values` or `deciles of the earlier delivery`. */
  readonly binning: string | null;
  /** Values that came and went, at most ten each, masked where personal. */
  readonly valuesCame: readonly string[];
  readonly valuesWent: readonly string[];
}

/** Two deliveries side by side. */
export interface Comparison {
  readonly delivery: string;
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly rowsBefore: number;
        readonly rowsNow: number;
        readonly columnsCame: readonly string[];
        readonly columnsWent: readonly string[];
      }
    >
  >;
  readonly columns: readonly ColumnChange[];
  /** What is worth a look, in the shape of the other findings. */
  readonly findings: readonly Finding[];
}

/** The quality report of a lake or of one delivery. */
export interface QualityReport {
  readonly lake: string;
  /** The delivery that is reported, null = all. */
  readonly delivery: string | null;
  readonly deliveries: readonly string[];
  readonly rows: RowCounts;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, TableReport>>;
  /** By severity, then by share. */
  readonly findings: readonly Finding[];
  readonly against?: Comparison;
}
