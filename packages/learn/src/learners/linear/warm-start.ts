/**
 * A good start and a good metric from a few rows: Newton's method on a sample gives a point that is
 * a sampling error away from the solution, and the sample's Hessian, with which L-BFGS over all
 * rows then needs some six passes whatever the scales and correlations of the columns are.
 */

import { exp, logit, type Pacer, RandomStream, softplus } from "../../foundation/index.js";
import { addWeightedGram, choleskyInPlace, choleskySolve } from "../../kernels/index.js";
import type { LogisticProblem } from "./objective.js";

/** Rows in the sample at most. */
const SAMPLE_ROWS = 16_384;
/**
 * Multiply-adds of one Hessian at most; more columns take fewer rows, and many columns a diagonal.
 */
const HESSIAN_WORK = 2e8;
const WIDEST_HESSIAN = 384;
const NEWTON_ROUNDS = 12;
/** Added to the diagonal, relative to it: duplicate columns stay solvable. */
const JITTER = 1e-7;

/** Where to begin, and P⁻¹. */
export interface WarmStart {
  /** In standardised coordinates. */
  readonly point: Float64Array;
  /** Replaces v by P⁻¹v. */
  readonly precondition: (vector: Float64Array) => void;
}

interface Sample {
  /** Standardised, row-major, with a last column of ones. */
  readonly rows: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly count: number;
  readonly width: number;
  /** Penalty of each coordinate, for the weight of the sample. */
  readonly penalty: Float64Array;
  /** Weight of all rows over that of the sample. */
  readonly scale: number;
}

/** One row from each of equal stretches, so that any order of the rows is covered. */
function sampleRows(rowCount: number, count: number, seed: number): Uint32Array {
  const stream = new RandomStream(seed, "logistic sample");
  const stretch = rowCount / count;
  return Uint32Array.from({ length: count }, (_, k) =>
    count === rowCount ? k : Math.floor((k + stream.uniform()) * stretch),
  );
}

function takeSample(problem: LogisticProblem, seed: number): Sample {
  const { moments, rows: source, rowCount } = problem;
  const width = moments.length + 1;
  const affordable = Math.max(8 * width, Math.floor(HESSIAN_WORK / (width * width)));
  const count = Math.min(rowCount, SAMPLE_ROWS, affordable);
  const picked = sampleRows(rowCount, count, seed);
  const rows = new Float64Array(count * width).fill(1);
  moments.forEach(({ mean, deviation }, j) => {
    const column = source.columns[j]!;
    for (let k = 0; k < count; k++) rows[k * width + j] = (column[picked[k]!]! - mean) / deviation;
  });
  const weight = Float64Array.from(picked, (row) => source.weight?.[row] ?? 1);
  const scale = problem.totalWeight / weight.reduce((sum, value) => sum + value, 0);
  const penalty = new Float64Array(width);
  moments.forEach(({ deviation }, j) => {
    penalty[j] = problem.l2 / (deviation * deviation) / scale;
  });
  const target = Float64Array.from(picked, (row) => source.target[row]!);
  return { rows, target, weight, count, width, penalty, scale };
}

/** Loss over the sample; residuals and curvatures go to `residual` and `curvature`. */
function sampleLoss(
  sample: Sample,
  point: Float64Array,
  residual: Float64Array,
  curvature: Float64Array,
): number {
  const { rows, target, weight, count, width, penalty } = sample;
  let loss = 0;
  for (let row = 0; row < count; row++) {
    let margin = 0;
    const at = row * width;
    for (let j = 0; j < width; j++) margin += rows[at + j]! * point[j]!;
    const e = exp(-Math.abs(margin));
    const p = margin > 0 ? 1 / (1 + e) : e / (1 + e);
    residual[row] = weight[row]! * (p - target[row]!);
    curvature[row] = (weight[row]! * e) / ((1 + e) * (1 + e));
    loss += weight[row]! * (softplus(margin) - target[row]! * margin);
  }
  for (let j = 0; j < width; j++) loss += 0.5 * penalty[j]! * point[j]! * point[j]!;
  return loss;
}

/** Multiply-adds between two polls: some 10 ms. */
const WORK_BETWEEN_POLLS = 1e7;

