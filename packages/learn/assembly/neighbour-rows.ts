/**
 * Rows made ready for a search of neighbours: rounded to whole numbers, put in groups of 48 that
 * stand together, and packed; what is written where is told in neighbours.ts.
 */

/** Rows of a group. */
export const GROUP: i32 = 48;
/** Bytes of a group's pairs of columns. */
export const PANEL: usize = 192;

/** Sum of four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): i32 {
  const low = i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1);
  return low + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

/**
 * Rounds rows to steps.
 * @param rows row-major doubles, `apart` bytes from one to the next
 * @param centres one a column
 * @param inverse steps a unit
 * @param most the largest that a rounded value may be
 * @param out 16-bit integers, `bytes` a row (a multiple of 16); what is past the columns becomes 0
 */
export function roundRows(
  rows: usize, apart: usize, count: i32, width: i32, centres: usize, inverse: f64, most: f64,
  out: usize, bytes: usize,
): void {
  for (; count > 0; count--, rows += apart, out += bytes) {
    memory.fill(out, 0, bytes);
    for (let j: usize = 0; j < <usize>width; j++) {
      const steps = (load<f64>(rows + (j << 3)) - load<f64>(centres + (j << 3))) * inverse;
      store<i16>(out + (j << 1), <i16>nearest(max(-most, min(most, steps))));
    }
  }
}

/** The column in which rows spread most, of those listed. */
function widestColumn(rounded: usize, bytes: usize, order: usize, count: i32): usize {
  let widest: usize = 0;
  let most = -1;
  for (let at: usize = 0; at < bytes; at += 16) {
    let low = i16x8.splat(32767);
    let high = i16x8.splat(-32768);
    for (let i: usize = 0; i < <usize>count; i++) {
      const x = v128.load(rounded + <usize>load<u32>(order + (i << 2)) * bytes + at);
      low = i16x8.min_s(low, x);
      high = i16x8.max_s(high, x);
    }
    const spread = i16x8.sub(high, low);
    for (let lane: usize = 0; lane < 8; lane++) {
      const own = <i32><u16>laneOf(spread, lane);
      if (own > most) {
        most = own;
        widest = at + (lane << 1);
      }
    }
  }
  return widest;
}

function laneOf(x: v128, lane: usize): i32 {
  const two = lane < 4 ? i64x2.extract_lane(x, 0) : i64x2.extract_lane(x, 1);
  return <i32>((two >> (<i64>(lane & 3) << 4)) & 0xffff);
}

/** A listed row's value of the column that `rounded` points to. */
// @ts-ignore: decorator
@inline
function listed(rounded: usize, bytes: usize, order: usize, at: i32): i16 {
  return load<i16>(rounded + <usize>load<u32>(order + (<usize>at << 2)) * bytes);
}

/** Parts listed rows at a place by one column. */
function partRows(rounded: usize, bytes: usize, order: usize, count: i32, place: i32): void {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = listed(rounded, bytes, order, (low + high) >> 1);
    let i = low;
    let j = high;
    while (i <= j) {
      while (listed(rounded, bytes, order, i) < pivot) i++;
      while (listed(rounded, bytes, order, j) > pivot) j--;
      if (i > j) break;
      const left = order + (<usize>i << 2);
      const right = order + (<usize>j << 2);
      const held = load<u32>(left);
      store<u32>(left, load<u32>(right));
      store<u32>(right, held);
      i++;
      j--;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
}

/**
 * Puts rows in an order in which neighbours stand together: halves by the widest column, down to
 * groups of 48.
 * @param order receives the rows' numbers
 * @param stack 512 bytes
 */
export function orderRows(
  rounded: usize, bytes: usize, count: i32, order: usize, stack: usize,
): void {
  for (let i = 0; i < count; i++) store<u32>(order + (<usize>i << 2), i);
  let top = stack;
  let from = 0;
  let to = count;
  for (;;) {
    while (to - from > GROUP) {
      const groups = (to - from + GROUP - 1) / GROUP;
      const middle = (groups >> 1) * GROUP;
      const list = order + (<usize>from << 2);
      const column = widestColumn(rounded, bytes, list, to - from);
      partRows(rounded + column, bytes, list, to - from, middle);
      store<i32>(top, from + middle);
      store<i32>(top, to, 4);
      top += 8;
      to = from + middle;
    }
    if (top == stack) return;
    top -= 8;
    from = load<i32>(top);
    to = load<i32>(top, 4);
  }
}

/** Least and largest of a group's rows. */
function boxRows(rounded: usize, bytes: usize, order: usize, count: i32, box: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let low = i16x8.splat(32767);
    let high = i16x8.splat(-32768);
    for (let i: usize = 0; i < <usize>count; i++) {
      const x = v128.load(rounded + <usize>load<u32>(order + (i << 2)) * bytes + at);
      low = i16x8.min_s(low, x);
      high = i16x8.max_s(high, x);
    }
    v128.store(box + at, low);
    v128.store(box + bytes + at, high);
  }
}

