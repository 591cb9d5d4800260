import { expect, it } from "vitest";
import { bootstrap } from "./bootstrap.js";
import { itemCoverage, meanScoreMetric, scoreLists } from "./ranking-lists.js";

const relevant = { starts: Int32Array.of(0, 2, 3, 3), indices: Int32Array.of(4, 7, 1) };
const items = Int32Array.of(7, 3, 4, 2, 5, -1, 0, 1, 2);

it("judges each user's list, and none where nothing is right", () => {
  const { ndcg, averagePrecision, recall } = scoreLists({ items, k: 3, relevant });
  const ideal = 1 + 1 / Math.log2(3);
  expect(ndcg[0]).toBeCloseTo(1.5 / ideal, 12);
  expect(Array.from(ndcg.subarray(1))).toEqual([0, Number.NaN]);
  expect(averagePrecision[0]).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(Array.from(recall)).toEqual([1, 0, Number.NaN]);
  expect(scoreLists({ items, k: 3, relevant }, 1).recall[0]).toBe(0.5);
  expect(itemCoverage(items, 10)).toBe(0.7);
});

it("refuses lists of other users", () => {
  expect(() => scoreLists({ items: items.slice(1), k: 3, relevant })).toThrowError(
    expect.objectContaining({ code: "METRIC_LENGTHS_DIFFER" }),
  );
});

it("gives means an interval, and differences one on the same users", async () => {
  const worse = Float64Array.from({ length: 200 }, (_, user) => (user % 7) / 7);
  const better = worse.map((value) => value + 0.1);
  const target = new Float64Array(200);
  const found = await bootstrap({ target, scores: { better, worse } }, [meanScoreMetric], {
    against: "worse",
  });
  const mean = worse.reduce((sum, value) => sum + value, 0) / 200;
  expect(found.models["worse"]!["mean"]!.value).toBeCloseTo(mean, 12);
  const { low, high } = found.models["worse"]!["mean"]!;
  expect(low!).toBeLessThan(mean);
  expect(high!).toBeGreaterThan(mean);
  expect(found.differences["better"]!["mean"]!.low).toBeCloseTo(0.1, 9);
});
