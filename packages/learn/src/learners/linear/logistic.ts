import { assert, logit, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, SeededOptions } from "../contract.js";
import {
  binaryTarget,
  bothClasses,
  columnMoments,
  completeOptions,
  numberColumns,
  optionRules,
  type TrainingData,
  trainingData,
} from "../door.js";
import { progressReporter } from "../progress.js";
import { elasticNetStart, minimiseElasticNet } from "./elastic-net.js";
import { minimise } from "./lbfgs.js";
import { type LogisticModel, logisticModel, restoreLogistic } from "./logistic-model.js";
import {
  evaluateLogistic,
  fromStandardised,
  type LogisticProblem,
  largestSlope,
} from "./objective.js";
import { waldStatistics } from "./standard-errors.js";
import { warmStart } from "./warm-start.js";

/** Options of logistic regression. */
export interface LogisticOptions extends SeededOptions {
  /**
   * Penalty l2/2 · Σ coefficient² beside the sum of the log-loss; 1/C of scikit-learn; 0 = none.
   */
  readonly l2: number;
  /**
   * Penalty l1 · Σ |coefficient|: with 1/C and l1_ratio of scikit-learn, l1 = l1_ratio / C and
   * l2 = (1 - l1_ratio) / C; 0 = none.
   */
  readonly l1: number;
  /** Stops when no component of the mean gradient is larger. */
  readonly tolerance: number;
  /** Rounds of L-BFGS at most, with `l1` Newton steps at most. */
  readonly maxRounds: number;
  /** Standard errors and p-values (only without penalty). */
  readonly wald: boolean;
}

const identity = { kind: "logistic", task: "classification" } as const;

const defaults: LogisticOptions = Object.freeze({
  l2: 1,
  l1: 0,
  tolerance: 1e-8,
  maxRounds: 200,
  wald: false,
  seed: 0,
});

const rules = {
  l2: optionRules.notNegative,
  l1: optionRules.notNegative,
  tolerance: optionRules.notNegative,
  maxRounds: optionRules.count,
  wald: optionRules.truth,
  seed: optionRules.seed,
};

async function problemOf(
  data: TrainingData,
  target: Float64Array,
  l2: number,
  pacer: Pacer,
): Promise<LogisticProblem> {
  const columns = numberColumns(identity, data.frame);
  const moments = await columnMoments(identity, data, columns, pacer);
  assert(target.length === data.frame.rowCount, "there is one target a row");
  const rows = { columns, target, weight: data.weight };
  return {
    rows,
    rowCount: target.length,
    totalWeight: data.weight?.reduce((sum, value) => sum + value, 0) ?? target.length,
    moments,
    l2,
  };
}

interface Solution {
  readonly point: Float64Array;
  readonly rounds: number;
  readonly stoppedBy: string;
  readonly loss: number;
  /** How far the conditions of a minimum of the mean loss are missed. */
  readonly slope: number;
}

async function solve(
  problem: LogisticProblem,
  rate: number,
  options: LogisticOptions,
  fit: { readonly pacer: Pacer; readonly onRound: (round: number, loss: number) => void },
): Promise<Solution> {
  const { pacer, onRound } = fit;
  const { l1, tolerance, maxRounds, seed } = options;
  if (l1 > 0) {
    const start = await elasticNetStart(problem, logit(rate), l1, pacer);
    const how = { l1, tolerance, maxRounds, onRound };
    const found = await minimiseElasticNet(problem, start, how, pacer);
    return { ...found, slope: found.violation };
  }
  const { point: start, precondition } = await warmStart(problem, rate, seed, pacer);
  const found = await minimise(
    {
      evaluate: (point) => evaluateLogistic(problem, point, pacer),
      precondition,
      solved: (gradient) => largestSlope(problem, gradient) <= tolerance,
      onRound,
    },
    start,
    maxRounds,
  );
  return { ...found, slope: largestSlope(problem, found.gradient) };
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<LogisticOptions>,
  extras: FitExtras = {},
): Promise<LogisticModel> {
  const options = completeOptions(logistic, given, rules);
  const pacer = new Pacer(extras.signal, "fitting logistic");
  const data = trainingData(identity, frame, target, extras);
  const labels = binaryTarget(identity, data.target);
  const rate = bothClasses(identity, labels, data.weight);
  const problem = await problemOf(data, labels, options.l2, pacer);
  const report = progressReporter(extras, options.maxRounds);
  const onRound = (round: number, loss: number) => report(round, loss / problem.totalWeight);
  const { point, rounds, stoppedBy, slope, loss } = await solve(problem, rate, options, {
    pacer,
    onRound,
  });
  const meanLoss = loss / problem.totalWeight;
  report(rounds, meanLoss, rounds);
  const parts = fromStandardised(problem, point);
  const wald = options.wald && options.l2 === 0 && options.l1 === 0;
  const kept = parts.coefficients.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const summary = {
    rounds,
    stoppedBy,
    slope,
    loss: meanLoss,
    positiveRate: rate,
    ...(options.l1 > 0 ? { nonZero: kept } : {}),
  };
  return logisticModel(await describeModel(identity, data, { options, summary, pacer }), {
    ...parts,
    wald: wald ? await waldStatistics(problem, point, pacer) : undefined,
  });
}

/**
 * Logistic regression with L2, L1 or both penalties (elastic net) that leave the intercept alone:
 * L-BFGS from a warm start on a sample, preconditioned by the sample's Hessian; with L1 Newton
 * steps by coordinate descent, whose zeros are exact. Takes finite numbers; put imputation and
 * scaling before it.
 */
export const logistic: Learner<LogisticOptions, LogisticModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: restoreLogistic,
});
