/**
 * The best split of a node over one column's cells. With W and S the sums of weight and of weight
 * times target, a split is worth SL²/WL + SR²/WR: the higher, the lower the sum of squares, and for
 * targets of 0 and 1 the Gini impurity (Breiman et al. 1984). Of several classes S² is the sum of
 * the squares of the classes' weights. With entropy a side is worth the sum of w log w over its
 * classes less W log W. Worths are kept as fractions and compared crosswise. Any split is better
 * than none, as in scikit-learn: one that gains nothing may be followed by one that does.
 */
import { log } from "./exp";
import { CELL_BYTES } from "./forest-cells";
import { Forest, Grower, IS_SET, MISSING_LEFT } from "./forest-plan";
import { randomWord } from "./random";

/** The next random number 0 … below - 1 of a tree. */
export function drawBelow(grower: Grower, below: i32): i32 {
  grower.draws += 1;
  return <i32>((<u64>randomWord(grower.salt, grower.draws) * <u64>below) >> 32);
}

// @ts-ignore: decorator
@inline
function xlogx(x: f64): f64 {
  return x > 0 ? x * log(x) : 0;
}

// @ts-ignore: decorator
@inline
function classesWorth(sums: usize, classes: i32, weight: f64): f64 {
  let worth: f64 = 0;
  for (let k = 0; k < classes; k++) worth += xlogx(load<f64>(sums + (<usize>k << 3)));
  return worth - xlogx(weight);
}

// @ts-ignore: decorator
@inline
function worthOfTwo(weight: f64, sum: f64): f64 {
  return xlogx(sum) + xlogx(weight - sum) - xlogx(weight);
}

/** What a node is worth unsplit. */
export function worthUnsplit(forest: Forest, grower: Grower): f64 {
  const weight = grower.weight;
  if (forest.classes > 1) {
    if (forest.entropy != 0) return classesWorth(grower.totals, forest.classes, weight);
    let squares: f64 = 0;
    for (let k = 0; k < forest.classes; k++) {
      const sum = load<f64>(grower.totals + (<usize>k << 3));
      squares += sum * sum;
    }
    return squares / weight;
  }
  if (forest.entropy != 0) return worthOfTwo(weight, grower.sum);
  return grower.sum * grower.sum / weight;
}

// @ts-ignore: decorator
@inline
function cellAt(grower: Grower, index: i32, first: usize, bytes: usize, ranked: bool): usize {
  if (!ranked) return first + <usize>index * bytes;
  return grower.cells + <usize>load<u32>(grower.rank + (<usize>index << 4), 8) * bytes;
}

/**
 * Cells of one output in their order: tries a cut behind each, or behind one only.
 * @param first cell that comes first; with ranks it is not looked at
 * @param tried number of cuts
 * @param only the cut to try, -1 for all
 * @param missing cell that is on the left from the start, 0 for none
 */
function scanCells(
  forest: Forest, grower: Grower, first: usize, tried: i32, only: i32, missing: usize, ranked: bool,
): void {
  const allWeight = grower.weight;
  const allSum = grower.sum;
  const allRows = grower.rows;
  const least = forest.minLeaf;
  const entropy = forest.entropy != 0;
  let bestUp = grower.bestUp;
  let bestDown = grower.bestDown;
  let weight: f64 = 0;
  let sum: f64 = 0;
  let rows = 0;
  if (missing != 0) {
    weight = load<f64>(missing);
    sum = load<f64>(missing, 8);
    rows = load<i32>(missing, 16);
  }
  for (let i = 0; i < tried; i++) {
    const cell = cellAt(grower, i, first, CELL_BYTES, ranked);
    weight += load<f64>(cell);
    sum += load<f64>(cell, 8);
    rows += load<i32>(cell, 16);
    if (rows < least) continue;
    if (allRows - rows < least) break;
    if (only >= 0 && i != only) continue;
    const restWeight = allWeight - weight;
    const restSum = allSum - sum;
    let down = weight * restWeight;
    if (!(down > 0)) continue;
    let up = sum * sum * restWeight + restSum * restSum * weight;
    if (entropy) {
      up = worthOfTwo(weight, sum) + worthOfTwo(restWeight, restSum);
      down = 1;
    }
    if (!(up * bestDown > bestUp * down)) continue;
    bestUp = up;
    bestDown = down;
    grower.bestWeight = weight;
    grower.bestSum = sum;
    grower.bestRows = rows;
    grower.found = i;
    grower.foundFlags = missing != 0 ? MISSING_LEFT : 0;
  }
  grower.bestUp = bestUp;
  grower.bestDown = bestDown;
}

