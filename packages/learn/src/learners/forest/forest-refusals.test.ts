import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import { decisionTree } from "../cart/cart.js";
import { codeOf, drawTreeWorld, fingerprint } from "../tree/tree-world.fixture.js";
import { randomForest, randomForestMulticlass, randomForestRegression } from "./forest.js";
import type { ForestModel } from "./model.js";
import { growMoreTrees } from "./more-trees.js";

const draw = (rows: number, seed: number) =>
  drawTreeWorld(rows, seed, { purpose: "forest test", weights: [2, 1] });

describe("what is refused", () => {
  const { frame, target } = draw(300, 14);

  it("LEARNER_OPTION, TARGET_NUMBER, TARGET_CLASS, TARGET_ONE_CLASS, TARGET_VALUE", async () => {
    const odd = target.map((y, row) => (row === 7 ? Number.NaN : y));
    expect(await codeOf(randomForest.fit(frame, odd))).toBe("TARGET_VALUE");
    expect(await codeOf(randomForestRegression.fit(frame, odd))).toBe("TARGET_NUMBER");
    expect(await codeOf(randomForestMulticlass.fit(frame, odd))).toBe("TARGET_CLASS");
    const ones = new Float64Array(300).fill(1);
    expect(await codeOf(randomForestMulticlass.fit(frame, ones))).toBe("TARGET_ONE_CLASS");
    for (const options of [
      { trees: 0 },
      { maxFeatures: 0 },
      { maxFeatures: "half" as "all" },
      { minSamplesSplit: 1 },
      { criterion: "squared" as "gini" },
      { maxBins: 256 },
    ]) {
      expect(await codeOf(randomForest.fit(frame, target, options))).toBe("LEARNER_OPTION");
    }
    const model = await randomForest.fit(frame, target, { trees: 2 });
    expect(await codeOf(growMoreTrees(model, { frame, target, more: 0 }))).toBe("LEARNER_OPTION");
    const several = await randomForestMulticlass.fit(frame, target, { trees: 2 });
    const new3 = { frame, target: target.map((y) => y + 1), more: 1 };
    expect(await codeOf(growMoreTrees(several, new3))).toBe("TARGET_CLASS");
    const tree = { ...model, card: { ...model.card, kind: "decision-tree" } };
    expect(await codeOf(growMoreTrees(tree, { frame, target, more: 1 }))).toBe("LEARNER_OPTION");
  });

  it("KERNEL_MEMORY above the caller's limit, in all learners of the family", async () => {
    const extras = { memoryLimit: 1e5 };
    expect(await codeOf(randomForest.fit(frame, target, {}, extras))).toBe("KERNEL_MEMORY");
    expect(await codeOf(decisionTree.fit(frame, target, {}, extras))).toBe("KERNEL_MEMORY");
    expect(await codeOf(randomForest.fit(frame, target, {}, { memoryLimit: 4e7 }))).toBe("fitted");
  });

  it("states that no fit made: MODEL_STATE", async () => {
    const model = await randomForest.fit(frame, target, { trees: 3 });
    const several = await randomForestMulticlass.fit(frame, target, { trees: 3 });
    const spoilt = (one: ForestModel, name: string, values: Float64Array | Int32Array) => {
      const state = one.state();
      return {
        ...state,
        tensors: { ...state.tensors, [name]: { shape: [values.length], values } },
      };
    };
    const { value } = model.grown.trees;
    const shares = several.grown.shares!;
    const bad = [
      [
        model,
        spoilt(
          model,
          "value",
          value.map((v) => v + 1),
        ),
      ],
      [model, spoilt(model, "starts", Int32Array.of(0))],
      [model, { ...model.state(), settings: { outputs: 2 } }],
      [
        several,
        spoilt(
          several,
          "shares",
          shares.map((v) => 2 * v),
        ),
      ],
      [several, spoilt(several, "shares", shares.slice(2))],
      [several, spoilt(several, "shares", shares.slice(1))],
      [
        several,
        spoilt(
          several,
          "value",
          several.grown.trees.value.map((v) => v + 0.5),
        ),
      ],
    ] as const;
    for (const [one, state] of bad) {
      expect(() => randomForest.restore(one.card, state)).toThrow(
        expect.objectContaining({ code: "MODEL_STATE" }),
      );
    }
    for (const one of [model, several]) {
      expect(fingerprint(randomForest.restore(one.card, one.state()))).toBe(fingerprint(one));
    }
  });

  it("KERNEL_MEMORY before anything grows, where classes × leaves are too many", async () => {
    const classes = Float64Array.from({ length: 300_000 }, (_, row) => row % 1000);
    const wide = new Frame([numberColumn("a", classes)]);
    expect(await codeOf(randomForestMulticlass.fit(wide, classes))).toBe("KERNEL_MEMORY");
  });

  it("LEARN_STOPPED as soon as the signal fires, in threads too", async () => {
    const large = draw(40_000, 15);
    const controller = new AbortController();
    const rounds: number[] = [];
    const onProgress = ({ round, rounds: most }: { round: number; rounds: number }) => {
      expect(most).toBe(10_000);
      rounds.push(round);
      controller.abort();
    };
    const extras = { threads: 2, signal: controller.signal, onProgress };
    const fit = randomForest.fit(large.frame, large.target, { trees: 10_000 }, extras);
    expect(await codeOf(fit)).toBe("LEARN_STOPPED");
    expect(rounds[0]).toBe(1);
    expect(rounds.length).toBeLessThan(100);
  });
});
