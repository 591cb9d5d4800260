/**
 * The gates of an LSTM, forward and back, over panels of eight units. Gates stand in the order i,
 * f, g, o; cells and their tanh in panels of the same stride.
 * @source Hochreiter & Schmidhuber 1997; with forget gates Gers, Schmidhuber & Cummins 2000
 */
import { sigmoid4, tanh4 } from "./network-activations";

/**
 * One step: c = f c + i g, h = o tanh(c).
 * @param z products of the four gates; replaced by the gates
 * @param before cells before the step
 * @param cells receives those after it
 * @param tanhs receives their tanh
 * @param h receives the state, rows `apart` bytes apart
 * @param table constants of activations
 */
export function lstmGates(
  z: usize, before: usize, cells: usize, tanhs: usize, h: usize, apart: usize, rows: i32,
  stride: i32, units: i32, table: usize,
): void {
  const panelBytes = <usize>stride << 5;
  const gate = panelBytes * <usize>(units >> 3);
  for (let unit = 0; unit < units; unit += 8) {
    const place = <usize>(unit >> 3) * panelBytes;
    for (let row = 0; row < rows; row++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const at = place + (<usize>row << 5) + half;
        const at0 = z + at;
        const i = sigmoid4(v128.load(at0), table);
        const f = sigmoid4(v128.load(at0 + gate), table);
        const g = tanh4(v128.load(at0 + 2 * gate), table);
        const o = sigmoid4(v128.load(at0 + 3 * gate), table);
        const cell = f32x4.add(f32x4.mul(f, v128.load(before + at)), f32x4.mul(i, g));
        const tanh = tanh4(cell, table);
        v128.store(at0, i);
        v128.store(at0 + gate, f);
        v128.store(at0 + 2 * gate, g);
        v128.store(at0 + 3 * gate, o);
        v128.store(cells + at, cell);
        v128.store(tanhs + at, tanh);
        v128.store(
          h + <usize>row * apart + (<usize>unit << 2) + half, f32x4.mul(o, tanh));
      }
    }
  }
}

/**
 * Back through one step.
 * @param z the gates; replaced by the gradients of their products
 * @param pull gradients of the state after the step, rows x units
 * @param pullCell gradients of the cells after the step, replaced by those before it
 */
export function lstmGatesBack(
  z: usize, before: usize, tanhs: usize, pull: usize, pullCell: usize, rows: i32, stride: i32,
  units: i32,
): void {
  const panelBytes = <usize>stride << 5;
  const gate = panelBytes * <usize>(units >> 3);
  const one = f32x4.splat(1);
  for (let unit = 0; unit < units; unit += 8) {
    const place = <usize>(unit >> 3) * panelBytes;
    for (let row = 0; row < rows; row++) {
      for (let half: usize = 0; half < 32; half += 16) {
        const at = place + (<usize>row << 5) + half;
        const at0 = z + at;
        const i = v128.load(at0);
        const f = v128.load(at0 + gate);
        const g = v128.load(at0 + 2 * gate);
        const o = v128.load(at0 + 3 * gate);
        const tanh = v128.load(tanhs + at);
        const dh = v128.load(pull + (<usize>(row * units + unit) << 2) + half);
        const slope = f32x4.mul(o, f32x4.sub(one, f32x4.mul(tanh, tanh)));
        const dc = f32x4.add(v128.load(pullCell + at), f32x4.mul(dh, slope));
        v128.store(pullCell + at, f32x4.mul(dc, f));
        const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
        const df = f32x4.mul(
          f32x4.mul(dc, v128.load(before + at)), f32x4.mul(f, f32x4.sub(one, f)));
        const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
        const dOut = f32x4.mul(f32x4.mul(dh, tanh), f32x4.mul(o, f32x4.sub(one, o)));
        v128.store(at0, di);
        v128.store(at0 + gate, df);
        v128.store(at0 + 2 * gate, dg);
        v128.store(at0 + 3 * gate, dOut);
      }
    }
  }
}
