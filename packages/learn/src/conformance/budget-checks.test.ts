import { describe, expect, it } from "vitest";
import { checkPlannedMemory } from "../kernels/index.js";
import { boosting, type Learner, logistic } from "../learners/index.js";
import { pipeline } from "../models/index.js";
import { checkLearner } from "./check-learner.js";

const name = "a fit keeps to its memory limit, or is refused before it begins";

/** Boosting with another way to treat what it is told. */
function broken(fit: Learner["fit"]): Learner {
  return { ...boosting, fit } as unknown as Learner;
}

/** Boosting of a few rounds without a limit of its own. */
const unlimited: Learner["fit"] = (frame, target, options, extras) =>
  boosting.fit(frame, target, { ...options, rounds: 2 }, { ...extras, memoryLimit: undefined });

const plants: Readonly<Record<string, readonly [Learner, RegExp]>> = {
  "a limit that is ignored": [broken(unlimited), /it took \d+ bytes of kernel memory, and had 1$/],
  "a plan below what is taken": [
    broken(async (frame, target, options, extras) => {
      checkPlannedMemory("fitting a plan", 4096, extras?.memoryLimit);
      return await unlimited(frame, target, options, extras);
    }),
    /it took \d+ bytes of kernel memory, and had 4096/,
  ],
  "a refusal after the work": [
    broken(async (frame, target, options, extras) => {
      extras?.onProgress?.({ round: 1, rounds: 1 });
      return await boosting.fit(frame, target, options, extras);
    }),
    /refused for \d+ bytes after it had begun/,
  ],
  "a refusal of what was asked for": [
    broken((_frame, _target, _options, extras) => {
      checkPlannedMemory("fitting a plan", 1 + (extras?.memoryLimit ?? 0), extras?.memoryLimit);
      throw new Error("it is always refused");
    }),
    /refused with \d+ bytes, which it had asked for/,
  ],
  "a result that depends on the limit": [
    broken((frame, target, options, extras) => {
      const rounds = extras?.memoryLimit === undefined ? 2 : 3;
      return boosting.fit(frame, target, { ...options, rounds }, extras);
    }),
    /file/,
  ],
};

describe("a fit and its memory", () => {
  it.each(Object.entries(plants))("is held against: %s", async (_, [learner, found]) => {
    const { results } = await checkLearner(learner, { groups: ["budget"] });
    const result = results.find((one) => one.name === name);
    expect(result).toMatchObject({ status: "failed", message: expect.stringMatching(found) });
  });

  it("is nothing to learners without kernels, and handed on by pipelines", async () => {
    const piped = pipeline({ encoders: [], learner: boosting, options: { rounds: 2 } });
    for (const learner of [logistic, piped] as Learner[]) {
      const { results } = await checkLearner(learner, { groups: ["budget"] });
      expect(results.find((one) => one.name === name)).toMatchObject({ status: "passed" });
    }
  });
});
