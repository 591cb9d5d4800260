/**
 * Histograms of gradients. Bins are bytes, row-major; a row takes `stride` bytes, a multiple of 4
 * (columns past the last hold 0). A histogram is, per column, 256 packed sums of 8 bytes: gradient
 * times 2^32 plus hessian, both quantised, the hessian never negative. Sums of integers do not
 * depend on their order, so any split of the rows over threads gives the same bytes.
 */

/** Rows whose bins are gathered before they are added: many loads are then in flight at once. */
export const BLOCK_ROWS: i32 = 64;

/** Adds a row's value to the bins of four columns. */
// @ts-ignore: decorator
@inline
function addFour(four: u32, base: usize, value: i64): void {
  const first = base + ((four << 3) & 0x7f8);
  store<i64>(first, load<i64>(first) + value);
  const second = base + ((four >>> 5) & 0x7f8);
  store<i64>(second, load<i64>(second, 2048) + value, 2048);
  const third = base + ((four >>> 13) & 0x7f8);
  store<i64>(third, load<i64>(third, 4096) + value, 4096);
  const fourth = base + ((four >>> 21) & 0x7f8);
  store<i64>(fourth, load<i64>(fourth, 6144) + value, 6144);
}

/** Adds rows that lie one after the other. */
export function addRows(
  bins: usize, stride: usize, packed: usize, count: i32, histogram: usize,
): void {
  const end = packed + (<usize>count << 3);
  const pairs = stride & ~7;
  let row = bins;
  for (let at = packed; at < end; at += 8) {
    const value = load<i64>(at);
    const stop = row + pairs;
    const next = row + stride;
    let base = histogram;
    for (; row < stop; row += 8, base += 16384) {
      const eight = load<u64>(row);
      addFour(<u32>eight, base, value);
      addFour(<u32>(eight >> 32), base + 8192, value);
    }
    if (row < next) {
      addFour(load<u32>(row), base, value);
      row = next;
    }
  }
}

/**
 * Copies the bins of listed rows next to each other, 16 bytes at a time: it reads and writes up to 15
 * bytes past a row.
 */
export function gatherRows(
  bins: usize, stride: usize, order: usize, count: i32, out: usize,
): void {
  const end = order + (<usize>count << 2);
  let to = out;
  if (stride > 16 && stride <= 32) {
    for (let at = order; at < end; at += 4, to += stride) {
      const from = bins + <usize>load<u32>(at) * stride;
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
    return;
  }
  for (let at = order; at < end; at += 4, to += stride) {
    const from = bins + <usize>load<u32>(at) * stride;
    for (let k: usize = 0; k < stride; k += 16) v128.store(to + k, v128.load(from + k));
  }
}

/**
 * Adds listed rows, a block at a time; stops early when `stop` is not 0.
 * @param packed 8 bytes a listed row, in the order of `order`
 * @param scratch BLOCK_ROWS rows and 16 bytes
 */
export function addListed(
  bins: usize, stride: usize, packed: usize, order: usize, count: i32,
  scratch: usize, histogram: usize, stop: usize,
): void {
  for (let done = 0; done < count; done += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, count - done);
    gatherRows(bins, stride, order + (<usize>done << 2), rows, scratch);
    addRows(scratch, stride, packed + (<usize>done << 3), rows, histogram);
    if ((done & 0xffff) == 0 && atomic.load<i32>(stop) != 0) return;
  }
}

/** target += source over `entries` packed sums; entries is even. */
export function addHistogram(target: usize, source: usize, entries: i32): void {
  const end = target + (<usize>entries << 3);
  while (target < end) {
    v128.store(target, v128.add<i64>(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
}

/** target -= source over `entries` packed sums; entries is even. */
export function subtractHistogram(target: usize, source: usize, entries: i32): void {
  const end = target + (<usize>entries << 3);
  while (target < end) {
    v128.store(target, v128.sub<i64>(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
}
