import { describe, expect, it } from "vitest";
import { RandomStream, sigmoid } from "../foundation/index.js";
import { bootstrapDraws } from "./bootstrap.js";
import type { Metric } from "./metric.js";
import { brierMetric, eceMetric, logLossMetric, normalisedEntropyMetric } from "./probability.js";
import { rankScores } from "./ranked.js";
import { liftMetric, prAucMetric, recallAtFprMetric, rocAucMetric } from "./ranking.js";
import { drawCounts, type ResampleProgress } from "./resample.js";
import {
  accuracyMetric,
  bestF1Metric,
  f1Metric,
  precisionMetric,
  recallMetric,
} from "./threshold.js";

const metrics: readonly Metric[] = [
  rocAucMetric,
  prAucMetric,
  liftMetric(0.1),
  liftMetric(1),
  recallAtFprMetric(0.2),
  eceMetric,
  f1Metric(),
  accuracyMetric(0.3),
  precisionMetric(0.7),
  recallMetric(0.2),
  bestF1Metric,
  logLossMetric,
  brierMetric,
  normalisedEntropyMetric,
];

function draw(rows: number, users: number, levels: number, seed: number) {
  const stream = new RandomStream(seed, "resample test");
  const score = Float64Array.from({ length: rows }, () => {
    const p = sigmoid(2 * stream.normal());
    return levels > 0 ? Math.round(p * levels) / levels : p;
  });
  const target = score.map((p) => (stream.uniform() < p ? 1 : 0));
  const units = Int32Array.from(score, () => stream.below(users));
  const weight = score.map(() => stream.below(4) / 2 + (levels > 0 ? 0 : stream.uniform()));
  return { score, target, units, weight };
}

describe("resamples", () => {
  it.each([
    { name: "distinct scores", rows: 500, users: 90, levels: 0, weighs: false },
    { name: "ties", rows: 500, users: 90, levels: 12, weighs: false },
    { name: "fractions as weights", rows: 300, users: 40, levels: 0, weighs: true },
    { name: "weights and ties", rows: 300, users: 40, levels: 7, weighs: true },
    { name: "one user", rows: 30, users: 1, levels: 0, weighs: false },
    { name: "rows as units", rows: 33, users: 0, levels: 3, weighs: false },
  ])("are the scalar reference's to the bit: $name", async (world) => {
    const { rows, users, levels, weighs } = world;
    const { score, target, units, weight } = draw(rows, Math.max(1, users), levels, rows);
    const unit = users === 0 ? undefined : units;
    const given = weighs ? weight : undefined;
    const input = { target, scores: { one: score, two: score.map((p) => 1 - p) }, units: unit };
    const options = { resamples: 25, seed: 2 ** 40 + 3 };
    const found = await bootstrapDraws({ ...input, weight: given }, metrics, options);
    for (const { model, metric, value, draws } of found) {
      const scores = model === "one" ? score : score.map((p) => 1 - p);
      const ranked = rankScores(target, scores, { unit, weight: given });
      const evaluate = metric.prepare(ranked);
      expect(value).toBe(evaluate());
      const counts = new Float64Array(ranked.unitCount);
      draws.forEach((draw, resample) => {
        drawCounts(counts, options.seed, resample);
        expect(draw, `${metric.name} ${resample}`).toBe(evaluate(counts));
      });
    }
  });

  it("are the same for any number of threads", async () => {
    const { score, target, units } = draw(20_000, 7000, 0, 4);
    const input = { target, scores: { score }, units };
    const run = async (threads: number) => {
      const found = await bootstrapDraws(input, metrics, { resamples: 60, seed: 9 }, { threads });
      return found.map(({ draws }) => draws);
    };
    const one = await run(1);
    expect(await run(2)).toEqual(one);
    expect(await run(4)).toEqual(one);
  });

  it("take metrics of others, which need no kernel, on the same draws", async () => {
    const { score, target, units } = draw(200, 50, 0, 5);
    const { plan: _, ...own } = rocAucMetric;
    const input = { target, scores: { score }, units };
    const progress: ResampleProgress[] = [];
    const [kernel, here] = await bootstrapDraws(
      input,
      [rocAucMetric, own],
      { resamples: 40 },
      { onProgress: (step) => progress.push(step) },
    );
    expect(here!.draws).toEqual(kernel!.draws);
    expect(progress.at(-1)).toEqual({ round: 40, rounds: 40, secondsLeft: 0 });
    progress.forEach(({ round }, k) => {
      expect(round).toBeGreaterThanOrEqual(progress[k - 1]?.round ?? 0);
    });
  });

  it("say that probabilities are none before they start (METRIC_VALUE)", async () => {
    const input = { target: [0, 1], scores: { odd: [0.5, 2] } };
    await expect(bootstrapDraws(input, [eceMetric])).rejects.toMatchObject({
      code: "METRIC_VALUE",
    });
  });

  it("stop when they are told (LEARN_STOPPED), between a few resamples", async () => {
    const { score, target, units } = draw(30_000, 9000, 0, 6);
    const { plan: _, ...own } = rocAucMetric;
    for (const metric of [rocAucMetric, own]) {
      const controller = new AbortController();
      const seen: number[] = [];
      const onProgress = ({ round }: ResampleProgress): void => {
        seen.push(round);
        controller.abort();
      };
      const work = bootstrapDraws(
        { target, scores: { score }, units },
        [metric],
        { resamples: 5000 },
        { signal: controller.signal, onProgress },
      );
      await expect(work).rejects.toMatchObject({ code: "LEARN_STOPPED" });
      expect(seen.length).toBe(1);
      expect(seen[0]).toBeLessThan(500);
    }
  });
});
