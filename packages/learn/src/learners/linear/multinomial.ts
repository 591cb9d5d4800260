import { log, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import {
  addLinearGradient,
  choleskyInPlace,
  choleskySolve,
  linearMargins,
  type Moments,
} from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, SeededOptions } from "../contract.js";
import {
  classTarget,
  columnMoments,
  completeOptions,
  numberColumns,
  optionRules,
  refuseOneClass,
  type TrainingData,
  trainingData,
} from "../door.js";
import { progressReporter } from "../progress.js";
import { standardisedGram } from "./gram.js";
import { type Evaluation, minimise, type Problem } from "./lbfgs.js";
import {
  type MultinomialModel,
  multinomialModel,
  restoreMultinomial,
  softmax,
} from "./multinomial-model.js";

/** Options of multinomial regression. */
export interface MultinomialOptions extends SeededOptions {
  /**
   * Penalty l2/2 · Σ coefficient² over all classes beside the sum of the log-loss; 1/C of
   * scikit-learn; 0 = none.
   */
  readonly l2: number;
  /** Stops when no component of the mean gradient is larger. */
  readonly tolerance: number;
  /** Rounds of L-BFGS at most. */
  readonly maxRounds: number;
}

const identity = { kind: "multinomial", task: "classification" } as const;
const defaults: MultinomialOptions = Object.freeze({
  l2: 1,
  tolerance: 1e-8,
  maxRounds: 300,
  seed: 0,
});
const rules = {
  l2: optionRules.notNegative,
  tolerance: optionRules.notNegative,
  maxRounds: optionRules.count,
  seed: optionRules.seed,
};

const BLOCK = 512;
/** Wider tables are preconditioned by a diagonal. */
const WIDEST_FACTOR = 384;
const JITTER = 1e-7;

interface MultinomialProblem {
  readonly columns: readonly Float64Array[];
  readonly moments: readonly Moments[];
  /** Place of each row's class among the classes met. */
  readonly place: Int32Array;
  readonly weight: Float64Array | undefined;
  readonly totalWeight: number;
  readonly classes: readonly number[];
  /** Weighted share of each class. */
  readonly rates: Float64Array;
  readonly l2: number;
}

async function problemOf(
  data: TrainingData,
  target: Float64Array,
  l2: number,
  pacer: Pacer,
): Promise<MultinomialProblem> {
  const columns = numberColumns(identity, data.frame);
  const moments = await columnMoments(identity, data, columns, pacer);
  const classes = [...new Set(target)].sort((a, b) => a - b);
  const places = new Map(classes.map((value, k) => [value, k]));
  const place = Int32Array.from(target, (value) => places.get(value)!);
  const rates = new Float64Array(classes.length);
  let totalWeight = 0;
  for (let row = 0; row < place.length; row++) {
    const w = data.weight?.[row] ?? 1;
    rates[place[row]!]! += w;
    totalWeight += w;
  }
  return {
    columns,
    moments,
    place,
    weight: data.weight,
    totalWeight,
    classes,
    rates: rates.map((sum) => sum / totalWeight),
    l2,
  };
}

/** Coefficients of the columns as they are, classes × columns, and the intercepts. */
function fromStandardised({ moments, classes }: MultinomialProblem, point: Float64Array) {
  const width = moments.length;
  const coefficients = new Float64Array(classes.length * width);
  const intercepts = new Float64Array(classes.length);
  for (let k = 0; k < classes.length; k++) {
    const at = k * (width + 1);
    let intercept = point[at + width]!;
    for (let j = 0; j < width; j++) {
      const { mean, deviation } = moments[j]!;
      const coefficient = point[at + j]! / deviation;
      coefficients[k * width + j] = coefficient;
      intercept -= coefficient * mean;
    }
    intercepts[k] = intercept;
  }
  return { coefficients, intercepts };
}

