/**
 * The best split of one column, from its histogram. Sums are in quantised units, packed as in
 * histogram.ts; bin 0 holds missing values. With G and H the sums of gradient and hessian on a side
 * and l the L2 penalty, a split is worth GL²/(HL+l) + GR²/(HR+l) (XGBoost 2016, eq. 7, without the
 * parts that all splits share). Two worths are compared crosswise, without a division.
 *
 * A found split is written as 64 bytes: f64 worth, i32 last bin that goes left (numbers), i32
 * whether missing goes left, i64 packed sum of the left side, 8 bytes unused, 32 bytes: one bit a
 * bin, 1 = goes right. A worth of NONE says that nothing was found.
 */

/** Worth of no split: those of bounded leaves may be below 0. */
export const NONE: f64 = -Infinity;

/** Bytes of a found split. */
export const SPLIT_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
function gradientOf(packed: i64): f64 {
  return <f64>(packed >> 32);
}

// @ts-ignore: decorator
@inline
function hessianOf(packed: i64): f64 {
  return <f64>(packed & 0xffffffff);
}

/**
 * Tries every threshold in one order, two at a time. `out` is the best so far: i32 bin, i32 whether
 * missing goes left, i64 packed left sum, f64 numerator and f64 denominator of its worth.
 */
function scanOrdered(
  histogram: usize, binCount: i32, start: i64, total: i64,
  least: f64, penalty: f64, missingLeft: i32, out: usize,
): void {
  let bestWorthUp: f64 = load<f64>(out, 16);
  let bestWorthDown: f64 = load<f64>(out, 24);
  const allG = f64x2.splat(gradientOf(total));
  const allH = f64x2.splat(hessianOf(total));
  const leastV = f64x2.splat(least);
  const penaltyV = f64x2.splat(penalty);
  let bestUp = f64x2.splat(bestWorthUp);
  let bestDown = f64x2.splat(bestWorthDown);
  const zero = i64x2.splat(0);
  let sum = i64x2.splat(start);
  for (let bin = 1; bin < binCount; bin += 2) {
    let own = v128.load(histogram + (<usize>bin << 3));
    // Behind the last bin stands the next column.
    if (bin + 1 == binCount) own = v128.and(own, i64x2(-1, 0));
    if (!v128.any_true(own)) continue;
    const sums = i64x2.add(i64x2.add(sum, own), v128.shuffle<i64>(zero, own, 0, 2));
    sum = v128.shuffle<i64>(sums, sums, 1, 1);
    const leftH = f64x2.convert_low_i32x4_u(v128.shuffle<i32>(sums, sums, 0, 2, 0, 2));
    const rightH = f64x2.sub(allH, leftH);
    if (f64x2.extract_lane(leftH, 1) < least) continue;
    if (f64x2.extract_lane(rightH, 0) < least) break;
    const leftG = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(sums, sums, 1, 3, 1, 3));
    const rightG = f64x2.sub(allG, leftG);
    const l = f64x2.add(leftH, penaltyV);
    const r = f64x2.add(rightH, penaltyV);
    const up = f64x2.add(
      f64x2.mul(f64x2.mul(leftG, leftG), r), f64x2.mul(f64x2.mul(rightG, rightG), l));
    const down = f64x2.mul(l, r);
    // An empty bin divides the rows as the one before it, or puts missing values alone to the left.
    const filled = i64x2.ne(own, zero);
    const allowed = v128.and(f64x2.ge(leftH, leastV), f64x2.ge(rightH, leastV));
    const better = v128.and(
      v128.and(filled, allowed), f64x2.gt(f64x2.mul(up, bestDown), f64x2.mul(bestUp, down)));
    if (!v128.any_true(better)) continue;
    for (let lane = 0; lane < 2; lane++) {
      const ok = lane == 0 ? i64x2.extract_lane(better, 0) : i64x2.extract_lane(better, 1);
      if (ok == 0) continue;
      const u = lane == 0 ? f64x2.extract_lane(up, 0) : f64x2.extract_lane(up, 1);
      const d = lane == 0 ? f64x2.extract_lane(down, 0) : f64x2.extract_lane(down, 1);
      if (!(u * bestWorthDown > bestWorthUp * d)) continue;
      bestWorthUp = u;
      bestWorthDown = d;
      store<i32>(out, bin + lane);
      store<i32>(out, missingLeft, 4);
      const left = lane == 0 ? i64x2.extract_lane(sums, 0) : i64x2.extract_lane(sums, 1);
      store<i64>(out, left, 8);
    }
    bestUp = f64x2.splat(bestWorthUp);
    bestDown = f64x2.splat(bestWorthDown);
  }
  store<f64>(out, bestWorthUp, 16);
  store<f64>(out, bestWorthDown, 24);
}

