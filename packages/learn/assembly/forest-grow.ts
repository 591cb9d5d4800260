/**
 * Grows one tree to its leaves, by one thread. A node's rows are sorted into those of its children,
 * and the smaller child is taken first, so that few nodes wait. Small nodes are copied into a block
 * of their own, all columns of them: it fits into the nearer caches, however long the table is.
 */
import {
  fillCells, fillClassCells, partitionItems, partitionItemsBySet,
} from "./forest-cells";
import {
  Forest, ForestNode, forestNodeAt, FOREST_NODE_BYTES, Grower, IS_SET, isStopped, MISSING_LEFT,
  Waiting, WAITING_BYTES,
} from "./forest-plan";
import { drawBelow, searchCategories, searchNumbers, worthUnsplit } from "./forest-search";

// @ts-ignore: decorator
@inline
function orderOf(grower: Grower, place: i32, begin: i32): usize {
  return (place == 0 ? grower.order0 : grower.order1) + (<usize>begin << 2);
}

// @ts-ignore: decorator
@inline
function itemsOf(grower: Grower, place: i32, begin: i32): usize {
  return (place == 0 ? grower.items0 : grower.items1) + (<usize>begin << 4);
}

/** Sums of the node's rows, afresh. @returns whether all have one target */
function sumItems(grower: Grower, items: usize, count: i32): bool {
  let sums = f64x2.splat(0);
  let low: f64 = Infinity;
  let high: f64 = -Infinity;
  const end = items + (<usize>count << 4);
  for (let item = items; item < end; item += 16) {
    sums = f64x2.add(sums, v128.load(item));
    const target = load<f64>(item, 8) / load<f64>(item);
    low = min(low, target);
    high = max(high, target);
  }
  grower.weight = f64x2.extract_lane(sums, 0);
  grower.sum = f64x2.extract_lane(sums, 1);
  // A target is told back from a product, to the last bit but one.
  return high - low <= 1e-14 * max(abs(low), abs(high));
}

/** Sums of each class. @returns whether there is one class only */
function sumClasses(forest: Forest, grower: Grower, items: usize, count: i32): bool {
  memory.fill(grower.totals, 0, <usize>forest.classes << 3);
  const end = items + (<usize>count << 4);
  for (let item = items; item < end; item += 16) {
    const total = grower.totals + (<usize>load<f64>(item, 8) << 3);
    store<f64>(total, load<f64>(total) + load<f64>(item));
  }
  let classes = 0;
  let weight: f64 = 0;
  for (let k = 0; k < forest.classes; k++) {
    const sum = load<f64>(grower.totals + (<usize>k << 3));
    weight += sum;
    classes += <i32>(sum > 0);
  }
  grower.weight = weight;
  return classes == 1;
}

function writeLeaf(forest: Forest, grower: Grower, node: ForestNode, weight: f64, sum: f64): void {
  node.column = -1;
  node.left = 0;
  node.bin = 0;
  node.flags = 0;
  node.cover = weight;
  node.gain = 0;
  node.value = sum / weight;
  if (forest.classes == 1) return;
  node.value = <f64>grower.leafCount;
  const bytes = <usize>forest.classes << 3;
  const shares = grower.shares + <usize>grower.leafCount * bytes;
  for (let at: usize = 0; at < bytes; at += 8) {
    store<f64>(shares + at, load<f64>(grower.totals + at) / weight);
  }
  grower.leafCount += 1;
}

/** Searches one column. @returns whether it has more than one value here */
function searchColumn(forest: Forest, grower: Grower, at: Waiting, column: i32): bool {
  const bins = load<i32>(forest.binCounts + (<usize>column << 2));
  if (bins <= 2 && load<u8>(forest.categorical + column) == 0 && bins < 2) return false;
  const data = grower.columns + <usize>column * grower.columnGap;
  const order = orderOf(grower, at.place, at.begin);
  const items = itemsOf(grower, at.place, at.begin);
  const cells = forest.classes > 1
    ? fillClassCells(
      data, order, items, at.count, forest.classes, grower.histogram, grower.rowCounts,
      grower.marks, grower.cells)
    : fillCells(
      data, order, items, at.count, bins, grower.histogram, grower.rowCounts, grower.marks,
      grower.cells);
  if (cells < 2) return false;
  if (load<u8>(forest.categorical + column) != 0) searchCategories(forest, grower, column, cells);
  else searchNumbers(forest, grower, column, cells);
  return true;
}

/** Searches as many columns as are wanted, and on until one has more than one value. */
function searchNode(forest: Forest, grower: Grower, at: Waiting): bool {
  grower.bestUp = -Infinity;
  grower.bestDown = 1;
  grower.bestColumn = -1;
  const columns = forest.columns;
  const chosen = forest.maxFeatures < columns;
  let varied = false;
  for (let k = 0; k < columns; k++) {
    if (k >= forest.maxFeatures && varied) break;
    if (isStopped(forest)) return false;
    let column = k;
    if (chosen) {
      const place = grower.choice + (<usize>k << 2);
      const other = grower.choice + (<usize>(k + drawBelow(grower, columns - k)) << 2);
      column = load<i32>(other);
      store<i32>(other, load<i32>(place));
      store<i32>(place, column);
    }
    if (searchColumn(forest, grower, at, column)) varied = true;
  }
  return grower.bestColumn >= 0;
}

