/**
 * Grows one tree leaf by leaf, the leaf with the highest gain first. Every thread runs this. Large
 * nodes are expanded by all threads together. Of small ones several are expanded at once, one a
 * thread: the best leaf and those that are likely next. Which ones those are depends on the number
 * of threads, the tree does not: a node's expansion depends on its rows alone, nodes expanded in
 * vain are not written, and the order of rows inside a leaf is never looked at, because all sums
 * over rows are sums of integers.
 */
import { barrier } from "./barrier";
import { chosenToRows } from "./bins";
import {
  areaOf, expandAlone, expandRoot, expandShared, LEFT_COUNT, startRoot,
} from "./expand";
import { chosenAt, Fit, INFO_BYTES, Node, nodeAt, shareOf, SPLIT_AT } from "./fit";
import { randomWord, saltOf } from "./random";
import { NODE_BYTES } from "./traverse";

const COMMAND_DONE = 0;
const COMMAND_SHARED = 1;
const COMMAND_TASKS = 2;

// @ts-ignore: decorator
@inline
function frontierAt(fit: Fit, place: i32): Node {
  return nodeAt(fit, load<i32>(fit.frontier + (<usize>place << 2)));
}

// @ts-ignore: decorator
@inline
function taskAt(fit: Fit, place: i32): Node {
  return nodeAt(fit, load<i32>(fit.tasks + (<usize>place << 2)));
}

/** Lists the rows of a tree that learns from all; their packed gradients are in place. */
function listRows(fit: Fit, thread: i32): void {
  const end = shareOf(fit.rows, thread + 1, fit.threads);
  for (let row = shareOf(fit.rows, thread, fit.threads); row < end; row++) {
    store<u32>(fit.order + (<usize>row << 2), row);
  }
  if (thread == 0) fit.inSample = fit.rows;
}

/** Chooses the rows of a tree, lists them, and moves their packed gradients beside. */
function sampleRows(fit: Fit, thread: i32): void {
  const salt = saltOf(fit.seedLow, fit.seedHigh, 2, fit.treeIndex);
  const from = shareOf(fit.rows, thread, fit.threads);
  const to = shareOf(fit.rows, thread + 1, fit.threads);
  let own = 0;
  for (let row = from; row < to; row++) own += <i32>(randomWord(salt, row) < fit.sampleCut);
  store<i32>(areaOf(fit, thread) + LEFT_COUNT, own);
  barrier(changetype<usize>(fit), fit.threads);
  let place: usize = 0;
  let all = 0;
  for (let other = 0; other < fit.threads; other++) {
    if (other == thread) place = all;
    all += load<i32>(areaOf(fit, other) + LEFT_COUNT);
  }
  if (thread == 0) fit.inSample = all;
  for (let row = from; row < to; row++) {
    if (randomWord(salt, row) >= fit.sampleCut) continue;
    store<u32>(fit.order + (place << 2), row);
    store<i64>(fit.packed + (place << 3), load<i64>(fit.packedOther + (<usize>row << 3)));
    place++;
  }
}

/** Chooses the columns of a tree: their numbers, ascending. */
function sampleColumns(fit: Fit): void {
  const count = fit.treeColumns;
  const salt = saltOf(fit.seedLow, fit.seedHigh, 3, fit.treeIndex);
  // Floyd's choice of a set without repeats.
  for (let size = 0; size < count; size++) {
    const most = fit.columns - count + size;
    const pick = <i32>((<u64>randomWord(salt, most) * <u64>(most + 1)) >> 32);
    let place = placeOfColumn(fit, size, pick);
    let column = pick;
    if (place < size && chosenAt(fit, place) == pick) {
      column = most;
      place = size;
    }
    const at = fit.chosen + (<usize>place << 2);
    memory.copy(at + 4, at, <usize>(size - place) << 2);
    store<i32>(at, column);
  }
}

/** Place of the first of `size` chosen columns that is not below a column. */
function placeOfColumn(fit: Fit, size: i32, column: i32): i32 {
  let place = 0;
  while (place < size && chosenAt(fit, place) < column) place++;
  return place;
}

