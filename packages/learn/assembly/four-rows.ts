/**
 * The inner loop of products of floats: four rows x eight sums at a time, each one running sum in
 * its order, each step rounded to 32 bits, so that blocks of rows change no bit.
 *
 * It is unrolled with a way out after each step, which is taken at the end alone. It keeps a step's
 * loads from being moved in front of the steps before: the compiler of V8 11 (Node 20) does so
 * within a piece of straight code, and then has too few registers (decision 0163).
 */

/** One step of a sum: a product, or a squared difference. */
// @ts-ignore: decorator
@inline
export function step(sum: v128, a: v128, b: v128, distance: bool): v128 {
  if (!distance) return f32x4.add(sum, f32x4.mul(a, b));
  const d = f32x4.sub(a, b);
  return f32x4.add(sum, f32x4.mul(d, d));
}

/**
 * Adds to four rows of eight sums. The left side goes on in runs: `run` elements next to each
 * other, then `gap` bytes on to the next run; the right side is one panel, 32 bytes an element.
 */
// @ts-ignore: decorator
@inline
export function fourRows(
  a0: usize, apart: usize, runs: i32, run: i32, gap: usize, panel: usize, c: usize, cApart: usize,
  distance: bool,
): void {
  const c1 = c + cApart;
  const c2 = c1 + cApart;
  const c3 = c2 + cApart;
  let a1 = a0 + apart;
  let a2 = a1 + apart;
  let a3 = a2 + apart;
  let b0: v128, b1: v128, x: v128;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  for (; runs > 0; runs--) {
    for (let left = run; left > 0; left -= 4) {
      b0 = v128.load(panel);
      b1 = v128.load(panel, 16);
      x = v128.load32_splat(a0);
      s00 = step(s00, x, b0, distance);
      s01 = step(s01, x, b1, distance);
      x = v128.load32_splat(a1);
      s10 = step(s10, x, b0, distance);
      s11 = step(s11, x, b1, distance);
      x = v128.load32_splat(a2);
      s20 = step(s20, x, b0, distance);
      s21 = step(s21, x, b1, distance);
      x = v128.load32_splat(a3);
      s30 = step(s30, x, b0, distance);
      s31 = step(s31, x, b1, distance);
      if (left <= 1) break;
      b0 = v128.load(panel, 32);
      b1 = v128.load(panel, 48);
      x = v128.load32_splat(a0, 4);
      s00 = step(s00, x, b0, distance);
      s01 = step(s01, x, b1, distance);
      x = v128.load32_splat(a1, 4);
      s10 = step(s10, x, b0, distance);
      s11 = step(s11, x, b1, distance);
      x = v128.load32_splat(a2, 4);
      s20 = step(s20, x, b0, distance);
      s21 = step(s21, x, b1, distance);
      x = v128.load32_splat(a3, 4);
      s30 = step(s30, x, b0, distance);
      s31 = step(s31, x, b1, distance);
      if (left <= 2) break;
      b0 = v128.load(panel, 64);
      b1 = v128.load(panel, 80);
      x = v128.load32_splat(a0, 8);
      s00 = step(s00, x, b0, distance);
      s01 = step(s01, x, b1, distance);
      x = v128.load32_splat(a1, 8);
      s10 = step(s10, x, b0, distance);
      s11 = step(s11, x, b1, distance);
      x = v128.load32_splat(a2, 8);
      s20 = step(s20, x, b0, distance);
      s21 = step(s21, x, b1, distance);
      x = v128.load32_splat(a3, 8);
      s30 = step(s30, x, b0, distance);
      s31 = step(s31, x, b1, distance);
      if (left <= 3) break;
      b0 = v128.load(panel, 96);
      b1 = v128.load(panel, 112);
      x = v128.load32_splat(a0, 12);
      s00 = step(s00, x, b0, distance);
      s01 = step(s01, x, b1, distance);
      x = v128.load32_splat(a1, 12);
      s10 = step(s10, x, b0, distance);
      s11 = step(s11, x, b1, distance);
      x = v128.load32_splat(a2, 12);
      s20 = step(s20, x, b0, distance);
      s21 = step(s21, x, b1, distance);
      x = v128.load32_splat(a3, 12);
      s30 = step(s30, x, b0, distance);
      s31 = step(s31, x, b1, distance);
      panel += 128;
      a0 += 16;
      a1 += 16;
      a2 += 16;
      a3 += 16;
    }
    a0 += gap;
    a1 += gap;
    a2 += gap;
    a3 += gap;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}
