/** One node becomes two: rows sorted, the smaller child's histogram built, both children searched. */
import { barrier } from "./barrier";
import {
  chosenAt, COLUMN_BYTES, Fit, GROWING_BYTES, histogramAt, Node, nodeAt, orderOf, packedOf, shareOf,
  SPLIT_AT,
} from "./fit";
import { addHistogram, addListed, addRows, subtractHistogram } from "./histogram";
import { flagRows, moveRows, partitionRows, spreadSet } from "./partition";
import { NONE, SPLIT_BYTES, splitCategories, splitConstrained, splitNumbers } from "./split";

/** A thread's own memory: 4096 bytes to sort categories, 64 for a split, 128 for two, 256 a table. */
const SPLIT_SCRATCH: usize = 4096;
const BEST: usize = SPLIT_SCRATCH + 64;
const TABLE: usize = BEST + 128;
export const LEFT_COUNT: usize = TABLE + 256;
const GATHER: usize = LEFT_COUNT + 64;

// @ts-ignore: decorator
@inline
export function areaOf(fit: Fit, thread: i32): usize {
  return fit.threadArea + <usize>thread * <usize>fit.threadBytes;
}

function unscaled(packed: i64): f64 {
  return <f64>(packed & 0xffffffff);
}

/** What a node is worth unsplit, in quantised units. */
function worthUnsplit(fit: Fit, node: Node): f64 {
  const g = <f64>(node.total >> 32);
  const h = unscaled(node.total) + fit.penalty * fit.scaleH;
  if (h <= 0) return 0;
  if (fit.constrained == 0) return g * g / h;
  const weight = min(max(-g / h, node.low), node.high);
  return -(2 * g * weight + h * weight * weight);
}

/** Whether the node may be split as far as depth and rows tell. */
function mayBeSplit(fit: Fit, node: Node): bool {
  return node.count >= 2 * fit.minRows && node.count >= 2 && node.depth < fit.maxDepth;
}

/** Searches the column of one place in a histogram; `best` keeps the best split so far. */
function searchColumn(
  fit: Fit, node: Node, histogram: usize, place: i32, area: usize, best: usize,
): void {
  const column = chosenAt(fit, place);
  const bins = load<i32>(fit.binCounts + (<usize>column << 2));
  const own = histogram + <usize>place * COLUMN_BYTES;
  const hessian = unscaled(node.total);
  const aRow = hessian / <f64>node.count;
  // Half a row less: rows are told from hessians, which were rounded at random.
  const rows = max(<f64>fit.minRows - 0.5, 0);
  const least = max(1, max(fit.minHessian * fit.scaleH, rows * aRow));
  const penalty = fit.penalty * fit.scaleH;
  const found = area + SPLIT_SCRATCH;
  if (load<u8>(fit.categorical + column) != 0) {
    const few = bins <= 5;
    splitCategories(
      own, bins, node.total, least, few ? penalty : penalty + fit.categoryPenalty * fit.scaleH,
      few ? 0 : fit.categorySmoothing * fit.scaleH, few ? 0 : (fit.categoryRows - 0.5) * aRow,
      fit.mostCategories, area, found);
  } else if (fit.constrained != 0) {
    splitConstrained(
      own, bins, node.total, least, penalty, <i32>load<i8>(fit.directions + column),
      node.low, node.high, area, found);
  } else {
    splitNumbers(own, bins, node.total, least, penalty, area, found);
  }
  if (load<f64>(found) > load<f64>(best)) {
    memory.copy(best, found, SPLIT_BYTES);
    store<i32>(best, column, 24);
  }
}

/** Turns the best worth into a gain; 0 where the node stays a leaf. */
function settle(fit: Fit, node: Node, best: usize): void {
  const before = worthUnsplit(fit, node);
  const worth = load<f64>(best);
  const gain = (worth - before) * fit.scaleH / (fit.scaleG * fit.scaleG);
  node.gain = 0;
  // With bounded leaves a node may be worth less than nothing, and so may its best split.
  const atLeast = before * (before < 0 ? 1 - 1e-10 : 1 + 1e-10);
  if (!(worth > atLeast) || !(gain > fit.minGain)) return;
  memory.copy(changetype<usize>(node) + SPLIT_AT, best, SPLIT_BYTES);
  node.gain = gain;
}

/** Searches all columns alone. */
export function searchNode(fit: Fit, node: Node, thread: i32): void {
  const area = areaOf(fit, thread);
  const best = area + BEST;
  store<f64>(best, NONE);
  const histogram = histogramAt(fit, node.slot);
  for (let place = 0; place < fit.treeColumns; place++) {
    searchColumn(fit, node, histogram, place, area, best);
  }
  settle(fit, node, best);
}

