import { exp, logit, type ModelState, sigmoid, softplus } from "../foundation/index.js";
import {
  type CalibrationRows,
  type Calibrator,
  calibratorOf,
  type FittedCalibrator,
} from "./calibrator.js";
import { encoderErrors } from "./errors.js";
import { doublesIn, vectorOf } from "./state.js";

/** Scores are probabilities, kept this far from 0 and 1 before their log-odds are taken. */
const EDGE = 1e-12;
const NEWTON_ROUNDS = 100;

function oddsOf(probability: number): number {
  return logit(Math.min(Math.max(probability, EDGE), 1 - EDGE));
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

interface Sums {
  loss: number;
  g0: number;
  g1: number;
  h00: number;
  h01: number;
  h11: number;
}

function sums(line: Line, odds: Float64Array, goal: Float64Array, weight: Float64Array): Sums {
  const s: Sums = { loss: 0, g0: 0, g1: 0, h00: 0, h01: 0, h11: 0 };
  for (let row = 0; row < odds.length; row++) {
    const x = odds[row]!;
    const margin = line.slope * x + line.offset;
    const e = exp(-Math.abs(margin));
    const p = margin > 0 ? 1 / (1 + e) : e / (1 + e);
    const w = weight[row]!;
    const curvature = (w * e) / ((1 + e) * (1 + e));
    s.loss += w * (softplus(margin) - goal[row]! * margin);
    s.g0 += w * (p - goal[row]!);
    s.g1 += w * (p - goal[row]!) * x;
    s.h00 += curvature;
    s.h01 += curvature * x;
    s.h11 += curvature * x * x;
  }
  return s;
}

/** Newton's method with halving; the loss is convex in two unknowns. */
function* fitLine(
  odds: Float64Array,
  goal: Float64Array,
  weight: Float64Array,
): Generator<void, Line> {
  let line: Line = { slope: 1, offset: 0 };
  let here = sums(line, odds, goal, weight);
  for (let round = 0; round < NEWTON_ROUNDS; round++) {
    const ridge = 1e-12 * (here.h00 + here.h11) + Number.MIN_VALUE;
    const [h00, h11] = [here.h00 + ridge, here.h11 + ridge];
    const determinant = h00 * h11 - here.h01 * here.h01;
    const offsetStep = (h11 * here.g0 - here.h01 * here.g1) / determinant;
    const slopeStep = (h00 * here.g1 - here.h01 * here.g0) / determinant;
    let moved = false;
    for (let length = 1; length > 1e-8 && !moved; length /= 2) {
      const next = {
        slope: line.slope - length * slopeStep,
        offset: line.offset - length * offsetStep,
      };
      yield;
      const there = sums(next, odds, goal, weight);
      if (!(there.loss < here.loss)) continue;
      line = next;
      here = there;
      moved = true;
    }
    if (!moved) break;
  }
  return line;
}

function fitted(line: Line): FittedCalibrator {
  const state = (): ModelState => ({
    settings: {},
    tensors: { line: vectorOf(Float64Array.of(line.slope, line.offset)) },
  });
  const calibrate = (probability: number): number =>
    sigmoid(line.slope * oddsOf(probability) + line.offset);
  return Object.freeze({ kind: "platt", calibrate, state });
}

function* steps({ score, target, weight }: CalibrationRows): Generator<void, FittedCalibrator> {
  const weights = weight ?? new Float64Array(score.length).fill(1);
  let positives = 0;
  let total = 0;
  for (let row = 0; row < score.length; row++) {
    positives += weights[row]! * target[row]!;
    total += weights[row]!;
  }
  if (!(total > 0)) {
    throw encoderErrors.CALIBRATION_EMPTY({ calibrator: "platt", rows: 0 });
  }
  // Platt's targets: a little away from 0 and 1, so that separable scores keep finite odds.
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (total - positives + 2);
  const goal = target.map((value) => (value === 1 ? high : low));
  return fitted(yield* fitLine(score.map(oddsOf), goal, weights));
}

/**
 * Platt's calibration: a straight line on the log-odds. Two parameters, for a few hundred rows and
 * more; keeps the order of scores.
 * @source Platt 1999, with the numerics of Lin, Lin & Weng 2007
 */
export const platt: Calibrator = calibratorOf("platt", steps);

/** @throws ENCODER_STATE */
export function restorePlatt(state: ModelState): FittedCalibrator {
  const line = doublesIn("platt", state, "line", 2);
  return fitted({ slope: line[0]!, offset: line[1]! });
}