/** The same of several classes. */
function scanClassCells(
  forest: Forest, grower: Grower, first: usize, tried: i32, only: i32, missing: usize, ranked: bool,
): void {
  const classes = forest.classes;
  const bytes = (<usize>classes << 3) + 8;
  const least = forest.minLeaf;
  const lefts = grower.lefts;
  memory.fill(lefts, 0, <usize>classes << 3);
  let squaresLeft: f64 = 0;
  let squaresRight: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const sum = load<f64>(grower.totals + (<usize>k << 3));
    squaresRight += sum * sum;
  }
  let weight: f64 = 0;
  let rows = 0;
  for (let i = missing != 0 ? -1 : 0; i < tried; i++) {
    const cell = i < 0 ? missing : cellAt(grower, i, first, bytes, ranked);
    rows += load<i32>(cell);
    for (let at: usize = 0; at < bytes - 8; at += 8) {
      const here = load<f64>(cell + at, 8);
      if (here == 0) continue;
      const left = load<f64>(lefts + at);
      const right = load<f64>(grower.totals + at) - left;
      squaresLeft += here * (2 * left + here);
      squaresRight += here * (here - 2 * right);
      store<f64>(lefts + at, left + here);
      weight += here;
    }
    if (i < 0 || rows < least) continue;
    if (grower.rows - rows < least) break;
    if (only >= 0 && i != only) continue;
    const restWeight = grower.weight - weight;
    let down = weight * restWeight;
    if (!(down > 0)) continue;
    let up = squaresLeft * restWeight + squaresRight * weight;
    if (forest.entropy != 0) {
      up = classesWorth(lefts, classes, weight) - xlogx(restWeight);
      for (let at: usize = 0; at < bytes - 8; at += 8) {
        up += xlogx(load<f64>(grower.totals + at) - load<f64>(lefts + at));
      }
      down = 1;
    }
    if (!(up * grower.bestDown > grower.bestUp * down)) continue;
    grower.bestUp = up;
    grower.bestDown = down;
    grower.bestWeight = weight;
    grower.bestRows = rows;
    grower.found = i;
    grower.foundFlags = missing != 0 ? MISSING_LEFT : 0;
  }
}

// @ts-ignore: decorator
@inline
function scan(
  forest: Forest, grower: Grower, first: usize, tried: i32, only: i32, missing: usize, ranked: bool,
): void {
  if (forest.classes > 1) {
    scanClassCells(forest, grower, first, tried, only, missing, ranked);
  } else {
    scanCells(forest, grower, first, tried, only, missing, ranked);
  }
}

/** Place of the bin's number in a cell. */
// @ts-ignore: decorator
@inline
function binOf(forest: Forest, cell: usize): i32 {
  return forest.classes > 1 ? load<i32>(cell, 4) : load<i32>(cell, 20);
}

/** The last of `known` cells whose bin is at most `bin`. */
function lastUpTo(forest: Forest, first: usize, bytes: usize, known: i32, bin: i32): i32 {
  let at = 0;
  while (at + 1 < known && binOf(forest, first + <usize>(at + 1) * bytes) <= bin) at++;
  return at;
}

/**
 * Searches a column of numbers.
 * @param count cells, at least two; the one of bin 0 holds missing values
 */
