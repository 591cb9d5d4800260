/**
 * Targets and scores in descending order of score, sorted once; every metric that needs an order or
 * a threshold walks this, so that ties are exact and a resample costs no new sort. Columns are in
 * ranked order; nobody writes to them.
 */

import { type Numbers, toDoubles } from "../foundation/index.js";
import { argsort } from "../kernels/index.js";
import { metricErrors } from "./errors.js";

/** What a metric of a binary target looks at. */
export interface RankedScores {
  /** Number of rows. */
  readonly rowCount: number;
  /** 0 or 1 by rank. */
  readonly target: Float64Array;
  /** Scores by rank, descending. */
  readonly score: Float64Array;
  /** Weights by rank, or undefined where all are 1. */
  readonly weight: Float64Array | undefined;
  /** Unit of resampling by rank (for example the user), or undefined where each row is its own. */
  readonly unit: Int32Array | undefined;
  /** Number of units. */
  readonly unitCount: number;
  /** For each run of equal scores the rank after its last row, ascending. */
  readonly runEnds: Int32Array;
}

/** What may stand beside target and score. */
export interface RankOptions {
  /** One weight a row, ≥ 0 and finite. */
  readonly weight?: Numbers | undefined;
  /** One unit a row, 0 … units - 1, as `groupCodes` gives them. */
  readonly unit?: Int32Array | undefined;
}

function checkLength(what: string, found: number, expected: number): void {
  if (found !== expected) throw metricErrors.METRIC_LENGTHS_DIFFER({ what, found, expected });
}

/**
 * Checks a weight for each row.
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
function checkWeight(weight: Numbers | undefined, rowCount: number): Float64Array | undefined {
  if (weight === undefined) return undefined;
  checkLength("weight", weight.length, rowCount);
  const checked = toDoubles(weight);
  for (let row = 0; row < rowCount; row++) {
    const value = checked[row]!;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      const expected = "a finite number that is not negative";
      throw metricErrors.METRIC_VALUE({ what: "weight", row, value, expected });
    }
  }
  return checked;
}

function checkTarget(target: Numbers): void {
  for (let row = 0; row < target.length; row++) {
    const value = target[row]!;
    if (value !== 0 && value !== 1) {
      throw metricErrors.METRIC_VALUE({ what: "target", row, value, expected: "0 or 1" });
    }
  }
}

/** @throws METRIC_VALUE for a score that is NaN */
export function checkScores(score: Float64Array): void {
  for (let row = 0; row < score.length; row++) {
    const value = score[row]!;
    if (Number.isNaN(value)) {
      const expected = "a number";
      throw metricErrors.METRIC_VALUE({ what: "score", row, value, expected });
    }
  }
}

/** Number of units, the highest code plus one. */
function countUnits(unit: Int32Array): number {
  let count = 0;
  for (let row = 0; row < unit.length; row++) {
    const value = unit[row]!;
    if (value < 0) {
      const expected = "a unit from 0 up";
      throw metricErrors.METRIC_VALUE({ what: "unit", row, value, expected });
    }
    if (value >= count) count = value + 1;
  }
  return count;
}

function runEndsOf(score: Float64Array): Int32Array {
  const ends = new Int32Array(score.length);
  let runs = 0;
  for (let rank = 1; rank <= score.length; rank++) {
    if (rank === score.length || score[rank] !== score[rank - 1]) ends[runs++] = rank;
  }
  return ends.slice(0, runs);
}

/**
 * Sorts targets and scores once for any number of metrics.
 * @param target 0 or 1 a row
 * @param score one a row, higher = more likely positive; infinities are allowed, NaN is not
 * @param options weights and units
 * @throws METRIC_LENGTHS_DIFFER, METRIC_VALUE
 */
export function rankScores(
  target: Numbers,
  score: Numbers,
  options: RankOptions = {},
): RankedScores {
  const rowCount = target.length;
  checkLength("score", score.length, rowCount);
  checkTarget(target);
  const scores = toDoubles(score);
  checkScores(scores);
  const weight = checkWeight(options.weight, rowCount);
  if (options.unit !== undefined) checkLength("unit", options.unit.length, rowCount);
  const ascending = argsort(scores);
  const sorted = {
    target: new Float64Array(rowCount),
    score: new Float64Array(rowCount),
    weight: weight === undefined ? undefined : new Float64Array(rowCount),
    unit: new Int32Array(rowCount),
  };
  for (let rank = 0; rank < rowCount; rank++) {
    const row = ascending[rowCount - 1 - rank]!;
    sorted.target[rank] = target[row]!;
    sorted.score[rank] = scores[row]!;
    if (weight !== undefined) sorted.weight![rank] = weight[row]!;
    sorted.unit[rank] = options.unit?.[row] ?? row;
  }
  return Object.freeze({
    ...sorted,
    rowCount,
    unitCount: options.unit === undefined ? rowCount : countUnits(options.unit),
    runEnds: runEndsOf(sorted.score),
  });
}

/** Sums over each run of equal scores, runs in falling order of score. */
export interface RunSums {
  /** Weight of the run's rows. */
  readonly weight: Float64Array;
  /** Weight of its positives. */
  readonly positives: Float64Array;
}

/** Room for the sums of every run. */
export function emptyRunSums({ runEnds }: RankedScores): RunSums {
  return {
    weight: new Float64Array(runEnds.length),
    positives: new Float64Array(runEnds.length),
  };
}

/**
 * Sums each run, in the order of assembly/resample.ts.
 * @param ranked sorted rows
 * @param unitWeight how often each unit was drawn; undefined = once
 * @param out receives the sums
 */
export function sumRuns(
  ranked: RankedScores,
  unitWeight: Float64Array | undefined,
  out: RunSums = emptyRunSums(ranked),
): RunSums {
  const { weight, unit, target, runEnds } = ranked;
  let rank = 0;
  for (let run = 0; run < runEnds.length; run++) {
    const end = runEnds[run]!;
    let sum = 0;
    let positives = 0;
    for (; rank < end; rank++) {
      let times = unitWeight === undefined || unit === undefined ? 1 : unitWeight[unit[rank]!]!;
      if (weight !== undefined) times *= weight[rank]!;
      sum += times;
      positives += times * target[rank]!;
    }
    out.weight[run] = sum;
    out.positives[run] = positives;
  }
  return out;
}
