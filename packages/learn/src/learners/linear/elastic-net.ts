/**
 * Logistic regression with a penalty l1 · Σ |coefficient| beside the smooth one: Newton's method,
 * each step a quadratic model with the penalty, solved by coordinate descent, then a halving line
 * search on the true loss. In standardised coordinates the threshold of a column is l1 / deviation;
 * the intercept, last, has none.
 * @source Friedman, Hastie & Tibshirani 2010 (glmnet); Yuan, Ho & Lin 2012 (inner stopping)
 */

import type { Pacer } from "../../foundation/index.js";
import { type Curvature, denseCurvature, rowCurvature } from "./curvature.js";
import type { Minimum } from "./lbfgs.js";
import { evaluateLogistic, type LogisticProblem } from "./objective.js";

/** Wider tables get no Hessian: its products are taken over the rows instead. */
const WIDEST_HESSIAN = 512;
const MOST_SWEEPS = 10_000;
const WORK_BETWEEN_POLLS = 1e6;
/** A quadratic model is solved until this share of the violation that it began with is left. */
const INNER_SHARE = 0.01;
const ARMIJO = 1e-4;
const LOSS_NOISE = 1e-13;
const HALVINGS = 40;

/** Rows that a long table's start is found on. */
const SAMPLE_ROWS = 16_384;
/** Rarer-class rows that a sample needs before its own solution is worth having. */
const FEWEST_OF_A_CLASS = 100;
const SAMPLE_TOLERANCE = 1e-4;

/** The problem of evenly spaced rows, penalties in proportion; undefined where it is no help. */
function sampled(problem: LogisticProblem): LogisticProblem | undefined {
  const { rows, rowCount, totalWeight, l2 } = problem;
  if (rowCount < 4 * SAMPLE_ROWS) return undefined;
  const rowAt = (k: number): number => Math.floor((k * rowCount) / SAMPLE_ROWS);
  const take = (values: Float64Array): Float64Array => {
    const out = new Float64Array(SAMPLE_ROWS);
    for (let k = 0; k < SAMPLE_ROWS; k++) out[k] = values[rowAt(k)]!;
    return out;
  };
  const target = take(rows.target);
  const positives = target.reduce((sum, value) => sum + value, 0);
  if (Math.min(positives, SAMPLE_ROWS - positives) < FEWEST_OF_A_CLASS) return undefined;
  const weight = rows.weight && take(rows.weight);
  const total = weight?.reduce((sum, value) => sum + value, 0) ?? SAMPLE_ROWS;
  return {
    ...problem,
    rows: { columns: rows.columns.map(take), target, weight },
    rowCount: SAMPLE_ROWS,
    totalWeight: total,
    l2: (l2 * total) / totalWeight,
  };
}

/** How far to go. */
export interface ElasticNetOptions {
  /** Penalty l1 · Σ |coefficient|, > 0. */
  readonly l1: number;
  /** Stops when no optimality condition of the mean loss is missed by more. */
  readonly tolerance: number;
  /** Newton steps at most. */
  readonly maxRounds: number;
  /** Called after each step with the loss, penalties included. */
  readonly onRound: (round: number, loss: number) => void;
}

/** How far a slope is from allowing a coefficient, given the threshold. */
function missed(slope: number, coefficient: number, threshold: number): number {
  if (coefficient > 0) return Math.abs(slope + threshold);
  if (coefficient < 0) return Math.abs(slope - threshold);
  return Math.max(0, Math.abs(slope) - threshold);
}

/** The largest violation, in the columns' own coordinates, of the mean loss. */
function violation(
  problem: LogisticProblem,
  l1: number,
  point: Float64Array,
  gradient: Float64Array,
): number {
  const width = problem.moments.length;
  const byIntercept = gradient[width]!;
  let largest = Math.abs(byIntercept);
  problem.moments.forEach(({ mean, deviation }, j) => {
    const slope = gradient[j]! * deviation + mean * byIntercept;
    largest = Math.max(largest, missed(slope, point[j]!, l1));
  });
  return largest / problem.totalWeight;
}

function penaltyOf(thresholds: Float64Array, point: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < point.length; j++) sum += thresholds[j]! * Math.abs(point[j]!);
  return sum;
}

/** The quadratic model of the loss at a point, and a trial that is being improved. */
interface Model {
  readonly curvature: Curvature;
  /** Of the loss, where the trial began. */
  readonly gradient: Float64Array;
  readonly trial: Float64Array;
  readonly thresholds: Float64Array;
}

/** Moves one coordinate to its minimum; returns how much its condition was missed. */
function improve({ curvature, gradient, trial, thresholds }: Model, j: number): number {
  const h = curvature.diagonal[j]!;
  if (!(h > 0)) return 0;
  const old = trial[j]!;
  const pull = h * old - (gradient[j]! + curvature.product(j));
  const shrunk = Math.abs(pull) - thresholds[j]!;
  const next = shrunk <= 0 ? 0 : (pull > 0 ? shrunk : -shrunk) / h;
  if (next === old) return 0;
  trial[j] = next;
  curvature.move(j, next - old);
  return h * Math.abs(next - old);
}

