/**
 * Products of a dense layer and of its gradients, as four-rows.ts makes them. Rows are taken four
 * at a time to the end: up to three beyond the last one are computed too, within the rows that
 * every place has (a multiple of eight), and what comes of them is not used.
 */
import { fourRows } from "./four-rows";
import { Layer } from "./network-plan";

/**
 * Adds to the eight sums of four inputs, which stand next to each other: each is a sum over rows.
 * With a way out after each step, as in four-rows.ts.
 * @param a four inputs of the first row; rows `apart` bytes apart
 * @param z eight columns of the first row; rows 32 bytes apart
 */
// @ts-ignore: decorator
@inline
function addInputs(a: usize, apart: usize, z: usize, rows: i32, c: usize): void {
  let b0: v128, b1: v128, x: v128;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c, 32), s11 = v128.load(c, 48);
  let s20 = v128.load(c, 64), s21 = v128.load(c, 80);
  let s30 = v128.load(c, 96), s31 = v128.load(c, 112);
  for (let left = rows; left > 0; left -= 2) {
    b0 = v128.load(z);
    b1 = v128.load(z, 16);
    x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a += apart;
    if (left <= 1) break;
    b0 = v128.load(z, 32);
    b1 = v128.load(z, 48);
    x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a += apart;
    z += 64;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c, s10, 32);
  v128.store(c, s11, 48);
  v128.store(c, s20, 64);
  v128.store(c, s21, 80);
  v128.store(c, s30, 96);
  v128.store(c, s31, 112);
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
    for (let row = 0; row < rows; row += 4) {
      const c = z + (<usize>row << 5);
      for (let at = c; at < c + 128; at += 32) {
        v128.store(at, b0);
        v128.store(at, b1, 16);
      }
      fourRows(
        a + ((<usize>row * inputs) << 2), inputs << 2, 1, used, 0, panel, c, 32, false);
    }
    bias += 32;
    panel += inputs << 5;
    z += <usize>stride << 5;
  }
}

/**
 * Adds what rows say of a layer's weights and bias to its gradients: Aᵀ dZ. Rows of dZ beyond the
 * last one, up to three, become 0, so that layerBack adds nothing for them.
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
    const full = z + (<usize>((rows + 3) & ~3) << 5);
    for (let c = end; c < full; c += 16) v128.store(c, f32x4.splat(0));
    for (let k = 0; k < used; k += 4) {
      addInputs(a + (<usize>k << 2), inputs << 2, z, rows, panel + (<usize>k << 5));
    }
    bias += 32;
    panel += inputs << 5;
    z += <usize>stride << 5;
  }
}

/**
 * Adds dZ Wᵀ to the gradients of a layer's inputs, from `skip` on; after layerGradients.
 * @param pull rows x (inputs - skip), row-major
 */
export function layerBack(layer: Layer, z: usize, pull: usize, rows: i32, stride: i32): void {
  const wanted = layer.inputs - layer.skip;
  const outputs = <usize>layer.outputs;
  const panelGap = (<usize>stride << 5) - 32;
  const apart = <usize>wanted << 2;
  let panel = layer.transposed;
  for (let j = 0; j < wanted; j += 8) {
    for (let row = 0; row < rows; row += 4) {
      const c = pull + <usize>row * apart + (<usize>j << 2);
      fourRows(
        z + (<usize>row << 5), 32, layer.outputs >> 3, 8, panelGap, panel, c, apart, false);
    }
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
