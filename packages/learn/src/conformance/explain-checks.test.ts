import { describe, expect, it } from "vitest";
import type { TreeModel } from "../explain/index.js";
import { boosting, type Learner, logistic } from "../learners/index.js";
import { checkLearner } from "./check-learner.js";

type Change = (model: TreeModel) => Partial<TreeModel>;

async function failures(change: Change) {
  const learner: Learner = {
    ...(boosting as unknown as Learner),
    fit: async (frame, target, options, extras) => {
      const model = await boosting.fit(frame, target, { ...options, rounds: 10 }, extras);
      return { ...model, ...change(model) };
    },
  };
  const { results } = await checkLearner(learner, { groups: ["explain"] });
  return results.filter(({ status }) => status === "failed").map(({ name }) => name);
}

describe("explanations of trees are checked", () => {
  it("and hold", async () => {
    expect(await failures(() => ({}))).toEqual([]);
  });

  it("a base that is not the model's is caught", async () => {
    const change: Change = ({ start }) => ({ start: start.map((base) => base + 1e-6) });
    expect(await failures(change)).toEqual(["explanations sum to the margin"]);
  });

  it("trees that are not the model's are caught", async () => {
    const change: Change = ({ trees }) => ({
      trees: { ...trees, value: trees.value.map((value, node) => (node % 2 ? value : -value)) },
    });
    expect(await failures(change)).toContain("explanations sum to the margin");
  });

  it("make no sense for other models", async () => {
    const { results } = await checkLearner(logistic, { groups: ["explain"] });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["skipped"]));
  });
});
