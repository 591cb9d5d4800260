import { logit, platt, RandomStream, sigmoid } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { chooseCalibrator, type HeldOut } from "./held-out.js";

/** Scores whose log-odds are `stretch` times those of the truth. */
function fold(rows: number, stretch: number, seed: number): HeldOut {
  const stream = new RandomStream(seed, "held out");
  const truth = Float64Array.from({ length: rows }, () => sigmoid(1.5 * stream.normal() - 1));
  return {
    name: `fold ${seed}`,
    model: undefined as never,
    trainRows: rows,
    users: Int32Array.from(truth, (_, row) => row % Math.ceil(rows / 3)),
    target: truth.map((p) => (stream.uniform() < p ? 1 : 0)),
    scores: truth.map((p) => sigmoid(stretch * logit(p))),
  };
}

describe("a calibrator", () => {
  it("is taken where scores are too sure, and mends them", () => {
    const { calibrator, logLoss } = chooseCalibrator(
      [fold(600, 3, 1), fold(600, 3, 2)],
      [platt],
      1,
    );
    expect(calibrator?.kind).toBe("platt");
    expect(calibrator?.calibrate(sigmoid(3))).toBeCloseTo(sigmoid(1), 1);
    expect(logLoss).toBeLessThan(chooseCalibrator([fold(600, 3, 1)], [], 1).logLoss);
  });

  it("is left out where scores keep their word, and where rows of a class are few", () => {
    const kept = [...Array(10).keys()].filter(
      (seed) =>
        chooseCalibrator([fold(400, 1, seed), fold(400, 1, seed + 50)], [platt], 1).calibrator ===
        undefined,
    );
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(chooseCalibrator([fold(40, 3, 3)], [platt], 1).calibrator).toBeUndefined();
    expect(chooseCalibrator([], [platt], 1).logLoss).toBeNaN();
  });

  it("learns on one fold too, halved by user", () => {
    const only = chooseCalibrator([fold(900, 3, 4)], [platt], 1);
    expect(only.calibrator?.kind).toBe("platt");
    expect(only.scores).not.toEqual(fold(900, 3, 4).scores);
  });
});
