/** How good lists of items are, user by user, so that users can be resampled. */
import { metricErrors } from "./errors.js";
import { kernelCodes, type Metric, type MetricEvaluator, type MetricPlan } from "./metric.js";
import type { RankedScores } from "./ranked.js";
import { averagePrecisionAtK, ndcgAtK, recallAtK } from "./top-k.js";

/** Lists of items, and what was right. */
export interface ItemLists {
  /** Users × k, best first; -1 where a list is shorter. */
  readonly items: Int32Array;
  /** Length of a list. */
  readonly k: number;
  /** Items that are right: those of user u stand at starts[u] … starts[u + 1] - 1 of `indices`. */
  readonly relevant: { readonly starts: Int32Array; readonly indices: Int32Array };
}

/** Numbers of each user; NaN where nothing is right. */
export interface ListScores {
  /** nDCG@k, gain 1 for each item that is right. */
  readonly ndcg: Float64Array;
  /** Average precision; its mean is MAP@k. */
  readonly averagePrecision: Float64Array;
  /** Share of what is right that is in the list. */
  readonly recall: Float64Array;
}

/**
 * Judges every user's list.
 * @param k how many of a list count; its length unless told
 * @throws METRIC_LENGTHS_DIFFER
 */
export function scoreLists({ items, k: length, relevant }: ItemLists, k = length): ListScores {
  const { starts, indices } = relevant;
  const users = starts.length - 1;
  if (items.length !== users * length) {
    const expected = users * length;
    throw metricErrors.METRIC_LENGTHS_DIFFER({ what: "items", found: items.length, expected });
  }
  const scores = [0, 1, 2].map(() => new Float64Array(users)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let user = 0; user < users; user++) {
    const right = new Set(indices.subarray(starts[user]!, starts[user + 1]!));
    const list = items.subarray(user * length, (user + 1) * length);
    for (const [place, of] of [ndcgAtK, averagePrecisionAtK, recallAtK].entries()) {
      scores[place]![user] = right.size === 0 ? Number.NaN : of(list, right, k);
    }
  }
  const [ndcg, averagePrecision, recall] = scores;
  return { ndcg, averagePrecision, recall };
}

/**
 * Share of all items that anybody is given.
 * @param items lists, -1 is no item
 * @param itemCount items there are
 */
export function itemCoverage(items: Int32Array, itemCount: number): number {
  const given = new Set(items);
  given.delete(-1);
  return given.size / itemCount;
}

function sumsOf({ score, weight, unit, unitCount, rowCount }: RankedScores) {
  const sums = new Float64Array(unitCount);
  const weights = new Float64Array(unitCount);
  for (let rank = 0; rank < rowCount; rank++) {
    const times = weight?.[rank] ?? 1;
    const at = unit?.[rank] ?? rank;
    sums[at]! += times * score[rank]!;
    weights[at]! += times;
  }
  return { sums, weights };
}

/**
 * The mean of numbers that users have, for `bootstrap`: give the numbers as scores (users without
 * one left out) and any 0 or 1 as target.
 */
export const meanScoreMetric: Metric = Object.freeze({
  name: "mean",
  label: "Mean",
  better: "higher",
  probability: false,
  prepare: (ranked: RankedScores): MetricEvaluator => {
    const { sums, weights } = sumsOf(ranked);
    return (unitWeight) => {
      let [sum, total] = [0, 0];
      for (let unit = 0; unit < sums.length; unit++) {
        const times = unitWeight?.[unit] ?? 1;
        sum += times * sums[unit]!;
        total += times * weights[unit]!;
      }
      return sum / total;
    };
  },
  plan: (ranked: RankedScores): MetricPlan => ({
    parts: [{ code: kernelCodes.mean, parameter: 0, byUnit: sumsOf(ranked) }],
  }),
});
