import { exp, log, log1p, type ModelState, sigmoid, softplus } from "../foundation/index.js";
import { choleskyInPlace, choleskySolve } from "../kernels/index.js";
import {
  type CalibrationRows,
  type Calibrator,
  calibratorOf,
  type FittedCalibrator,
} from "./calibrator.js";
import { encoderErrors } from "./errors.js";
import { doublesIn, refuseState, vectorOf } from "./state.js";

const KIND = "beta";
/** Scores are kept this far from 0 and 1 before their logarithms are taken. */
const EDGE = 1e-12;
const NEWTON_ROUNDS = 100;
const PARAMETERS = 3;

function clipped(probability: number): number {
  return Math.min(Math.max(probability, EDGE), 1 - EDGE);
}

/** ln s, -ln(1 - s), smoothed targets and weights. */
interface Rows {
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly goal: Float64Array;
  readonly weight: Float64Array;
}

/** Loss, gradient and Hessian (lower triangle) over the free parameters; others stay 0. */
function lossAt(rows: Rows, point: Float64Array, free: readonly boolean[]) {
  const gradient = new Float64Array(PARAMETERS);
  const hessian = new Float64Array(PARAMETERS * PARAMETERS);
  const x = new Float64Array(PARAMETERS).fill(1);
  let loss = 0;
  for (let row = 0; row < rows.goal.length; row++) {
    x[0] = free[0] ? rows.up[row]! : 0;
    x[1] = free[1] ? rows.down[row]! : 0;
    const margin = point[0]! * x[0] + point[1]! * x[1] + point[2]!;
    const e = exp(-Math.abs(margin));
    const p = margin > 0 ? 1 / (1 + e) : e / (1 + e);
    const [w, goal] = [rows.weight[row]!, rows.goal[row]!];
    const curvature = (w * e) / ((1 + e) * (1 + e));
    loss += w * (softplus(margin) - goal * margin);
    for (let i = 0; i < PARAMETERS; i++) {
      gradient[i]! += w * (p - goal) * x[i]!;
      for (let j = 0; j <= i; j++) hessian[i * PARAMETERS + j]! += curvature * x[i]! * x[j]!;
    }
  }
  return { loss, gradient, hessian };
}

/** Newton's method with halving; the loss is convex in three unknowns. */
function* minimise(rows: Rows, free: readonly boolean[]): Generator<void, Float64Array> {
  let point: Float64Array = Float64Array.of(free[0] ? 1 : 0, free[1] ? 1 : 0, 0);
  let here = lossAt(rows, point, free);
  for (let round = 0; round < NEWTON_ROUNDS; round++) {
    const { hessian, gradient } = here;
    const trace = hessian[0]! + hessian[4]! + hessian[8]!;
    for (let i = 0; i < PARAMETERS; i++) {
      hessian[i * PARAMETERS + i]! += 1e-12 * trace + Number.MIN_VALUE;
      if (free[i] === false) hessian[i * PARAMETERS + i] = 1;
    }
    if (!choleskyInPlace(hessian, PARAMETERS)) break;
    choleskySolve(hessian, PARAMETERS, gradient);
    let moved = false;
    for (let length = 1; length > 1e-8 && !moved; length /= 2) {
      const next = point.map((value, i) => value - length * gradient[i]!);
      yield;
      const there = lossAt(rows, next, free);
      if (!(there.loss < here.loss)) continue;
      [point, here, moved] = [next, there, true];
    }
    if (!moved) break;
  }
  return point;
}

/** The best a, b, c with a and b not below 0: one that falls below is left out. */
function* fitShape(rows: Rows): Generator<void, Float64Array> {
  const free = [true, true, true];
  for (;;) {
    const point = yield* minimise(rows, free);
    const below = point[0]! < 0 ? 0 : point[1]! < 0 ? 1 : -1;
    if (below < 0) return point;
    free[below] = false;
  }
}

function fitted(shape: Float64Array): FittedCalibrator {
  const [a, b, c] = [shape[0]!, shape[1]!, shape[2]!];
  const calibrate = (probability: number): number => {
    const p = clipped(probability);
    return sigmoid(a * log(p) - b * log1p(-p) + c);
  };
  const state = (): ModelState => ({ settings: {}, tensors: { shape: vectorOf(shape) } });
  return Object.freeze({ kind: KIND, calibrate, state });
}

function* steps({ score, target, weight }: CalibrationRows): Generator<void, FittedCalibrator> {
  const weights = weight ?? new Float64Array(score.length).fill(1);
  let positives = 0;
  let total = 0;
  for (let row = 0; row < score.length; row++) {
    positives += weights[row]! * target[row]!;
    total += weights[row]!;
  }
  if (!(total > 0)) throw encoderErrors.CALIBRATION_EMPTY({ calibrator: KIND, rows: 0 });
  // Platt's targets: a little away from 0 and 1, so that separable scores keep finite odds.
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (total - positives + 2);
  yield;
  return fitted(
    yield* fitShape({
      up: score.map((value) => log(clipped(value))),
      down: score.map((value) => -log1p(-clipped(value))),
      goal: target.map((value) => (value === 1 ? high : low)),
      weight: weights,
    }),
  );
}

/**
 * Beta calibration: odds s^a / (1 - s)^b · e^c, with a and b not below 0. Bends both ends of the
 * scale on their own, where Platt has one slope; a = b = 1, c = 0 leaves scores as they are. For a
 * thousand rows and more; keeps the order of scores.
 * @source Kull, Silva Filho & Flach 2017, with Platt's targets
 */
export const beta: Calibrator = calibratorOf(KIND, steps);

/** @throws ENCODER_STATE */
export function restoreBeta(state: ModelState): FittedCalibrator {
  const shape = doublesIn(KIND, state, "shape", PARAMETERS);
  if (!(shape[0]! >= 0 && shape[1]! >= 0)) refuseState(KIND, "its exponents are below 0");
  return fitted(shape);
}