/** The Cholesky factor of the sample's Hessian, with its diagonal held away from 0. */
async function factorHessian(
  sample: Sample,
  curvature: Float64Array,
  pacer: Pacer,
): Promise<Float64Array | undefined> {
  const { rows, count, width, penalty } = sample;
  const hessian = new Float64Array(width * width);
  const chunk = Math.max(64, Math.floor(WORK_BETWEEN_POLLS / (width * width) / 4) * 4);
  for (let start = 0; start < count; start += chunk) {
    await pacer.pause();
    const size = Math.min(chunk, count - start);
    const part = rows.subarray(start * width, (start + size) * width);
    addWeightedGram(part, curvature.subarray(start), size, width, hessian);
  }
  const mean = hessian[width * width - 1]!;
  for (let j = 0; j < width; j++) {
    const at = j * width + j;
    // A column that the sample hardly shows has deviation 1 over all rows: take that for it.
    const shown = hessian[at]! > 0.05 * mean ? hessian[at]! : mean;
    hessian[at] = shown * (1 + JITTER) + penalty[j]! + Number.MIN_VALUE;
  }
  return choleskyInPlace(hessian, width) ? hessian : undefined;
}

function sampleGradient(sample: Sample, point: Float64Array, residual: Float64Array): Float64Array {
  const { rows, count, width, penalty } = sample;
  const gradient = point.map((value, j) => penalty[j]! * value);
  for (let row = 0, at = 0; row < count; row++) {
    const factor = residual[row]!;
    for (let j = 0; j < width; j++) gradient[j]! += factor * rows[at++]!;
  }
  return gradient;
}

/** Damped Newton from `start`; stops early, since the sample's own minimum is not the aim. */
async function newton(sample: Sample, start: Float64Array, pacer: Pacer) {
  const residual = new Float64Array(sample.count);
  const curvature = new Float64Array(sample.count);
  let point = start;
  let loss = sampleLoss(sample, point, residual, curvature);
  for (let round = 0; round < NEWTON_ROUNDS; round++) {
    const factor = await factorHessian(sample, curvature, pacer);
    if (factor === undefined) break;
    const step = sampleGradient(sample, point, residual);
    choleskySolve(factor, sample.width, step);
    let better = false;
    for (let length = 1; length > 1e-3 && !better; length /= 2) {
      const next = point.map((value, j) => value - length * step[j]!);
      const nextLoss = sampleLoss(sample, next, residual, curvature);
      if (!(nextLoss < loss)) continue;
      better = true;
      point = next;
      const gain = loss - nextLoss;
      loss = nextLoss;
      if (gain < (1e-4 * loss) / Math.sqrt(sample.count)) return { point, curvature };
    }
    if (!better) {
      sampleLoss(sample, point, residual, curvature);
      break;
    }
  }
  return { point, curvature };
}

/** P = mean curvature · identity + penalty, for tables too wide for a Hessian. */
function diagonalStart(problem: LogisticProblem, start: Float64Array, rate: number): WarmStart {
  const { moments, totalWeight, l2 } = problem;
  const curvature = totalWeight * rate * (1 - rate);
  const diagonal = new Float64Array(moments.length + 1).fill(curvature);
  moments.forEach(({ deviation }, j) => {
    diagonal[j]! += l2 / (deviation * deviation);
  });
  const precondition = (vector: Float64Array): void => {
    for (let j = 0; j < vector.length; j++) vector[j]! /= diagonal[j]!;
  };
  return { point: start, precondition };
}

/** Rarer-class rows that a sample needs before its own solution is worth having. */
const FEWEST_OF_A_CLASS = 32;

/**
 * Start and preconditioner of a problem.
 * @param problem over all rows
 * @param rate weighted share of positives
 * @param seed decides the sample
 * @param pacer polls for a stop
 */
export async function warmStart(
  problem: LogisticProblem,
  rate: number,
  seed: number,
  pacer: Pacer,
): Promise<WarmStart> {
  const width = problem.moments.length + 1;
  const prior = new Float64Array(width);
  prior[width - 1] = logit(rate);
  if (width > WIDEST_HESSIAN) return diagonalStart(problem, prior, rate);
  const sample = takeSample(problem, seed);
  const positives = sample.target.reduce((sum, value) => sum + value, 0);
  const rarer = Math.min(positives, sample.count - positives);
  const residual = new Float64Array(sample.count);
  const flat = new Float64Array(sample.count);
  const trusted = sample.count === problem.rowCount || rarer >= FEWEST_OF_A_CLASS + 2 * width;
  if (!trusted) sampleLoss(sample, prior, residual, flat);
  const { point, curvature } = trusted
    ? await newton(sample, prior, pacer)
    : { point: prior, curvature: flat };
  const factor = await factorHessian(sample, curvature, pacer);
  if (factor === undefined) return diagonalStart(problem, prior, rate);
  const { scale } = sample;
  const precondition = (vector: Float64Array): void => {
    choleskySolve(factor, width, vector);
    for (let j = 0; j < width; j++) vector[j]! /= scale;
  };
  return { point, precondition };
}
