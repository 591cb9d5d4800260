import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream, sigmoid } from "../foundation/index.js";
import { ece, rocAuc } from "../metrics/index.js";
import { beta } from "./beta.js";
import { restoreCalibrator } from "./catalogue.js";
import { isotonic } from "./isotonic.js";
import { platt } from "./platt.js";

interface Case {
  readonly name: string;
  readonly score: number[];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly grid: number[];
  readonly rate: number[];
}

const file = new URL("./fixtures/isotonic.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };
const doubles = (values: readonly number[]) => Float64Array.from(values);

/** Probabilities of a classifier that is far too sure of itself. */
function overconfident(rows: number) {
  const stream = new RandomStream(1, "calibrator test");
  const target = new Float64Array(rows);
  const score = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const level = stream.normal() - 1;
    target[row] = stream.uniform() < sigmoid(level) ? 1 : 0;
    score[row] = sigmoid(3 * level + 1);
  }
  return { target, score };
}

describe("isotonic calibration", () => {
  it.each(cases.map((one) => [one.name, one] as const))("is scikit-learn's: %s", (_, one) => {
    const weight = one.weight === null ? undefined : doubles(one.weight);
    const fitted = isotonic.fit(doubles(one.score), doubles(one.target), weight);
    const total = weight?.reduce((sum, value) => sum + value, 0) ?? one.score.length;
    const edge = 0.5 / (total + 1);
    one.grid.forEach((score, place) => {
      const expected = Math.min(Math.max(one.rate[place]!, edge), 1 - edge);
      expect(Math.abs(fitted.calibrate(score) - expected), `${score}`).toBeLessThan(2 * edge);
      const inside = one.rate[place]! > 0 && one.rate[place]! < 1;
      const flat = one.rate[place] === one.rate[place - 1];
      if (inside && flat) expect(fitted.calibrate(score)).toBeCloseTo(expected, 12);
    });
  });

  it("never falls, and stays away from 0 and 1", () => {
    const rows = fc.array(fc.tuple(fc.nat(20), fc.constantFrom(0, 1)), { minLength: 1 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const score = doubles(pairs.map(([value]) => value / 20));
        const fitted = isotonic.fit(score, doubles(pairs.map(([, label]) => label)));
        const grid = Array.from({ length: 50 }, (_, i) => fitted.calibrate(i / 49));
        grid.forEach((rate, i) => {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThan(1);
          if (i > 0) expect(rate).toBeGreaterThanOrEqual(grid[i - 1]!);
        });
      }),
    );
  });
});

interface BetaCase {
  readonly name: string;
  readonly score: number[];
  readonly target: number[];
  readonly weight: number[] | null;
  readonly shape: number[];
}

const betaFile = new URL("./fixtures/beta.json", import.meta.url);
const betas = JSON.parse(readFileSync(betaFile, "utf8")) as { cases: readonly BetaCase[] };

describe("beta calibration", () => {
  it.each(betas.cases.map((one) => [one.name, one] as const))(
    "is a logistic regression on both logarithms: %s",
    (_, one) => {
      const weight = one.weight === null ? undefined : doubles(one.weight);
      const fitted = beta.fit(doubles(one.score), doubles(one.target), weight);
      const shape = fitted.state().tensors["shape"]!.values;
      one.shape.forEach((expected, k) => {
        expect(shape[k], `${k}`).toBeCloseTo(expected, 7);
      });
    },
  );

  it("never falls, whatever it learnt from", () => {
    const rows = fc.array(fc.tuple(fc.nat(20), fc.constantFrom(0, 1)), { minLength: 1 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const score = doubles(pairs.map(([value]) => value / 20));
        const fitted = beta.fit(score, doubles(pairs.map(([, label]) => label)));
        const grid = Array.from({ length: 30 }, (_, i) => fitted.calibrate(i / 29));
        grid.forEach((rate, i) => {
          expect(rate).toBeGreaterThanOrEqual(i === 0 ? 0 : grid[i - 1]!);
        });
      }),
    );
  });

  it("refuses exponents below 0 with ENCODER_STATE", () => {
    const shape = { shape: [3], values: doubles([-1, 1, 0]) };
    expect(() => restoreCalibrator("beta", { settings: {}, tensors: { shape } })).toThrow(
      expect.objectContaining({ code: "ENCODER_STATE" }),
    );
  });
});

describe.each([
  ["beta", beta],
  ["platt", platt],
  ["isotonic", isotonic],
] as const)("%s", (kind, calibrator) => {
  const { target, score } = overconfident(6000);
  const fitted = calibrator.fit(score.slice(0, 3000), target.slice(0, 3000));
  const held = { target: target.slice(3000), score: score.slice(3000) };
  const calibrated = held.score.map(fitted.calibrate);

  it("mends an overconfident classifier on rows it has not seen", () => {
    expect(ece(held.target, held.score)).toBeGreaterThan(0.1);
    expect(ece(held.target, calibrated)).toBeLessThan(0.025);
  });

  it("hardly changes the order", () => {
    const lost = rocAuc(held.target, held.score) - rocAuc(held.target, calibrated);
    expect(Math.abs(lost)).toBeLessThan(0.005);
  });

  it("counts weight k as k rows and comes back from its state", () => {
    const part = { score: score.slice(0, 50), target: target.slice(0, 50) };
    const weight = part.score.map((_, row) => 1 + (row % 3));
    const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const weighted = calibrator.fit(part.score, part.target, weight);
    const repeated = calibrator.fit(
      doubles(rows.map((row) => part.score[row]!)),
      doubles(rows.map((row) => part.target[row]!)),
    );
    for (const at of [0, 0.1, 0.5, 0.97, 1]) {
      expect(weighted.calibrate(at)).toBeCloseTo(repeated.calibrate(at), 6);
      const again = restoreCalibrator(kind, weighted.state());
      expect(again.calibrate(at)).toBe(weighted.calibrate(at));
    }
  });

  it("refuses no rows with CALIBRATION_EMPTY and a wrong state with ENCODER_STATE", () => {
    expect(() => calibrator.fit(doubles([]), doubles([]))).toThrow(
      expect.objectContaining({ code: "CALIBRATION_EMPTY" }),
    );
    expect(() => restoreCalibrator(kind, { settings: {}, tensors: {} })).toThrow(
      expect.objectContaining({ code: "ENCODER_STATE" }),
    );
  });

  it("stays finite where scores separate the classes", () => {
    const sure = calibrator.fit(doubles([0, 0, 1, 1]), doubles([0, 0, 1, 1]));
    for (const at of [0, 0.5, 1]) {
      expect(sure.calibrate(at)).toBeGreaterThan(0);
      expect(sure.calibrate(at)).toBeLessThan(1);
    }
  });
});

describe("a state of isotonic calibration", () => {
  it.each([
    [
      [0.2, 0.1],
      [0, 1],
    ],
    [
      [0.1, 0.2],
      [0, 2],
    ],
  ])("with scores %j and rates %j is refused with ENCODER_STATE", (scores, rates) => {
    const vector = (values: number[]) => ({ shape: [values.length], values: doubles(values) });
    const state = { settings: {}, tensors: { scores: vector(scores), rates: vector(rates) } };
    expect(() => restoreCalibrator("isotonic", state)).toThrow(
      expect.objectContaining({ code: "ENCODER_STATE" }),
    );
  });
});