/** Residuals p - y of a block in the place of its margins; returns the loss. */
function blockResiduals(
  { place, weight }: MultinomialProblem,
  margins: readonly Float64Array[],
  start: number,
  count: number,
): number {
  let loss = 0;
  const classes = margins.length;
  const row = new Float64Array(classes);
  for (let i = 0; i < count; i++) {
    const own = place[start + i]!;
    const w = weight === undefined ? 1 : weight[start + i]!;
    for (let k = 0; k < classes; k++) row[k] = margins[k]![i]!;
    const margin = row[own]!;
    loss += w * (softmax(row) - margin);
    for (let k = 0; k < classes; k++) margins[k]![i] = w * (row[k]! - (k === own ? 1 : 0));
  }
  return loss;
}

/** Loss and gradient in standardised coordinates: of each class its columns, then its intercept. */
async function evaluate(
  problem: MultinomialProblem,
  point: Float64Array,
  pacer: Pacer,
): Promise<Evaluation> {
  const { columns, moments, place, classes, l2 } = problem;
  const width = columns.length;
  const { coefficients, intercepts } = fromStandardised(problem, point);
  const gradient = new Float64Array(point.length);
  const margins = classes.map(() => new Float64Array(BLOCK));
  let loss = 0;
  for (let start = 0; start < place.length; start += BLOCK) {
    await pacer.pause();
    const count = Math.min(BLOCK, place.length - start);
    classes.forEach((_, k) => {
      const own = coefficients.subarray(k * width, (k + 1) * width);
      linearMargins(columns, own, intercepts[k]!, start, count, margins[k]!);
    });
    loss += blockResiduals(problem, margins, start, count);
    margins.forEach((residual, k) => {
      const own = gradient.subarray(k * (width + 1), (k + 1) * (width + 1));
      addLinearGradient(columns, residual, start, count, own);
      for (let i = 0; i < count; i++) own[width]! += residual[i]!;
    });
  }
  for (let k = 0; k < classes.length; k++) {
    const own = gradient.subarray(k * (width + 1), (k + 1) * (width + 1));
    for (let j = 0; j < width; j++) {
      const { mean, deviation } = moments[j]!;
      const w = coefficients[k * width + j]!;
      loss += 0.5 * l2 * w * w;
      own[j] = (own[j]! - mean * own[width]! + l2 * w) / deviation;
    }
  }
  return { loss, gradient };
}

/** The largest component of the mean gradient in the columns' own coordinates. */
function largestSlope({ moments, totalWeight }: MultinomialProblem, gradient: Float64Array) {
  const width = moments.length;
  let largest = 0;
  for (let at = 0; at < gradient.length; at += width + 1) {
    const byIntercept = gradient[at + width]!;
    largest = Math.max(largest, Math.abs(byIntercept));
    for (let j = 0; j < width; j++) {
      const { mean, deviation } = moments[j]!;
      largest = Math.max(largest, Math.abs(gradient[at + j]! * deviation + mean * byIntercept));
    }
  }
  return largest / totalWeight;
}

/** Rows that stand for all in the preconditioner. */
const SAMPLE_ROWS = 16_384;

async function sampleGram(problem: MultinomialProblem, pacer: Pacer): Promise<Float64Array> {
  const { columns, moments, place, weight, totalWeight } = problem;
  const rowCount = Math.min(place.length, SAMPLE_ROWS);
  const rowAt = (k: number): number => Math.floor((k * place.length) / rowCount);
  const sampled = columns.map((values) =>
    Float64Array.from({ length: rowCount }, (_, k) => values[rowAt(k)]!),
  );
  const gram = await standardisedGram(
    { columns: sampled, moments, rowCount },
    (start, count, out) => {
      for (let i = 0; i < count; i++) out[i] = weight?.[rowAt(start + i)] ?? 1;
    },
    pacer,
  );
  const scale = totalWeight / gram.at(-1)!;
  return gram.map((value) => value * scale);
}

/**
 * Replaces each class's part of a vector by P⁻¹ of it, P = rate (1 - rate) Gram + penalty, or its
 * diagonal where the table is wide.
 */
