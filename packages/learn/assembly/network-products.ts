/**
 * Products of a dense layer and of its gradients, all by one kernel: rows x 8 sums, each one
 * running sum in its order, each step rounded to 32 bits, so that blocks of rows change no bit.
 */
import { Layer } from "./network-plan";

/**
 * Adds to six rows of eight sums. The left side may go on in runs: `run` elements (an even number)
 * `next` bytes apart, then `gap` bytes on to the next run; the right side is one panel, 32 bytes an
 * element. Two elements at a time: one at a time is an eighth slower.
 */
// @ts-ignore: decorator
@inline
function sixRows(
  a: usize, apart: usize, next: usize, runs: i32, run: usize, gap: usize, panel: usize, c: usize,
  cApart: usize,
): void {
  const c1 = c + cApart;
  const c2 = c1 + cApart;
  const c3 = c2 + cApart;
  const c4 = c3 + cApart;
  const c5 = c4 + cApart;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  let s40 = v128.load(c4), s41 = v128.load(c4, 16);
  let s50 = v128.load(c5), s51 = v128.load(c5, 16);
  const twice = apart << 1;
  for (; runs > 0; runs--) {
    const end = panel + (run << 5);
    for (; panel < end; panel += 64, a += next << 1) {
      let b0 = v128.load(panel);
      let b1 = v128.load(panel, 16);
      let at = a;
      let x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s40 = f32x4.add(s40, f32x4.mul(x, b0));
      s41 = f32x4.add(s41, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s50 = f32x4.add(s50, f32x4.mul(x, b0));
      s51 = f32x4.add(s51, f32x4.mul(x, b1));
      b0 = v128.load(panel, 32);
      b1 = v128.load(panel, 48);
      at = a + next;
      x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s40 = f32x4.add(s40, f32x4.mul(x, b0));
      s41 = f32x4.add(s41, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s50 = f32x4.add(s50, f32x4.mul(x, b0));
      s51 = f32x4.add(s51, f32x4.mul(x, b1));
    }
    a += gap;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
}

/** Adds to four rows of eight sums, as sixRows does. */
// @ts-ignore: decorator
@inline
function fourRows(
  a: usize, apart: usize, next: usize, runs: i32, run: usize, gap: usize, panel: usize, c: usize,
  cApart: usize,
): void {
  const c1 = c + cApart;
  const c2 = c1 + cApart;
  const c3 = c2 + cApart;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  const twice = apart << 1;
  for (; runs > 0; runs--) {
    const end = panel + (run << 5);
    for (; panel < end; panel += 64, a += next << 1) {
      let b0 = v128.load(panel);
      let b1 = v128.load(panel, 16);
      let at = a;
      let x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
      b0 = v128.load(panel, 32);
      b1 = v128.load(panel, 48);
      at = a + next;
      x = v128.load32_splat(at);
      s00 = f32x4.add(s00, f32x4.mul(x, b0));
      s01 = f32x4.add(s01, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s10 = f32x4.add(s10, f32x4.mul(x, b0));
      s11 = f32x4.add(s11, f32x4.mul(x, b1));
      at += twice;
      x = v128.load32_splat(at);
      s20 = f32x4.add(s20, f32x4.mul(x, b0));
      s21 = f32x4.add(s21, f32x4.mul(x, b1));
      x = v128.load32_splat(at + apart);
      s30 = f32x4.add(s30, f32x4.mul(x, b0));
      s31 = f32x4.add(s31, f32x4.mul(x, b1));
    }
    a += gap;
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

/** Adds to one row of eight sums, as sixRows does. */
// @ts-ignore: decorator
@inline
function oneRow(
  a: usize, next: usize, runs: i32, run: usize, gap: usize, panel: usize, c: usize,
): void {
  let s0 = v128.load(c);
  let s1 = v128.load(c, 16);
  for (; runs > 0; runs--) {
    const end = panel + (run << 5);
    for (; panel < end; panel += 32, a += next) {
      const x = v128.load32_splat(a);
      s0 = f32x4.add(s0, f32x4.mul(x, v128.load(panel)));
      s1 = f32x4.add(s1, f32x4.mul(x, v128.load(panel, 16)));
    }
    a += gap;
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
}

/** Adds to rows of eight sums, as sixRows does. */
function addPanel(
  a: usize, apart: usize, next: usize, runs: i32, run: usize, gap: usize, panel: usize, c: usize,
  cApart: usize, rows: i32,
): void {
  while (rows >= 6 && rows != 8) {
    sixRows(a, apart, next, runs, run, gap, panel, c, cApart);
    rows -= 6;
    a += 6 * apart;
    c += 6 * cApart;
  }
  while (rows >= 4) {
    fourRows(a, apart, next, runs, run, gap, panel, c, cApart);
    rows -= 4;
    a += apart << 2;
    c += cApart << 2;
  }
  for (; rows > 0; rows--, a += apart, c += cApart) oneRow(a, next, runs, run, gap, panel, c);
}

// @ts-ignore: decorator
@inline
function biasOf(layer: Layer, weights: usize): usize {
  const count = <usize>layer.inputs * <usize>layer.outputs;
  return weights + <usize>layer.weightsAt + (count << 2);
}

/**
 * Z = A W + bias.
 * @param a rows x inputs, row-major
 * @param used inputs that are not all 0: the first ones
 * @param z receives panels of `stride` rows
 */
export function layerForward(
  layer: Layer, weights: usize, a: usize, used: i32, z: usize, rows: i32, stride: i32,
): void {
  const inputs = <usize>layer.inputs;
  const panels = layer.outputs >> 3;
  let bias = biasOf(layer, weights);
  let panel = weights + <usize>layer.weightsAt;
  for (let p = 0; p < panels; p++) {
    const b0 = v128.load(bias);
    const b1 = v128.load(bias, 16);
    const end = z + (<usize>rows << 5);
    for (let c = z; c < end; c += 32) {
      v128.store(c, b0);
      v128.store(c, b1, 16);
    }
    addPanel(a, inputs << 2, 4, 1, <usize>used, 0, panel, z, 32, rows);
    bias += 32;
    panel += inputs << 5;
    z += <usize>stride << 5;
  }
}

/**
 * Adds what rows say of a layer's weights and bias to its gradients: Aᵀ dZ. Of an odd number of
 * rows dZ gets one more of zeros; that row of A holds any finite numbers.
 * @param used as in layerForward
 */
export function layerGradients(
  layer: Layer, gradients: usize, a: usize, used: i32, z: usize, rows: i32, stride: i32,
): void {
  const inputs = <usize>layer.inputs;
  const panels = layer.outputs >> 3;
  let bias = biasOf(layer, gradients);
  let panel = gradients + <usize>layer.weightsAt;
  for (let p = 0; p < panels; p++) {
    let s0 = v128.load(bias);
    let s1 = v128.load(bias, 16);
    const end = z + (<usize>rows << 5);
    for (let c = z; c < end; c += 32) {
      s0 = f32x4.add(s0, v128.load(c));
      s1 = f32x4.add(s1, v128.load(c, 16));
    }
    v128.store(bias, s0);
    v128.store(bias, s1, 16);
    if ((rows & 1) != 0) memory.fill(end, 0, 32);
    const even = <usize>((rows + 1) & ~1);
    addPanel(a, 4, inputs << 2, 1, even, 0, z, panel, 32, used);
    bias += 32;
    panel += inputs << 5;
    z += <usize>stride << 5;
  }
}

/**
 * Adds dZ Wᵀ to the gradients of a layer's inputs, from `skip` on.
 * @param pull rows x (inputs - skip), row-major
 */
export function layerBack(layer: Layer, z: usize, pull: usize, rows: i32, stride: i32): void {
  const wanted = layer.inputs - layer.skip;
  const outputs = <usize>layer.outputs;
  const panelGap = (<usize>stride << 5) - 32;
  let panel = layer.transposed;
  for (let j = 0; j < wanted; j += 8) {
    addPanel(
      z, 32, 4, layer.outputs >> 3, 8, panelGap, panel, pull + (<usize>j << 2), <usize>wanted << 2,
      rows);
    panel += outputs << 5;
  }
}

/** Writes a layer's weights transposed: panels of eight inputs, from `skip` on. */
export function transposePanel(layer: Layer, weights: usize, j: i32): void {
  const inputs = <usize>layer.inputs;
  const outputs = <usize>layer.outputs;
  const from = weights + <usize>layer.weightsAt + ((<usize>layer.skip + (<usize>j << 3)) << 5);
  const to = layer.transposed + <usize>j * (outputs << 5);
  for (let n: usize = 0; n < outputs; n++) {
    const column = from + (n >> 3) * (inputs << 5) + ((n & 7) << 2);
    const row = to + (n << 5);
    for (let k: usize = 0; k < 8; k++) store<f32>(row + (k << 2), load<f32>(column + (k << 5)));
  }
}
