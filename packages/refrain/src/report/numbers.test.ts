import { describe, expect, it } from "vitest";
import { formatInterval, formatMetric, formatNumber, formatShare } from "./numbers.js";

describe("numbers for people", () => {
  it.each([
    [0, "0"],
    [0.89234, "0.892"],
    [-0.00312, "\u22120.00312"],
    [12.345, "12.3"],
    [1234567, "1,234,567"],
    [1234.56, "1,235"],
    [-1000, "\u22121,000"],
    [0.0000123, "1.2e-5"],
    [1e300, "1.00e+300"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NaN, "–"],
    [null, "–"],
  ])("writes %s as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.28, "28 %"],
    [0.1234, "12.3 %"],
    [0.99999, "100 %"],
    [0.0002, "0.02 %"],
    [-0.05, "\u22125 %"],
    [null, "–"],
  ])("writes the share %s as %s", (value, text) => {
    expect(formatShare(value)).toBe(text);
  });

  it("gives metrics three decimals, and four below a tenth", () => {
    expect([0.9, 0.135, 0.0312, 0, -0.5, 2.628, 12.345, 123.4, 0.99999].map(formatMetric)).toEqual([
      "0.900",
      "0.135",
      "0.0312",
      "0.000",
      "\u22120.500",
      "2.63",
      "12.3",
      "123",
      "1.00",
    ]);
    expect(formatInterval(0.8, 0.9)).toBe("0.800 to 0.900");
  });
});
