/**
 * Scores of rows: values to bins, bins to leaves, leaves to sums, some rows at a time, so that bins
 * stay in the nearest cache. Small trees are not walked: all their questions are asked of 32 rows at
 * once, and the number of a row's leaf is chosen upwards, child by child. Large ones are walked as
 * traverse.ts does. A number's question is `bin - shift ≤ bound`, wrapping, so that missing values
 * (bin 0) come first with shift 0 and last with shift 1.
 *
 *     column  u32 values · u32 1 where floats · u32 255 bounds; 0: the values are bins · u32 -
 *     tree    u32 nodes · u32 questions, 0 for a tree that is walked · u32 leaves' values, or steps to
 *             the deepest leaf · u32 leaves
 *     node    u32 column · u32 0, or the address of a category's set · u16 left slot · u16 right slot
 *             · u8 bound · u8 shift · u16 -
 *
 * Nodes stand behind their parents. Slots are byte offsets of 32 bytes: questions', then leaves'.
 */

import { assignBins, binsToRows } from "./bins";
import { addTree } from "./traverse";

/** Rows whose bins are in use at a time. */
const BLOCK: i32 = 1024;
const COLUMN: usize = 16;
const TREE: usize = 16;
const NODE: usize = 16;

/** Ones where rows go left, of a number. */
// @ts-ignore: decorator
@inline
function numbersLeft(bins: v128, shift: v128, bound: v128): v128 {
  return i8x16.eq(i8x16.sub_sat_u(i8x16.sub(bins, shift), bound), i8x16.splat(0));
}

/** Ones where rows go left, of a category. */
// @ts-ignore: decorator
@inline
function categoriesLeft(bins: v128, set: usize): v128 {
  const place = i8x16.shr_u(bins, 3);
  const low = i8x16.swizzle(v128.load(set), place);
  const high = i8x16.swizzle(v128.load(set, 16), i8x16.sub(place, i8x16.splat(16)));
  const masks = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  const mask = i8x16.swizzle(masks, v128.and(bins, i8x16.splat(7)));
  return i8x16.eq(v128.and(v128.or(low, high), mask), i8x16.splat(0));
}

/** Writes the numbers of 32 rows' leaves to the first slot. */
function chooseLeaves(
  base: usize, nodes: usize, count: i32, bins: usize, slots: usize,
): void {
  let slot = slots + (<usize>count << 5);
  for (let node = nodes + <usize>count * NODE; node > nodes; ) {
    node -= NODE;
    slot -= 32;
    const at = bins + <usize>load<u32>(node) * BLOCK;
    const one = v128.load(at);
    const two = v128.load(at, 16);
    const left = slots + <usize>load<u16>(node, 8);
    const right = slots + <usize>load<u16>(node, 10);
    const set = <usize>load<u32>(node, 4);
    let first: v128, second: v128;
    if (set == 0) {
      const shift = v128.load8_splat(node, 13);
      const bound = v128.load8_splat(node, 12);
      first = numbersLeft(one, shift, bound);
      second = numbersLeft(two, shift, bound);
    } else {
      first = categoriesLeft(one, base + set);
      second = categoriesLeft(two, base + set);
    }
    v128.store(slot, v128.bitselect(v128.load(left), v128.load(right), first));
    v128.store(slot, v128.bitselect(v128.load(left, 16), v128.load(right, 16), second), 16);
  }
}

/** Adds the values of leaves to the scores of up to 32 rows. */
// @ts-ignore: decorator
@inline
function addLeaves(leaves: usize, values: usize, count: i32, scores: usize, gap: usize): void {
  for (const end = leaves + count; leaves < end; leaves++, scores += gap) {
    const value = load<f64>(values + (<usize>load<u8>(leaves) << 3));
    store<f64>(scores, load<f64>(scores) + value);
  }
}

/** Adds a small tree's values. */
function addSmall(
  base: usize, tree: usize, bins: usize, count: i32, scores: usize, gap: usize, slots: usize,
): void {
  const nodes = base + <usize>load<u32>(tree);
  const questions = load<i32>(tree, 4);
  const values = base + <usize>load<u32>(tree, 8);
  const leaves = load<i32>(tree, 12);
  let slot = slots + (<usize>questions << 5);
  for (let leaf = 0; leaf < leaves; leaf++, slot += 32) {
    const number = i8x16.splat(<i8>leaf);
    v128.store(slot, number);
    v128.store(slot, number, 16);
  }
  for (let row = 0; row < count; row += 32) {
    chooseLeaves(base, nodes, questions, bins + row, slots);
    addLeaves(slots, values, min(32, count - row), scores + <usize>row * gap, gap);
  }
}

/** Writes the bins of the rows from `first` on, column by column. */
function binBlock(columns: usize, columnCount: i32, first: i32, count: i32, bins: usize): void {
  for (let k = 0; k < columnCount; k++, columns += COLUMN) {
    const values = <usize>load<u32>(columns);
    const narrow = load<i32>(columns, 4);
    const bounds = <usize>load<u32>(columns, 8);
    const to = bins + <usize>k * BLOCK;
    if (bounds == 0) memory.copy(to, values + first, count);
    else assignBins(values + (<usize>first << (narrow != 0 ? 2 : 3)), narrow, count, bounds, to);
  }
}

/**
 * Adds the values of trees to the scores of rows; tree t counts for class t mod classes.
 * @param columns 16 bytes each, in the order in which nodes name them
 * @param base of the tables: trees first, their addresses told from here
 * @param walk 1 where any tree is walked
 * @param scores classes doubles a row
 * @param scratch 1,024 bytes a column, with `walk` the same again and 3,072 more, and 32 bytes a node
 *   and leaf of the largest small tree
 */
export function scoreRows(
  columns: usize, columnCount: i32, base: usize, treeCount: i32, walk: i32, count: i32,
  scores: usize, classes: i32, scratch: usize,
): void {
  const stride = <usize>((columnCount + 3) & ~3);
  const rows = scratch + <usize>columnCount * BLOCK;
  const slots = walk != 0 ? rows + stride * BLOCK : rows;
  const gap = <usize>classes << 3;
  for (let first = 0; first < count; first += BLOCK) {
    const size = min(BLOCK, count - first);
    binBlock(columns, columnCount, first, size, scratch);
    if (walk != 0) binsToRows(scratch, BLOCK, columnCount, 0, size, rows, stride);
    const to = scores + <usize>first * gap;
    let klass = 0;
    let tree = base;
    for (let t = 0; t < treeCount; t++, tree += TREE) {
      const out = to + (<usize>klass << 3);
      if (load<i32>(tree, 4) != 0) addSmall(base, tree, scratch, size, out, gap, slots);
      else addTree(base + <usize>load<u32>(tree), load<i32>(tree, 8), rows, stride, size, out, classes);
      if (++klass == classes) klass = 0;
    }
  }
}
