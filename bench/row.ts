/** Times of one side over the counted runs: median, least and most, in seconds. */
export interface BenchSide {
  readonly seconds: number;
  readonly min: number;
  readonly max: number;
  /** Largest resident memory of the side's process, bytes. */
  readonly peakMemoryBytes: number;
  /** What the side reached, where speed alone says too little. */
  readonly quality?: { readonly name: string; readonly value: number };
}

/** One line of a benchmark: us beside the peers, pairs interleaved. */
export interface BenchRow {
  readonly work: string;
  readonly rows: number;
  readonly columns: number;
  readonly threads: number;
  readonly ours: BenchSide;
  readonly peers: readonly (BenchSide & { readonly name: string; readonly version: string })[];
  /** Median of ours / median of the first peer; absent where there is no peer. */
  readonly ratio?: number;
  /** What is owed, for example `≤ 1.8×` or `≥ 1,000,000 rows/s`. */
  readonly reach?: string;
  /** What is wanted. */
  readonly aim?: string;
}

/** How a benchmark is run. */
export interface BenchOptions {
  /** Tiny sizes and one pair, so that a test can hold the benchmark alive. */
  readonly quick?: boolean;
}

/** Median, least and most of the seconds measured. */
export function summarise(seconds: readonly number[]): {
  seconds: number;
  min: number;
  max: number;
} {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { seconds: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}