/** Puts the bins of the chosen columns next to each other, each thread its share of the rows. */
function packColumns(fit: Fit, thread: i32): void {
  const from = shareOf(fit.rows, thread, fit.threads);
  const to = shareOf(fit.rows, thread + 1, fit.threads);
  chosenToRows(
    fit.binColumns, fit.columnGap, fit.chosen, fit.treeColumns, from, to - from, fit.treeRows);
}

/** Marks what an expansion will use. */
function prepare(fit: Fit, node: Node): void {
  node.left = fit.nodeCount;
  fit.nodeCount += 2;
  fit.freeCount -= 1;
  node.spareSlot = load<i32>(fit.freeSlots + (<usize>fit.freeCount << 2));
}

function giveBack(fit: Fit, node: Node): void {
  if (node.gain > 0) return;
  store<i32>(fit.freeSlots + (<usize>fit.freeCount << 2), node.slot);
  fit.freeCount += 1;
}

/** Gives back the histograms of children that stay leaves. */
function collect(fit: Fit, node: Node): void {
  giveBack(fit, nodeAt(fit, node.left));
  giveBack(fit, nodeAt(fit, node.left + 1));
}

/** Place in the frontier of the leaf with the highest gain that passes; -1 for none. */
function bestPlace(fit: Fit, onlySmall: bool): i32 {
  let best = -1;
  let gain: f64 = 0;
  for (let place = 0; place < fit.leafCount; place++) {
    const node = frontierAt(fit, place);
    if (node.gain < gain || node.gain == 0) continue;
    if (onlySmall && (node.left >= 0 || node.count >= fit.bigNode)) continue;
    if (node.gain == gain && node.out > frontierAt(fit, best).out) continue;
    gain = node.gain;
    best = place;
  }
  return best;
}

/** Writes a node as a leaf of the tree; its value comes later. */
function writeLeaf(fit: Fit, node: Node): void {
  const nodes = treeStart(fit);
  const at = nodes + <usize>node.out * NODE_BYTES;
  memory.fill(at, 0, NODE_BYTES);
  store<u32>(at, <u32>(<usize>node.out * NODE_BYTES), 4);
  const info = infoStart(fit) + <usize>node.out * INFO_BYTES;
  memory.fill(info, 0, INFO_BYTES);
  store<i32>(info, node.count, 8);
  store<i32>(info, -1, 12);
  store<f64>(info, fit.scaleH > 0 ? <f64>(node.total & 0xffffffff) / fit.scaleH : 0, 24);
}

/** Writes a node as a split, with its children behind it. */
function writeSplit(fit: Fit, place: i32): void {
  const node = frontierAt(fit, place);
  const left = nodeAt(fit, node.left);
  const right = nodeAt(fit, node.left + 1);
  left.out = fit.outCount;
  right.out = fit.outCount + 1;
  fit.outCount += 2;
  const at = treeStart(fit) + <usize>node.out * NODE_BYTES;
  store<u32>(at, node.column);
  store<u32>(at, <u32>(<usize>left.out * NODE_BYTES), 4);
  memory.copy(at + 8, changetype<usize>(node) + SPLIT_AT + 32, 32);
  const info = infoStart(fit) + <usize>node.out * INFO_BYTES;
  store<i32>(info, node.bin);
  store<i32>(info, node.missingLeft, 4);
  store<i32>(info, <i32>load<u8>(fit.categorical + node.column), 12);
  store<f64>(info, node.gain, 16);
  writeLeaf(fit, left);
  writeLeaf(fit, right);
  const table = tableOf(fit);
  store<i32>(table, fit.outCount);
  store<i32>(table, max(load<i32>(table, 4), left.depth), 4);
  store<i32>(fit.frontier + (<usize>place << 2), node.left);
  store<i32>(fit.frontier + (<usize>fit.leafCount << 2), node.left + 1);
  fit.leafCount += 1;
}

/** Where nodes and depth of the tree are told. */
// @ts-ignore: decorator
@inline
export function tableOf(fit: Fit): usize {
  return fit.treeTable + (<usize>(fit.treeIndex - fit.treeBase) << 3);
}

