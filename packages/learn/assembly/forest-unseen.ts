/**
 * What a grown tree says of the rows that it has not drawn. The tree is first written small, 8
 * bytes a node, so that it stays in the nearer caches: u32 left child, and in one word the column,
 * whether it asks a set, whether missing values go right, and the last bin that goes left. A leaf
 * is its own left child, and no bin goes right; eight rows walk side by side until none moves.
 */
import {
  Forest, forestNodeAt, Grower, IS_SET, isStopped, MISSING_LEFT,
} from "./forest-plan";

const ASKS_SET: u32 = 256;
const SHIFT: u32 = 512;
const COLUMN_AT: u32 = 12;

/** 2^40: predictions are summed as whole numbers of this unit, in any order of trees. */
const UNIT: f64 = 1099511627776.0;

/** Writes the tree small. */
function writeSmall(grower: Grower, small: usize): void {
  for (let index = 0; index < grower.nodeCount; index++) {
    const node = forestNodeAt(grower.nodes, index);
    const to = small + (<usize>index << 3);
    if (node.column < 0) {
      store<u32>(to, index);
      store<u32>(to, 255, 4);
      continue;
    }
    store<u32>(to, node.left);
    let word = <u32>node.column << COLUMN_AT;
    if ((node.flags & IS_SET) != 0) word |= ASKS_SET;
    else if ((node.flags & MISSING_LEFT) != 0) word |= <u32>node.bin;
    else word |= SHIFT | <u32>(node.bin - 1);
    store<u32>(to, word, 4);
  }
}

// @ts-ignore: decorator
@inline
function step(small: usize, index: u32, row: usize): u32 {
  const node = small + (<usize>index << 3);
  const word = load<u32>(node, 4);
  const bin = <u32>load<u8>(row + <usize>(word >>> COLUMN_AT));
  const goesRight = <u32>(((bin - ((word >>> 9) & 1)) & 255) > (word & 255));
  return load<u32>(node) + goesRight;
}

/** The same where the tree asks sets. */
function stepWithSets(grower: Grower, small: usize, index: u32, row: usize): u32 {
  const node = small + (<usize>index << 3);
  const word = load<u32>(node, 4);
  if ((word & ASKS_SET) == 0) return step(small, index, row);
  const bin = <usize>load<u8>(row + <usize>(word >>> COLUMN_AT));
  const set = grower.sets + (<usize>forestNodeAt(grower.nodes, <i32>index).bin << 5);
  return load<u32>(node) + <u32>((load<u8>(set + (bin >> 3)) >> <u8>(bin & 7)) & 1);
}

// @ts-ignore: decorator
@inline
function rowAt(forest: Forest, order: usize, place: usize): usize {
  return forest.binRows + <usize>load<u32>(order + (place << 2)) * <usize>forest.stride;
}

/** Leaves of eight listed rows. */
function walkEight(forest: Forest, small: usize, order: usize, leaves: usize): void {
  const row0 = rowAt(forest, order, 0), row1 = rowAt(forest, order, 1);
  const row2 = rowAt(forest, order, 2), row3 = rowAt(forest, order, 3);
  const row4 = rowAt(forest, order, 4), row5 = rowAt(forest, order, 5);
  const row6 = rowAt(forest, order, 6), row7 = rowAt(forest, order, 7);
  let a: u32 = 0, b: u32 = 0, c: u32 = 0, d: u32 = 0;
  let e: u32 = 0, f: u32 = 0, g: u32 = 0, h: u32 = 0;
  let moved: u32 = 1;
  while (moved != 0) {
    const a1 = step(small, a, row0), b1 = step(small, b, row1);
    const c1 = step(small, c, row2), d1 = step(small, d, row3);
    const e1 = step(small, e, row4), f1 = step(small, f, row5);
    const g1 = step(small, g, row6), h1 = step(small, h, row7);
    moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1);
    a = a1;
    b = b1;
    c = c1;
    d = d1;
    e = e1;
    f = f1;
    g = g1;
    h = h1;
  }
  store<u32>(leaves, a);
  store<u32>(leaves, b, 4);
  store<u32>(leaves, c, 8);
  store<u32>(leaves, d, 12);
  store<u32>(leaves, e, 16);
  store<u32>(leaves, f, 20);
  store<u32>(leaves, g, 24);
  store<u32>(leaves, h, 28);
}

function walkOne(forest: Forest, grower: Grower, small: usize, order: usize): u32 {
  const row = rowAt(forest, order, 0);
  let index: u32 = 0;
  let next = stepWithSets(grower, small, index, row);
  while (next != index) {
    index = next;
    next = stepWithSets(grower, small, index, row);
  }
  return index;
}

/** Adds what a leaf says to a row's sums. */
function addLeaf(forest: Forest, grower: Grower, row: usize, leaf: u32): void {
  const classes = forest.classes;
  const value = forestNodeAt(grower.nodes, <i32>leaf).value;
  atomic.add<i32>(forest.oobCounts + (row << 2), 1);
  if (classes == 1) {
    atomic.add<i64>(forest.oobSums + (row << 3), <i64>(value * UNIT));
    return;
  }
  const shares = grower.shares + ((<usize>value * <usize>classes) << 3);
  const sums = forest.oobSums + ((row * <usize>classes) << 3);
  for (let k: usize = 0; k < <usize>classes; k++) {
    const share = load<f64>(shares + (k << 3));
    if (share != 0) atomic.add<i64>(sums + (k << 3), <i64>(share * UNIT));
  }
}

/** Leaves of a part of the listed rows, and what they say. */
function addPart(
  forest: Forest, grower: Grower, small: usize, order: usize, count: i32, leaves: usize,
): void {
  let done = 0;
  if (grower.setCount == 0) {
    for (; done + 8 <= count; done += 8) {
      walkEight(forest, small, order + (<usize>done << 2), leaves + (<usize>done << 2));
    }
  }
  for (; done < count; done++) {
    const leaf = walkOne(forest, grower, small, order + (<usize>done << 2));
    store<u32>(leaves + (<usize>done << 2), leaf);
  }
  for (let k: usize = 0; k < <usize>count; k++) {
    const row = <usize>load<u32>(order + (k << 2));
    addLeaf(forest, grower, row, load<u32>(leaves + (k << 2)));
  }
}

/** Rows between looks at whether to stop. */
const PART = 1024;

/**
 * Adds what the tree says of the rows that it has not drawn. The rows' lists and items are not
 * needed any more: the small tree and the new list stand there.
 * @param counts how often each row was drawn
 */
export function addUnseen(forest: Forest, grower: Grower, counts: usize): void {
  const order = grower.order0;
  const leaves = grower.order1;
  let count = 0;
  for (let row: usize = 0; row < <usize>forest.rows; row++) {
    store<u32>(order + (<usize>count << 2), <u32>row);
    count += <i32>(load<u8>(counts + row) == 0);
  }
  // A tree has fewer nodes than twice its rows, and a row's two items take 32 bytes.
  const small = grower.items0;
  writeSmall(grower, small);
  for (let first = 0; first < count; first += PART) {
    if (isStopped(forest)) return;
    const from = <usize>first << 2;
    addPart(forest, grower, small, order + from, min(PART, count - first), leaves + from);
  }
}
