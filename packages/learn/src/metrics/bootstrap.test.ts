import { describe, expect, it } from "vitest";
import { RandomStream, sigmoid } from "../foundation/index.js";
import { bootstrap, bootstrapMetric } from "./bootstrap.js";
import { eceMetric, logLossMetric, normalisedEntropyMetric } from "./probability.js";
import { liftMetric, prAucMetric, recallAtFprMetric, rocAuc, rocAucMetric } from "./ranking.js";
import {
  accuracyMetric,
  bestF1Metric,
  f1Metric,
  precisionMetric,
  recallMetric,
} from "./threshold.js";

/** Users with some rows each that are alike: rows of a user are no independent evidence. */
function sample(users: number, rowsEach: number, seed: number) {
  const stream = new RandomStream(seed, "bootstrap test");
  const target: number[] = [];
  const score: number[] = [];
  const units: number[] = [];
  for (let user = 0; user < users; user++) {
    const level = stream.normal();
    const label = stream.uniform() < sigmoid(level) ? 1 : 0;
    for (let row = 0; row < rowsEach; row++) {
      units.push(user);
      target.push(label);
      score.push(sigmoid(level + 0.1 * stream.normal()));
    }
  }
  return { target, score, units: Int32Array.from(units) };
}

const metrics = [
  rocAucMetric,
  prAucMetric,
  logLossMetric,
  normalisedEntropyMetric,
  eceMetric,
  accuracyMetric(),
  f1Metric(),
  precisionMetric(),
  recallMetric(),
  bestF1Metric,
  liftMetric(0.1),
  recallAtFprMetric(0.1),
];

describe("the cluster bootstrap", () => {
  it("holds the truth in about 95 of 100 intervals, where rows as units would not", async () => {
    const truth = rocAuc(sample(40_000, 1, 99).target, sample(40_000, 1, 99).score);
    let byUser = 0;
    let byRow = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { target, score, units } = sample(80, 5, seed);
      const options = { resamples: 200, seed };
      const holds = async (given: Int32Array | undefined): Promise<boolean> => {
        const input = { target, score, units: given };
        const found = await bootstrapMetric(rocAucMetric, input, options);
        return found.low! <= truth && truth <= found.high!;
      };
      if (await holds(units)) byUser += 1;
      if (await holds(undefined)) byRow += 1;
    }
    expect(byUser).toBeGreaterThanOrEqual(88);
    expect(byRow).toBeLessThan(80);
  });

  it("gives every metric a value inside its interval, by the seed alone", async () => {
    const { target, score, units } = sample(150, 2, 5);
    const scores = { ours: score, naive: score.map(() => 0.5) };
    const run = (seed: number) =>
      bootstrap({ target, scores, units }, metrics, { resamples: 60, seed });
    const found = await run(1);
    expect(await run(1)).toEqual(found);
    expect(await run(2)).not.toEqual(found);
    for (const { name } of metrics) {
      const { value, low, high } = found.models["ours"]![name]!;
      expect(low, name).toBeLessThanOrEqual(high!);
      if (name !== "ece" && name !== "bestF1") expect(low, name).toBeLessThanOrEqual(value!);
      expect(high, name).toBeGreaterThanOrEqual(value!);
    }
  });

  it("pairs differences: a model does not differ from itself, and a shift is seen", async () => {
    const { target, score, units } = sample(150, 2, 6);
    const stream = new RandomStream(1, "noise");
    const worse = score.map((value) => value + stream.normal());
    const input = { target, scores: { base: score, same: [...score], worse }, units };
    const options = { resamples: 100, against: "base" };
    const { differences } = await bootstrap(input, [rocAucMetric], options);
    expect(differences["same"]!["rocAuc"]).toEqual({ value: 0, low: 0, high: 0 });
    expect(differences["worse"]!["rocAuc"]!.high).toBeLessThan(0);
    expect(differences["base"]).toBeUndefined();
  });

  it("counts weights: weight 2 for all changes nothing", async () => {
    const { target, score, units } = sample(60, 2, 7);
    const weight = target.map(() => 2);
    const run = (given?: number[]) =>
      bootstrapMetric(prAucMetric, { target, score, units, weight: given }, { resamples: 50 });
    const [plain, doubled] = [await run(), await run(weight)];
    expect(doubled.value).toBeCloseTo(plain.value!, 12);
    expect(doubled.low).toBeCloseTo(plain.low!, 12);
  });

  it("says why there is nothing to say", async () => {
    const one = await bootstrapMetric(rocAucMetric, { target: [1, 1], score: [1, 2] });
    expect(one).toEqual({
      value: null,
      low: null,
      high: null,
      reason: "All of the 2 rows are positive.",
    });
    const input = { target: [0, 1, 1], scores: { a: [1, 2, 3] }, units: Int32Array.of(0, 1, 1) };
    const rare = await bootstrap(input, [rocAucMetric], { against: "nobody" });
    expect(rare.models["a"]!["rocAuc"]!.value).toBe(1);
    expect(rare.differences["a"]!["rocAuc"]!.reason).toBe('There is no model "nobody".');
    const lonely = { target: [1, 0, 0], score: [1, 1, 1], weight: [1, 1, 0] };
    const units = Int32Array.of(0, 1, 2);
    const options = { resamples: 400 };
    const often = await bootstrapMetric(rocAucMetric, { ...lonely, units }, options);
    expect([often.value, often.low]).toEqual([0.5, null]);
    expect(often.reason).toMatch(/^Only \d+ of 400 resamples held both classes\.$/);
  });

  it("refuses too few resamples (METRIC_RESAMPLES) and units below 0 (METRIC_VALUE)", async () => {
    const input = { target: [0, 1], score: [1, 2] };
    const refused = (code: string) => expect.objectContaining({ code });
    const run = (options: object, units?: Int32Array) =>
      expect(bootstrapMetric(rocAucMetric, { ...input, units }, options)).rejects;
    await run({ resamples: 3 }).toThrow(refused("METRIC_RESAMPLES"));
    await run({ level: 1 }).toThrow(refused("METRIC_RESAMPLES"));
    await run({}, Int32Array.of(-1, 0)).toThrow(refused("METRIC_VALUE"));
    await run({}, Int32Array.of(0)).toThrow(refused("METRIC_LENGTHS_DIFFER"));
  });
});
