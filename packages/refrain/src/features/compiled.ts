/** A cutoff of a run: the first moment of a calendar day of the log's zone. */
export interface Cutoff {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** Rows that arrived by then count, `YYYY-MM-DD HH:MM:SS`; the cutoff itself unless told. */
  readonly knownAt: string;
  /** Whether the log covers the label's window to its end. */
  readonly labelKnown: boolean;
}

/** What a compiler needs besides the set. */
export interface CompileContext {
  /** In ascending order. */
  readonly cutoffs: readonly Cutoff[];
  /** Most plays a day by cutoff where they were counted before; else the statement counts them. */
  readonly playLimits?: readonly (number | null)[];
  /** Day after the last that the log covers; `YYYY-MM-DD`. */
  readonly coveredUntil: string;
}

/**
 * A set as SQL. `statement` gives keys, labels, features, and columns for the counts: `r_dropped`
 * (why a row is left out, or null), for windows the others of `bookkeeping` too.
 */
export interface CompiledSet {
  readonly statement: string;
  /** For runs in several parts: rows ("place", "plays", "days") that add up to the limits. */
  readonly limitStatement?: string;
}

/** Compiles a set; given to the gate as an option so that tests can break it. */
export type Compile<Set> = (set: Set, context: CompileContext) => CompiledSet;

/** Columns that stand in the statement's result for the counts and are never written. */
export const bookkeeping = ["r_dropped", "r_outlier_days", "r_play_limit"] as const;
