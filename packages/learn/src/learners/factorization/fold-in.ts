/** One row of alternating least squares solved exactly, in doubles. */
import { choleskyInPlace, choleskySolve } from "../../kernels/index.js";

/** What a row is solved from. */
export interface FoldRequest {
  /** Factors of the other side, rows × width. */
  readonly factors: Float32Array;
  readonly width: number;
  /** Gram matrix of the other side, width × width; undefined where only observations count. */
  readonly gram: Float64Array | undefined;
  /** Rows of the other side that were observed. */
  readonly observed: readonly number[];
  /** Weight of each one's square, and its linear weight. */
  readonly quadratic: readonly number[];
  readonly linear: readonly number[];
  readonly penalty: number;
  /** Places that are solved for; others keep what `first` says. */
  readonly free: readonly number[];
  readonly first: Float64Array;
}

const SMALLEST_JITTER = 1e-10;

/** Adds one observation to the normal equations of the free places. */
function addObservation(
  { factors, width, free, first }: FoldRequest,
  [row, quadratic, linear]: readonly [number, number, number],
  matrix: Float64Array,
  right: Float64Array,
): void {
  const from = row * width;
  let fixed = 0;
  for (let j = 0; j < width; j++) fixed += first[j]! * factors[from + j]!;
  const pull = linear - quadratic * fixed;
  const size = free.length;
  for (let a = 0; a < size; a++) {
    const left = factors[from + free[a]!]!;
    right[a]! += pull * left;
    const own = quadratic * left;
    for (let b = 0; b <= a; b++) matrix[a * size + b]! += own * factors[from + free[b]!]!;
  }
}

/**
 * The row that makes the objective least while the other side stands still.
 * @returns one number a place of the width
 * @source Hu, Koren, Volinsky 2008, eq. 4
 */
export function foldIn(request: FoldRequest): Float64Array {
  const { width, gram, observed, quadratic, linear, penalty, free, first } = request;
  const size = free.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const [k, row] of observed.entries()) {
    addObservation(request, [row, quadratic[k]!, linear[k]!], matrix, right);
  }
  let largest = Number.MIN_VALUE;
  for (let a = 0; a < size; a++) {
    for (let b = 0; gram !== undefined && b <= a; b++) {
      matrix[a * size + b]! += gram[free[a]! * width + free[b]!]!;
    }
    matrix[a * size + a]! += penalty;
    largest = Math.max(largest, matrix[a * size + a]!);
  }
  for (let jitter = 0; ; jitter = Math.max(SMALLEST_JITTER * largest, 100 * jitter)) {
    const factor = matrix.slice();
    for (let a = 0; a < size; a++) factor[a * size + a]! += jitter;
    if (!choleskyInPlace(factor, size)) continue;
    choleskySolve(factor, size, right);
    break;
  }
  const out = first.slice();
  for (let a = 0; a < size; a++) out[free[a]!] = right[a]!;
  return out;
}
