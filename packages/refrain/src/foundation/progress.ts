/** One report of how far a job is; the face decides how to show it. */
export interface ProgressStep {
  /** What is being done, for example `reading plays.csv`. */
  readonly doing: string;
  /** Share done, 0…1; absent where the end is not known. */
  readonly share?: number;
  /** More words, for example `1.2 M rows/s`. */
  readonly note?: string;
}

/** Receives progress; called at most some ten times a second, and once with share 1 at the end. */
export type OnProgress = (step: ProgressStep) => void;

/** What every long job takes besides its own options. */
export interface JobOptions {
  /** Receives progress. */
  readonly onProgress?: OnProgress;
  /** Stops the job: it throws INTERRUPTED and leaves what was committed. */
  readonly signal?: AbortSignal;
}
