import {
  type CategoryColumn,
  categoryColumn,
  Frame,
  type NumberColumn,
  numberColumn,
} from "@refrain/learn";
import type { JobOptions, Limits } from "../foundation/index.js";
import type { Lake, SqlColumn } from "../lake/index.js";
import type { Candidate } from "./candidate.js";
import type { OracleQuery } from "./oracle.js";
import type { Suspicion } from "./result.js";
import type { SplitKind, SplitOptions } from "./splits.js";
import type { LearningTable } from "./table.js";

/** Where a task's rows come from. */
export interface TaskInput extends JobOptions {
  /** Folder of the lake, or the lake opened before. */
  readonly lake: string | Lake;
  readonly limits?: Partial<Limits>;
  /** Named version of the features. */
  readonly featureVersion?: string;
  /** Task's own options by name, for example `keepBots`; unknown ones are refused by the task. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One answer of a task: what is predicted, the rows that know it, and how it is judged. */
export interface TaskAnswer {
  /** Name in tables and files, for example `will_buy_premium_next_month`. */
  readonly name: string;
  /** What a yes means, in words, for example `no event in the 14 days from the cutoff`. */
  readonly meaning: string;
  /** How pages speak of it: `leaves` and `stays`, under a heading of its own. */
  readonly words: { readonly heading: string; readonly yes: string; readonly no: string };
  readonly table: LearningTable;
  /** Which truth of a simulation is its probability; absent where there is none. */
  readonly truth?: OracleQuery["label"];
  /** Rows left out of `table`, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly protocol: SplitKind;
  readonly split?: Partial<Omit<SplitOptions, "seed">>;
  /** Other answers on the same rows, for the correlation matrix; NaN where unknown. */
  readonly otherTargets?: readonly NumberColumn[];
  /** Likely leaks that the task found outside `table`. */
  readonly suspicions?: readonly Suspicion[];
  /** Sentences for "assumptions and limits". */
  readonly limits: readonly string[];
}

/** What a task learns from. */
export interface TaskData {
  /** The first is what `train` learns. */
  readonly answers: readonly TaskAnswer[];
  /** Named version of the features, for example `v1`. */
  readonly featureVersion: string;
  /** First day with an event and the day after the last. */
  readonly coverage: { readonly from: string; readonly until: string };
  /** Features that this log cannot give, with the reason. */
  readonly unavailable: readonly { readonly feature: string; readonly reason: string }[];
  /** Moments of prediction, `YYYY-MM-DD`. */
  readonly cutoffs: readonly string[];
}

/** Rows to be scored. */
export interface ScoringTable {
  /** Columns that name a row, in the order in which they are written; texts. */
  readonly keys: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly features: Frame;
  /** Who was left out and why, one sentence; absent when nobody was. */
  readonly note?: string;
}

/** How a task learns: to add a learner, add it to `candidates`. */
export interface TaskRecipe {
  /** Baselines and models, in the order of tables. */
  readonly candidates: readonly Candidate[];
}

/**
 * Columns of the SQL engine as a table: numbers as they are, texts as categories.
 * @param columns kept, not copied
 */
export function toFrame(columns: readonly SqlColumn[], rowCount: number): Frame {
  return new Frame(columns.map(toColumn), rowCount);
}

function toColumn(column: SqlColumn): NumberColumn | CategoryColumn {
  return column.kind === "number"
    ? numberColumn(column.name, column.values)
    : categoryColumn(column.name, column.values);
}

/**
 * The numbers of a column by name; all NaN where it holds texts or is not there.
 * @returns one a row
 */
export function numbersOf(columns: readonly SqlColumn[], name: string): Float64Array {
  const column = columns.find((one) => one.name === name);
  if (column?.kind === "number") return column.values;
  return new Float64Array(columns[0]?.values.length ?? 0).fill(Number.NaN);
}

/**
 * The texts of a column by name, numbers as they are written; missing ones are empty.
 * @returns one a row
 */
export function textsOf(columns: readonly SqlColumn[], name: string): string[] {
  const column = columns.find((one) => one.name === name);
  return Array.from<string | number | null, string>(column?.values ?? [], (value) =>
    value === null || Number.isNaN(value) ? "" : String(value),
  );
}

/** Numbers of the rows for which something holds, ascending. */
export function rowsWhere(rowCount: number, holds: (row: number) => boolean): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row += 1) if (holds(row)) rows.push(row);
  return Uint32Array.from(rows);
}
