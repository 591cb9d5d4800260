import { expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { symmetricEigen } from "./eigen.js";

/** vectors · diag(values) · vectorsᵀ. */
function product(vectors: Float64Array, values: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < size; k++)
      sum += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!;
    return sum;
  });
}

it.each([1, 2, 3, 9, 40])("takes a symmetric matrix of %s columns apart", (size) => {
  const random = new RandomStream(1, "eigen", size);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = random.normal();
      matrix[i * size + j] = value;
      matrix[j * size + i] = value;
    }
  }
  const { values, vectors } = symmetricEigen(matrix, size);
  const again = product(vectors, values, size);
  for (const [at, value] of matrix.entries()) expect(again[at]).toBeCloseTo(value, 11);
  const unit = product(vectors, new Float64Array(size).fill(1), size);
  for (const [at, value] of unit.entries()) {
    expect(value).toBeCloseTo(at % (size + 1) === 0 ? 1 : 0, 11);
  }
});

it("leaves a diagonal, an empty and a repeated spectrum alone", () => {
  const diagonal = Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 1);
  expect([...symmetricEigen(diagonal, 3).values].sort()).toEqual([1, 3, 3]);
  expect([...symmetricEigen(new Float64Array(16), 4).values]).toEqual([0, 0, 0, 0]);
  const ones = symmetricEigen(new Float64Array(25).fill(1), 5).values.toSorted();
  expect(ones[4]).toBeCloseTo(5, 12);
  expect(ones[0]).toBeCloseTo(0, 12);
});
