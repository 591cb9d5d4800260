/**
 * Scalar references of the tree kernels: the same sums in the same lane order, on typed arrays, so
 * that tests ask for equality. Packed sums are bigints here: gradient · 2^32 + hessian.
 */

import { sigmoid } from "../foundation/index.js";

const LOW = 0xffffffffn;

/** Gradient of a packed sum. */
export function gradientOf(packed: bigint): number {
  return Number(packed >> 32n);
}

/** Hessian of a packed sum. */
export function hessianOf(packed: bigint): number {
  return Number(packed & LOW);
}

/**
 * Histogram of listed rows.
 * @param bins row-major, `stride` a row
 * @returns columns × 256 packed sums
 */
export function histogramOf(
  bins: Uint8Array,
  stride: number,
  packed: BigInt64Array,
  rows: ArrayLike<number>,
): BigInt64Array {
  const sums = new BigInt64Array(stride * 256);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (let k = 0; k < stride; k++) {
      sums[k * 256 + bins[row * stride + k]!]! += packed[row]!;
    }
  }
  return sums;
}

/** A found threshold. */
export interface FoundSplit {
  readonly worth: number;
  readonly bin: number;
  readonly missingLeft: number;
  readonly left: bigint;
}

/** What both searches are given. */
export interface SplitLimits {
  readonly least: number;
  readonly penalty: number;
}

/** The best threshold of one column's histogram; undefined where there is none. */
export function bestThreshold(
  histogram: BigInt64Array,
  total: bigint,
  { least, penalty }: SplitLimits,
): FoundSplit | undefined {
  const missing = histogram[0]!;
  let up = 0;
  let down = 1;
  let found: Omit<FoundSplit, "worth"> | undefined;
  for (const missingLeft of missing === 0n ? [0] : [1, 0]) {
    let left = missingLeft === 1 ? missing : 0n;
    for (let bin = 1; bin < histogram.length; bin++) {
      if (histogram[bin] === 0n) continue;
      left += histogram[bin]!;
      const leftG = gradientOf(left);
      const leftH = hessianOf(left);
      const rightG = gradientOf(total) - leftG;
      const rightH = hessianOf(total) - leftH;
      if (leftH < least || rightH < least) continue;
      const l = leftH + penalty;
      const r = rightH + penalty;
      const u = leftG * leftG * r + rightG * rightG * l;
      const d = l * r;
      if (!(u * down > up * d)) continue;
      up = u;
      down = d;
      found = { bin, missingLeft, left };
    }
  }
  if (found === undefined) return undefined;
  let { bin } = found;
  if (missing === 0n || found.missingLeft === 1) {
    while (bin + 2 < histogram.length && histogram[bin + 1] === 0n) bin += 1;
  }
  const heavier = hessianOf(found.left) * 2 >= hessianOf(total) ? 1 : 0;
  return {
    ...found,
    bin,
    missingLeft: missing === 0n ? heavier : found.missingLeft,
    worth: up / down,
  };
}

/** A random word for an item; @source MurmurHash3's finaliser, Appleby 2011 */
function randomWord(salt: number, item: number): number {
  let x = (Math.imul(item, 0x9e3779b1) + salt) >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b) >>> 0;
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** Packed integers of gradients and hessians, two floats a row. */
export function quantised(
  gradients: Float32Array,
  salt: number,
  scaleG: number,
  scaleH: number,
): BigInt64Array {
  const bits = new Uint32Array(gradients.buffer, gradients.byteOffset, gradients.length);
  const packed = new BigInt64Array(gradients.length / 2);
  for (let row = 0; row < packed.length; row++) {
    const word = randomWord(salt, bits[2 * row]!);
    const g = Math.floor(gradients[2 * row]! * scaleG + (word & 0xffff) / 65536);
    const h = Math.floor(gradients[2 * row + 1]! * scaleH + (word >>> 16) / 65536);
    packed[row] = (BigInt(g) << 32n) + BigInt(h);
  }
  return packed;
}

/** Gradients of the logistic loss, two floats a row; and sums of |g| and h, even and odd rows. */
export function logisticGradientsOf(
  score: Float64Array,
  target: Float64Array,
  weight: Float64Array | undefined,
): { readonly gradients: Float32Array; readonly sums: Float64Array } {
  const gradients = new Float32Array(2 * score.length);
  const sums = new Float64Array(4);
  for (let row = 0; row < score.length; row++) {
    const p = sigmoid(Math.min(Math.max(score[row]!, -708), 708));
    const w = weight?.[row] ?? 1;
    gradients[2 * row] = (p - target[row]!) * w;
    gradients[2 * row + 1] = Math.max(p * (1 - p), 1e-16) * w;
    sums[row % 2]! += Math.abs(gradients[2 * row]!);
    sums[2 + (row % 2)]! += gradients[2 * row + 1]!;
  }
  return { gradients, sums };
}