function normOf(row: usize, bytes: usize): i32 {
  let sum = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(row + at);
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(x, x));
  }
  return sumLanes(sum);
}

/**
 * Writes the panels, starts and boxes of points.
 * @param rounded rows of `bytes` each, in an order of their own
 * @param order their numbers, as they are to stand
 */
export function packPoints(
  rounded: usize, bytes: usize, order: usize, count: i32, search: usize,
): void {
  const pairs = <usize>load<u32>(search, 4);
  let panels = <usize>load<u32>(search, 12);
  let starts = <usize>load<u32>(search, 16);
  let boxes = <usize>load<u32>(search, 28);
  const nothing = <i32>(-0.75 * load<f64>(search, 96));
  for (let first = 0; first < count; first += GROUP) {
    const size = min(GROUP, count - first);
    memory.fill(panels, 0, pairs * PANEL);
    for (let i: usize = 0; i < <usize>GROUP; i++) {
      if (i >= <usize>size) {
        store<i32>(starts + (i << 2), nothing);
        continue;
      }
      const row = rounded + <usize>load<u32>(order + (i << 2)) * bytes;
      for (let p: usize = 0; p < pairs; p++) {
        store<u32>(panels + p * PANEL + (i << 2), load<u32>(row + (p << 2)));
      }
      store<i32>(starts + (i << 2), -normOf(row, bytes));
    }
    boxRows(rounded, bytes, order, size, boxes);
    order += <usize>size << 2;
    panels += pairs * PANEL;
    starts += <usize>GROUP << 2;
    boxes += bytes << 1;
  }
}

/** Writes the doubled pairs, norms and boxes of queries, which have no neighbours yet. */
export function packQueries(
  rounded: usize, bytes: usize, order: usize, count: i32, search: usize,
): void {
  const width = <usize>load<u32>(search, 4) << 1;
  let doubled = <usize>load<u32>(search, 40);
  let norms = <usize>load<u32>(search, 44);
  let boxes = <usize>load<u32>(search, 56);
  let bounds = <usize>load<u32>(search, 60);
  const most = load<u32>(search, 64);
  let squares = <usize>load<u32>(search, 68);
  let numbers = <usize>load<u32>(search, 72);
  const everything = <i32>(-0.75 * load<f64>(search, 96));
  for (let first = 0; first < count; first += GROUP, boxes += bytes << 1) {
    const size = min(GROUP, count - first);
    boxRows(rounded, bytes, order, size, boxes);
    for (let i = 0; i < GROUP; i++, norms += 4, bounds += 4, doubled += width << 1) {
      if (i >= size) {
        // Nothing is near what is no query: 2 q · p - |p|² is 0 at most.
        store<i32>(norms, 0);
        store<i32>(bounds, 1);
        memory.fill(doubled, 0, width << 1);
        continue;
      }
      const row = rounded + <usize>load<u32>(order) * bytes;
      order += 4;
      for (let j: usize = 0; j < width; j++) {
        store<i16>(doubled + (j << 1), load<i16>(row + (j << 1)) << 1);
      }
      store<i32>(norms, normOf(row, bytes));
      store<i32>(bounds, everything);
      for (let k: u32 = 0; k < most; k++, squares += 8, numbers += 4) {
        store<f64>(squares, Infinity);
        store<i32>(numbers, i32.MAX_VALUE);
      }
    }
  }
}

/**
 * Makes rows the queries of a search: rounds them, puts neighbours together, and packs them.
 * @param rounded 2 bytes a column, filled up to 16, a row
 * @param stack as orderRows
 */
export function prepareQueries(
  search: usize, count: i32, width: i32, centres: usize, most: f64, rounded: usize, stack: usize,
): void {
  const bytes = <usize>load<u32>(search, 32);
  const rows = <usize>load<u32>(search, 48);
  const order = <usize>load<u32>(search, 52);
  const steps = load<f64>(search, 80);
  roundRows(rows, load<u32>(search, 8), count, width, centres, steps, most, rounded, bytes);
  orderRows(rounded, bytes, count, order, stack);
  packQueries(rounded, bytes, order, count, search);
}