/** Sets up both children once it is known how many rows go left. */
function makeChildren(fit: Fit, node: Node, leftCount: i32): void {
  const left = nodeAt(fit, node.left);
  const right = nodeAt(fit, node.left + 1);
  left.begin = node.begin;
  left.count = leftCount;
  right.begin = node.begin + leftCount;
  right.count = node.count - leftCount;
  left.total = node.leftTotal;
  right.total = node.total - node.leftTotal;
  const leftIsSmaller = leftCount <= right.count;
  left.slot = leftIsSmaller ? node.spareSlot : node.slot;
  right.slot = leftIsSmaller ? node.slot : node.spareSlot;
  left.depth = right.depth = node.depth + 1;
  left.left = right.left = -1;
  left.gain = right.gain = 0;
  left.low = right.low = node.low;
  left.high = right.high = node.high;
  if (fit.constrained == 0) return;
  const direction = load<i8>(fit.directions + node.column);
  if (direction == 0) return;
  const penalty = fit.penalty * fit.scaleH;
  const middle = (bounded(left, penalty) + bounded(right, penalty)) / 2;
  if (direction > 0) left.high = right.low = middle;
  else left.low = right.high = middle;
}

function bounded(node: Node, penalty: f64): f64 {
  const weight = -<f64>(node.total >> 32) / (unscaled(node.total) + penalty);
  return min(max(weight, node.low), node.high);
}

/** Expands a node by one thread; `last` says that the children stay leaves. */
export function expandAlone(fit: Fit, node: Node, thread: i32, last: bool): void {
  const area = areaOf(fit, thread);
  spreadSet(changetype<usize>(node) + SPLIT_AT + 32, area + TABLE);
  const column = fit.binColumns + <usize>node.column * <usize>fit.columnGap;
  const begin = node.begin;
  const depth = node.depth;
  const leftCount = partitionRows(
    column, area + TABLE, orderOf(fit, depth, begin), packedOf(fit, depth, begin), node.count,
    orderOf(fit, depth + 1, begin), packedOf(fit, depth + 1, begin));
  makeChildren(fit, node, leftCount);
  const left = nodeAt(fit, node.left);
  const right = nodeAt(fit, node.left + 1);
  const searchLeft = !last && mayBeSplit(fit, left);
  const searchRight = !last && mayBeSplit(fit, right);
  if (!searchLeft && !searchRight) return;
  const leftIsSmaller = left.count <= right.count;
  const smaller = leftIsSmaller ? left : right;
  const target = histogramAt(fit, smaller.slot);
  memory.fill(target, 0, <usize>fit.treeStride * COLUMN_BYTES);
  addListed(
    fit.treeRows, fit.treeStride, packedOf(fit, depth + 1, smaller.begin),
    orderOf(fit, depth + 1, smaller.begin), smaller.count, area + GATHER, target, stopOf(fit));
  if (leftIsSmaller ? searchRight : searchLeft) {
    subtractHistogram(histogramAt(fit, node.slot), target, fit.treeStride << 8);
  }
  if (searchLeft) searchNode(fit, left, thread);
  if (searchRight) searchNode(fit, right, thread);
}

// @ts-ignore: decorator
@inline
function stopOf(fit: Fit): usize {
  return changetype<usize>(fit) + offsetof<Fit>("stop");
}

/** Adds a thread's share of a node's rows to its own histogram, the first thread's being `target`. */
function addShare(fit: Fit, node: Node, thread: i32, target: usize): void {
  const bytes = <usize>fit.treeStride * COLUMN_BYTES;
  const own = thread == 0 ? target : fit.partials + <usize>(thread - 1) * bytes;
  memory.fill(own, 0, bytes);
  const from = shareOf(node.count, thread, fit.threads);
  const to = shareOf(node.count, thread + 1, fit.threads);
  if (node.depth == 0 && fit.inSample == fit.rows) {
    for (let row = from; row < to; row += 1024) {
      addRows(
        fit.treeRows + <usize>row * <usize>fit.treeStride, fit.treeStride,
        fit.packed + (<usize>row << 3), min(1024, to - row), own);
    }
    return;
  }
  addListed(
    fit.treeRows, fit.treeStride, packedOf(fit, node.depth, node.begin + from),
    orderOf(fit, node.depth, node.begin + from), to - from, areaOf(fit, thread) + GATHER, own,
    stopOf(fit));
}

/** Whole pairs of bins of the column of one place in a histogram. */
function entriesOf(fit: Fit, place: i32): i32 {
  return (load<i32>(fit.binCounts + (<usize>chosenAt(fit, place) << 2)) + 1) & ~1;
}

/** Adds the other threads' sums of one column to the target. */
function mergeColumn(fit: Fit, target: usize, place: i32): void {
  const bytes = <usize>fit.treeStride * COLUMN_BYTES;
  const at = <usize>place * COLUMN_BYTES;
  const entries = entriesOf(fit, place);
  for (let other = 0; other < fit.threads - 1; other++) {
    addHistogram(target + at, fit.partials + <usize>other * bytes + at, entries);
  }
}

