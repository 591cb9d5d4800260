/** e to the power of x and the logarithm: the operations of foundation/exp-log.ts, in their order. */

// @ts-ignore: decorator
@inline
function multiplyAdd(a: f64, t: v128, b: v128): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(t, b));
}

/** e^x of two numbers from -708 to 709. */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  const k = f64x2.floor(
    f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  const low = f64x2.mul(k, f64x2.splat(1.9082149292705877e-10));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let poly = multiplyAdd(-1.6533902205465252e-6, t, f64x2.splat(4.1381367970572385e-8));
  poly = multiplyAdd(6.613756321437934e-5, t, poly);
  poly = multiplyAdd(-2.7777777777015593e-3, t, poly);
  poly = multiplyAdd(0.16666666666666602, t, poly);
  const c = f64x2.sub(r, f64x2.mul(t, poly));
  const tail = f64x2.sub(
    f64x2.sub(low, f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c))), high);
  const y = f64x2.sub(f64x2.splat(1), tail);
  const exponent = i32x4.add(i32x4.trunc_sat_f64x2_s_zero(k), i32x4.splat(1023));
  const power = i64x2.shl(i64x2.extend_low_i32x4_u(exponent), 52);
  return f64x2.mul(y, power);
}

/** 1 / (1 + e^-x) of two numbers, their size cut at 708. */
// @ts-ignore: decorator
@inline
export function sigmoid2(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), f64x2.splat(708));
  const e = exp2(f64x2.neg(size));
  const one = f64x2.splat(1);
  const up = v128.bitselect(one, e, f64x2.ge(x, f64x2.splat(0)));
  return f64x2.div(up, f64x2.add(one, e));
}

/** Natural logarithm of a number above 0. */
export function log(x: f64): f64 {
  let k = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984;
    k = -54;
  }
  const bits = reinterpret<i64>(value);
  let high = <i32>(bits >> 32);
  k += (high >> 20) - 1023;
  high &= 0xfffff;
  const shift = (high + 0x95f64) & 0x100000;
  const upper = high | (shift ^ 0x3ff00000);
  k += shift >> 20;
  const f = reinterpret<f64>((<i64>upper << 32) | (bits & 0xffffffff)) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const t2 = z * (0.6666666666666735 +
    w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  return <f64>k * 0.6931471803691238 -
    (halfSquare - (s * (halfSquare + t1 + t2) + <f64>k * 1.9082149292705877e-10) - f);
}
