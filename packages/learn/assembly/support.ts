/**
 * Gaussian kernels of rows, and rows beside support vectors: minus the logarithm of a weighted sum of
 * such kernels. Sums of even and odd support vectors apart, then together; what is below e^-50 of the
 * largest part counts as nothing, so that far rows cost no exponentials and no score is infinite.
 */

import { squaredDistances } from "./dense";
import { exp2, log } from "./exp";

/** The logarithms of two parts of the sum. */
// @ts-ignore: decorator
@inline
function parts(distances: usize, weights: usize, gamma: v128): v128 {
  const square = f64x2.promote_low_f32x4(v128.load64_zero(distances));
  return f64x2.sub(v128.load(weights), f64x2.mul(gamma, square));
}

/** One row's score; `count` is even. */
function scoreOf(distances: usize, weights: usize, count: i32, gamma: f64): f64 {
  const factor = f64x2.splat(gamma);
  let most = f64x2.splat(-Infinity);
  for (let i: usize = 0; i < <usize>count; i += 2) {
    most = f64x2.pmax(most, parts(distances + (i << 2), weights + (i << 3), factor));
  }
  const largest = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  const highest = f64x2.splat(largest);
  const least = f64x2.splat(-50);
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < <usize>count; i += 2) {
    const below = f64x2.sub(parts(distances + (i << 2), weights + (i << 3), factor), highest);
    const counts = f64x2.ge(below, least);
    if (v128.any_true(counts)) sum = f64x2.add(sum, v128.and(exp2(below), counts));
  }
  return -(largest + log(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}

/**
 * Scores rows.
 * @param rows count x width floats
 * @param supports most x width floats; `most` is even, the last one may be a filling
 * @param weights logarithms of the weights, doubles; of a filling -Infinity
 * @param distances room for count x most floats
 * @param scratch 16,384 bytes and 32 a row
 * @param out receives a double a row
 */
export function scoreSupports(
  rows: usize, count: i32, supports: usize, most: i32, width: i32, weights: usize, gamma: f64,
  distances: usize, scratch: usize, out: usize,
): void {
  squaredDistances(rows, supports, distances, count, most, width, scratch);
  for (let row = 0; row < count; row++) {
    const own = distances + (<usize>row * <usize>most << 2);
    store<f64>(out + (<usize>row << 3), scoreOf(own, weights, most, gamma));
  }
}

/**
 * Kernels exp(-gamma · squared distance) of rows and all others.
 * @param rows count x width floats
 * @param all most x width floats; `most` is even, what is behind the last may be a filling
 * @param out receives count x most floats
 * @param scratch 16,384 bytes and 32 a row
 */
export function gaussianRows(
  rows: usize, count: i32, all: usize, most: i32, width: i32, gamma: f64, out: usize,
  scratch: usize,
): void {
  squaredDistances(rows, all, out, count, most, width, scratch);
  const factor = f64x2.splat(-gamma);
  const least = f64x2.splat(-708);
  for (const end = out + (<usize>count * <usize>most << 2); out < end; out += 8) {
    const square = f64x2.promote_low_f32x4(v128.load64_zero(out));
    const power = f64x2.pmax(least, f64x2.mul(factor, square));
    v128.store64_lane(out, f32x4.demote_f64x2_zero(exp2(power)), 0);
  }
}
