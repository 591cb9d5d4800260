/**
 * Activations of single floats: the operations of assembly/network-activations.ts in their order,
 * each rounded to 32 bits, so that a row scored alone has the bits of one scored in a table.
 */

const { fround } = Math;
const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
const LOG2_E = fround(Math.LOG2E);
const LN2_HIGH = fround(0.693359375);
const LN2_LOW = fround(2.1219444e-4);
const COEFFICIENTS = Float32Array.of(
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
);

const SIGMOID_MOST = 80;
/** 1.5 · 2^23: a float that is added to it is rounded to an integer. */
const ROUNDING = 12_582_912;

/** What activations are made of in the kernels, in their order. */
export const activationConstants: readonly number[] = [
  LOG2_E,
  ROUNDING,
  LN2_HIGH,
  LN2_LOW,
  ...COEFFICIENTS,
  1,
  SIGMOID_MOST,
  -SIGMOID_MOST,
];

/** e^x, its size at most 87. @source Cephes expf.c, Moshier 1989 */
function expFloat(x: number): number {
  const k = fround(fround(fround(x * LOG2_E) + ROUNDING) - ROUNDING);
  const r = fround(fround(x - fround(k * LN2_HIGH)) + fround(k * LN2_LOW));
  let poly = COEFFICIENTS[0]!;
  for (let i = 1; i < 6; i++) poly = fround(fround(poly * r) + COEFFICIENTS[i]!);
  const y = fround(fround(fround(fround(poly * r) * r) + r) + 1);
  bits[0] = (k + 127) << 23;
  return fround(y * float[0]!);
}

/** 1 / (1 + e^-x), the size of x cut at 80. */
export function sigmoidFloat(x: number): number {
  const cut = Math.max(-SIGMOID_MOST, Math.min(SIGMOID_MOST, x));
  return fround(1 / fround(1 + expFloat(-cut)));
}

/** tanh: 2 sigmoid(2 x) - 1. */
export function tanhFloat(x: number): number {
  return fround(fround(2 * sigmoidFloat(fround(2 * x))) - 1);
}
