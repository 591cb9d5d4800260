import { RandomStream } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { uniteDetectors } from "./detectors.js";

describe("uniteDetectors", () => {
  const random = new RandomStream(2, "test scores");
  const draw = (size: number) => Float64Array.from({ length: size }, () => random.normal());

  it.each([
    ["light", (one: number) => one],
    ["heavy", (one: number) => Math.exp(one)],
    ["as good as one value", (one: number) => Math.max(0, Math.round(one - 2))],
  ])("keeps false alarms within the rate, whatever the budgets: %s tails", (_, bend) => {
    const detectors = [0.5, 0.3, 0.2].map((budget, at) => ({
      ...{ name: `d${at}`, budget },
      ...{ calibration: draw(2000).map(bend), score: draw(20_000).map(bend) },
    }));
    const { pValue } = uniteDetectors(detectors);
    for (const level of [0.002, 0.01, 0.05, 0.2]) {
      expect(pValue.filter((p) => p <= level).length / pValue.length).toBeLessThan(1.3 * level);
    }
    const alarms = pValue.filter((p) => p <= 0.05).length / pValue.length;
    expect(alarms).toBeGreaterThan(0.01);
  });

  it("ranks beyond the calibration scores, and says who spoke", () => {
    const calibration = draw(100);
    const { score, spoke, pValue } = uniteDetectors([
      { name: "a", budget: 0.5, calibration, score: Float64Array.of(0, 9, 0) },
      { name: "b", budget: 0.5, calibration, score: Float64Array.of(0, 0, 90) },
    ]);
    expect(score[2]).toBeGreaterThan(score[1]!);
    expect(score[1]).toBeGreaterThan(score[0]!);
    expect([...spoke].slice(1)).toEqual([0, 1]);
    expect([...pValue].slice(1)).toEqual([1 / 101, 1 / 101]);
  });
});
