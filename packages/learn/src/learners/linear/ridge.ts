import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import {
  addLinearGradient,
  choleskyInPlace,
  choleskySolve,
  linearMargins,
  type Moments,
  momentsOf,
} from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, Model, ModelCard, SeededOptions } from "../contract.js";
import {
  columnMoments,
  completeOptions,
  numberColumns,
  numberTarget,
  optionRules,
  type TrainingData,
  trainingData,
} from "../door.js";
import { progressReporter } from "../progress.js";
import { standardisedGram } from "./gram.js";
import { type LinearParts, linearPredictor, linearTensors, restoreLinear } from "./linear-model.js";

/** Options of ridge regression. */
export interface RidgeOptions extends SeededOptions {
  /**
   * Penalty l2 · Σ coefficient² beside the sum of squared errors; alpha of scikit-learn; 0 = none.
   */
  readonly l2: number;
}

/** A fitted ridge regression. */
export interface RidgeModel extends Model {
  /** One a column, in the order of the schema: change of the value for one more of the column. */
  readonly coefficients: Float64Array;
  /** The value where every column is 0. */
  readonly intercept: number;
}

const identity = { kind: "ridge", task: "regression" } as const;
const defaults: RidgeOptions = Object.freeze({ l2: 1, seed: 0 });
const rules = { l2: optionRules.notNegative, seed: optionRules.seed };

/** Added to the diagonal of the factor, relative to it: duplicate columns stay solvable. */
const JITTER = 1e-10;
/** Solutions by one factor at most: the first, and refinements by what it leaves. */
const PASSES = 4;
/** A refinement that moves no coordinate by more than this share of the largest is the last. */
const SMALLEST_STEP = 1e-14;
const BLOCK = 512;

interface RidgeProblem {
  readonly columns: readonly Float64Array[];
  readonly moments: readonly Moments[];
  readonly target: Float64Array;
  readonly targetMoments: Moments;
  readonly weight: Float64Array | undefined;
  readonly l2: number;
}

/** In standardised coordinates: of the columns, and of the target's mean and deviation. */
function fromStandardised(problem: RidgeProblem, point: Float64Array): LinearParts {
  const { moments, targetMoments } = problem;
  let intercept = targetMoments.mean;
  const coefficients = point.map((value, j) => {
    const { mean, deviation } = moments[j]!;
    const coefficient = (value / deviation) * targetMoments.deviation;
    intercept -= coefficient * mean;
    return coefficient;
  });
  return { coefficients, intercept };
}

/** Minus half the gradient at a point, and the sum of squared errors there. */
async function residualPass(problem: RidgeProblem, point: Float64Array, pacer: Pacer) {
  const { columns, moments, target, targetMoments, weight, l2 } = problem;
  const { mean: centre, deviation: scale } = targetMoments;
  const width = columns.length;
  const inner = point.map((value, j) => value / moments[j]!.deviation);
  const shift = inner.reduce((sum, value, j) => sum - value * moments[j]!.mean, 0);
  const residual = new Float64Array(BLOCK);
  const pulls = new Float64Array(width);
  let total = 0;
  let squares = 0;
  for (let start = 0; start < target.length; start += BLOCK) {
    await pacer.pause();
    const count = Math.min(BLOCK, target.length - start);
    linearMargins(columns, inner, shift, start, count, residual);
    for (let i = 0; i < count; i++) {
      const error = (target[start + i]! - centre) / scale - residual[i]!;
      const w = weight === undefined ? 1 : weight[start + i]!;
      residual[i] = w * error;
      total += w * error;
      squares += w * error * error;
    }
    addLinearGradient(columns, residual, start, count, pulls);
  }
  for (let j = 0; j < width; j++) {
    const { mean, deviation } = moments[j]!;
    pulls[j] = (pulls[j]! - mean * total - l2 * inner[j]!) / deviation;
  }
  return { pulls, squares };
}