/**
 * The best threshold of a column of numbers.
 * @param least least hessian of a side, quantised
 * @param penalty L2 penalty, quantised
 * @param scratch 32 bytes
 * @param split receives 64 bytes, see the head of this file
 */
export function splitNumbers(
  histogram: usize, binCount: i32, total: i64, least: f64, penalty: f64,
  scratch: usize, split: usize,
): void {
  store<i32>(scratch, -1);
  store<f64>(scratch, 0, 16);
  store<f64>(scratch, 1, 24);
  const missing = load<i64>(histogram);
  if (missing != 0) {
    scanOrdered(histogram, binCount, missing, total, least, penalty, 1, scratch);
  }
  scanOrdered(histogram, binCount, 0, total, least, penalty, 0, scratch);
  const worth = load<f64>(scratch, 16) / load<f64>(scratch, 24);
  writeNumbers(histogram, binCount, scratch, worth, total, split);
}

/**
 * Writes a found threshold. Unless missing values go right it is the last of those that divide the
 * rows alike, as in LightGBM; missing values that were not seen go to the heavier side.
 */
function writeNumbers(
  histogram: usize, binCount: i32, scratch: usize, worth: f64, total: i64, split: usize,
): void {
  let bin = load<i32>(scratch);
  if (bin < 0) {
    store<f64>(split, NONE);
    return;
  }
  const missing = load<i64>(histogram);
  if (missing == 0 || load<i32>(scratch, 4) != 0) {
    while (bin + 2 < binCount && load<i64>(histogram + (<usize>bin << 3), 8) == 0) bin++;
  }
  const left = load<i64>(scratch, 8);
  const missingLeft = missing != 0
    ? load<i32>(scratch, 4)
    : <i32>(hessianOf(left) * 2 >= hessianOf(total));
  store<f64>(split, worth);
  store<i32>(split, bin, 8);
  store<i32>(split, missingLeft, 12);
  store<i64>(split, left, 16);
  const set = split + 32;
  for (let word = 0; word < 8; word++) {
    // Bits above `bin` are 1.
    const low = bin + 1 - (word << 5);
    store<u32>(set + (<usize>word << 2), low >= 32 ? 0 : low <= 0 ? 0xffffffff : <u32>-1 << low);
  }
  if (missingLeft == 0) store<u32>(set, load<u32>(set) | 1);
}

/** -G/(H+l), kept within bounds. */
// @ts-ignore: decorator
@inline
function weightOf(g: f64, h: f64, low: f64, high: f64): f64 {
  return min(max(-g / h, low), high);
}

/** What a side is worth with a given weight: GG/(H+l) where the weight is free. */
// @ts-ignore: decorator
@inline
function worthOf(g: f64, h: f64, weight: f64): f64 {
  return -(2 * g * weight + h * weight * weight);
}

/**
 * The best threshold where leaf weights are bounded and one side may have to be the higher.
 * @param direction 1: the right side must not be lower; -1: not higher; 0: free
 * @param low, high bounds of leaf weights, in quantised units
 */
