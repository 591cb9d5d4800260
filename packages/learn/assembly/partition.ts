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
 * Sorts listed rows and their packed gradients by a table over one column's bins: those that go left
 * from the beginning of the output on, those that go right from its end backwards.
 * @param column one byte a row of the table
 * @param table 256 bytes: 1 = goes right
 * @param order, packed `count` row numbers, and 8 bytes a row beside them
 * @param outOrder, outPacked receive them, must not overlap what is read
 * @returns number of left rows
 */
export function partitionRows(
  column: usize, table: usize, order: usize, packed: usize, count: i32, outOrder: usize,
  outPacked: usize,
): i32 {
  let left: usize = 0;
  let right = <usize>(count - 1);
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(order + (i << 2));
    const goesRight = <usize>load<u8>(table + load<u8>(column + row));
    const place = goesRight != 0 ? right : left;
    store<u32>(outOrder + (place << 2), row);
    store<i64>(outPacked + (place << 3), load<i64>(packed + (i << 3)));
    left += goesRight ^ 1;
    right -= goesRight;
  }
  return <i32>left;
}

/**
 * Says of listed rows which go right.
 * @param flags receives a byte a row: 1 = goes right
 * @returns number of left rows
 */
export function flagRows(
  column: usize, table: usize, order: usize, count: i32, flags: usize,
): i32 {
  let rights: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const goesRight = load<u8>(table + load<u8>(column + load<u32>(order + (i << 2))));
    store<u8>(flags + i, goesRight);
    rights += goesRight;
  }
  return count - <i32>rights;
}

/**
 * Moves listed rows and their packed gradients as their flags say.
 * @param left, right places in the output that the first left and the first right row take; left
 *   rows follow upwards, right rows downwards
 */
export function moveRows(
  flags: usize, order: usize, packed: usize, count: i32, outOrder: usize, outPacked: usize,
  left: usize, right: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const goesRight = <usize>load<u8>(flags + i);
    const place = goesRight != 0 ? right : left;
    store<u32>(outOrder + (place << 2), load<u32>(order + (i << 2)));
    store<i64>(outPacked + (place << 3), load<i64>(packed + (i << 3)));
    left += goesRight ^ 1;
    right -= goesRight;
  }
}