function writeSplit(forest: Forest, grower: Grower, node: ForestNode): void {
  node.column = grower.bestColumn;
  node.left = grower.nodeCount;
  node.bin = grower.bestBin;
  node.flags = grower.bestFlags;
  node.value = 0;
  node.cover = grower.weight;
  const gain = grower.bestUp / grower.bestDown - worthUnsplit(forest, grower);
  node.gain = max<f64>(gain, 0);
  grower.nodeCount += 2;
  if ((grower.bestFlags & IS_SET) == 0) return;
  node.bin = grower.setCount;
  const set = changetype<usize>(grower) + offsetof<Grower>("set0");
  memory.copy(grower.sets + (<usize>grower.setCount << 5), set, 32);
  grower.setCount += 1;
}

function partition(grower: Grower, at: Waiting, node: ForestNode): i32 {
  const column = grower.columns + <usize>node.column * grower.columnGap;
  const order = orderOf(grower, at.place, at.begin);
  const items = itemsOf(grower, at.place, at.begin);
  const toOrder = orderOf(grower, 1 - at.place, at.begin);
  const toItems = itemsOf(grower, 1 - at.place, at.begin);
  if ((node.flags & IS_SET) != 0) {
    const set = grower.sets + (<usize>node.bin << 5);
    return partitionItemsBySet(column, order, items, at.count, set, toOrder, toItems);
  }
  const shift: u32 = (node.flags & MISSING_LEFT) != 0 ? 0 : 1;
  return partitionItems(
    column, order, items, at.count, shift, <u32>node.bin - shift, toOrder, toItems);
}

/** Whether a child of so many rows stays a leaf, whatever they are. */
// @ts-ignore: decorator
@inline
function tooSmall(forest: Forest, rows: i32, depth: i32): bool {
  return rows < forest.minSplit || rows < 2 * forest.minLeaf || depth >= forest.maxDepth;
}

// @ts-ignore: decorator
@inline
function isLeafBySums(forest: Forest, rows: i32, depth: i32, weight: f64, sum: f64): bool {
  return sum == 0 || sum == weight || tooSmall(forest, rows, depth);
}

// @ts-ignore: decorator
@inline
function push(
  top: usize, begin: i32, count: i32, place: i32, out: i32, depth: i32, weight: f64, sum: f64,
): usize {
  const next = changetype<Waiting>(top);
  next.begin = begin;
  next.count = count;
  next.place = place;
  next.out = out;
  next.depth = depth;
  next.weight = weight;
  next.sum = sum;
  return top + WAITING_BYTES;
}

/** Takes one node from the stack, and puts its children onto it. @returns the stack's new top */
function growNode(forest: Forest, grower: Grower, below: usize): usize {
  const at = changetype<Waiting>(below);
  const node = forestNodeAt(grower.nodes, at.out);
  const items = itemsOf(grower, at.place, at.begin);
  let pure: bool;
  grower.rows = at.count;
  if (forest.classes > 1) {
    pure = sumClasses(forest, grower, items, at.count);
  } else if (forest.exact != 0) {
    grower.weight = at.weight;
    grower.sum = at.sum;
    pure = at.sum == 0 || at.sum == at.weight;
  } else {
    pure = sumItems(grower, items, at.count);
  }
  if (pure || tooSmall(forest, at.count, at.depth) || !searchNode(forest, grower, at)) {
    writeLeaf(forest, grower, node, grower.weight, grower.sum);
    return below;
  }
  writeSplit(forest, grower, node);
  const weight = grower.bestWeight;
  const sum = grower.bestSum;
  const restWeight = grower.weight - weight;
  const restSum = grower.sum - sum;
  const left = node.left;
  const depth = at.depth + 1;
  if (forest.exact != 0) {
    const rows = grower.bestRows;
    if (
      isLeafBySums(forest, rows, depth, weight, sum) &&
      isLeafBySums(forest, grower.rows - rows, depth, restWeight, restSum)
    ) {
      writeLeaf(forest, grower, forestNodeAt(grower.nodes, left), weight, sum);
      writeLeaf(forest, grower, forestNodeAt(grower.nodes, left + 1), restWeight, restSum);
      return below;
    }
  }
  const rows = partition(grower, at, node);
  const begin = at.begin;
  const rest = at.count - rows;
  const place = 1 - at.place;
  // `at` is overwritten from here on.
  if (rows > rest) {
    const next = push(below, begin, rows, place, left, depth, weight, sum);
    return push(next, begin + rows, rest, place, left + 1, depth, restWeight, restSum);
  }
  const next = push(below, begin + rows, rest, place, left + 1, depth, restWeight, restSum);
  return push(next, begin, rows, place, left, depth, weight, sum);
}