// @ts-ignore: decorator
@inline
export function treeStart(fit: Fit): usize {
  return fit.trees + <usize>(fit.treeIndex - fit.treeBase) * <usize>(2 * fit.maxLeaves - 1) * NODE_BYTES;
}

// @ts-ignore: decorator
@inline
function infoStart(fit: Fit): usize {
  return fit.treeInfo + <usize>(fit.treeIndex - fit.treeBase) * <usize>(2 * fit.maxLeaves - 1) * INFO_BYTES;
}

/** The first thread decides what comes next. */
function decide(fit: Fit): void {
  for (let done = 0; done < fit.taskCount; done++) collect(fit, taskAt(fit, done));
  fit.taskCount = 0;
  fit.taskNext = 0;
  for (;;) {
    const place = bestPlace(fit, false);
    const left = fit.maxLeaves - fit.leafCount;
    if (place < 0 || left <= 0 || atomic.load<i32>(stopOf(fit)) != 0) {
      fit.command = COMMAND_DONE;
      return;
    }
    const node = frontierAt(fit, place);
    if (node.left >= 0) {
      writeSplit(fit, place);
      continue;
    }
    addTask(fit, place);
    if (node.count >= fit.bigNode) {
      fit.command = COMMAND_SHARED;
      return;
    }
    fit.command = COMMAND_TASKS;
    while (fit.taskCount < min(fit.batch, left) && fit.freeCount > left) {
      const next = bestPlace(fit, true);
      if (next < 0) return;
      addTask(fit, next);
    }
    return;
  }
}

function addTask(fit: Fit, place: i32): void {
  const index = load<i32>(fit.frontier + (<usize>place << 2));
  store<i32>(fit.tasks + (<usize>fit.taskCount << 2), index);
  fit.taskCount += 1;
  prepare(fit, nodeAt(fit, index));
}

// @ts-ignore: decorator
@inline
function stopOf(fit: Fit): usize {
  return changetype<usize>(fit) + offsetof<Fit>("stop");
}

/** Takes tasks until none is left. */
function runTasks(fit: Fit, thread: i32, last: bool): void {
  for (;;) {
    const next = atomic.add<i32>(changetype<usize>(fit) + offsetof<Fit>("taskNext"), 1);
    if (next >= fit.taskCount) return;
    expandAlone(fit, taskAt(fit, next), thread, last);
  }
}

/** Sets up an empty tree that is one leaf. */
function startTree(fit: Fit): void {
  startRoot(fit);
  if (fit.treeColumns < fit.columns) sampleColumns(fit);
  fit.nodeCount = 1;
  fit.leafCount = 1;
  fit.outCount = 1;
  fit.taskCount = 0;
  fit.freeCount = fit.slots - 1;
  for (let slot = 1; slot < fit.slots; slot++) {
    store<i32>(fit.freeSlots + (<usize>(slot - 1) << 2), slot);
  }
  store<i32>(fit.frontier, 0);
  const table = tableOf(fit);
  store<i32>(table, 1);
  store<i32>(table, 0, 4);
}

/**
 * Grows tree number `treeIndex`. Called by every thread. Packed gradients stand in the order of rows,
 * in `packed`, or in `packedOther` where rows are sampled.
 */
export function growTree(fit: Fit, thread: i32): void {
  const meet = changetype<usize>(fit);
  if (fit.sampleCut == 0) listRows(fit, thread);
  else sampleRows(fit, thread);
  barrier(meet, fit.threads);
  if (thread == 0) startTree(fit);
  barrier(meet, fit.threads);
  if (fit.treeColumns < fit.columns) {
    packColumns(fit, thread);
    barrier(meet, fit.threads);
  }
  expandRoot(fit, thread);
  if (thread == 0) writeLeaf(fit, nodeAt(fit, 0));
  for (;;) {
    if (thread == 0) decide(fit);
    barrier(meet, fit.threads);
    if (fit.command == COMMAND_DONE) return;
    const last = fit.leafCount + 1 == fit.maxLeaves;
    if (fit.command == COMMAND_SHARED) expandShared(fit, taskAt(fit, 0), thread, last);
    else runTasks(fit, thread, last);
    barrier(meet, fit.threads);
  }
}
