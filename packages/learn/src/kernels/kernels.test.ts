import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { choleskyInPlace, choleskyInverseDiagonal, choleskySolve } from "./cholesky.js";
import { addWeightedGram } from "./gram.js";
import { linearMargin, linearMargins, logisticBuffers, logisticPass } from "./logistic-pass.js";
import { momentsOf } from "./moments.js";

function table(rows: number, width: number, seed: number) {
  const stream = new RandomStream(seed, "kernel test");
  const columns = Array.from({ length: width }, () =>
    Float64Array.from({ length: rows }, () => stream.normal()),
  );
  const target = Float64Array.from({ length: rows }, () => stream.below(2));
  const weight = Float64Array.from({ length: rows }, () => 1 + stream.below(3));
  const coefficients = Float64Array.from({ length: width }, () => stream.normal());
  return { columns, target, weight, coefficients };
}

/** Loss and gradient by the definition, in the engine's own arithmetic. */
function plainLogistic(data: ReturnType<typeof table>, weighted: boolean, intercept: number) {
  const { columns, target, weight, coefficients } = data;
  const gradient = new Array<number>(columns.length + 1).fill(0);
  let loss = 0;
  target.forEach((y, row) => {
    const margin = columns.reduce((sum, c, j) => sum + c[row]! * coefficients[j]!, intercept);
    const w = weighted ? weight[row]! : 1;
    loss += w * (Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(margin, 0) - y * margin);
    const residual = w * (1 / (1 + Math.exp(-margin)) - y);
    columns.forEach((c, j) => {
      gradient[j]! += residual * c[row]!;
    });
    gradient[columns.length]! += residual;
  });
  return { loss, gradient };
}

describe("the logistic pass", () => {
  it.each([
    [1, 1],
    [511, 3],
    [513, 4],
    [1300, 7],
  ])("is the definition for %i rows and %i columns", (rows, width) => {
    const data = table(rows, width, rows);
    for (const weighted of [false, true]) {
      const { columns, target, weight, coefficients } = data;
      const gradient = new Float64Array(width + 1);
      const input = { columns, target, weight: weighted ? weight : undefined };
      const buffers = logisticBuffers();
      const loss = logisticPass(input, coefficients, 0.3, 0, rows, gradient, buffers);
      const expected = plainLogistic(data, weighted, 0.3);
      expect(loss).toBeCloseTo(expected.loss, 8);
      gradient.forEach((value, j) => {
        expect(value).toBeCloseTo(expected.gradient[j]!, 8);
      });
    }
  });

  it("adds up over pieces of whole blocks to the bit", () => {
    const { columns, target, coefficients } = table(1600, 5, 3);
    const input = { columns, target, weight: undefined };
    const pass = (bounds: readonly number[]) => {
      const gradient = new Float64Array(6);
      let loss = 0;
      for (let i = 0; i + 1 < bounds.length; i++) {
        const [start, end] = [bounds[i]!, bounds[i + 1]!];
        loss += logisticPass(input, coefficients, 0, start, end, gradient, logisticBuffers());
      }
      return { gradient, loss };
    };
    expect(pass([0, 512, 1024, 1600]).gradient).toEqual(pass([0, 1600]).gradient);
  });

  it("gives one row the margin that it has in a table, to the bit", () => {
    for (const width of [1, 3, 4, 6, 9]) {
      const { columns, coefficients } = table(40, width, width);
      const margins = new Float64Array(40);
      linearMargins(columns, coefficients, 0.7, 0, 40, margins);
      margins.forEach((margin, row) => {
        const values = Float64Array.from(columns, (column) => column[row]!);
        expect(linearMargin(values, coefficients, 0.7)).toBe(margin);
      });
    }
  });
});

describe("cholesky and gram", () => {
  it("solve normal equations", () => {
    const { columns, weight } = table(50, 4, 9);
    const rows = new Float64Array(200).map((_, i) => columns[i % 4]![Math.floor(i / 4)]!);
    const gram = new Float64Array(16);
    addWeightedGram(rows, weight, 50, 4, gram);
    const full = (i: number, j: number): number => gram[Math.max(i, j) * 4 + Math.min(i, j)]!;
    const wanted = Float64Array.of(1, -2, 3, 0.5);
    const right = wanted.map((_, i) => wanted.reduce((sum, x, j) => sum + full(i, j) * x, 0));
    const factor = gram.slice();
    expect(choleskyInPlace(factor, 4)).toBe(true);
    const solved = right.slice();
    choleskySolve(factor, 4, solved);
    solved.forEach((value, j) => {
      expect(value).toBeCloseTo(wanted[j]!, 10);
    });
    const unit = Float64Array.of(0, 0, 1, 0);
    choleskySolve(factor, 4, unit);
    expect(choleskyInverseDiagonal(factor, 4)[2]).toBeCloseTo(unit[2]!, 12);
  });

  it("see that a matrix is not positive definite", () => {
    expect(choleskyInPlace(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
    expect(choleskyInPlace(Float64Array.of(Number.NaN), 1)).toBe(false);
  });
});

describe("moments", () => {
  it("are mean and deviation, however far from 0", () => {
    const run = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(run, fc.constantFrom(0, 1e9), (values, far) => {
        const shifted = Float64Array.from(values, (value) => value + far);
        const mean = shifted.reduce((sum, value) => sum + value, 0) / shifted.length;
        const square = shifted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const found = momentsOf(shifted, undefined);
        expect(found.mean).toBeCloseTo(mean, far === 0 ? 9 : 5);
        expect(found.deviation).toBeCloseTo(Math.sqrt(square / shifted.length), 4);
      }),
    );
  });

  it("count weight k as k values", () => {
    const weighted = momentsOf(Float64Array.of(1, 5, 2), Float64Array.of(2, 1, 3));
    const repeated = momentsOf(Float64Array.of(1, 1, 5, 2, 2, 2), undefined);
    expect(weighted.mean).toBeCloseTo(repeated.mean, 14);
    expect(weighted.deviation).toBeCloseTo(repeated.deviation, 14);
  });
});
