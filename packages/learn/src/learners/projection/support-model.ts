import { log, type ModelState, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { DetectorModel, ModelCard, PredictExtras } from "../contract.js";
import { detectorModel } from "../detector.js";
import { numberColumns, refuseValue } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import { alignFrame, placesByName } from "../schema.js";
import { logParts, logsOf, type SupportParts, scaledTo, sumParts } from "./support-rows.js";
import { scoreRows } from "./support-sweep.js";

/** A boundary around the usual rows. */
export interface SupportModel extends DetectorModel {
  /** Rows of training that the boundary rests on, or that lie outside. */
  readonly supportCount: number;
}

/** One row after the other; columns given in the order of the schema. */
function rowScorer(parts: SupportParts, places: readonly number[]) {
  const { means, scales, supports, weights, gamma } = parts;
  const width = means.length;
  const logWeights = logsOf(weights);
  const row = new Float32Array(width);
  const found = new Float64Array(weights.length);
  const largestOf = (values: Float64Array): number => {
    places.forEach((place, j) => {
      row[j] = scaledTo(values[place]!, means[j]!, scales[j]!);
    });
    return logParts(parts, logWeights, row, found);
  };
  return {
    score: (values: Float64Array): number => {
      const largest = largestOf(values);
      return -(largest + log(sumParts(found, largest)));
    },
    /** Squared distances by column, each support vector by its part of the sum. */
    reasons: (values: Float64Array, out: Float64Array): void => {
      const sum = sumParts(found, largestOf(values));
      out.fill(0);
      for (let i = 0; i < found.length; i++) {
        const factor = (gamma * found[i]!) / sum;
        if (factor === 0) continue;
        places.forEach((place, j) => {
          const apart = row[j]! - supports[i * width + j]!;
          out[place]! += factor * apart * apart;
        });
      }
    },
  };
}

/** Makes a model of its card and parts. */
export function supportModel(
  card: ModelCard,
  parts: SupportParts,
): SupportModel & Required<Pick<DetectorModel, "predictValues">> {
  const { means, scales, supports, weights, gamma } = parts;
  const places = placesByName(card.schema);
  const { score, reasons } = rowScorer(parts, places);
  const state = (): ModelState => ({
    settings: { gamma },
    tensors: {
      means: vector(means),
      scales: vector(scales),
      supports: { shape: [weights.length, means.length], values: supports },
      weights: vector(weights),
    },
  });
  const names = card.schema.columns.map(({ name }) => name);
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    const doing = `predicting with ${card.kind}`;
    const pacer = new Pacer(extras.signal, doing);
    const columns = numberColumns(card, alignFrame(frame, card.schema));
    for (const [place, values] of columns.entries()) {
      await pacer.pause();
      refuseValue(card, names[place]!, values);
    }
    const sorted = places.map((place) => columns[place]!);
    return await scoreRows(
      parts,
      { columns: sorted, rowCount: frame.rowCount, doing, pacer },
      extras,
    );
  };
  // Any number has a score: what is none, or too large, must not.
  const refused = (values: Float64Array): void => {
    for (const [place, value] of values.entries()) {
      if (!(Math.abs(value) <= 1e150)) refuseValue(card, names[place]!, Float64Array.of(value));
    }
  };
  const model = detectorModel(card, {
    score: (values) => {
      refused(values);
      return score(values);
    },
    reasons: (values, out) => {
      refused(values);
      reasons(values, out);
    },
    state,
  });
  return Object.freeze({ ...model, predict, supportCount: weights.length });
}

/** @throws MODEL_STATE */
export function restoreSupport(card: ModelCard, state: ModelState): SupportModel {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const width = numberWidth(card);
  const count = state.tensors["weights"]?.values.length ?? 0;
  const supports = state.tensors["supports"]?.values;
  const { gamma } = state.settings;
  if (typeof gamma !== "number" || !(gamma > 0 && gamma < 1e300)) throw refuse("gamma is none");
  if (!(supports instanceof Float32Array) || supports.length !== count * width || count === 0) {
    throw refuse("its support vectors are cut");
  }
  if (!supports.every((value) => Math.abs(value) <= 1e9)) {
    throw refuse("a support vector holds no numbers");
  }
  const parts = {
    means: doublesOf(card, state, "means", width),
    scales: doublesOf(card, state, "scales", width),
    supports,
    weights: doublesOf(card, state, "weights", count),
    gamma,
  };
  const positive = [...parts.scales, ...parts.weights].every((value) => value > 0);
  if (!positive) throw refuse("a scale or a weight is not above 0");
  return supportModel(card, parts);
}
