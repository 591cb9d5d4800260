import { RandomStream } from "@refrain/learn";
import type { RatingContext } from "./context.js";

/** Leading directions of a users × items matrix. */
export interface Subspace {
  /** Number of directions. */
  readonly rank: number;
  /** users × rank, row-major: the matrix times the directions. */
  readonly scores: Float64Array;
  /** items × rank, row-major, columns orthonormal. */
  readonly directions: Float64Array;
}

/**
 * Leading right singular vectors of a sparse matrix with the ratings' pattern, by subspace
 * iteration from a fixed random start.
 * @param weight the matrix, one entry a rating
 * @source Halko, Martinsson & Tropp 2011, algorithm 4.4
 */
export function leadingSubspace(
  context: RatingContext,
  weight: Float64Array,
  rank: number,
  rounds = 6,
): Subspace {
  const { users, items } = context;
  const random = new RandomStream(1, "rater subspace");
  let directions = Float64Array.from({ length: items * rank }, () => random.normal());
  orthonormalise(directions, items, rank);
  let scores = new Float64Array(users * rank);
  for (let round = 0; round < rounds; round++) {
    scores = rowsTimes(context, weight, directions, rank);
    directions = columnsTimes(context, weight, scores, rank);
    orthonormalise(directions, items, rank);
  }
  return { rank, scores: rowsTimes(context, weight, directions, rank), directions };
}

function rowsTimes(
  { ratings, users }: RatingContext,
  weight: Float64Array,
  directions: Float64Array,
  rank: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(users * rank);
  for (let user = 0; user < users; user++) {
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const from = ratings.item[k]! * rank;
      const w = weight[k]!;
      if (w === 0) continue;
      for (let j = 0; j < rank; j++) out[user * rank + j]! += w * directions[from + j]!;
    }
  }
  return out;
}

function columnsTimes(
  { ratings, users, items }: RatingContext,
  weight: Float64Array,
  scores: Float64Array,
  rank: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(items * rank);
  for (let user = 0; user < users; user++) {
    for (let k = ratings.userStart[user]!; k < ratings.userStart[user + 1]!; k++) {
      const to = ratings.item[k]! * rank;
      const w = weight[k]!;
      if (w === 0) continue;
      for (let j = 0; j < rank; j++) out[to + j]! += w * scores[user * rank + j]!;
    }
  }
  return out;
}

/** Gram-Schmidt over the columns, twice each; a column of nothing becomes zeros. */
export function orthonormalise(matrix: Float64Array, rows: number, rank: number): void {
  for (let j = 0; j < rank; j++) {
    const before = norm(matrix, rows, rank, j);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        let dot = 0;
        for (let r = 0; r < rows; r++) dot += matrix[r * rank + i]! * matrix[r * rank + j]!;
        for (let r = 0; r < rows; r++) matrix[r * rank + j]! -= dot * matrix[r * rank + i]!;
      }
    }
    const length = norm(matrix, rows, rank, j);
    const factor = length > 1e-10 * Math.max(1e-290, before) ? 1 / length : 0;
    for (let r = 0; r < rows; r++) matrix[r * rank + j]! *= factor;
  }
}

function norm(matrix: Float64Array, rows: number, rank: number, column: number): number {
  let sum = 0;
  for (let r = 0; r < rows; r++) sum += matrix[r * rank + column]! ** 2;
  return Math.sqrt(sum);
}