export function searchNumbers(forest: Forest, grower: Grower, column: i32, count: i32): void {
  const bytes = forest.classes > 1 ? (<usize>forest.classes << 3) + 8 : CELL_BYTES;
  const holed = binOf(forest, grower.cells) == 0;
  const missing = holed ? grower.cells : 0;
  const first = holed ? grower.cells + bytes : grower.cells;
  const known = holed ? count - 1 : count;
  let only = -1;
  let cut = -1;
  if (forest.randomCuts != 0 && known > 1) {
    const low = binOf(forest, first);
    const high = binOf(forest, first + <usize>(known - 1) * bytes);
    cut = low + drawBelow(grower, high - low);
    only = lastUpTo(forest, first, bytes, known, cut);
  }
  grower.found = -1;
  scan(forest, grower, first, holed ? known : known - 1, only, 0, false);
  if (holed && known > 1) scan(forest, grower, first, known - 1, only, missing, false);
  const found = grower.found;
  if (found < 0) return;
  grower.bestColumn = column;
  grower.bestFlags = grower.foundFlags;
  if (cut < 0) {
    // In the middle of the bins between that hold none of the node's rows; 255: all that is known.
    cut = 255;
    if (found + 1 < known) {
      const last = binOf(forest, first + <usize>found * bytes);
      cut = last + ((binOf(forest, first + <usize>(found + 1) * bytes) - 1 - last) >> 1);
    }
  }
  grower.bestBin = cut;
  // Missing values that the node has not seen go to the heavier side.
  if (!holed && grower.bestWeight * 2 >= grower.weight) grower.bestFlags = MISSING_LEFT;
}

/** Class that weighs most in the node. */
function heaviestClass(forest: Forest, grower: Grower): usize {
  let best: usize = 0;
  for (let k: usize = 1; k < <usize>forest.classes; k++) {
    if (load<f64>(grower.totals + (k << 3)) > load<f64>(grower.totals + (best << 3))) best = k;
  }
  return best;
}

/** What a category is sorted by: its mean target, or its share of the heaviest class. */
function keyOf(forest: Forest, grower: Grower, cell: usize, heaviest: usize): f64 {
  if (forest.randomCuts != 0) return <f64>drawBelow(grower, 0x7fffffff);
  if (forest.classes == 1) return load<f64>(cell, 8) / load<f64>(cell);
  let weight: f64 = 0;
  for (let k: usize = 0; k < <usize>forest.classes; k++) weight += load<f64>(cell + (k << 3), 8);
  return load<f64>(cell + (heaviest << 3), 8) / weight;
}

function rankCells(forest: Forest, grower: Grower, count: i32, bytes: usize): void {
  const heaviest = forest.classes > 1 ? heaviestClass(forest, grower) : 0;
  for (let i = 0; i < count; i++) {
    const key = keyOf(forest, grower, grower.cells + <usize>i * bytes, heaviest);
    let at = grower.rank + (<usize>i << 4);
    while (at > grower.rank && load<f64>(at - 16) > key) {
      v128.store(at, v128.load(at - 16));
      at -= 16;
    }
    store<f64>(at, key);
    store<u32>(at, i, 8);
  }
}

/** Sets the bits of the cells' bins from rank `from` to `to` - 1. */
function setBits(
  forest: Forest, grower: Grower, from: i32, to: i32, bytes: usize, on: bool,
): void {
  const set = changetype<usize>(grower) + offsetof<Grower>("set0");
  for (let i = from; i < to; i++) {
    const cell = cellAt(grower, i, 0, bytes, true);
    const bin = binOf(forest, cell);
    const byte = set + <usize>(bin >> 3);
    const bit = <u8>1 << <u8>(bin & 7);
    store<u8>(byte, on ? load<u8>(byte) | bit : load<u8>(byte) & ~bit);
  }
}

/**
 * Searches a column of categories, missing values being one of them: they are put in order of their
 * mean target (Fisher 1958), and prefixes are tried. Those that the node has not seen go to the
 * heavier side.
 */
export function searchCategories(forest: Forest, grower: Grower, column: i32, count: i32): void {
  const bytes = forest.classes > 1 ? (<usize>forest.classes << 3) + 8 : CELL_BYTES;
  rankCells(forest, grower, count, bytes);
  const only = forest.randomCuts != 0 ? drawBelow(grower, count - 1) : -1;
  grower.found = -1;
  scan(forest, grower, 0, count - 1, only, 0, true);
  if (grower.found < 0) return;
  grower.bestColumn = column;
  grower.bestFlags = IS_SET;
  const leftCells = grower.found + 1;
  const othersRight = grower.bestWeight * 2 < grower.weight;
  const set = changetype<usize>(grower) + offsetof<Grower>("set0");
  memory.fill(set, othersRight ? 255 : 0, 32);
  if (othersRight) setBits(forest, grower, 0, leftCells, bytes, false);
  else setBits(forest, grower, leftCells, count, bytes, true);
}
