import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp, log, log1p, logit, sigmoid, softplus } from "./exp-log.js";

/** Distance in units of the last place of b. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const unit = Math.max(Math.abs(b) * 2 ** -52, Number.MIN_VALUE);
  return Math.abs(a - b) / unit;
}

describe("exp and log", () => {
  it("are within one unit in the last place of the engine's", () => {
    fc.assert(
      fc.property(fc.double({ min: -745, max: 709, noNaN: true }), (x) => {
        expect(ulps(exp(x), Math.exp(x))).toBeLessThanOrEqual(1);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1.79e308, noNaN: true }), (x) => {
        expect(ulps(log(x), Math.log(x))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("give these bits on every engine", () => {
    const xs = [-700.25, -20.125, -0.1, 1e-9, 0.3, 1, 17.75, 300.5];
    expect(xs.map(exp)).toMatchInlineSnapshot(`
      [
        7.678723813110872e-305,
        1.8189616875530459e-9,
        0.9048374180359595,
        1.000000001,
        1.3498588075760032,
        2.7182818284590455,
        51136035.38059728,
        3.202519714603633e+130,
      ]
    `);
    expect([1e-310, 0.1, 0.75, 1.5, 10, 1e300].map(log)).toMatchInlineSnapshot(`
      [
        -713.8013788281542,
        -2.3025850929940455,
        -0.2876820724517809,
        0.4054651081081644,
        2.302585092994046,
        690.7755278982137,
      ]
    `);
  });

  it("keep the edges", () => {
    expect([exp(0), exp(-0), exp(710), exp(-746)]).toEqual([1, 1, Number.POSITIVE_INFINITY, 0]);
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(Number.NaN)).toBeNaN();
    expect([log(1), log(0), log(-0)]).toEqual([0, -Infinity, -Infinity]);
    expect(log(-1)).toBeNaN();
    expect(log(Number.NaN)).toBeNaN();
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what follows from them", () => {
  it("log1p keeps small numbers", () => {
    fc.assert(
      fc.property(fc.double({ min: -0.999, max: 1e10, noNaN: true }), (x) => {
        expect(ulps(log1p(x), Math.log1p(x))).toBeLessThanOrEqual(4);
      }),
    );
    expect(log1p(1e-20)).toBe(1e-20);
  });

  it("sigmoid and logit are inverse, and softplus is the loss", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(logit(sigmoid(x))).toBeCloseTo(x, 2);
        expect(softplus(x)).toBeCloseTo(-Math.log(sigmoid(-x)), 9);
        expect(sigmoid(x) + sigmoid(-x)).toBeCloseTo(1, 14);
      }),
    );
    expect([sigmoid(1e4), sigmoid(-1e4), softplus(-1e4)]).toEqual([1, 0, 0]);
    expect(softplus(1e4)).toBe(1e4);
  });
});