export function splitConstrained(
  histogram: usize, binCount: i32, total: i64, least: f64, penalty: f64,
  direction: i32, low: f64, high: f64, scratch: usize, split: usize,
): void {
  const missing = load<i64>(histogram);
  const g = gradientOf(total);
  const h = hessianOf(total);
  let best: f64 = NONE;
  store<i32>(scratch, -1);
  for (let missingLeft = missing != 0 ? 1 : 0; missingLeft >= 0; missingLeft--) {
    let sum: i64 = missingLeft != 0 ? missing : 0;
    for (let bin = 1; bin < binCount; bin++) {
      const value = load<i64>(histogram + (<usize>bin << 3));
      if (value == 0) continue;
      sum += value;
      const leftH = hessianOf(sum);
      if (leftH < least) continue;
      if (h - leftH < least) break;
      const leftG = gradientOf(sum);
      const l = leftH + penalty;
      const r = h - leftH + penalty;
      const leftWeight = weightOf(leftG, l, low, high);
      const rightWeight = weightOf(g - leftG, r, low, high);
      if (<f64>direction * (rightWeight - leftWeight) < 0) continue;
      const worth = worthOf(leftG, l, leftWeight) + worthOf(g - leftG, r, rightWeight);
      if (worth <= best) continue;
      best = worth;
      store<i32>(scratch, bin);
      store<i32>(scratch, missingLeft, 4);
      store<i64>(scratch, sum, 8);
    }
  }
  writeNumbers(histogram, binCount, scratch, best, total, split);
}

/**
 * The best set of categories: those with enough rows are put in order of G/(H+smoothing) and
 * prefixes from both ends are tried (Fisher 1958, as in LightGBM); all others go right.
 * @param smoothing added to hessians in the order, quantised
 * @param leastCategory least hessian of a category that may go left, quantised
 * @param most at most so many categories go left
 * @param scratch 4096 bytes
 */
export function splitCategories(
  histogram: usize, binCount: i32, total: i64, least: f64, penalty: f64,
  smoothing: f64, leastCategory: f64, most: i32, scratch: usize, split: usize,
): void {
  store<f64>(split, NONE);
  let count = 0;
  for (let bin = 0; bin < binCount; bin++) {
    const value = load<i64>(histogram + (<usize>bin << 3));
    const hessian = hessianOf(value);
    if (hessian <= 0 || hessian < leastCategory) continue;
    const ratio = gradientOf(value) / (hessian + smoothing);
    let at = scratch + (<usize>count << 4);
    while (at > scratch && load<f64>(at - 16) > ratio) {
      v128.store(at, v128.load(at - 16));
      at -= 16;
    }
    store<f64>(at, ratio);
    store<i32>(at, bin, 8);
    count++;
  }
  const g = gradientOf(total);
  const h = hessianOf(total);
  let bestUp: f64 = 0;
  let bestDown: f64 = 1;
  let bestSize = 0;
  let bestFromEnd = 0;
  const tried = min(count, most);
  for (let fromEnd = 0; fromEnd < 2; fromEnd++) {
    let sum: i64 = 0;
    for (let size = 1; size <= tried; size++) {
      const place = fromEnd != 0 ? count - size : size - 1;
      const bin = load<i32>(scratch + (<usize>place << 4), 8);
      sum += load<i64>(histogram + (<usize>bin << 3));
      const leftH = hessianOf(sum);
      if (leftH < least) continue;
      if (h - leftH < least) break;
      const leftG = gradientOf(sum);
      const rightG = g - leftG;
      const l = leftH + penalty;
      const r = h - leftH + penalty;
      const up = leftG * leftG * r + rightG * rightG * l;
      const down = l * r;
      if (!(up * bestDown > bestUp * down)) continue;
      bestUp = up;
      bestDown = down;
      bestSize = size;
      bestFromEnd = fromEnd;
      store<i64>(split, sum, 16);
    }
  }
  if (bestSize == 0) return;
  store<f64>(split, bestUp / bestDown);
  store<i32>(split, bestSize, 8);
  store<i32>(split, 0, 12);
  const set = split + 32;
  memory.fill(set, 0xff, 32);
  for (let size = 1; size <= bestSize; size++) {
    const place = bestFromEnd != 0 ? count - size : size - 1;
    const bin = load<i32>(scratch + (<usize>place << 4), 8);
    const byte = set + (<usize>bin >> 3);
    store<u8>(byte, load<u8>(byte) & ~(<u8>1 << <u8>(bin & 7)));
  }
}
