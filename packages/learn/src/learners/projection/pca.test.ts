import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Pacer, RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { symmetricEigen } from "./eigen.js";
import { pca } from "./pca.js";

interface Case {
  readonly name: string;
  readonly standardise: boolean;
  readonly columns: number[][];
  readonly test: number[][];
  readonly shares: number[];
  readonly scores: number[];
}

const file = new URL("./fixtures/pca.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };

function tableOf(columns: readonly number[][]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("eigenvalues", () => {
  it("put a symmetric matrix together again, and their vectors are orthonormal", async () => {
    const size = 12;
    const stream = new RandomStream(1, "eigen");
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        matrix[i * size + j] = stream.normal();
        matrix[j * size + i] = matrix[i * size + j]!;
      }
    }
    const { values, vectors } = await symmetricEigen(matrix, size, new Pacer(undefined, "test"));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let [sum, dot] = [0, 0];
        for (let k = 0; k < size; k++) {
          sum += values[k]! * vectors[k * size + i]! * vectors[k * size + j]!;
          dot += vectors[i * size + k]! * vectors[j * size + k]!;
        }
        expect(sum).toBeCloseTo(matrix[i * size + j]!, 12);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });
});

describe("principal components", () => {
  it.each(cases.map((one) => [one.name, one] as const))("score as PyOD: %s", async (_, one) => {
    const { standardise } = one;
    const model = await pca.fit(tableOf(one.columns), undefined, { standardise });
    expect(model.shares.length).toBe(one.shares.length);
    model.shares.forEach((share, k) => {
      expect(share).toBeCloseTo(one.shares[k]!, 10);
    });
    const scores = await model.predict(tableOf(one.test));
    scores.forEach((score, row) => {
      expect(score / one.scores[row]!).toBeCloseTo(1, 9);
    });
  });

  it.each(["eigenvectors", "variance", "reconstruction"] as const)(
    "contributions add up to the score: %s",
    async (distance) => {
      const [one] = cases;
      const model = await pca.fit(tableOf(one!.columns), undefined, { distance });
      const test = tableOf(one!.test);
      const scores = await model.predict(test);
      const parts = await model.contributions(test);
      const width = one!.columns.length;
      scores.forEach((score, row) => {
        const sum = parts.slice(row * width, (row + 1) * width).reduce((a, b) => a + b, 0);
        expect(sum / score).toBeCloseTo(1, 9);
      });
    },
  );

  it("leave of a row what lies outside the normal space, and say in which columns", async () => {
    const x = Array.from({ length: 200 }, (_, i) => Math.sin(i));
    const frame = frameOf({ x, twice: x.map((value) => 2 * value), own: x.map((_, i) => i % 7) });
    const model = await pca.fit(frame, undefined, { distance: "reconstruction", components: 2 });
    expect(model.card.summary).toMatchObject({ components: 2, normal: 2 });
    expect(model.predictRow({ x: 0.5, twice: 1, own: 3 })).toBeCloseTo(0, 12);
    const broken = frameOf({ x: [0.5], twice: [-1], own: [3] });
    const [a, b, c] = await model.contributions(broken);
    expect(a! + b!).toBeGreaterThan(1);
    expect(c).toBeCloseTo(0, 12);
  });

  it("refuses rows that are all alike (COLUMNS_CONSTANT)", async () => {
    const alike = frameOf({ a: [1, 1], b: [2, 2] });
    await expect(pca.fit(alike, undefined)).rejects.toMatchObject({ code: "COLUMNS_CONSTANT" });
  });
});
