import { type Numbers, toDoubles } from "../foundation/index.js";
import { argsort } from "../kernels/index.js";
import { metricErrors } from "./errors.js";
import { checkScores } from "./ranked.js";
import { midpoint } from "./threshold.js";

/** A threshold that a budget of alarms decides. */
export interface BudgetThreshold {
  /** Rows with score ≥ threshold are alarms; Infinity where there are none. */
  readonly threshold: number;
  /** Rows that are alarms: the budget at most, fewer where equal scores would go beyond it. */
  readonly alarms: number;
}

/**
 * The lowest threshold with at most so many alarms, midway between two distinct scores. Equal
 * scores are alarms together or not at all.
 * @param score one a row, higher = more abnormal; infinities are allowed, NaN is not
 * @param alarms how many there may be, an integer of at least 0
 * @throws METRIC_VALUE, METRIC_BUDGET
 */
export function budgetThreshold(score: Numbers, alarms: number): BudgetThreshold {
  if (!Number.isSafeInteger(alarms) || alarms < 0) throw metricErrors.METRIC_BUDGET({ alarms });
  const scores = toDoubles(score);
  checkScores(scores);
  const order = argsort(scores);
  const rows = scores.length;
  const at = (rank: number): number => scores[order[rows - 1 - rank]!]!;
  let called = Math.min(alarms, rows);
  while (called > 0 && called < rows && at(called) === at(called - 1)) called -= 1;
  if (called === 0) return { threshold: Number.POSITIVE_INFINITY, alarms: 0 };
  const lowest = at(called - 1);
  return { threshold: called === rows ? lowest : midpoint(lowest, at(called)), alarms: called };
}
