import { assert, type Numbers, Pacer } from "../../foundation/index.js";
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
  /** Stops when no component of the mean gradient is larger. */
  readonly tolerance: number;
  /** Rounds of L-BFGS at most. */
  readonly maxRounds: number;
  /** Standard errors and p-values (only without penalty). */
  readonly wald: boolean;
}

const identity = { kind: "logistic", task: "classification" } as const;

const defaults: LogisticOptions = Object.freeze({
  l2: 1,
  tolerance: 1e-8,
  maxRounds: 200,
  wald: false,
  seed: 0,
});

const rules = {
  l2: optionRules.notNegative,
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
    moments: moments.map((m) => (m.deviation > 0 ? m : { mean: m.mean, deviation: 1 })),
    l2,
  };
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
  const { point: start, precondition } = await warmStart(problem, rate, options.seed, pacer);
  const report = progressReporter(extras, options.maxRounds);
  const minimum = await minimise(
    {
      evaluate: (point) => evaluateLogistic(problem, point, pacer),
      precondition,
      solved: (gradient) => largestSlope(problem, gradient) <= options.tolerance,
      onRound: (round, loss) => report(round, loss / problem.totalWeight),
    },
    start,
    options.maxRounds,
  );
  report(minimum.rounds, minimum.loss / problem.totalWeight, minimum.rounds);
  const wald = options.wald && options.l2 === 0;
  const summary = {
    rounds: minimum.rounds,
    stoppedBy: minimum.stoppedBy,
    slope: largestSlope(problem, minimum.gradient),
    loss: minimum.loss / problem.totalWeight,
    positiveRate: rate,
  };
  return logisticModel(await describeModel(identity, data, { options, summary, pacer }), {
    ...fromStandardised(problem, minimum.point),
    wald: wald ? await waldStatistics(problem, minimum.point, pacer) : undefined,
  });
}

/**
 * Logistic regression with an L2 penalty that leaves the intercept alone: L-BFGS from a warm start
 * on a sample, preconditioned by the sample's Hessian. Takes finite numbers; put imputation and
 * scaling before it.
 */
export const logistic: Learner<LogisticOptions, LogisticModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: restoreLogistic,
});
