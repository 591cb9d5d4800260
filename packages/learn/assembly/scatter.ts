/**
 * Sums over weighted rows of doubles that covariances are made of, and squared distances by a
 * factor. Rows of the weight 0 cost nothing. What a block of rows gives depends on the block alone,
 * so that threads that take blocks change no bit.
 */

/** Rows that are added to a matrix at a time: loading and storing it costs more than arithmetic. */
const TOGETHER: usize = 4;

/**
 * Sums of weight · row, and of weights behind them.
 * @param out receives width + 1 doubles
 */
export function addMeans(
  rows: usize, weights: usize, count: i32, width: i32, out: usize,
): void {
  const bytes = <usize>width << 3;
  memory.fill(out, 0, bytes + 8);
  for (const end = weights + (<usize>count << 3); weights < end; weights += 8, rows += bytes) {
    const weight = load<f64>(weights);
    if (weight == 0) continue;
    for (let j: usize = 0; j < bytes; j += 8) {
      store<f64>(out + j, load<f64>(out + j) + weight * load<f64>(rows + j));
    }
    store<f64>(out + bytes, load<f64>(out + bytes) + weight);
  }
}

/** Adds four rows to the lower triangle; of a row of odd length one more, that nobody reads. */
function addFour(rows: usize, weights: usize, width: i32, gram: usize): void {
  const bytes = <usize>(width + (width & 1)) << 3;
  for (let i: usize = 0; i < <usize>width << 3; i += 8, gram += bytes) {
    const a = f64x2.splat(load<f64>(weights) * load<f64>(rows + i));
    const b = f64x2.splat(load<f64>(weights, 8) * load<f64>(rows + bytes + i));
    const c = f64x2.splat(load<f64>(weights, 16) * load<f64>(rows + 2 * bytes + i));
    const d = f64x2.splat(load<f64>(weights, 24) * load<f64>(rows + 3 * bytes + i));
    for (let j: usize = 0; j <= i; j += 16) {
      const at = rows + j;
      let sum = f64x2.mul(a, v128.load(at));
      sum = f64x2.add(sum, f64x2.mul(b, v128.load(at + bytes)));
      sum = f64x2.add(sum, f64x2.mul(c, v128.load(at + 2 * bytes)));
      sum = f64x2.add(sum, f64x2.mul(d, v128.load(at + 3 * bytes)));
      v128.store(gram + j, f64x2.add(v128.load(gram + j), sum));
    }
  }
}

/**
 * Sums of weight · (row - mean)(row - mean)ᵀ.
 * @param gram receives width rows of doubles, an even number each; the lower triangle counts
 * @param scratch four such rows, and four doubles
 */
export function addScatter(
  rows: usize, weights: usize, count: i32, width: i32, mean: usize, gram: usize, scratch: usize,
): void {
  const bytes = <usize>(width + (width & 1)) << 3;
  const own = scratch + bytes * TOGETHER;
  memory.fill(gram, 0, bytes * <usize>width);
  memory.fill(scratch, 0, bytes * TOGETHER + 32);
  let filled: usize = 0;
  for (let row = 0; row < count; row++, weights += 8, rows += <usize>width << 3) {
    const weight = load<f64>(weights);
    if (weight == 0) continue;
    const to = scratch + filled * bytes;
    for (let j: usize = 0; j < <usize>width << 3; j += 8) {
      store<f64>(to + j, load<f64>(rows + j) - load<f64>(mean + j));
    }
    store<f64>(own + (filled << 3), weight);
    filled += 1;
    if (filled == TOGETHER) {
      addFour(scratch, own, width, gram);
      filled = 0;
    }
  }
  if (filled == 0) return;
  for (; filled < TOGETHER; filled++) store<f64>(own + (filled << 3), 0);
  addFour(scratch, own, width, gram);
}

/** Two doubles from two rows. */
// @ts-ignore: decorator
@inline
function pair(a: usize, b: usize): v128 {
  return f64x2.replace_lane(v128.load64_splat(a), 1, load<f64>(b));
}

/**
 * Squared Mahalanobis distances of rows, by forward substitution: four rows at a time.
 * @param lower width x width, row-major, its diagonal inverted
 * @param out receives a double a row
 * @param scratch 32 bytes a column
 */
export function mahalanobis(
  rows: usize, count: i32, width: i32, mean: usize, lower: usize, out: usize, scratch: usize,
): void {
  const bytes = <usize>width << 3;
  const last = rows + bytes * <usize>(count - 1);
  for (let row = 0; row < count; row += 4, out += 32) {
    const a = rows + bytes * <usize>row;
    const b = min(a + bytes, last);
    const c = min(a + 2 * bytes, last);
    const d = min(a + 3 * bytes, last);
    let factor = lower;
    let sum = f64x2.splat(0);
    let more = f64x2.splat(0);
    for (let i: usize = 0; i < bytes; i += 8, factor += bytes) {
      const centre = v128.load64_splat(mean + i);
      let x = f64x2.sub(pair(a + i, b + i), centre);
      let y = f64x2.sub(pair(c + i, d + i), centre);
      let solved = scratch;
      for (let k: usize = 0; k < i; k += 8, solved += 32) {
        const l = v128.load64_splat(factor + k);
        x = f64x2.sub(x, f64x2.mul(l, v128.load(solved)));
        y = f64x2.sub(y, f64x2.mul(l, v128.load(solved, 16)));
      }
      const inverse = v128.load64_splat(factor + i);
      x = f64x2.mul(x, inverse);
      y = f64x2.mul(y, inverse);
      v128.store(solved, x);
      v128.store(solved, y, 16);
      sum = f64x2.add(sum, f64x2.mul(x, x));
      more = f64x2.add(more, f64x2.mul(y, y));
    }
    store<f64>(out, f64x2.extract_lane(sum, 0));
    if (row + 1 < count) store<f64>(out, f64x2.extract_lane(sum, 1), 8);
    if (row + 2 < count) store<f64>(out, f64x2.extract_lane(more, 0), 16);
    if (row + 3 < count) store<f64>(out, f64x2.extract_lane(more, 1), 24);
  }
}
