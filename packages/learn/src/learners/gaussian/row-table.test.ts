import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer, RandomStream } from "../../foundation/index.js";
import { Frame, numberColumn } from "../../frame/index.js";
import type { FitExtras, Learner } from "../contract.js";
import { fastMcd } from "./fast-mcd.js";
import { gaussianMixture } from "./mixture.js";
import { withTable } from "./row-table.js";
import { factorOf, type Scatter } from "./scatter.js";

const wish = { doing: "testing", extras: {}, pacer: new Pacer(undefined, "testing") };

/** Means and covariances by their definition. */
function plainScatter(values: Float64Array, weight: Float64Array, width: number): Scatter {
  const total = weight.reduce((sum, value) => sum + value, 0);
  const rows = weight.length;
  const mean = Float64Array.from({ length: width }, (_, j) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += weight[row]! * values[row * width + j]!;
    return sum / total;
  });
  const covariance = Float64Array.from({ length: width * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const [a, b] = [values[row * width + i]! - mean[i]!, values[row * width + j]! - mean[j]!];
      sum += weight[row]! * a * b;
    }
    return sum / total;
  });
  return { mean, covariance, total };
}

/** A squared Mahalanobis distance by forward substitution. */
function plainDistance(row: Float64Array, mean: Float64Array, lower: Float64Array): number {
  const width = row.length;
  const solved = row.map((value, j) => value - mean[j]!);
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) solved[i]! -= lower[i * width + k]! * solved[k]!;
    solved[i]! *= lower[i * width + i]!;
  }
  return solved.reduce((sum, value) => sum + value * value, 0);
}

describe("rows in kernel memory", () => {
  it("have the sums and distances of their definitions", async () => {
    const sizes = fc.tuple(
      fc.constantFrom(1, 2, 3, 5, 6, 7, 50, 2049),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(99),
    );
    await fc.assert(
      fc.asyncProperty(sizes, async ([rows, width, seed]) => {
        const stream = new RandomStream(seed, "rows");
        const weight = Float64Array.from({ length: rows }, () => stream.below(3));
        weight[stream.below(rows)] = 1;
        await withTable({ rows, width }, wish, async (table) => {
          const values = table.values.map(() => stream.normal());
          table.values.set(values);
          const found = await table.scatter(weight);
          const plain = plainScatter(values, weight, width);
          expect(found.total).toBe(plain.total);
          found.mean.forEach((value, j) => {
            expect(value).toBeCloseTo(plain.mean[j]!, 12);
          });
          found.covariance.forEach((value, at) => {
            expect(value).toBeCloseTo(plain.covariance[at]!, 12);
          });
          const factor = factorOf(found, 0.5)!;
          const distances = await table.distances(factor);
          expect(distances.length).toBe(rows);
          distances.forEach((value, row) => {
            const own = values.slice(row * width, (row + 1) * width);
            expect(value).toBe(plainDistance(own, factor.mean, factor.lower));
          });
        });
      }),
      { numRuns: 40 },
    );
  });

  const rows = 15_000;
  const stream = new RandomStream(3, "threads");
  const column = () => Float64Array.from({ length: rows }, () => stream.normal());
  const frame = new Frame(Array.from({ length: 8 }, (_, j) => numberColumn(`c${j}`, column())));

  const learners: Readonly<Record<string, readonly [Learner, object]>> = {
    "fast-mcd": [fastMcd as unknown as Learner, { starts: 10 }],
    "gaussian-mixture": [gaussianMixture as unknown as Learner, { starts: 1, rounds: 4 }],
  };

  it.each(Object.entries(learners))("%s gives the same on 1, 2, 4 threads", async (_, given) => {
    const [learner, options] = given;
    const fit = (extras: FitExtras) => learner.fit(frame, undefined, options, extras);
    const expected = (await fit({ threads: 1 })).state();
    for (const threads of [2, 4]) expect((await fit({ threads })).state()).toEqual(expected);
  });

  it.each(Object.entries(learners))(
    "%s is refused beyond its limit, and tells",
    async (_, given) => {
      const [learner, options] = given;
      const limited = learner.fit(frame, undefined, options, { memoryLimit: 1e6 });
      await expect(limited).rejects.toMatchObject({ code: "KERNEL_MEMORY" });
      const rounds: number[] = [];
      const onProgress: FitExtras["onProgress"] = ({ round, rounds: most }) => {
        rounds.push(round / most);
      };
      await learner.fit(frame.view(0, 900), undefined, options, { onProgress });
      expect(rounds.length).toBeGreaterThan(3);
      expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
      expect(rounds.at(-1)).toBeLessThanOrEqual(1);
    },
  );
});
