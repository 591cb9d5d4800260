import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { Frame, frameOf, numberColumn } from "../../frame/index.js";
import { chiSquaredQuantile, consistencyFactor } from "./chi-squared.js";
import { fastMcd } from "./fast-mcd.js";
import { fullGaussian } from "./full.js";

interface FullCase {
  readonly name: string;
  readonly columns: number[][];
  readonly test: number[][];
  readonly scores: number[];
  readonly covariance: number[];
}

interface RobustCase {
  readonly name: string;
  /** Whether the smallest determinant of all was looked for. */
  readonly exact: boolean;
  readonly columns: number[][];
  readonly logDeterminant: number;
  readonly location: number[];
  readonly covariance: number[];
  readonly support: number;
  readonly scores: number[];
}

function casesOf<Case>(name: string): (readonly [string, Case])[] {
  const text = readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8");
  const { cases } = JSON.parse(text) as { cases: (Case & { readonly name: string })[] };
  return cases.map((one) => [one.name, one] as const);
}

function tableOf(columns: readonly (number[] | Float64Array)[]): Frame {
  return new Frame(columns.map((values, j) => numberColumn(`c${j}`, values)));
}

describe("the Gaussian with a full covariance", () => {
  it.each(casesOf<FullCase>("covariance"))("has scipy's log density: %s", async (_, one) => {
    const model = await fullGaussian.fit(tableOf(one.columns), undefined, { ridge: 0 });
    const scores = await model.predict(tableOf(one.test));
    scores.forEach((score, row) => {
      expect(Math.abs(score - one.scores[row]!) / (1 + Math.abs(score))).toBeLessThan(1e-9);
    });
    model.covariance.forEach((value, at) => {
      expect(value).toBeCloseTo(one.covariance[at]!, 9);
    });
  });

  it("tells what each column adds to half the squared distance", async () => {
    const [[, one]] = casesOf<FullCase>("covariance") as [readonly [string, FullCase]];
    const model = await fullGaussian.fit(tableOf(one.columns), undefined);
    const parts = await model.contributions(tableOf(one.test));
    const scores = await model.predict(tableOf(one.test));
    const sum = (row: number) => parts[3 * row]! + parts[3 * row + 1]! + parts[3 * row + 2]!;
    expect(parts.every((part) => part >= 0)).toBe(true);
    for (let row = 1; row < scores.length; row++) {
      expect(sum(row) - sum(0)).toBeCloseTo(scores[row]! - scores[0]!, 6);
    }
  });

  it("refuses a singular covariance without a ridge (COVARIANCE_SINGULAR)", async () => {
    const twice = frameOf({ a: [1, 2, 4], b: [2, 4, 8], c: [1, 1, 1] });
    await expect(fullGaussian.fit(twice, undefined, { ridge: 0 })).rejects.toMatchObject({
      code: "COVARIANCE_SINGULAR",
    });
    const model = await fullGaussian.fit(twice, undefined);
    // What breaks the law of the two columns is farther off than what follows it.
    const follows = model.predictRow({ a: 5, b: 10, c: 1 });
    expect(model.predictRow({ a: 3, b: 2, c: 1 })).toBeGreaterThan(1000 + follows);
  });
});

describe("chi-squared quantiles", () => {
  it("are those of the tables", () => {
    expect(chiSquaredQuantile(0.975, 1)).toBeCloseTo(5.023886187314888, 10);
    expect(chiSquaredQuantile(0.5, 10)).toBeCloseTo(9.341817765591, 10);
    expect(consistencyFactor(1, 4)).toBe(1);
    expect(consistencyFactor(0.5, 2)).toBeCloseTo(0.5 / 0.15342640972002736, 9);
  });
});

const robust = casesOf<RobustCase>("robust");

describe("FastMCD", () => {
  it.each(robust.filter(([, { exact }]) => exact))(
    "has scikit-learn's estimate of the smallest determinant: %s",
    async (_, one) => {
      const frame = tableOf(one.columns);
      const model = await fastMcd.fit(frame, undefined);
      const width = one.columns.length;
      expect(model.card.summary["rawLogDeterminant"]).toBeCloseTo(one.logDeterminant, 6);
      expect(model.card.summary["support"]).toBe(one.support);
      one.location.forEach((value, j) => {
        expect(model.mu[j]).toBeCloseTo(value, 8);
      });
      one.covariance.forEach((value, at) => {
        expect(model.covariance[at]).toBeCloseTo(value, 8);
      });
      const scores = await model.predict(frame.view(0, 20));
      const parts = await model.contributions(frame.view(0, 20));
      one.scores.forEach((value, row) => {
        expect(scores[row]! / value).toBeCloseTo(1, 6);
        const own = parts.slice(row * width, (row + 1) * width).reduce((a, b) => a + b, 0);
        expect(own / value).toBeCloseTo(1, 6);
      });
    },
  );

  it.each(robust.filter(([, { exact }]) => !exact))(
    "finds as small a determinant in groups as scikit-learn in 20 runs: %s",
    async (_, one) => {
      const model = await fastMcd.fit(tableOf(one.columns), undefined);
      expect(model.card.summary["rawLogDeterminant"]).toBeLessThan(one.logDeterminant + 0.005);
      one.location.forEach((value, j) => {
        expect(Math.abs(model.mu[j]! - value)).toBeLessThan(0.02);
      });
      one.covariance.forEach((value, at) => {
        expect(Math.abs(model.covariance[at]! - value)).toBeLessThan(0.05);
      });
    },
  );

  it("is not moved by a third of rows far off, which move the plain covariance", async () => {
    const stream = new RandomStream(1, "robust test");
    const columns = [0, 1].map(() => Float64Array.from({ length: 900 }, () => stream.normal()));
    for (let row = 0; row < 300; row++) columns[0]![row]! += 50;
    const robust = await fastMcd.fit(tableOf(columns), undefined);
    const plain = await fullGaussian.fit(tableOf(columns), undefined);
    expect(Math.abs(robust.mu[0]!)).toBeLessThan(0.2);
    expect(robust.covariance[0]).toBeLessThan(1.5);
    expect(plain.mu[0]).toBeGreaterThan(10);
  });

  it("holds on constant and mostly constant columns, one column, one row", async () => {
    const stream = new RandomStream(1, "constant test");
    const a = Float64Array.from({ length: 60 }, () => stream.normal());
    const mostly = a.map((_, row) => (row % 5 === 0 ? row : 7));
    const frame = tableOf([a, a.map(() => 3), mostly, a]);
    const model = await fastMcd.fit(frame, undefined, { starts: 20 });
    const scores = await model.predict(frame);
    expect(scores.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
    expect(model.predictRow({ c0: 0, c1: 9, c2: 7, c3: 0 })).toBeGreaterThan(30);
    const single = await fastMcd.fit(tableOf([a]), undefined, { starts: 20 });
    expect(single.mu[0]).toBeCloseTo(0, 0);
    const one = await fastMcd.fit(frame.view(0, 1), undefined, { starts: 2 });
    expect(one.predictRow(frame.row(0))).toBeCloseTo(0, 6);
  });

  it.each([{ support: 0 }, { starts: 0 }, { ridge: 0 }])("refuses %o", async (options) => {
    await expect(fastMcd.fit(frameOf({ a: [1] }), undefined, options)).rejects.toMatchObject({
      code: "LEARNER_OPTION",
    });
  });
});
