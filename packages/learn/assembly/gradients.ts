/**
 * Gradients and hessians of the losses, and their quantisation. Scores, targets and weights are
 * doubles; a row's gradient and hessian are two floats side by side. Every array has 16 bytes to
 * spare behind it, because rows are taken two at a time. A weight pointer of 0 stands for ones.
 */
import { exp2, log, sigmoid2 } from "./exp";
import { mix4 } from "./random";

/** Keeps only the lanes of rows that exist. */
// @ts-ignore: decorator
@inline
function laneMask(left: i32): v128 {
  return left > 1 ? i64x2.splat(-1) : i64x2(-1, 0);
}

/** Writes two rows' gradients, and adds their size and hessians (as rounded) to sums[0…1]. */
// @ts-ignore: decorator
@inline
function storePair(out: usize, g: v128, h: v128, mask: v128, sums: usize): void {
  const g32 = f32x4.demote_f64x2_zero(v128.and(g, mask));
  const h32 = f32x4.demote_f64x2_zero(v128.and(h, mask));
  v128.store(out, v128.shuffle<f32>(g32, h32, 0, 4, 1, 5));
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.abs(f64x2.promote_low_f32x4(g32))));
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(h32)), 16);
}

/**
 * Log-loss of a logistic margin: g = (p - y)w, h = max(p(1-p), 1e-16)w.
 * @param sums 32 bytes: even and odd rows' sums of |g|, then of h; added to
 */
export function logisticGradients(
  score: usize, target: usize, weight: usize, out: usize, count: i32, sums: usize,
): void {
  const one = f64x2.splat(1);
  const least = f64x2.splat(1e-16);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const p = sigmoid2(v128.load(score + at));
    let g = f64x2.sub(p, v128.load(target + at));
    let h = f64x2.pmax(least, f64x2.mul(p, f64x2.sub(one, p)));
    if (weight != 0) {
      const w = v128.load(weight + at);
      g = f64x2.mul(g, w);
      h = f64x2.mul(h, w);
    }
    storePair(out + at, g, h, laneMask(count - i), sums);
  }
}

/** Half the squared error: g = (s - y)w, h = w. */
export function squaredGradients(
  score: usize, target: usize, weight: usize, out: usize, count: i32, sums: usize,
): void {
  const one = f64x2.splat(1);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    let g = f64x2.sub(v128.load(score + at), v128.load(target + at));
    let h = one;
    if (weight != 0) {
      h = v128.load(weight + at);
      g = f64x2.mul(g, h);
    }
    storePair(out + at, g, h, laneMask(count - i), sums);
  }
}

/**
 * Probabilities of all classes: softmax of the scores, the size of differences cut at 708.
 * @param score classes × `apart` doubles
 * @param out classes × `apart` doubles
 * @param first, count rows
 */
export function softmaxRows(
  score: usize, out: usize, apart: usize, classes: i32, first: i32, count: i32,
): void {
  const step = apart << 3;
  for (let i = first; i < first + count; i += 2) {
    const from = score + (<usize>i << 3);
    const to = out + (<usize>i << 3);
    let highest = v128.load(from);
    for (let k = 1; k < classes; k++) {
      highest = f64x2.pmax(highest, v128.load(from + <usize>k * step));
    }
    let sum = f64x2.splat(0);
    for (let k = 0; k < classes; k++) {
      const d = f64x2.sub(v128.load(from + <usize>k * step), highest);
      const e = exp2(f64x2.pmax(d, f64x2.splat(-708)));
      v128.store(to + <usize>k * step, e);
      sum = f64x2.add(sum, e);
    }
    for (let k = 0; k < classes; k++) {
      const at = to + <usize>k * step;
      v128.store(at, f64x2.div(v128.load(at), sum));
    }
  }
}

/**
 * Log-loss of one class among several: g = (p - [y = k])w, h = f·p(1-p)w.
 * @param probability of the class
 * @param factor f, classes / (classes - 1) as in LightGBM
 */
