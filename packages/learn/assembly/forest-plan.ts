/**
 * What a fit of a forest keeps in shared memory. The fields of Forest and their order stand once
 * more in src/learners/forest/forest-memory.ts, and a test compares the two. Written by the caller
 * before the threads start, but for the words that the threads keep themselves.
 */

// @ts-ignore: decorator
@unmanaged
export class Forest {
  stop: i32;
  treeNext: i32;
  treesDone: i32;
  reserved: i32;
  used: i32;
  treeFirst: i32;
  treeEnd: i32;
  outputBytes: u32;
  worstBytes: u32;
  rows: i32;
  columns: i32;
  stride: i32;
  classes: i32;
  exact: i32;
  entropy: i32;
  randomCuts: i32;
  bootstrap: i32;
  maxDepth: i32;
  maxFeatures: i32;
  minSplit: i32;
  minLeaf: i32;
  seedLow: u32;
  seedHigh: u32;
  blockRows: i32;
  binRows: usize;
  binColumns: usize;
  columnGap: i32;
  binCounts: usize;
  categorical: usize;
  target: usize;
  weight: usize;
  output: usize;
  table: usize;
  oobSums: usize;
  oobCounts: usize;
  threadArea: usize;
  threadBytes: i32;
  countsAt: i32;
  orderAt: i32;
  itemsAt: i32;
  nodesAt: i32;
  sharesAt: i32;
  setsAt: i32;
  stackAt: i32;
  choiceAt: i32;
  histogramAt: i32;
  cellsAt: i32;
  rankAt: i32;
  sumsAt: i32;
  blockAt: i32;
}

/**
 * What a thread knows of the tree that it grows. Rows are listed in two places in turn: those of a
 * node stand in one, those of its children in the other, at the same places.
 */
// @ts-ignore: decorator
@unmanaged
export class Grower {
  order0: usize;
  order1: usize;
  items0: usize;
  items1: usize;
  /** First column of bins, and bytes to the next one. */
  columns: usize;
  columnGap: usize;
  nodes: usize;
  shares: usize;
  sets: usize;
  choice: usize;
  histogram: usize;
  rowCounts: usize;
  marks: usize;
  cells: usize;
  rank: usize;
  /** Sums of each class: of the node, and of the left side while it is searched. */
  totals: usize;
  lefts: usize;
  nodeCount: i32;
  leafCount: i32;
  setCount: i32;
  draws: u32;
  salt: u32;
  rows: i32;
  weight: f64;
  sum: f64;
  /** Best split so far: worth as a fraction, see forest-search.ts. */
  bestUp: f64;
  bestDown: f64;
  bestWeight: f64;
  bestSum: f64;
  bestRows: i32;
  bestColumn: i32;
  bestBin: i32;
  /** 1: missing goes left; 2: a set of categories. */
  bestFlags: i32;
  /** Cells on the left side of a better split of the column at hand, -1 for none. */
  found: i32;
  foundFlags: i32;
  set0: u64;
  set1: u64;
  set2: u64;
  set3: u64;
}

/** Bytes at the start of a thread's memory that hold its Grower. */
export const GROWER_BYTES: usize = 512;

/** A node that waits: rows begin … begin + count - 1 of one of the two places. */
// @ts-ignore: decorator
@unmanaged
export class Waiting {
  begin: i32;
  count: i32;
  place: i32;
  out: i32;
  depth: i32;
  unused: i32;
  weight: f64;
  sum: f64;
}

export const WAITING_BYTES: usize = 40;

/** A written node. Leaves have column -1; of several classes their value is their number. */
// @ts-ignore: decorator
@unmanaged
export class ForestNode {
  column: i32;
  left: i32;
  bin: i32;
  flags: i32;
  value: f64;
  cover: f64;
  gain: f64;
}

export const FOREST_NODE_BYTES: usize = 40;

export const MISSING_LEFT: i32 = 1;
export const IS_SET: i32 = 2;

/** Whether the caller wants no more; looked at between pieces of some milliseconds. */
// @ts-ignore: decorator
@inline
export function isStopped(forest: Forest): bool {
  return atomic.load<i32>(changetype<usize>(forest) + offsetof<Forest>("stop")) != 0;
}

// @ts-ignore: decorator
@inline
export function growerAt(forest: Forest, thread: i32): Grower {
  return changetype<Grower>(forest.threadArea + <usize>thread * <usize>forest.threadBytes);
}

// @ts-ignore: decorator
@inline
export function forestNodeAt(nodes: usize, index: i32): ForestNode {
  return changetype<ForestNode>(nodes + <usize>index * FOREST_NODE_BYTES);
}
