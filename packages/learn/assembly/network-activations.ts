/**
 * Activations of floats, made of +, -, *, / alone; src/learners/sequence/floats.ts has the same in
 * the same order.
 */
import { randomWord } from "./random";

const RELU = 1;
const TANH = 2;

/**
 * e^x of four floats, their size at most 87. Constants stand in a table, four times each, in the
 * order of activationConstants in src/learners/sequence/floats.ts: an engine loads them in one
 * step, and makes them from code in several.
 * @source Cephes expf.c, Moshier 1989
 */
// @ts-ignore: decorator
@inline
function exp4(x: v128, table: usize): v128 {
  // Added to 1.5 * 2^23 a float is rounded to an integer, which stands in its lowest bits.
  const shifted = f32x4.add(f32x4.mul(x, v128.load(table)), v128.load(table, 16));
  const k = f32x4.sub(shifted, v128.load(table, 16));
  const high = f32x4.sub(x, f32x4.mul(k, v128.load(table, 32)));
  const r = f32x4.add(high, f32x4.mul(k, v128.load(table, 48)));
  let poly = v128.load(table, 64);
  poly = f32x4.add(f32x4.mul(poly, r), v128.load(table, 80));
  poly = f32x4.add(f32x4.mul(poly, r), v128.load(table, 96));
  poly = f32x4.add(f32x4.mul(poly, r), v128.load(table, 112));
  poly = f32x4.add(f32x4.mul(poly, r), v128.load(table, 128));
  poly = f32x4.add(f32x4.mul(poly, r), v128.load(table, 144));
  const y = f32x4.add(
    f32x4.add(f32x4.mul(f32x4.mul(poly, r), r), r), v128.load(table, 160));
  const power = i32x4.add(i32x4.shl(shifted, 23), v128.load(table, 160));
  return f32x4.mul(y, power);
}

/** 1 / (1 + e^-x) of four floats, their size cut at 80. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128, table: usize): v128 {
  const one = v128.load(table, 160);
  const cut = f32x4.pmax(f32x4.pmin(x, v128.load(table, 176)), v128.load(table, 192));
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(cut), table)));
}

/** tanh of four floats: 2 sigmoid(2 x) - 1. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128, table: usize): v128 {
  const twice = sigmoid4(f32x4.add(x, x), table);
  return f32x4.sub(f32x4.add(twice, twice), v128.load(table, 160));
}

// @ts-ignore: decorator
@inline
function activation4(z: v128, activation: i32, table: usize): v128 {
  if (activation == RELU) return f32x4.pmax(f32x4.splat(0), z);
  return activation == TANH ? tanh4(z, table) : z;
}

/** Activations of a product: panels in, rows of the next layer out. */
export function activate(
  z: usize, a: usize, rows: i32, stride: i32, units: i32, activation: i32, table: usize,
): void {
  for (let unit = 0; unit < units; unit += 8, z += <usize>stride << 5) {
    for (let row = 0; row < rows; row++) {
      const from = z + (<usize>row << 5);
      const to = a + (<usize>(row * units + unit) << 2);
      v128.store(to, activation4(v128.load(from), activation, table));
      v128.store(to, activation4(v128.load(from, 16), activation, table), 16);
    }
  }
}

// @ts-ignore: decorator
@inline
function slope4(pull: v128, a: v128, activation: i32): v128 {
  if (activation == RELU) return v128.and(pull, f32x4.gt(a, f32x4.splat(0)));
  if (activation == TANH) {
    return f32x4.mul(pull, f32x4.sub(f32x4.splat(1), f32x4.mul(a, a)));
  }
  return pull;
}

/** From gradients of activations (rows) to those of a product (panels). */
export function activateBack(
  pull: usize, a: usize, z: usize, rows: i32, stride: i32, units: i32, activation: i32,
): void {
  for (let unit = 0; unit < units; unit += 8, z += <usize>stride << 5) {
    for (let row = 0; row < rows; row++) {
      const at = <usize>(row * units + unit) << 2;
      const to = z + (<usize>row << 5);
      v128.store(to, slope4(v128.load(pull + at), v128.load(a + at), activation));
      v128.store(to, slope4(v128.load(pull + at, 16), v128.load(a + at, 16), activation), 16);
    }
  }
}

/**
 * Sets some of rows x units to 0 and scales the others; the same ones for the same salt and row.
 * @param first number of the first row in its batch
 */
export function drop(
  a: usize, rows: i32, units: i32, salt: u32, first: i32, cut: u32, scale: f32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++, a += 4) {
      const dropped = randomWord(salt, (first + row) * units + unit) < cut;
      store<f32>(a, dropped ? 0 : load<f32>(a) * scale);
    }
  }
}
