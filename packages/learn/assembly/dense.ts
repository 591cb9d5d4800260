/**
 * Dense products of floats. Each element of a result is one running sum over the inner dimension, in
 * its order, each step rounded to 32 bits: so blocks and lanes change no bit, and a plain loop is
 * the reference.
 */
import { fourRows, step } from "./four-rows";

/** Columns of the right side that are taken together: two vectors of four floats. */
const PANEL: i32 = 8;
/** Inner steps at a time, so that a panel of the right side stays in the first cache: 16 KB. */
const DEPTH: i32 = 512;

/** Sums of one row and a panel. */
// @ts-ignore: decorator
@inline
function oneRow(a: usize, panel: usize, depth: i32, c: usize, distance: bool): void {
  let s0 = v128.load(c);
  let s1 = v128.load(c, 16);
  const end = panel + (<usize>depth << 5);
  for (; panel < end; panel += 32, a += 4) {
    const x = v128.load32_splat(a);
    s0 = step(s0, x, v128.load(panel), distance);
    s1 = step(s1, x, v128.load(panel, 16), distance);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
}

/** Adds to rows x panel sums; `c` is a panel of 32 bytes a row. */
// @ts-ignore: decorator
@inline
function addPanel(
  a: usize, apart: usize, rows: i32, panel: usize, depth: i32, c: usize, distance: bool,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const to = c + (<usize>row << 5);
    fourRows(a + <usize>row * apart, apart, 1, depth, 0, panel, to, 32, distance);
  }
  for (; row < rows; row++) {
    oneRow(a + <usize>row * apart, panel, depth, c + (<usize>row << 5), distance);
  }
}

/**
 * Copies eight columns of the right side next to each other, absent ones as 0.
 * @param step, apart floats from one inner element, and from one column, to the next
 */
function packPanel(
  b: usize, step: i32, apart: i32, columns: i32, depth: i32, panel: usize,
): void {
  for (let column = 0; column < PANEL; column++) {
    let from = b + (<usize>(column * apart) << 2);
    let to = panel + (<usize>column << 2);
    for (let k = 0; k < depth; k++, to += 32) {
      store<f32>(to, column < columns ? load<f32>(from) : 0);
      from += <usize>step << 2;
    }
  }
}

/** All panels of a product or of distances; see gemm. */
// @ts-ignore: decorator
@inline
function panels(
  a: usize, b: usize, c: usize, rows: i32, columns: i32, inner: i32, step: i32, apart: i32,
  scratch: usize, distance: bool,
): void {
  const sums = scratch + (<usize>DEPTH << 5);
  for (let column = 0; column < columns; column += PANEL) {
    const wide = min(PANEL, columns - column);
    memory.fill(sums, 0, <usize>rows << 5);
    for (let k = 0; k < inner; k += DEPTH) {
      const depth = min(DEPTH, inner - k);
      packPanel(
        b + (<usize>(column * apart + k * step) << 2), step, apart, wide, depth, scratch);
      addPanel(
        a + (<usize>k << 2), <usize>inner << 2, rows, scratch, depth, sums, distance);
    }
    for (let row = 0; row < rows; row++) {
      memory.copy(
        c + (<usize>(row * columns + column) << 2), sums + (<usize>row << 5), <usize>wide << 2);
    }
  }
}

/**
 * C = A · B of floats, row-major.
 * @param a rows x inner
 * @param b inner x columns
 * @param c receives rows x columns
 * @param scratch 16,384 bytes and 32 a row
 */
export function gemm(
  a: usize, b: usize, c: usize, rows: i32, columns: i32, inner: i32, scratch: usize,
): void {
  panels(a, b, c, rows, columns, inner, columns, 1, scratch, false);
}

/**
 * Squared Euclidean distances of each row of A from each row of B, of floats; not by way of norms and
 * products, which loses the small ones.
 * @param a rows x inner
 * @param b columns x inner
 * @param c receives rows x columns
 * @param scratch 16,384 bytes and 32 a row
 */
export function squaredDistances(
  a: usize, b: usize, c: usize, rows: i32, columns: i32, inner: i32, scratch: usize,
): void {
  panels(a, b, c, rows, columns, inner, 1, inner, scratch, true);
}

/** Sum of products of doubles: four running sums over places mod 4, added as (0 + 2) + (1 + 3). */
export function dot(a: usize, b: usize, count: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = a + (<usize>(count & ~3) << 3);
  for (; a < end; a += 32, b += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = 0; i < (count & 3); i++, a += 8, b += 8) sum += load<f64>(a) * load<f64>(b);
  return sum;
}

/** y += factor · x over doubles. */
export function axpy(factor: f64, x: usize, y: usize, count: i32): void {
  const factors = f64x2.splat(factor);
  const end = x + (<usize>(count & ~1) << 3);
  for (; x < end; x += 16, y += 16) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(factors, v128.load(x))));
  }
  if ((count & 1) != 0) store<f64>(y, load<f64>(y) + factor * load<f64>(x));
}

/**
 * The value that would stand at a place if the doubles were sorted; they are moved around it.
 * @param values none NaN
 * @source Hoare 1961, the middle of three as the pivot
 */
export function selectDouble(values: usize, count: i32, place: i32): f64 {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const a = load<f64>(values + (<usize>low << 3));
    const b = load<f64>(values + (<usize>((low + high) >> 1) << 3));
    const c = load<f64>(values + (<usize>high << 3));
    const pivot = max(min(a, b), min(max(a, b), c));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f64>(values + (<usize>i << 3)) < pivot) i++;
      while (load<f64>(values + (<usize>j << 3)) > pivot) j--;
      if (i > j) break;
      const left = values + (<usize>i << 3);
      const right = values + (<usize>j << 3);
      const held = load<f64>(left);
      store<f64>(left, load<f64>(right));
      store<f64>(right, held);
      i++;
      j--;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return load<f64>(values + (<usize>place << 3));
}