/** The factor of the penalised Gram matrix, without the intercept, which is its own solution. */
async function factorOf(problem: RidgeProblem, pacer: Pacer): Promise<Float64Array> {
  const { columns, moments, target, weight, l2 } = problem;
  const width = columns.length;
  const gram = await standardisedGram(
    { columns, moments, rowCount: target.length },
    (start, count, out) => {
      if (weight === undefined) out.fill(1, 0, count);
      else out.set(weight.subarray(start, start + count));
    },
    pacer,
  );
  const total = gram[gram.length - 1]!;
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const { deviation } = moments[i]!;
    for (let j = 0; j <= i; j++) factor[i * width + j] = gram[i * (width + 1) + j]!;
    factor[i * width + i]! += l2 / (deviation * deviation) + JITTER * total;
  }
  let jitter = JITTER * total;
  for (;;) {
    const tried = factor.slice();
    if (choleskyInPlace(tried, width)) return tried;
    jitter *= 100;
    for (let i = 0; i < width; i++) factor[i * width + i]! += jitter;
  }
}

async function problemOf(data: TrainingData, l2: number, pacer: Pacer): Promise<RidgeProblem> {
  const target = numberTarget(identity, data.target);
  const columns = numberColumns(identity, data.frame);
  const moments = await columnMoments(identity, data, columns, pacer);
  const own = momentsOf(target, data.weight);
  return {
    columns,
    moments,
    target,
    targetMoments: { ...own, deviation: own.deviation > 0 ? own.deviation : 1 },
    weight: data.weight,
    l2,
  };
}

/** Adds a step; @returns whether it was too small to matter */
function addStep(point: Float64Array, step: Float64Array): boolean {
  let [largest, moved] = [0, 0];
  for (let j = 0; j < point.length; j++) {
    point[j]! += step[j]!;
    largest = Math.max(largest, Math.abs(point[j]!));
    moved = Math.max(moved, Math.abs(step[j]!));
  }
  return moved <= SMALLEST_STEP * largest;
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<RidgeOptions>,
  extras: FitExtras = {},
): Promise<RidgeModel> {
  const options = completeOptions(ridge, given, rules);
  const pacer = new Pacer(extras.signal, "fitting ridge");
  const data = trainingData(identity, frame, target, extras);
  const problem = await problemOf(data, options.l2, pacer);
  const width = problem.columns.length;
  const factor = await factorOf(problem, pacer);
  const totalWeight = data.weight?.reduce((sum, value) => sum + value, 0) ?? data.frame.rowCount;
  const report = progressReporter(extras, PASSES);
  const point = new Float64Array(width);
  const { deviation } = problem.targetMoments;
  let squares = 0;
  let settled = false;
  for (let pass = 0; ; pass++) {
    const found = await residualPass(problem, point, pacer);
    squares = found.squares;
    const loss = (squares / totalWeight) * deviation * deviation;
    if (pass > 0) report(pass, loss, settled ? pass : PASSES);
    if (settled || pass === PASSES) break;
    choleskySolve(factor, width, found.pulls);
    settled = addStep(point, found.pulls);
  }
  const summary = {
    meanSquaredError: (squares / totalWeight) * deviation * deviation,
    rSquared: 1 - squares / totalWeight,
  };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return ridgeModel(card, fromStandardised(problem, point));
}

function ridgeModel(card: ModelCard, parts: LinearParts): RidgeModel {
  return Object.freeze({
    ...linearPredictor(card, parts, (margin) => margin),
    ...parts,
    state: (): ModelState => ({ settings: {}, tensors: linearTensors(parts) }),
  });
}

/**
 * Least squares with an L2 penalty that leaves the intercept alone: a Cholesky factor of the
 * standardised columns' Gram matrix, refined by what it leaves. Takes finite numbers; put
 * imputation and scaling before it.
 * @source Hoerl & Kennard 1970
 */
export const ridge: Learner<RidgeOptions, RidgeModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: (card: ModelCard, state: ModelState) => ridgeModel(card, restoreLinear(card, state)),
});