export function softmaxGradients(
  probability: usize, target: usize, weight: usize, out: usize, count: i32, klass: f64,
  factor: f64, sums: usize,
): void {
  const one = f64x2.splat(1);
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3;
    const p = v128.load(probability + at);
    const hit = v128.and(one, f64x2.eq(v128.load(target + at), f64x2.splat(klass)));
    let g = f64x2.sub(p, hit);
    let h = f64x2.pmax(
      f64x2.splat(1e-16),
      f64x2.mul(f64x2.mul(f64x2.splat(factor), p), f64x2.sub(one, p)));
    if (weight != 0) {
      const w = v128.load(weight + at);
      g = f64x2.mul(g, w);
      h = f64x2.mul(h, w);
    }
    storePair(out + at, g, h, laneMask(count - i), sums);
  }
}

/**
 * Rounds gradients and hessians to integers and packs them: floor(value · scale + u), u from [0, 1)
 * and random as a function of the gradient's bits, so that the rounding is right on average over
 * values and trees, and that the order of rows does not matter.
 * @param gradients two floats a row
 * @param packed receives 8 bytes a row; rows are taken two at a time, see the head of this file
 */
export function quantise(
  gradients: usize, packed: usize, count: i32, salt: u32, scaleG: f64, scaleH: f64,
): void {
  const unit = f64x2.splat(1.0 / 65536.0);
  const scalesG = f64x2.splat(scaleG);
  const scalesH = f64x2.splat(scaleH);
  const salts = i32x4.splat(salt);
  const end = gradients + (<usize>count << 3);
  for (; gradients < end; gradients += 16, packed += 16) {
    const rows = v128.load(gradients);
    const both = v128.shuffle<i32>(rows, rows, 0, 2, 1, 3);
    const words = mix4(i32x4.add(i32x4.mul(both, i32x4.splat(0x9e3779b1)), salts));
    const low = f64x2.convert_low_i32x4_u(v128.and(words, i32x4.splat(0xffff)));
    const high = f64x2.convert_low_i32x4_u(i32x4.shr_u(words, 16));
    const hessians = v128.shuffle<i32>(both, both, 2, 3, 2, 3);
    const g = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(both), scalesG), f64x2.mul(low, unit));
    const h = f64x2.add(
      f64x2.mul(f64x2.promote_low_f32x4(hessians), scalesH), f64x2.mul(high, unit));
    const g32 = i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(g));
    const h32 = i32x4.trunc_sat_f64x2_u_zero(h);
    v128.store(packed, v128.shuffle<i32>(h32, g32, 0, 4, 1, 5));
  }
}

/** Sum of the weighted logistic losses, row by row. */
export function logisticLoss(score: usize, target: usize, weight: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 3;
    const s = load<f64>(score + at);
    const margin = load<f64>(target + at) > 0.5 ? -s : s;
    const e = f64x2.extract_lane(exp2(f64x2.splat(-min(abs(margin), 708))), 0);
    const loss = max(margin, 0) + log(1 + e);
    sum += weight != 0 ? loss * load<f64>(weight + at) : loss;
  }
  return sum;
}

/** Sum of the weighted squared errors, row by row. */
export function squaredLoss(score: usize, target: usize, weight: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 3;
    const error = load<f64>(score + at) - load<f64>(target + at);
    const loss = error * error;
    sum += weight != 0 ? loss * load<f64>(weight + at) : loss;
  }
  return sum;
}

/** Sum of the weighted log-losses of the true class, row by row. */
export function softmaxLoss(
  probability: usize, apart: usize, target: usize, weight: usize, count: i32,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 3;
    const klass = <usize>load<f64>(target + at);
    const loss = -log(max(load<f64>(probability + at + klass * (apart << 3)), 1e-300));
    sum += weight != 0 ? loss * load<f64>(weight + at) : loss;
  }
  return sum;
}
