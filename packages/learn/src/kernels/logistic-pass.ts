/**
 * One pass of the logistic loss and its gradient over rows start … end - 1 of column-major doubles.
 * Rows go in blocks of 512, so that a block of all columns is still in the cache when the gradient
 * reads it a second time; within a block four columns share one load and store of the margin. The
 * order of every sum is fixed by these numbers alone.
 */

import { exp, log, log1p } from "../foundation/index.js";

/** Rows in a block; a product of this many factors of at most 2 stays below 2^1023. */
const BLOCK = 512;

/** What a pass reads. */
export interface LogisticRows {
  /** One array a column. */
  readonly columns: readonly Float64Array[];
  /** 0 or 1 a row. */
  readonly target: Float64Array;
  /** One weight a row, or undefined where all are 1. */
  readonly weight: Float64Array | undefined;
}

/** Buffers of a pass, made once. */
interface LogisticBuffers {
  readonly margin: Float64Array;
  readonly residual: Float64Array;
}

/** Buffers for `logisticPass`. */
export function logisticBuffers(): LogisticBuffers {
  return { margin: new Float64Array(BLOCK), residual: new Float64Array(BLOCK) };
}

function addFour(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  wa: number,
  wb: number,
  wc: number,
  wd: number,
  start: number,
  count: number,
): void {
  for (let i = 0, row = start; i < count; i++, row++) {
    out[i] = out[i]! + (a[row]! * wa + b[row]! * wb + (c[row]! * wc + d[row]! * wd));
  }
}

function addOne(
  out: Float64Array,
  a: Float64Array,
  wa: number,
  start: number,
  count: number,
): void {
  for (let i = 0, row = start; i < count; i++, row++) out[i] = out[i]! + a[row]! * wa;
}

/** Margins of rows start … start + count - 1, into `out` from 0. */
export function linearMargins(
  columns: readonly Float64Array[],
  coefficients: Float64Array,
  intercept: number,
  start: number,
  count: number,
  out: Float64Array,
): void {
  out.fill(intercept, 0, count);
  const width = columns.length;
  const w = coefficients;
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const [a, b, c, d] = [columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!];
    addFour(out, a, b, c, d, w[j]!, w[j + 1]!, w[j + 2]!, w[j + 3]!, start, count);
  }
  for (; j < width; j++) addOne(out, columns[j]!, w[j]!, start, count);
}

/** Margin of one row, in the lane order of `linearMargins`, so that both give the same bits. */
export function linearMargin(
  values: Float64Array,
  coefficients: Float64Array,
  intercept: number,
): number {
  const width = values.length;
  const w = coefficients;
  let margin = intercept;
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const front = values[j]! * w[j]! + values[j + 1]! * w[j + 1]!;
    margin += front + (values[j + 2]! * w[j + 2]! + values[j + 3]! * w[j + 3]!);
  }
  for (; j < width; j++) margin += values[j]! * w[j]!;
  return margin;
}

function dotFour(
  gradient: Float64Array,
  at: number,
  residual: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  start: number,
  count: number,
): void {
  let sa = 0;
  let sb = 0;
  let sc = 0;
  let sd = 0;
  for (let i = 0, row = start; i < count; i++, row++) {
    const r = residual[i]!;
    sa += r * a[row]!;
    sb += r * b[row]!;
    sc += r * c[row]!;
    sd += r * d[row]!;
  }
  gradient[at]! += sa;
  gradient[at + 1]! += sb;
  gradient[at + 2]! += sc;
  gradient[at + 3]! += sd;
}

function dotOne(residual: Float64Array, a: Float64Array, start: number, count: number): number {
  let sum = 0;
  for (let i = 0, row = start; i < count; i++, row++) sum += residual[i]! * a[row]!;
  return sum;
}

/** Adds Σ residual · column of a block to `gradient`, one a column. */
export function addLinearGradient(
  columns: readonly Float64Array[],
  residual: Float64Array,
  start: number,
  count: number,
  gradient: Float64Array,
): void {
  const width = columns.length;
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const [a, b, c, d] = [columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!];
    dotFour(gradient, j, residual, a, b, c, d, start, count);
  }
  for (; j < width; j++) gradient[j]! += dotOne(residual, columns[j]!, start, count);
}

/**
 * Residuals σ(m) - y of a block of equal weights, and its loss. The loss log Π (1 + e^-|m|) takes
 * one logarithm a block instead of one a row.
 */
function residualsPlain(
  margin: Float64Array,
  target: Float64Array,
  start: number,
  count: number,
  residual: Float64Array,
): number {
  let product = 1;
  let linear = 0;
  for (let i = 0; i < count; i++) {
    const m = margin[i]!;
    const y = target[start + i]!;
    const e = exp(m < 0 ? m : -m);
    const inverse = 1 / (1 + e);
    product *= 1 + e;
    linear += (m > 0 ? m : 0) - y * m;
    residual[i] = (m < 0 ? e * inverse : inverse) - y;
  }
  return linear + log(product);
}

function residualsWeighted(
  margin: Float64Array,
  target: Float64Array,
  weight: Float64Array,
  start: number,
  count: number,
  residual: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const m = margin[i]!;
    const y = target[start + i]!;
    const w = weight[start + i]!;
    const e = exp(m < 0 ? m : -m);
    const inverse = 1 / (1 + e);
    loss += w * ((m > 0 ? m : 0) - y * m + log1p(e));
    residual[i] = w * ((m < 0 ? e * inverse : inverse) - y);
  }
  return loss;
}

/**
 * Adds the gradient of Σ weight · (log(1 + e^m) - y·m) over rows start … end - 1 to `gradient`
 * (columns, then intercept).
 * @returns the sum of the loss over these rows
 */
export function logisticPass(
  rows: LogisticRows,
  coefficients: Float64Array,
  intercept: number,
  start: number,
  end: number,
  gradient: Float64Array,
  buffers: LogisticBuffers,
): number {
  const { columns, target, weight } = rows;
  const { margin, residual } = buffers;
  const width = columns.length;
  let loss = 0;
  for (let block = start; block < end; block += BLOCK) {
    const count = Math.min(BLOCK, end - block);
    linearMargins(columns, coefficients, intercept, block, count, margin);
    loss +=
      weight === undefined
        ? residualsPlain(margin, target, block, count, residual)
        : residualsWeighted(margin, target, weight, block, count, residual);
    addLinearGradient(columns, residual, block, count, gradient);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += residual[i]!;
    gradient[width]! += sum;
  }
  return loss;
}
