import { logLoss, rocAuc } from "../metrics/index.js";
import type { Check } from "./check.js";
import { largestDifference } from "./expect.js";

const classifies = ({ task }: { readonly task: string }): boolean => task === "classification";

/** A learner that learns. */
export const aliveChecks: readonly Check[] = [
  {
    name: "training changes the model",
    applies: ({ task }) => task !== "detection" && task !== "recommendation",
    run: async ({ fit, world, model }) => {
      const other = await fit(
        world.frame,
        world.target.map((value) => 1 - value),
      );
      const expected = await (await model()).predict(world.testFrame);
      const difference = largestDifference(expected, await other.predict(world.testFrame));
      return difference > 0.01 ? undefined : "opposite targets give the same scores";
    },
  },
  {
    name: "scores are distinct",
    run: async ({ world, model }) => {
      const scores = await (await model()).predict(world.testFrame);
      const distinct = new Set(scores).size;
      const wanted = scores.length / 10;
      return distinct >= wanted ? undefined : `${distinct} scores for ${scores.length} rows`;
    },
  },
  {
    name: "it beats the prior on rows it has not seen",
    applies: classifies,
    run: async ({ world, model }) => {
      const scores = await (await model()).predict(world.testFrame);
      const rate = world.target.reduce((sum, value) => sum + value, 0) / world.target.length;
      const naive = logLoss(world.testTarget, new Float64Array(scores.length).fill(rate));
      const found = logLoss(world.testTarget, scores);
      return found < naive ? undefined : `log-loss ${found} where the prior has ${naive}`;
    },
  },
  {
    name: "it ranks rows it has not seen better than chance",
    applies: classifies,
    run: async ({ world, model }) => {
      const auc = rocAuc(world.testTarget, await (await model()).predict(world.testFrame));
      return auc > 0.6 ? undefined : `ROC-AUC ${auc}`;
    },
  },
  {
    name: "the loss falls",
    run: async ({ fit, world }) => {
      const losses: number[] = [];
      await fit(world.frame, world.target, {
        onProgress: ({ loss }) => {
          if (loss !== undefined) losses.push(loss);
        },
      });
      const [first, last] = [losses[0] ?? 0, losses.at(-1) ?? 0];
      return last <= first ? undefined : `it rose from ${first} to ${last}`;
    },
  },
];
