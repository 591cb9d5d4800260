/** Row numbers sorted into those that go left and those that go right. */

/**
 * Spreads one bit a bin into one byte a bin.
 * @param set 32 bytes
 * @param table receives 256 bytes, 0 or 1
 */
export function spreadSet(set: usize, table: usize): void {
  for (let bin: usize = 0; bin < 256; bin++) {
    store<u8>(table + bin, (load<u8>(set + (bin >> 3)) >> <u8>(bin & 7)) & 1);
  }
}

/**
 * Sorts listed rows by a table over one column's bins; both sides keep their order.
 * @param column one byte a row of the table
 * @param table 256 bytes: 1 = goes right
 * @param order count row numbers
 * @param left receives the left rows; may be `order` itself
 * @param right receives the right rows, must not overlap `order`
 * @returns number of left rows
 */
export function partitionRows(
  column: usize, table: usize, order: usize, count: i32, left: usize, right: usize,
): i32 {
  const start = left;
  const end = order + (<usize>count << 2);
  for (let at = order; at < end; at += 4) {
    const row = load<u32>(at);
    const goesRight = <usize>load<u8>(table + load<u8>(column + row));
    store<u32>(left, row);
    store<u32>(right, row);
    right += goesRight << 2;
    left += (goesRight ^ 1) << 2;
  }
  return <i32>((left - start) >> 2);
}
