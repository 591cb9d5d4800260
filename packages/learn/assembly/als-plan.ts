/**
 * What a half sweep of alternating least squares keeps in shared memory. The fields of AlsPlan and
 * their order stand once more in src/learners/factorization/plan-words.ts, and a test compares the
 * two.
 */

// @ts-ignore: decorator
@unmanaged
export class AlsPlan {
  /** Anything but 0 ends the work before the next part. */
  stop: i32;
  /** Next part that nobody has taken; taken with an atomic add. */
  next: i32;
  parts: i32;
  /** 0 Gram matrix, 1 rotation, 2 solution. */
  phase: i32;
  /** First row of each part, and the end. */
  bounds: usize;
  width: i32;
  steps: i32;
  /** Places of each row's observations, and of each its column, quadratic and linear weight. */
  starts: usize;
  indices: usize;
  quadratic: usize;
  /** 0 = 1 + quadratic. */
  linear: usize;
  fixed: usize;
  solved: usize;
  /** Of the operator beside observations: one a factor, and a penalty a row. */
  diagonal: usize;
  penalties: usize;
  /** Mean square of each factor of the fixed side, and whether a factor is solved for (1 or 0). */
  spread: usize;
  free: usize;
  /** Doubles a part: width x width of the Gram matrix, or the loss and its penalty. */
  results: usize;
  /** width x width floats. */
  rotation: usize;
  scratch: usize;
  scratchBytes: i32;
  /** Packed rows that a thread has room for; a multiple of four. */
  room: i32;
  /** Observations of the row that has most, rounded up to four. */
  heaviest: i32;
}

/** What a thread knows of the row that it solves; it stands at the start of its scratch memory. */
// @ts-ignore: decorator
@unmanaged
export class AlsRow {
  /** Vectors of one float a factor: 1 / preconditioner, operator beside observations, and CG's. */
  inverse: usize;
  diagonal: usize;
  residual: usize;
  direction: usize;
  image: usize;
  /** Vectors of one float an observation, padded to four with 0. */
  quadratic: usize;
  linear: usize;
  scores: usize;
  dots: usize;
  /** Rows of the fixed side, four by four. */
  pack: usize;
  indices: usize;
  count: i32;
}

/** Bytes at the start of a thread's memory that hold its AlsRow. */
export const ALS_ROW_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
export function at(base: usize, place: i32): usize {
  return base + (<usize>place << 2);
}
