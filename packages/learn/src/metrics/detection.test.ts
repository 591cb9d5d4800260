import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benjaminiHochberg, budgetThreshold, conformalPValues, densitySweep } from "./index.js";

const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });

describe("thresholds by budget", () => {
  it("calls at most the budget, ties together, and one more tie would be too many", () => {
    fc.assert(
      fc.property(scores, fc.nat(50), (score, alarms) => {
        const found = budgetThreshold(score, alarms);
        const called = score.filter((value) => value >= found.threshold).length;
        expect(called).toBe(found.alarms);
        expect(called).toBeLessThanOrEqual(alarms);
        const below = Math.max(...score.filter((value) => value < found.threshold), -1);
        const more = score.filter((value) => value >= below).length;
        if (called < score.length) expect(more).toBeGreaterThan(alarms);
      }),
    );
  });

  it("lies midway, and refuses what is no budget (METRIC_BUDGET)", () => {
    expect(budgetThreshold([5, 1, 3], 1)).toEqual({ threshold: 4, alarms: 1 });
    expect(budgetThreshold([], 3).alarms).toBe(0);
    expect(() => budgetThreshold([1], 0.5)).toThrow(
      expect.objectContaining({ code: "METRIC_BUDGET" }),
    );
    expect(() => budgetThreshold([Number.NaN], 1)).toThrow(
      expect.objectContaining({ code: "METRIC_VALUE" }),
    );
  });
});

describe("conformal p-values", () => {
  it("count the calibration scores at or above, each row on its own", () => {
    fc.assert(
      fc.property(scores, scores, (calibration, score) => {
        const naive = score.map(
          (value) => (1 + calibration.filter((c) => c >= value).length) / (calibration.length + 1),
        );
        expect([...conformalPValues(calibration, score)]).toEqual(naive);
      }),
    );
  });

  it("need calibration scores (METRIC_CALIBRATION_EMPTY)", () => {
    expect(() => conformalPValues([], [1])).toThrow(
      expect.objectContaining({ code: "METRIC_CALIBRATION_EMPTY" }),
    );
  });
});

describe("Benjamini and Hochberg's procedure", () => {
  it("gives the published example", () => {
    // Benjamini & Hochberg 1995, section 3.1: at .05 the first four of fifteen are rejected.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    const { rejected, count, adjusted } = benjaminiHochberg(p, 0.05);
    expect(count).toBe(4);
    expect([...rejected].indexOf(0)).toBe(4);
    expect(adjusted[0]).toBeCloseTo(0.0015, 12);
    expect(adjusted[3]).toBeCloseTo(0.035625, 12);
  });

  it("steps up: a small p-value later carries those before it", () => {
    expect(benjaminiHochberg([0.04, 0.05, 0.05], 0.05).count).toBe(3);
  });

  it("refuses rates and p-values that are none (METRIC_RATE, METRIC_VALUE)", () => {
    expect(() => benjaminiHochberg([0.5], 0)).toThrow(
      expect.objectContaining({ code: "METRIC_RATE" }),
    );
    expect(() => benjaminiHochberg([1.5], 0.1)).toThrow(
      expect.objectContaining({ code: "METRIC_VALUE" }),
    );
  });
});

describe("the sweep over equal steps of the density", () => {
  it("misses what lies between its steps, also where densities underflow", () => {
    const score = [-2, -1, 0, 20, 800, 900];
    const target = [0, 0, 0, 0, 1, 1];
    const found = densitySweep(target, score, 1000);
    // The first step above 0 already calls the row of density e^-20.
    expect(found.f1).toBeCloseTo(0.8, 12);
    expect(found.recall).toBe(1);
    expect(found.precision).toBeCloseTo(2 / 3, 12);
    expect(densitySweep([0, 0], [1, 2]).f1).toBeNaN();
  });
});
