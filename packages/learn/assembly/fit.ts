/**
 * What a fit of boosted trees keeps in shared memory. The fields and their order stand once more in
 * src/learners/boosting/fit-memory.ts, and a test compares the two. Whole numbers and addresses take
 * 4 bytes, doubles 8. Written by the caller before the threads start, but for the words that the
 * threads keep themselves.
 */

// @ts-ignore: decorator
@unmanaged
export class Fit {
  barrierArrived: i32;
  barrierMeeting: i32;
  stop: i32;
  roundsDone: i32;
  bestRound: i32;
  finished: i32;
  threads: i32;
  rows: i32;
  columns: i32;
  stride: i32;
  rounds: i32;
  classes: i32;
  objective: i32;
  maxLeaves: i32;
  maxDepth: i32;
  minRows: i32;
  constrained: i32;
  mostCategories: i32;
  sampleCut: u32;
  treeColumns: i32;
  seedLow: u32;
  seedHigh: u32;
  wantLoss: i32;
  validationRows: i32;
  patience: i32;
  slots: i32;
  batch: i32;
  bigNode: i32;
  binRows: usize;
  binColumns: usize;
  columnGap: i32;
  binCounts: usize;
  categorical: usize;
  directions: usize;
  chosen: usize;
  treeRows: usize;
  treeStride: i32;
  target: usize;
  weight: usize;
  scores: usize;
  probabilities: usize;
  scoreGap: i32;
  gradients: usize;
  packed: usize;
  packedOther: usize;
  order: usize;
  orderOther: usize;
  flags: usize;
  chunkSums: usize;
  histograms: usize;
  partials: usize;
  nodes: usize;
  frontier: usize;
  freeSlots: usize;
  tasks: usize;
  leafSums: usize;
  threadArea: usize;
  threadBytes: i32;
  trees: usize;
  treeInfo: usize;
  treeTable: usize;
  losses: usize;
  validationBins: usize;
  validationTarget: usize;
  validationWeight: usize;
  validationScores: usize;
  validationProbabilities: usize;
  validationGap: i32;
  validationSums: usize;
  command: i32;
  taskCount: i32;
  taskNext: i32;
  nodeCount: i32;
  leafCount: i32;
  freeCount: i32;
  outCount: i32;
  inSample: i32;
  treeIndex: i32;
  treeBase: i32;
  learningRate: f64;
  penalty: f64;
  minHessian: f64;
  minGain: f64;
  categoryPenalty: f64;
  categorySmoothing: f64;
  categoryRows: f64;
  trainingWeight: f64;
  validationWeightSum: f64;
  scaleG: f64;
  scaleH: f64;
  sumG: f64;
  sumH: f64;
  bestLoss: f64;
}

/**
 * A node while its tree grows: rows begin … begin + count - 1 of the order, and their packed
 * gradients beside them. Nodes of odd depth have theirs in the other pair of arrays.
 */
// @ts-ignore: decorator
@unmanaged
export class Node {
  begin: i32;
  count: i32;
  /** Number of the histogram, -1 for none. */
  slot: i32;
  /** Number of the histogram that the smaller child gets. */
  spareSlot: i32;
  depth: i32;
  /** First of the two children once the node was expanded, else -1. */
  left: i32;
  /** Place in the written tree. */
  out: i32;
  unused: i32;
  total: i64;
  gain: f64;
  low: f64;
  high: f64;
  // The found split, as split.ts writes it.
  worth: f64;
  bin: i32;
  missingLeft: i32;
  leftTotal: i64;
  column: i32;
  unusedToo: i32;
  set0: i64;
  set1: i64;
  set2: i64;
  set3: i64;
}

/** Bytes of a growing node. */
export const GROWING_BYTES: usize = 128;
/** Where in it the found split begins. */
export const SPLIT_AT: usize = 64;
/** Bytes of a column's histogram. */
export const COLUMN_BYTES: usize = 2048;
/** Bytes of what is told about a written node: i32 bin, missing left, rows, kind; f64 gain, cover. */
export const INFO_BYTES: usize = 32;

// @ts-ignore: decorator
@inline
export function nodeAt(fit: Fit, index: i32): Node {
  return changetype<Node>(fit.nodes + <usize>index * GROWING_BYTES);
}

// @ts-ignore: decorator
@inline
export function histogramAt(fit: Fit, slot: i32): usize {
  return fit.histograms + <usize>slot * <usize>fit.treeStride * COLUMN_BYTES;
}

/** Number in the table of a column that the tree may use. */
// @ts-ignore: decorator
@inline
export function chosenAt(fit: Fit, place: i32): i32 {
  return load<i32>(fit.chosen + (<usize>place << 2));
}

// @ts-ignore: decorator
@inline
export function orderOf(fit: Fit, depth: i32, place: i32): usize {
  return ((depth & 1) != 0 ? fit.orderOther : fit.order) + (<usize>place << 2);
}

// @ts-ignore: decorator
@inline
export function packedOf(fit: Fit, depth: i32, place: i32): usize {
  return ((depth & 1) != 0 ? fit.packedOther : fit.packed) + (<usize>place << 3);
}

/** First of `count` items that a thread takes. */
// @ts-ignore: decorator
@inline
export function shareOf(count: i32, thread: i32, threads: i32): i32 {
  return <i32>(<i64>count * thread / threads);
}
