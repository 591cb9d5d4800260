import { Pacer } from "../../foundation/index.js";
import { momentsOf } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { Learner } from "../contract.js";
import { detectionData } from "../detector.js";
import { completeOptions } from "../door.js";
import { progressReporter } from "../progress.js";
import { placesByName, schemaOf } from "../schema.js";
import { type ExtendedIsolationModel, extendedModel, restoreExtended } from "./extended-model.js";
import { growPlanes } from "./grow-planes.js";
import {
  type ExtendedIsolationOptions,
  extendedIsolationDefaults,
  extendedIsolationRules,
} from "./options.js";
import { RowSampler } from "./sample.js";

const identity = { kind: "extended-isolation-forest", task: "detection" } as const;

/**
 * An isolation forest whose cuts lean on several columns, so that no direction is preferred: what
 * lies where no column alone is odd is found too. Scores as those of `isolationForest`. Planes see
 * the scales of columns: scale these first. Missing values and categories are refused.
 *
 * `contributions` put down what each cut changed to the columns whose distance from their mean
 * pushed the row to its side; they add up to log2(score) less a constant of the model.
 * @source Hariri, Carrasco Kind, Brunner 2019, "Extended isolation forest"
 */
export const extendedIsolationForest: Learner<ExtendedIsolationOptions, ExtendedIsolationModel> =
  Object.freeze({
    ...identity,
    accepts: Object.freeze({ missing: false, categories: false }),
    defaults: extendedIsolationDefaults,
    fit: async (frame, _target, given, extras = {}) => {
      const defaults = extendedIsolationDefaults;
      const options = completeOptions({ ...identity, defaults }, given, extendedIsolationRules);
      const pacer = new Pacer(extras.signal, `fitting ${identity.kind}`);
      const { data, columns } = await detectionData(identity, frame, extras, pacer);
      const places = placesByName(schemaOf(data.frame));
      const sorted = places.map((place) => columns[place]!);
      const sampler = new RowSampler(identity, data);
      const { trees: count, sampleSize, extensionLevel, seed } = options;
      const report = progressReporter(extras, count);
      const sampled = Math.min(sampleSize, sampler.units);
      const trees = await growPlanes({
        columns: sorted,
        sampler,
        trees: count,
        sampled,
        leaning: extensionLevel === "all" ? columns.length : extensionLevel + 1,
        seed,
        onTree: (done) => report(done),
        pacer,
      });
      const centres = Float64Array.from(sorted, (values) => momentsOf(values, data.weight).mean);
      const leaves = trees.left.reduce((sum, child) => sum + (child === 0 ? 1 : 0), 0);
      const summary = { trees: count, leaves, rowsPerTree: sampled };
      const card = await describeModel(identity, data, { options, summary, pacer });
      return extendedModel(card, { trees, centres, places });
    },
    restore: (card, state) => restoreExtended(card, state, placesByName(card.schema)),
  } satisfies Learner<ExtendedIsolationOptions, ExtendedIsolationModel>);
