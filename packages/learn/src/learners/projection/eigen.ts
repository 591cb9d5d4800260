import type { Pacer } from "../../foundation/index.js";

/** Eigenvalues of a symmetric matrix with their vectors. */
export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /**
   * size × size, row-major: row k is the unit vector of value k; its element of largest size is
   * positive.
   */
  readonly vectors: Float64Array;
}

const MOST_SWEEPS = 60;

/** A turn in the plane of rows p and q. */
interface Turn {
  readonly p: number;
  readonly q: number;
  readonly c: number;
  readonly s: number;
}

/** Replaces rows p and q by (c p - s q, s p + c q). */
function turnRows(matrix: Float64Array, size: number, { p, q, c, s }: Turn): void {
  for (let k = 0; k < size; k++) {
    const a = matrix[p * size + k]!;
    const b = matrix[q * size + k]!;
    matrix[p * size + k] = c * a - s * b;
    matrix[q * size + k] = s * a + c * b;
  }
}

/** The same for columns. */
function turnColumns(matrix: Float64Array, size: number, { p, q, c, s }: Turn): void {
  for (let k = 0; k < size; k++) {
    const a = matrix[k * size + p]!;
    const b = matrix[k * size + q]!;
    matrix[k * size + p] = c * a - s * b;
    matrix[k * size + q] = s * a + c * b;
  }
}

/** Cosine and sine of the turn that makes element (p, q) 0. */
function angle(pp: number, qq: number, pq: number): Pick<Turn, "c" | "s"> {
  const theta = (qq - pp) / (2 * pq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  return { c, s: t * c };
}

/** One sweep over all pairs; @returns whether anything was turned */
async function sweep(
  matrix: Float64Array,
  vectors: Float64Array,
  size: number,
  pacer: Pacer,
): Promise<boolean> {
  let turned = false;
  for (let p = 0; p < size; p++) {
    await pacer.pause();
    for (let q = p + 1; q < size; q++) {
      const pq = matrix[p * size + q]!;
      const [pp, qq] = [matrix[p * size + p]!, matrix[q * size + q]!];
      // What is lost in the rounding of the diagonal cannot be turned away.
      if (Math.abs(pq) <= Number.EPSILON * 0.5 * Math.sqrt(Math.abs(pp) * Math.abs(qq))) continue;
      const turn = { p, q, ...angle(pp, qq, pq) };
      turnRows(matrix, size, turn);
      turnColumns(matrix, size, turn);
      turnRows(vectors, size, turn);
      turned = true;
    }
  }
  return turned;
}

/** A unit vector with its element of largest size made positive. */
function signed(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/**
 * Eigenvalues and vectors by Jacobi's cyclic method: exact to the last digits also for values that
 * are tiny beside others. Time grows with the cube of the size (100: .05 s; 300: 1 s).
 * @param symmetric size × size, row-major; not changed
 * @source Golub & Van Loan, Matrix Computations, 8.5
 */
export async function symmetricEigen(
  symmetric: Float64Array,
  size: number,
  pacer: Pacer,
): Promise<Eigen> {
  const matrix = symmetric.slice();
  const vectors = new Float64Array(size * size);
  for (let k = 0; k < size; k++) vectors[k * size + k] = 1;
  for (let round = 0; round < MOST_SWEEPS; round++) {
    if (!(await sweep(matrix, vectors, size, pacer))) break;
  }
  const places = Array.from({ length: size }, (_, k) => k);
  const value = (k: number): number => matrix[k * size + k]!;
  places.sort((a, b) => value(b) - value(a) || a - b);
  const sorted = new Float64Array(size * size);
  places.forEach((from, to) => {
    sorted.set(signed(vectors.slice(from * size, (from + 1) * size)), to * size);
  });
  return { values: Float64Array.from(places, value), vectors: sorted };
}