async function preconditioner(
  problem: MultinomialProblem,
  pacer: Pacer,
): Promise<Problem["precondition"]> {
  const { moments, rates, totalWeight, l2 } = problem;
  const size = moments.length + 1;
  const penalty = (j: number): number => {
    const deviation = moments[j]?.deviation;
    return deviation === undefined ? 0 : l2 / (deviation * deviation);
  };
  const gram = size > WIDEST_FACTOR ? undefined : await sampleGram(problem, pacer);
  const factors = Array.from(rates, (rate) => {
    const curvature = rate * (1 - rate);
    const factor = gram?.map((value) => value * curvature);
    for (let j = 0; factor !== undefined && j < size; j++) {
      const at = j * size + j;
      const shown = Math.max(factor[at]!, 0.05 * curvature * totalWeight);
      factor[at] = shown * (1 + JITTER) + penalty(j);
    }
    return factor !== undefined && choleskyInPlace(factor, size) ? factor : undefined;
  });
  return (vector) => {
    rates.forEach((rate, k) => {
      const own = vector.subarray(k * size, (k + 1) * size);
      const factor = factors[k];
      if (factor !== undefined) choleskySolve(factor, size, own);
      else {
        for (let j = 0; j < size; j++) own[j]! /= rate * (1 - rate) * totalWeight + penalty(j);
      }
    });
  };
}

/** Shifts what the loss does not see: intercepts, and without penalty coefficients, add up to 0. */
function centred({ moments, classes, l2 }: MultinomialProblem, point: Float64Array): Float64Array {
  const size = moments.length + 1;
  const out = point.slice();
  for (let j = l2 > 0 ? size - 1 : 0; j < size; j++) {
    let sum = 0;
    for (let k = 0; k < classes.length; k++) sum += out[k * size + j]!;
    for (let k = 0; k < classes.length; k++) out[k * size + j]! -= sum / classes.length;
  }
  return out;
}

async function fit(
  frame: Frame,
  target: Numbers | undefined,
  given?: Partial<MultinomialOptions>,
  extras: FitExtras = {},
): Promise<MultinomialModel> {
  const options = completeOptions(multinomial, given, rules);
  const pacer = new Pacer(extras.signal, "fitting multinomial");
  const data = trainingData(identity, frame, target, extras);
  const labels = classTarget(identity, data.target);
  refuseOneClass(identity, labels);
  const problem = await problemOf(data, labels, options.l2, pacer);
  const width = problem.columns.length;
  const start = new Float64Array(problem.classes.length * (width + 1));
  problem.rates.forEach((rate, k) => {
    start[k * (width + 1) + width] = log(rate);
  });
  const report = progressReporter(extras, options.maxRounds);
  const minimum = await minimise(
    {
      evaluate: (point) => evaluate(problem, point, pacer),
      precondition: await preconditioner(problem, pacer),
      solved: (gradient) => largestSlope(problem, gradient) <= options.tolerance,
      onRound: (round, loss) => report(round, loss / problem.totalWeight),
    },
    start,
    options.maxRounds,
  );
  const loss = minimum.loss / problem.totalWeight;
  report(minimum.rounds, loss, minimum.rounds);
  const summary = {
    rounds: minimum.rounds,
    stoppedBy: minimum.stoppedBy,
    slope: largestSlope(problem, minimum.gradient),
    loss,
  };
  const described = await describeModel(identity, data, { options, summary, pacer });
  const { classes } = problem;
  const outputs = Array.from({ length: classes.at(-1)! + 1 }, (_, k) => `class ${k}`);
  const card = Object.freeze({ ...described, outputs: Object.freeze(outputs) });
  const { coefficients, intercepts } = fromStandardised(problem, centred(problem, minimum.point));
  // The intercepts moved with the columns' means; what adds up to 0 is what is shown.
  const mean = intercepts.reduce((sum, value) => sum + value, 0) / classes.length;
  return multinomialModel(card, {
    classes,
    coefficients,
    intercepts: intercepts.map((value) => value - mean),
  });
}

/**
 * Multinomial (softmax) regression for targets 0 … K - 1, with an L2 penalty that leaves the
 * intercepts alone: L-BFGS preconditioned by each class's share of the Gram matrix. One probability
 * a class. Takes finite numbers; put imputation and scaling before it.
 */
export const multinomial: Learner<MultinomialOptions, MultinomialModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore: restoreMultinomial,
});
