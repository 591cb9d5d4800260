import { describe, expect, it } from "vitest";
import {
  bpr,
  explicitAls,
  implicitAls,
  itemKnn,
  learnerCatalogue,
  popularity,
} from "../learners/index.js";
import type { CheckReport } from "./check.js";
import { checkLearner } from "./check-learner.js";

const few = { factors: 4, sweeps: 6 };

/** Every recommender, with the options and the exceptions of its run; a new one is one row. */
const runs: Readonly<Record<string, () => Promise<CheckReport>>> = {
  bpr: () => checkLearner(bpr, { options: { factors: 4, sweeps: 30 } }),
  "explicit-als": () => checkLearner(explicitAls, { options: few }),
  "implicit-als": () => checkLearner(implicitAls, { options: few }),
  "item-knn": () => checkLearner(itemKnn),
  popularity: () =>
    checkLearner(popularity, { exceptions: { "scores are distinct": "It scores items alone." } }),
};

describe("every recommender conforms", () => {
  it("has a run", () => {
    const kinds = [...learnerCatalogue.values()]
      .filter(({ task }) => task === "recommendation")
      .map(({ kind }) => kind);
    expect(Object.keys(runs)).toEqual(expect.arrayContaining(kinds));
  });

  it.each(Object.entries(runs))("%s", async (_, run) => {
    const report = await run();
    expect(report.results.filter(({ status }) => status === "failed")).toEqual([]);
    expect(report.results.length).toBeGreaterThan(50);
  });

  it("finds a recommender out that gives what was seen, and one that learnt nothing", async () => {
    const seen: typeof implicitAls = {
      ...implicitAls,
      fit: async (...given: Parameters<typeof implicitAls.fit>) => {
        const model = await implicitAls.fit(...given);
        const recommend: typeof model.recommend = (users, k) =>
          model.recommend(users, k, { exclude: "none" });
        return Object.freeze({ ...model, recommend });
      },
    };
    const collapsed: typeof implicitAls = {
      ...implicitAls,
      fit: (frame, target, options, extras) =>
        implicitAls.fit(frame, target, { ...options, l2: 1e30 }, extras),
    };
    // Hardly any step: what it gives is what it began with.
    const lazy: typeof bpr = {
      ...bpr,
      fit: (frame, target, options, extras) =>
        bpr.fit(frame, target, { ...options, learningRate: 1e-9 }, extras),
    };
    const groups = ["contract", "alive"] as const;
    const failed = async (report: Promise<CheckReport>) =>
      (await report).results.filter(({ status }) => status === "failed").map(({ name }) => name);
    expect(await failed(checkLearner(seen, { options: few, groups }))).toContain(
      "nobody is given what training saw of them, nor an item twice",
    );
    const dull = await failed(checkLearner(collapsed, { options: few, groups }));
    expect(dull).toContain("held-out pairs score above other new pairs");
    expect(await failed(checkLearner(lazy, { options: few, groups }))).toContain(
      "held-out pairs score above other new pairs",
    );
  });
});
