import type { Model, TreeEnsemble } from "../learners/index.js";

/** A model of trees whose values are added up: boosting, forests, single trees. */
export interface TreeModel extends Model {
  /** Its trees. */
  readonly trees: TreeEnsemble;
  /** One an output: what the trees' values are added to. */
  readonly start: Float64Array;
}

/** What has to be known of a model of trees to explain it. */
export type ExplainedTrees = Pick<TreeModel, "schema" | "trees" | "start">;

/** How far an explanation is. */
export interface ExplainProgress {
  /** Rows explained, or passes done. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
  /** Seconds left as far as those so far tell; never part of a result. */
  readonly secondsLeft: number;
}

/** What watches and bounds an explanation. */
export interface ExplainExtras {
  /** Threads at most; one a core unless told. Changes no result. */
  readonly threads?: number | undefined;
  /** Bytes that the result and its tables may take; 2 GiB unless told. */
  readonly memoryLimitBytes?: number | undefined;
  /** Receives progress. */
  readonly onProgress?: ((progress: ExplainProgress) => void) | undefined;
  /** Stops the explanation: it throws LEARN_STOPPED. */
  readonly signal?: AbortSignal | undefined;
}

/** How a model came to its margins, row by row. */
export interface Explanation {
  /** Names of the columns, in the order of the values. */
  readonly columns: readonly string[];
  /** Margin of a row that nothing is known of. */
  readonly base: number;
  /** Rows × columns, row-major: what each column adds; base and these sum to the row's margin. */
  readonly values: Float64Array;
}