/** Builds and searches the root by all threads. */
export function expandRoot(fit: Fit, thread: i32): void {
  const root = nodeAt(fit, 0);
  const target = histogramAt(fit, root.slot);
  addShare(fit, root, thread, target);
  barrier(changetype<usize>(fit), fit.threads);
  for (let place = thread; place < fit.treeColumns; place += fit.threads) {
    mergeColumn(fit, target, place);
  }
  barrier(changetype<usize>(fit), fit.threads);
  if (thread == 0) {
    let total: i64 = 0;
    const entries = entriesOf(fit, 0);
    for (let bin = 0; bin < entries; bin++) total += load<i64>(target + (<usize>bin << 3));
    root.total = total;
  }
  barrier(changetype<usize>(fit), fit.threads);
  searchShared(fit, thread, root, root, mayBeSplit(fit, root), false);
}

/** Sorts a node's rows by all threads: each flags its share, then moves it to where it belongs. */
function partitionShared(fit: Fit, node: Node, thread: i32): i32 {
  const area = areaOf(fit, thread);
  const from = shareOf(node.count, thread, fit.threads);
  const to = shareOf(node.count, thread + 1, fit.threads);
  const first = node.begin + from;
  spreadSet(changetype<usize>(node) + SPLIT_AT + 32, area + TABLE);
  const column = fit.binColumns + <usize>node.column * <usize>fit.columnGap;
  const order = orderOf(fit, node.depth, first);
  const flags = fit.flags + <usize>first;
  store<i32>(area + LEFT_COUNT, flagRows(column, area + TABLE, order, to - from, flags));
  barrier(changetype<usize>(fit), fit.threads);
  let all = 0;
  let before = 0;
  for (let other = 0; other < fit.threads; other++) {
    if (other == thread) before = all;
    all += load<i32>(areaOf(fit, other) + LEFT_COUNT);
  }
  moveRows(
    flags, order, packedOf(fit, node.depth, first), to - from,
    orderOf(fit, node.depth + 1, node.begin), packedOf(fit, node.depth + 1, node.begin),
    before, node.count - 1 - (from - before));
  return all;
}

/** Searches two nodes by all threads, each its columns; the first thread takes the best. */
function searchShared(
  fit: Fit, thread: i32, one: Node, two: Node, searchOne: bool, searchTwo: bool,
): void {
  const area = areaOf(fit, thread);
  store<f64>(area + BEST, NONE);
  store<f64>(area + BEST + SPLIT_BYTES, NONE);
  for (let place = thread; place < fit.treeColumns; place += fit.threads) {
    if (searchOne) {
      searchColumn(fit, one, histogramAt(fit, one.slot), place, area, area + BEST);
    }
    if (searchTwo) {
      searchColumn(
        fit, two, histogramAt(fit, two.slot), place, area, area + BEST + SPLIT_BYTES);
    }
  }
  barrier(changetype<usize>(fit), fit.threads);
  if (thread != 0) return;
  if (searchOne) settle(fit, one, bestOfThreads(fit, BEST));
  if (searchTwo) settle(fit, two, bestOfThreads(fit, BEST + SPLIT_BYTES));
}

/** The best of the threads' finds; the lower column where two are equal. */
function bestOfThreads(fit: Fit, at: usize): usize {
  let best = areaOf(fit, 0) + at;
  for (let other = 1; other < fit.threads; other++) {
    const rival = areaOf(fit, other) + at;
    const worth = load<f64>(rival);
    const lead = load<f64>(best);
    if (worth > lead || (worth == lead && worth > NONE && load<i32>(rival, 24) < load<i32>(best, 24))) {
      best = rival;
    }
  }
  return best;
}

/** Expands a node by all threads. */
export function expandShared(fit: Fit, node: Node, thread: i32, last: bool): void {
  const leftCount = partitionShared(fit, node, thread);
  if (thread == 0) makeChildren(fit, node, leftCount);
  barrier(changetype<usize>(fit), fit.threads);
  const left = nodeAt(fit, node.left);
  const right = nodeAt(fit, node.left + 1);
  const searchLeft = !last && mayBeSplit(fit, left);
  const searchRight = !last && mayBeSplit(fit, right);
  if (!searchLeft && !searchRight) return;
  const leftIsSmaller = left.count <= right.count;
  const smaller = leftIsSmaller ? left : right;
  const target = histogramAt(fit, smaller.slot);
  const other = histogramAt(fit, node.slot);
  addShare(fit, smaller, thread, target);
  barrier(changetype<usize>(fit), fit.threads);
  const subtract = leftIsSmaller ? searchRight : searchLeft;
  for (let place = thread; place < fit.treeColumns; place += fit.threads) {
    mergeColumn(fit, target, place);
    const at = <usize>place * COLUMN_BYTES;
    if (subtract) subtractHistogram(other + at, target + at, entriesOf(fit, place));
  }
  searchShared(fit, thread, left, right, searchLeft, searchRight);
}

/** Makes the root of a tree: all rows of the order. */
export function startRoot(fit: Fit): void {
  memory.fill(fit.nodes, 0, GROWING_BYTES);
  const root = nodeAt(fit, 0);
  root.count = fit.inSample;
  root.left = -1;
  root.low = -Infinity;
  root.high = Infinity;
}
