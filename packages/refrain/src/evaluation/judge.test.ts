import { bootstrap, prAucMetric, RandomStream, rocAucMetric } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { bestOf, judge, tooFew } from "./judge.js";

/** 300 rows of 60 users: one informative score, one copy of it, one of noise. */
function sample() {
  const stream = new RandomStream(3, "sample");
  const rows = 300;
  const target = new Float64Array(rows);
  const good = new Float64Array(rows);
  const noise = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    target[row] = stream.uniform() < 0.3 ? 1 : 0;
    good[row] = 0.2 + 0.3 * target[row]! + 0.3 * stream.uniform();
    noise[row] = stream.uniform();
  }
  return { target, good, noise, users: Int32Array.from(target, (_, row) => row % 60) };
}

describe("judge", async () => {
  const { target, good, noise, users } = sample();
  const options = { resamples: 200, seed: 5 };
  const sets = [
    { name: "good", scores: good, threshold: 0.5 },
    { name: "copy", scores: good.slice(), threshold: 0.5 },
    { name: "noise", scores: noise, threshold: 0.5 },
  ];
  const verdict = await judge({ target, users }, sets, options);

  it("gives the intervals of the bootstrap by user", async () => {
    const { models } = await bootstrap(
      { target, scores: { good }, units: users },
      [rocAucMetric, prAucMetric],
      options,
    );
    expect(verdict.estimates.get("good")?.rocAuc).toEqual(models["good"]?.["rocAuc"]);
    expect(verdict.estimates.get("good")?.prAuc).toEqual(models["good"]?.["prAuc"]);
  });

  it("calls a difference inside its interval a tie, and a clear one none", () => {
    expect(verdict.difference("good", "copy", "rocAuc")).toMatchObject({
      value: 0,
      low: 0,
      high: 0,
      tie: true,
    });
    const clear = verdict.difference("good", "noise", "rocAuc");
    expect(clear.tie).toBe(false);
    expect(clear.low).toBeGreaterThan(0);
    expect(verdict.difference("good", "nobody", "rocAuc")).toMatchObject({
      value: null,
      tie: null,
    });
  });

  it("puts the calibration error of sound probabilities inside its interval", async () => {
    const stream = new RandomStream(8, "sound");
    const sound = Float64Array.from({ length: 900 }, () => stream.uniform());
    const answers = sound.map((p) => (stream.uniform() < p ? 1 : 0));
    const rows = { target: answers, users: Int32Array.from(sound, (_, row) => row) };
    const sets = [{ name: "sound", scores: sound, threshold: 0.5 }];
    const { ece } = (await judge(rows, sets, options)).estimates.get("sound")!;
    expect(ece.low).toBeLessThanOrEqual(ece.value!);
    expect(ece.high).toBeGreaterThanOrEqual(ece.value!);
  });

  it("finds the best by each metric's own direction", () => {
    expect(bestOf(verdict.estimates, ["noise", "good"], "rocAuc")).toBe("good");
    expect(bestOf(verdict.estimates, ["noise", "good"], "brier")).toBe("good");
    expect(bestOf(verdict.estimates, [], "brier")).toBeNull();
  });

  it("says why too few users of a class allow no number", () => {
    const counts = { rows: 50, users: 30, positives: 8, positiveUsers: 5, negativeUsers: 25 };
    expect(tooFew(counts, "the test rows")).toBe(
      "Cannot be estimated: the test rows hold 8 positive rows of 5 users and 42 negative rows " +
        "of " +
        "25 users, and 20 users of each are needed.",
    );
    expect(tooFew({ ...counts, positiveUsers: 20 }, "the test rows")).toBeUndefined();
  });
});
