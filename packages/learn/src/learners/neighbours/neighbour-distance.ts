import type { ModelState } from "../../foundation/index.js";
import type { Learner, ModelCard } from "../contract.js";
import { fitRows } from "./fit-rows.js";
import {
  indexTensors,
  type NeighbourJudge,
  type NeighbourModel,
  neighbourModel,
  restoreIndex,
} from "./neighbour-model.js";
import {
  type DistanceMethod,
  type NeighbourDistanceOptions,
  neighbourDistanceDefaults,
  neighbourDistanceRules,
} from "./options.js";
import type { RowIndex } from "./row-index.js";
import type { Units } from "./units.js";

const identity = { kind: "neighbour-distance", task: "detection" } as const;
const learner = { ...identity, defaults: neighbourDistanceDefaults, rules: neighbourDistanceRules };

/**
 * What each neighbour's distance counts in the score: the sum of count × distance.
 * @param count of neighbours; 0 where a row has no other
 */
function countsOf(method: DistanceMethod, { length, total, times }: Units): Float64Array {
  if (total === 0) return new Float64Array(length);
  if (method === "mean") return times.slice(0, length).map((one) => one / total);
  const wanted =
    method === "largest" ? [total - 1] : [Math.floor((total - 1) / 2), Math.floor(total / 2)];
  const out = new Float64Array(length);
  for (const place of wanted) {
    let before = 0;
    for (let i = 0; i < length; i++) {
      before += times[i]!;
      if (place >= before) continue;
      out[i]! += 1 / wanted.length;
      break;
    }
  }
  return out;
}

function judgeBy(method: DistanceMethod, { rows, width }: RowIndex): NeighbourJudge {
  return {
    score: (units) => {
      if (method === "largest" && units.length > 0) return units.distances[units.length - 1]!;
      const counts = countsOf(method, units);
      let sum = 0;
      for (let i = 0; i < units.length; i++) sum += counts[i]! * units.distances[i]!;
      return sum;
    },
    reasons: (units, values, out) => {
      const counts = countsOf(method, units);
      for (let i = 0; i < units.length; i++) {
        const distance = units.distances[i]!;
        if (!(distance > 0) || counts[i] === 0) continue;
        const from = units.numbers[i]! * width;
        for (let j = 0; j < width; j++) {
          const ratio = (values[j]! - rows[from + j]!) / distance;
          out[j]! += counts[i]! * ratio * ratio * distance;
        }
      }
    },
  };
}

interface DistanceParts {
  readonly index: RowIndex;
  readonly neighbours: number;
  readonly method: DistanceMethod;
}

function distanceModel(card: ModelCard, { index, neighbours, method }: DistanceParts) {
  const state = (): ModelState => ({
    settings: { neighbours, method },
    tensors: indexTensors(index),
  });
  return neighbourModel(card, { index, neighbours, judge: judgeBy(method, index), state });
}

/**
 * Finds what is abnormal by how far its neighbours are: the score is the distance to the k-th of
 * them, or the mean or median distance to all k; exact, in the units of the columns, so that these
 * want to be scaled first. The model keeps the rows that it learnt from, in its file too. A row
 * that was learnt from is its own nearest neighbour, unless `leaveOneOut` scores it.
 *
 * `contributions` are each column's share of the squared distances; they add up to the score.
 * Missing values and categories are refused; weights are whole numbers.
 * @source Ramaswamy, Rastogi, Shim 2000, "Efficient algorithms for mining outliers from large data
 *   sets"; Angiulli, Pizzuti 2002 for the mean; methods as in PyOD
 */
export const neighbourDistance: Learner<NeighbourDistanceOptions, NeighbourModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults: neighbourDistanceDefaults,
  fit: async (frame, _target, given, extras = {}) => {
    const nothing = async () => ({ known: undefined });
    const { card, index, options } = await fitRows(learner, frame, { given, extras }, nothing);
    return distanceModel(card, { index, ...options });
  },
  restore: (card, state) => {
    const { index, neighbours, refuse } = restoreIndex(card, state);
    const method = state.settings["method"];
    if (!neighbourDistanceRules.method.holds(method)) throw refuse("its distance has no name");
    return distanceModel(card, { index, neighbours, method: method as DistanceMethod });
  },
} satisfies Learner<NeighbourDistanceOptions, NeighbourModel>);