/** Cycles through all coordinates, then through those that are not 0 until they rest, and again. */
async function solveModel(model: Model, pacer: Pacer): Promise<void> {
  const { curvature, gradient, trial, thresholds } = model;
  const all = Int32Array.from(trial, (_, j) => j);
  let enough = 0;
  for (const j of all) {
    enough = Math.max(enough, missed(gradient[j]!, trial[j]!, thresholds[j]!));
  }
  enough *= INNER_SHARE;
  let active = all;
  let work = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (const j of active) {
      largest = Math.max(largest, improve(model, j));
      work += curvature.stepCost;
      if (work < WORK_BETWEEN_POLLS) continue;
      work = 0;
      await pacer.pause();
    }
    if (largest > enough) active = all.filter((j) => trial[j] !== 0 || thresholds[j] === 0);
    else if (active === all) return;
    else active = all;
  }
}

interface Place {
  readonly point: Float64Array;
  readonly smooth: number;
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * Where to begin: what a sample of a long table says, or a point without coefficients.
 * @param prior the log-odds of the positive rate
 */
export async function elasticNetStart(
  problem: LogisticProblem,
  prior: number,
  l1: number,
  pacer: Pacer,
): Promise<Float64Array> {
  const start = new Float64Array(problem.moments.length + 1);
  start[start.length - 1] = prior;
  const sample = sampled(problem);
  if (sample === undefined) return start;
  const share = sample.totalWeight / problem.totalWeight;
  const options = { l1: l1 * share, tolerance: SAMPLE_TOLERANCE, maxRounds: 20 };
  const found = await minimiseElasticNet(
    sample,
    start,
    { ...options, onRound: () => undefined },
    pacer,
  );
  return found.point;
}

/**
 * Minimises the penalised loss.
 * @param problem with its smooth penalty
 * @param start in standardised coordinates, the intercept last
 * @returns the solution; its `loss` includes both penalties
 */
export async function minimiseElasticNet(
  problem: LogisticProblem,
  start: Float64Array,
  options: ElasticNetOptions,
  pacer: Pacer,
): Promise<Minimum & { readonly violation: number }> {
  const { l1, tolerance, maxRounds, onRound } = options;
  const thresholds = Float64Array.from(start, (_, j) => l1 / (problem.moments[j]?.deviation ?? 1));
  thresholds[start.length - 1] = 0;
  const placeAt = async (point: Float64Array): Promise<Place> => {
    const { loss, gradient } = await evaluateLogistic(problem, point, pacer);
    return { point, smooth: loss, loss: loss + penaltyOf(thresholds, point), gradient };
  };
  const wide = start.length > WIDEST_HESSIAN;
  let here = await placeAt(start);
  let missedBy = violation(problem, l1, here.point, here.gradient);
  for (let round = 0; ; round++) {
    const end = (stoppedBy: Minimum["stoppedBy"]) => {
      const { point, loss, gradient } = here;
      return { point, loss, gradient, rounds: round, stoppedBy, violation: missedBy };
    };
    if (missedBy <= tolerance) return end("gradient");
    if (round === maxRounds) return end("rounds");
    const curvature = await (wide ? rowCurvature : denseCurvature)(problem, here.point, pacer);
    const trial = here.point.slice();
    await solveModel({ curvature, gradient: here.gradient, trial, thresholds }, pacer);
    const { next, flat } = await search(here, trial, thresholds, placeAt);
    if (next === undefined) return end("precision");
    const before = missedBy;
    here = next;
    missedBy = violation(problem, l1, here.point, here.gradient);
    if (flat && missedBy > 0.5 * before && missedBy > tolerance) return end("precision");
    onRound(round + 1, here.loss);
  }
}

/** Halves the way to the model's minimum until the loss falls enough, or differs by noise only. */
async function search(
  from: Place,
  trial: Float64Array,
  thresholds: Float64Array,
  placeAt: (point: Float64Array) => Promise<Place>,
): Promise<{ readonly next: Place | undefined; readonly flat: boolean }> {
  let promised = penaltyOf(thresholds, trial) - penaltyOf(thresholds, from.point);
  for (let j = 0; j < trial.length; j++) {
    promised += from.gradient[j]! * (trial[j]! - from.point[j]!);
  }
  const noise = LOSS_NOISE * Math.abs(from.loss);
  for (let halving = 0, length = 1; halving < HALVINGS; halving++, length /= 2) {
    const point =
      length === 1
        ? trial
        : trial.map((value, j) => from.point[j]! + length * (value - from.point[j]!));
    const next = await placeAt(point);
    if (next.loss <= from.loss + ARMIJO * length * Math.min(0, promised) + noise) {
      return { next, flat: !(promised < -noise) };
    }
  }
  return { next: undefined, flat: true };
}
