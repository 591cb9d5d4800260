/**
 * Sums of a node's rows by bin of one column. A row's item is two doubles: of one output its weight
 * and its weight times its target; of several classes its weight and its class. Only bins that hold
 * rows become cells, in ascending order, so that what is searched is never longer than the node.
 *
 * A cell of one output: f64 weight, f64 sum, u32 rows, u32 bin. Of several classes: u32 rows, u32
 * bin, one f64 a class. Histogram, counts of rows and marks hold 0 before and after.
 */

/** Bytes of a cell of one output. */
export const CELL_BYTES: usize = 24;

// @ts-ignore: decorator
@inline
function mark(marks: usize, bin: usize): void {
  const word = marks + ((bin >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (<u64>bin & 63)));
}

function addItems(
  column: usize, order: usize, items: usize, count: i32, histogram: usize, rowCounts: usize,
): void {
  const end = order + (<usize>count << 2);
  let item = items;
  for (let at = order; at < end; at += 4, item += 16) {
    const bin = <usize>load<u8>(column + load<u32>(at));
    const sums = histogram + (bin << 4);
    v128.store(sums, f64x2.add(v128.load(sums), v128.load(item)));
    const rows = rowCounts + (bin << 2);
    store<u32>(rows, load<u32>(rows) + 1);
  }
}

function addMarked(
  column: usize, order: usize, items: usize, count: i32, histogram: usize, rowCounts: usize,
  marks: usize,
): void {
  const end = order + (<usize>count << 2);
  let item = items;
  for (let at = order; at < end; at += 4, item += 16) {
    const bin = <usize>load<u8>(column + load<u32>(at));
    mark(marks, bin);
    const sums = histogram + (bin << 4);
    v128.store(sums, f64x2.add(v128.load(sums), v128.load(item)));
    const rows = rowCounts + (bin << 2);
    store<u32>(rows, load<u32>(rows) + 1);
  }
}

// @ts-ignore: decorator
@inline
function takeCell(histogram: usize, rowCounts: usize, bin: usize, cell: usize): void {
  const sums = histogram + (bin << 4);
  const rows = rowCounts + (bin << 2);
  v128.store(cell, v128.load(sums));
  store<u32>(cell, load<u32>(rows), 16);
  store<u32>(cell, <u32>bin, 20);
  v128.store(sums, f64x2.splat(0));
  store<u32>(rows, 0);
}

function takeAll(histogram: usize, rowCounts: usize, binCount: i32, cells: usize): i32 {
  let cell = cells;
  for (let bin: usize = 0; bin < <usize>binCount; bin++) {
    if (load<u32>(rowCounts + (bin << 2)) == 0) continue;
    takeCell(histogram, rowCounts, bin, cell);
    cell += CELL_BYTES;
  }
  return <i32>((cell - cells) / CELL_BYTES);
}

function takeMarked(histogram: usize, rowCounts: usize, marks: usize, cells: usize): i32 {
  let cell = cells;
  for (let word: usize = 0; word < 4; word++) {
    let bits = load<u64>(marks + (word << 3));
    store<u64>(marks + (word << 3), 0);
    for (; bits != 0; bits &= bits - 1) {
      takeCell(histogram, rowCounts, (word << 6) + <usize>ctz(bits), cell);
      cell += CELL_BYTES;
    }
  }
  return <i32>((cell - cells) / CELL_BYTES);
}

/** Cells of one output. @returns how many */
export function fillCells(
  column: usize, order: usize, items: usize, count: i32, binCount: i32,
  histogram: usize, rowCounts: usize, marks: usize, cells: usize,
): i32 {
  if (count < binCount) {
    addMarked(column, order, items, count, histogram, rowCounts, marks);
    return takeMarked(histogram, rowCounts, marks, cells);
  }
  addItems(column, order, items, count, histogram, rowCounts);
  return takeAll(histogram, rowCounts, binCount, cells);
}

function addClasses(
  column: usize, order: usize, items: usize, count: i32, classes: i32,
  histogram: usize, rowCounts: usize, marks: usize,
): void {
  const end = order + (<usize>count << 2);
  let item = items;
  for (let at = order; at < end; at += 4, item += 16) {
    const bin = <usize>load<u8>(column + load<u32>(at));
    mark(marks, bin);
    const klass = <usize>load<f64>(item, 8);
    const sum = histogram + ((bin * <usize>classes + klass) << 3);
    store<f64>(sum, load<f64>(sum) + load<f64>(item));
    const rows = rowCounts + (bin << 2);
    store<u32>(rows, load<u32>(rows) + 1);
  }
}

/** Cells of several classes. @returns how many */
export function fillClassCells(
  column: usize, order: usize, items: usize, count: i32, classes: i32,
  histogram: usize, rowCounts: usize, marks: usize, cells: usize,
): i32 {
  addClasses(column, order, items, count, classes, histogram, rowCounts, marks);
  const bytes = <usize>classes << 3;
  let cell = cells;
  let found = 0;
  for (let word: usize = 0; word < 4; word++) {
    let bits = load<u64>(marks + (word << 3));
    store<u64>(marks + (word << 3), 0);
    for (; bits != 0; bits &= bits - 1) {
      const bin = (word << 6) + <usize>ctz(bits);
      const rows = rowCounts + (bin << 2);
      const sums = histogram + bin * bytes;
      store<u32>(cell, load<u32>(rows));
      store<u32>(cell, <u32>bin, 4);
      memory.copy(cell + 8, sums, bytes);
      store<u32>(rows, 0);
      memory.fill(sums, 0, bytes);
      cell += bytes + 8;
      found++;
    }
  }
  return found;
}

/**
 * Sorts listed rows and their items: left ones from the start on, right ones from the end back.
 * @param shift, most a bin goes right where (bin - shift) & 255 is above `most`: with a shift of 1
 *   missing values (bin 0) go right, with 0 left
 * @returns number of left rows
 */
export function partitionItems(
  column: usize, order: usize, items: usize, count: i32, shift: u32, most: u32,
  toOrder: usize, toItems: usize,
): i32 {
  let left: usize = 0;
  let right = <usize>count - 1;
  const end = order + (<usize>count << 2);
  let item = items;
  for (let at = order; at < end; at += 4, item += 16) {
    const row = load<u32>(at);
    const value = v128.load(item);
    const goesRight = <usize>((((<u32>load<u8>(column + row)) - shift) & 255) > most);
    store<u32>(toOrder + (left << 2), row);
    v128.store(toItems + (left << 4), value);
    store<u32>(toOrder + (right << 2), row);
    v128.store(toItems + (right << 4), value);
    left += 1 - goesRight;
    right -= goesRight;
  }
  return <i32>left;
}

/** The same by a set of 32 bytes: one bit a bin, 1 = goes right. */
export function partitionItemsBySet(
  column: usize, order: usize, items: usize, count: i32, set: usize,
  toOrder: usize, toItems: usize,
): i32 {
  let left: usize = 0;
  let right = <usize>count - 1;
  const end = order + (<usize>count << 2);
  let item = items;
  for (let at = order; at < end; at += 4, item += 16) {
    const row = load<u32>(at);
    const value = v128.load(item);
    const bin = <usize>load<u8>(column + row);
    const goesRight = <usize>((load<u8>(set + (bin >> 3)) >> <u8>(bin & 7)) & 1);
    store<u32>(toOrder + (left << 2), row);
    v128.store(toItems + (left << 4), value);
    store<u32>(toOrder + (right << 2), row);
    v128.store(toItems + (right << 4), value);
    left += 1 - goesRight;
    right -= goesRight;
  }
  return <i32>left;
}