// @ts-ignore: decorator
@inline
function rowOf(rows: usize, stride: usize, order: usize, place: usize): usize {
  return rows + <usize>load<u32>(order + (place << 2)) * stride;
}

/**
 * Copies the bins of listed rows, column by column: four rows of four columns at a time change
 * places in registers. Up to three rows past the last are written.
 * @param to columns, `gap` bytes from one to the next; as many as a row has bytes
 */
export function copyBlock(
  rows: usize, stride: usize, order: usize, count: i32, to: usize, gap: usize,
): void {
  const last = <usize>count - 1;
  for (let i: usize = 0; i <= last; i += 4) {
    const a = rowOf(rows, stride, order, i);
    const b = rowOf(rows, stride, order, min(i + 1, last));
    const c = rowOf(rows, stride, order, min(i + 2, last));
    const d = rowOf(rows, stride, order, min(i + 3, last));
    let column = to + i;
    for (let k: usize = 0; k < stride; k += 4) {
      const x = load<u32>(a + k), y = load<u32>(b + k);
      const z = load<u32>(c + k), w = load<u32>(d + k);
      const even1 = (x & 0x00ff00ff) | ((y & 0x00ff00ff) << 8);
      const odd1 = ((x >>> 8) & 0x00ff00ff) | (y & 0xff00ff00);
      const even2 = (z & 0x00ff00ff) | ((w & 0x00ff00ff) << 8);
      const odd2 = ((z >>> 8) & 0x00ff00ff) | (w & 0xff00ff00);
      store<u32>(column, (even1 & 0xffff) | (even2 << 16));
      column += gap;
      store<u32>(column, (odd1 & 0xffff) | (odd2 << 16));
      column += gap;
      store<u32>(column, (even1 >>> 16) | (even2 & 0xffff0000));
      column += gap;
      store<u32>(column, (odd1 >>> 16) | (odd2 & 0xffff0000));
      column += gap;
    }
  }
}

/** Grows a small node to its leaves in a block of its own. */
function growBlock(forest: Forest, grower: Grower, below: usize): void {
  const at = changetype<Waiting>(below);
  const order0 = grower.order0;
  const order1 = grower.order1;
  const items0 = grower.items0;
  const items1 = grower.items1;
  const columns = grower.columns;
  const gap = grower.columnGap;
  const room = <usize>forest.blockRows;
  const block = changetype<usize>(grower) + <usize>forest.blockAt;
  const order = orderOf(grower, at.place, at.begin);
  const items = itemsOf(grower, at.place, at.begin);
  // Columns a power of two apart would fall upon the same lines of the nearest cache.
  const ownGap = room + 64;
  copyBlock(forest.binRows, <usize>forest.stride, order, at.count, block, ownGap);
  grower.columns = block;
  grower.columnGap = ownGap;
  grower.items0 = block + <usize>forest.stride * ownGap;
  grower.items1 = grower.items0 + (room << 4);
  grower.order0 = grower.items1 + (room << 4);
  grower.order1 = grower.order0 + (room << 2);
  memory.copy(grower.items0, items, <usize>at.count << 4);
  for (let i = 0; i < at.count; i++) store<u32>(grower.order0 + (<usize>i << 2), i);
  at.begin = 0;
  at.place = 0;
  growWaiting(forest, grower, below, 0);
  grower.order0 = order0;
  grower.order1 = order1;
  grower.items0 = items0;
  grower.items1 = items1;
  grower.columns = columns;
  grower.columnGap = gap;
}

/** Grows the node on the stack, and all below it. */
function growWaiting(forest: Forest, grower: Grower, bottom: usize, blockRows: i32): void {
  let top = bottom + WAITING_BYTES;
  while (top > bottom) {
    if (isStopped(forest)) return;
    top -= WAITING_BYTES;
    const count = changetype<Waiting>(top).count;
    if (count <= blockRows && count >= 2 * forest.minLeaf) growBlock(forest, grower, top);
    else top = growNode(forest, grower, top);
  }
}

/** Grows the tree of the rows that are listed, from the root. */
export function growForestTree(forest: Forest, grower: Grower, count: i32): void {
  const bottom = changetype<usize>(grower) + <usize>forest.stackAt;
  grower.nodeCount = 1;
  grower.leafCount = 0;
  grower.setCount = 0;
  for (let k = 0; k < forest.columns; k++) store<i32>(grower.choice + (<usize>k << 2), k);
  const root = changetype<Waiting>(bottom);
  root.begin = 0;
  root.count = count;
  root.place = 0;
  root.out = 0;
  root.depth = 0;
  sumItems(grower, grower.items0, count);
  root.weight = grower.weight;
  root.sum = grower.sum;
  growWaiting(forest, grower, bottom, forest.blockRows);
}
