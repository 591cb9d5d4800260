/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to three diagonals,
 * then QL with implicit shifts. Only + - × ÷ and square roots, so that every engine gives the same
 * bits.
 * @source Golub & Van Loan, Matrix Computations, sections 8.3.1 and 8.3.5
 */

/** What a symmetric matrix is made of. */
export interface Eigen {
  /** In no order. */
  readonly values: Float64Array;
  /** size × size, row-major; column j belongs to value j. */
  readonly vectors: Float64Array;
}

/** I - scale · v vᵀ, where v is 0 up to a place. */
interface Reflector {
  readonly direction: Float64Array;
  readonly scale: number;
}

/** Turns the lower triangle of a matrix into three diagonals. @returns what turned it, in order */
function tridiagonalise(matrix: Float64Array, size: number): Reflector[] {
  const image = new Float64Array(size);
  const reflectors: Reflector[] = [];
  for (let k = 0; k < size - 2; k++) {
    let norm = 0;
    for (let i = k + 1; i < size; i++) norm += matrix[i * size + k]! ** 2;
    const head = matrix[(k + 1) * size + k]!;
    const rest = norm - head * head;
    if (rest <= 0) continue;
    const length = head > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    const direction = new Float64Array(size);
    for (let i = k + 1; i < size; i++) direction[i] = matrix[i * size + k]!;
    direction[k + 1]! -= length;
    const scale = 2 / (rest + direction[k + 1]! * direction[k + 1]!);
    reflect(matrix, image, k, { direction, scale });
    matrix[(k + 1) * size + k] = length;
    reflectors.push({ direction, scale });
  }
  return reflectors;
}

/** A ← H A H over the rows and columns behind k, lower triangle only. */
function reflect(
  matrix: Float64Array,
  image: Float64Array,
  k: number,
  { direction, scale }: Reflector,
): void {
  const size = image.length;
  image.fill(0);
  for (let i = k + 1; i < size; i++) {
    const row = i * size;
    const own = direction[i]!;
    let sum = matrix[row + i]! * own;
    for (let j = k + 1; j < i; j++) {
      sum += matrix[row + j]! * direction[j]!;
      image[j]! += matrix[row + j]! * own;
    }
    image[i]! += sum;
  }
  let inner = 0;
  for (let i = k + 1; i < size; i++) inner += image[i]! * direction[i]!;
  const half = (scale * inner) / 2;
  for (let i = k + 1; i < size; i++) image[i] = scale * (image[i]! - half * direction[i]!);
  for (let i = k + 1; i < size; i++) {
    const row = i * size;
    for (let j = k + 1; j <= i; j++) {
      matrix[row + j]! -= direction[i]! * image[j]! + image[i]! * direction[j]!;
    }
  }
}

/** The product of all reflectors, transposed: its rows turn into eigenvectors. */
function basisOf(reflectors: readonly Reflector[], size: number): Float64Array {
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  const product = new Float64Array(size);
  for (const { direction, scale } of reflectors.toReversed()) {
    product.fill(0);
    for (let i = 0; i < size; i++) {
      const own = direction[i]!;
      if (own === 0) continue;
      for (let j = 0; j < size; j++) product[j]! += own * basis[i * size + j]!;
    }
    for (let i = 0; i < size; i++) {
      const own = scale * direction[i]!;
      if (own === 0) continue;
      for (let j = 0; j < size; j++) basis[i * size + j]! -= own * product[j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const held = basis[i * size + j]!;
      basis[i * size + j] = basis[j * size + i]!;
      basis[j * size + i] = held;
    }
  }
  return basis;
}

/** Turns two rows that stand next to each other by an angle. */
function turn(rows: Float64Array, cosine: number, sine: number): void {
  const size = rows.length >> 1;
  for (let k = 0; k < size; k++) {
    const low = rows[k]!;
    const high = rows[k + size]!;
    rows[k + size] = sine * low + cosine * high;
    rows[k] = cosine * low - sine * high;
  }
}

/** One QL step with shift on places from … to; @returns the shift */
function shiftedStep(
  d: Float64Array,
  e: Float64Array,
  [from, to]: readonly [number, number],
  basis: Float64Array,
): number {
  const size = d.length;
  const first = d[from]!;
  const ratio = (d[from + 1]! - first) / (2 * e[from]!);
  const root = Math.sqrt(ratio * ratio + 1);
  const pivot = ratio + (ratio < 0 ? -root : root);
  d[from] = e[from]! / pivot;
  d[from + 1] = e[from]! * pivot;
  const next = d[from + 1]!;
  const shift = first - d[from]!;
  for (let i = from + 2; i < size; i++) d[i]! -= shift;
  const nextOff = e[from + 1]!;
  let p = d[to]!;
  let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
  for (let i = to - 1; i >= from; i--) {
    [c3, c2, s2] = [c2, c, s];
    const g = c * e[i]!;
    const h = c * p;
    const r = Math.sqrt(p * p + e[i]! * e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    turn(basis.subarray(i * size, (i + 2) * size), c, s);
  }
  p = (-s * s2 * c3 * nextOff * e[from]!) / next;
  e[from] = s * p;
  d[from] = c * p;
  return shift;
}

/** Steps at most for one eigenvalue; two or three are usual. */
const MOST_STEPS = 100;

/**
 * Takes a symmetric matrix apart: matrix = vectors · diag(values) · vectorsᵀ.
 * @param matrix size × size, row-major, finite; only its lower triangle is read
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const work = matrix.slice();
  const basis = basisOf(tridiagonalise(work, size), size);
  const d = Float64Array.from({ length: size }, (_, i) => work[i * size + i]!);
  const e = Float64Array.from({ length: size }, (_, i) => work[(i + 1) * size + i] ?? 0);
  e[size - 1] = 0;
  let shifted = 0;
  let largest = 0;
  for (let from = 0; from < size; from++) {
    largest = Math.max(largest, Math.abs(d[from]!) + Math.abs(e[from]!));
    const small = Number.EPSILON * largest;
    let to = from;
    while (to < size - 1 && Math.abs(e[to]!) > small) to += 1;
    for (let step = 0; to > from && step < MOST_STEPS; step++) {
      shifted += shiftedStep(d, e, [from, to], basis);
      if (!(Math.abs(e[from]!) > small)) break;
    }
    d[from]! += shifted;
    e[from] = 0;
  }
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) vectors[i * size + j] = basis[j * size + i]!;
  }
  return { values: d, vectors };
}
