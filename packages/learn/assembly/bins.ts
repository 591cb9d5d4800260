/** From values to bins, and from columns to rows of bins. */

/** One pass of a radix sort; false, and nothing written, where all digits agree. */
function scatter(from: usize, to: usize, count: i32, counts: usize, shift: i64): bool {
  let start: u32 = 0;
  for (let digit: usize = 0; digit < 256; digit++) {
    const size = load<u32>(counts + (digit << 2));
    if (size == <u32>count) return false;
    store<u32>(counts + (digit << 2), start);
    start += size;
  }
  const end = from + (<usize>count << 3);
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const place = counts + (<usize>((key >> shift) & 255) << 2);
    const index = load<u32>(place);
    store<u64>(to + (<usize>index << 3), key);
    store<u32>(place, index + 1);
  }
  return true;
}

/**
 * Sorts doubles in ascending order, in place; -0 comes before 0. None may be NaN.
 * @param scratch 8 bytes a value and 8192 bytes more
 */
export function sortDoubles(values: usize, count: i32, scratch: usize): void {
  const counts = scratch;
  const other = scratch + 8192;
  memory.fill(counts, 0, 8192);
  const end = values + (<usize>count << 3);
  for (let at = values; at < end; at += 8) {
    const bits = load<i64>(at);
    // Flips the sign of positives and all bits of negatives: unsigned order is then the order.
    const key = <u64>(bits ^ ((bits >> 63) | i64.MIN_VALUE));
    store<u64>(at, key);
    for (let digit: usize = 0; digit < 8; digit++) {
      const place = counts + (digit << 10) + (<usize>((key >> (<u64>digit << 3)) & 255) << 2);
      store<u32>(place, load<u32>(place) + 1);
    }
  }
  let from = values;
  let to = other;
  for (let digit: usize = 0; digit < 8; digit++) {
    if (scatter(from, to, count, counts + (digit << 10), <i64>digit << 3)) {
      const swap = from;
      from = to;
      to = swap;
    }
  }
  if (from != values) memory.copy(values, from, <usize>count << 3);
  for (let at = values; at < end; at += 8) {
    const key = load<i64>(at);
    store<i64>(at, key ^ ((~key >> 63) | i64.MIN_VALUE));
  }
}

/** 1 + the number of bounds below a value, among 255 ascending ones; 0 for NaN. */
// @ts-ignore: decorator
@inline
function binOf(value: f64, bounds: usize): usize {
  let at = bounds;
  at += <usize>(load<f64>(at, 127 << 3) < value) << 10;
  at += <usize>(load<f64>(at, 63 << 3) < value) << 9;
  at += <usize>(load<f64>(at, 31 << 3) < value) << 8;
  at += <usize>(load<f64>(at, 15 << 3) < value) << 7;
  at += <usize>(load<f64>(at, 7 << 3) < value) << 6;
  at += <usize>(load<f64>(at, 3 << 3) < value) << 5;
  at += <usize>(load<f64>(at, 1 << 3) < value) << 4;
  at += <usize>(load<f64>(at) < value) << 3;
  return (((at - bounds) >> 3) + 1) * <usize>(value == value);
}

/**
 * Bins of a column of numbers: 0 for NaN, else 1 + the number of bounds below the value.
 * @param values doubles, or floats where `narrow` is 1
 * @param bounds 255 ascending doubles, filled up with Infinity
 * @param column receives one byte a value
 */
export function assignBins(
  values: usize, narrow: i32, count: i32, bounds: usize, column: usize,
): void {
  const end = column + <usize>count;
  if (narrow != 0) {
    for (; column < end; column++, values += 4) {
      store<u8>(column, <u8>binOf(<f64>load<f32>(values), bounds));
    }
  } else {
    for (; column < end; column++, values += 8) {
      store<u8>(column, <u8>binOf(load<f64>(values), bounds));
    }
  }
}

/**
 * Rows of bins from columns of bins.
 * @param columns `columnCount` runs of bytes, `apart` bytes from one to the next
 * @param first, count rows to write
 * @param rows row-major bytes, `stride` a row; bytes past the last column become 0
 */
export function binsToRows(
  columns: usize, apart: usize, columnCount: i32, first: i32, count: i32, rows: usize,
  stride: usize,
): void {
  for (let k = 0; <usize>k < stride; k += 4) {
    const real = min(4, columnCount - k);
    const a = columns + <usize>k * apart + first;
    const b = real > 1 ? a + apart : 0;
    const c = real > 2 ? a + 2 * apart : 0;
    const d = real > 3 ? a + 3 * apart : 0;
    fourToRows(a, b, c, d, count, rows + <usize>first * stride + k, stride);
  }
}

/** Rows of bins from a list of four-byte column numbers; else as binsToRows. */
export function chosenToRows(
  columns: usize, apart: usize, chosen: usize, chosenCount: i32, first: i32, count: i32, rows: usize,
): void {
  const stride = <usize>((chosenCount + 3) & ~3);
  for (let k = 0; k < chosenCount; k += 4) {
    const real = chosenCount - k;
    const list = chosen + (<usize>k << 2);
    const from = columns + <usize>first;
    const a = from + <usize>load<u32>(list) * apart;
    const b = real > 1 ? from + <usize>load<u32>(list, 4) * apart : 0;
    const c = real > 2 ? from + <usize>load<u32>(list, 8) * apart : 0;
    const d = real > 3 ? from + <usize>load<u32>(list, 12) * apart : 0;
    fourToRows(a, b, c, d, count, rows + <usize>first * stride + k, stride);
  }
}

/** Four bytes of each row from four columns; 0 for columns that are not there. */
function fourToRows(
  a: usize, b: usize, c: usize, d: usize, count: i32, rows: usize, stride: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++, rows += stride) {
    let four = <u32>load<u8>(a + i);
    if (b != 0) four |= <u32>load<u8>(b + i) << 8;
    if (c != 0) four |= <u32>load<u8>(c + i) << 16;
    if (d != 0) four |= <u32>load<u8>(d + i) << 24;
    store<u32>(rows, four);
  }
}
