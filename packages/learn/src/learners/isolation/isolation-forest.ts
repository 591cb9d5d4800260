import { Pacer } from "../../foundation/index.js";
import { describeModel } from "../card.js";
import type { Learner } from "../contract.js";
import { completeOptions, trainingData } from "../door.js";
import { progressReporter } from "../progress.js";
import { columnsByName } from "./columns.js";
import { growIsolation } from "./grow.js";
import { type IsolationModel, isolationModel, restoreIsolation } from "./model.js";
import { type IsolationOptions, isolationDefaults, isolationRules } from "./options.js";
import { RowSampler } from "./sample.js";

const identity = { kind: "isolation-forest", task: "detection" } as const;

/**
 * Finds what is abnormal by how few random cuts set it apart from a small sample. The score is
 * 2^-(mean path length / usual path length): near 1 for what is alone at once, about .5 where
 * nothing is special. A missing value goes to a side that each cut draws, and is told from known
 * ones that are all the same; so a column that was never missing in training says nothing of a row
 * where it is. An infinite value stands beyond every other. Categories are refused.
 *
 * `contributions` put down to each column what its cuts changed on a row's ways, in margins: they
 * add up to log2(score) less a constant of the model. `explainTrees` gives Shapley values.
 * @source Liu, Ting, Zhou 2008, "Isolation Forest"
 */
export const isolationForest: Learner<IsolationOptions, IsolationModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: true, categories: false }),
  defaults: isolationDefaults,
  fit: async (frame, target, given, extras = {}) => {
    const options = completeOptions(
      { kind: identity.kind, defaults: isolationDefaults },
      given,
      isolationRules,
    );
    const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
    const data = trainingData(identity, frame, target, extras);
    const sampler = new RowSampler(identity, data);
    const sampled = Math.min(options.sampleSize, sampler.units);
    const { columns, places } = columnsByName(identity, data.frame);
    const { trees: count, seed } = options;
    const report = progressReporter(extras, count);
    const trees = await growIsolation({
      columns,
      places,
      sampler,
      trees: count,
      sampled,
      seed,
      onTree: (done) => report(done),
      pacer,
    });
    const leaves = trees.column.reduce((sum, asked) => sum + (asked < 0 ? 1 : 0), 0);
    const summary = { trees: count, leaves, rowsPerTree: sampled };
    const card = await describeModel(identity, data, { options, summary, pacer });
    return isolationModel(card, trees);
  },
  restore: restoreIsolation,
} satisfies Learner<IsolationOptions, IsolationModel>);
