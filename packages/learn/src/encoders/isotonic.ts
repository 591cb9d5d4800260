import type { ModelState } from "../foundation/index.js";
import { argsort } from "../kernels/index.js";
import {
  type CalibrationRows,
  type Calibrator,
  calibratorOf,
  type FittedCalibrator,
} from "./calibrator.js";
import { encoderErrors } from "./errors.js";
import { doublesIn, refuseState, vectorOf } from "./state.js";

/** Runs of scores with one rate, by rising score; the first `count` places are used. */
interface Blocks {
  count: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly weight: Float64Array;
  readonly positives: Float64Array;
}

/** One block a distinct score. */
function blocksOf(
  score: Float64Array,
  target: Float64Array,
  weight: Float64Array,
  order: Uint32Array,
): Blocks {
  const room = () => new Float64Array(score.length);
  const blocks = { count: 0, from: room(), to: room(), weight: room(), positives: room() };
  for (const row of order) {
    if (!(weight[row]! > 0)) continue;
    const at = blocks.count - 1;
    const positives = weight[row]! * target[row]!;
    if (at >= 0 && blocks.to[at] === score[row]) {
      blocks.weight[at]! += weight[row]!;
      blocks.positives[at]! += positives;
      continue;
    }
    blocks.from[at + 1] = score[row]!;
    blocks.to[at + 1] = score[row]!;
    blocks.weight[at + 1] = weight[row]!;
    blocks.positives[at + 1] = positives;
    blocks.count += 1;
  }
  return blocks;
}

/** Pools adjacent violators, in place: the rates of the blocks that are left rise. */
function pool(blocks: Blocks): void {
  const { from, to, weight, positives } = blocks;
  let last = -1;
  for (let next = 0; next < blocks.count; next++) {
    let [start, mass, found] = [from[next]!, weight[next]!, positives[next]!];
    while (last >= 0 && !(positives[last]! * mass < found * weight[last]!)) {
      start = from[last]!;
      mass += weight[last]!;
      found += positives[last]!;
      last -= 1;
    }
    last += 1;
    from[last] = start;
    to[last] = to[next]!;
    weight[last] = mass;
    positives[last] = found;
  }
  blocks.count = last + 1;
}

/** Straight lines between the points; flat outside. */
function interpolate(scores: Float64Array, rates: Float64Array, score: number): number {
  const last = scores.length - 1;
  if (!(score > scores[0]!)) return rates[0]!;
  if (score >= scores[last]!) return rates[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle]! <= score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]!) / (scores[high]! - scores[low]!);
  return rates[low]! + share * (rates[high]! - rates[low]!);
}

function fitted(scores: Float64Array, rates: Float64Array): FittedCalibrator {
  const state = (): ModelState => ({
    settings: {},
    tensors: { scores: vectorOf(scores), rates: vectorOf(rates) },
  });
  const calibrate = (probability: number): number => interpolate(scores, rates, probability);
  return Object.freeze({ kind: "isotonic", calibrate, state });
}

function* steps({ score, target, weight }: CalibrationRows): Generator<void, FittedCalibrator> {
  const weights = weight ?? new Float64Array(score.length).fill(1);
  const order = argsort(score);
  yield;
  const blocks = blocksOf(score, target, weights, order);
  yield;
  pool(blocks);
  if (blocks.count === 0) {
    throw encoderErrors.CALIBRATION_EMPTY({ calibrator: "isotonic", rows: 0 });
  }
  let total = 0;
  for (let at = 0; at < blocks.count; at++) total += blocks.weight[at]!;
  // Half a row of doubt at both ends: a rate of 0 or 1 would make one surprise infinitely bad.
  const edge = 0.5 / (total + 1);
  const scores: number[] = [];
  const rates: number[] = [];
  for (let at = 0; at < blocks.count; at++) {
    const rate = blocks.positives[at]! / blocks.weight[at]!;
    for (const end of new Set([blocks.from[at]!, blocks.to[at]!])) {
      scores.push(end);
      rates.push(Math.min(Math.max(rate, edge), 1 - edge));
    }
  }
  return fitted(Float64Array.from(scores), Float64Array.from(rates));
}

/**
 * Isotonic calibration: the best rising step function (pool adjacent violators), straight lines
 * between its steps, kept half a row away from 0 and 1. For a few thousand rows and more.
 * @source Zadrozny & Elkan 2002
 */
export const isotonic: Calibrator = calibratorOf("isotonic", steps);

/** @throws ENCODER_STATE */
export function restoreIsotonic(state: ModelState): FittedCalibrator {
  const scores = doublesIn("isotonic", state, "scores");
  const rates = doublesIn("isotonic", state, "rates", scores.length);
  const rising = scores.every((score, i) => i === 0 || score > scores[i - 1]!);
  if (scores.length === 0 || !rising) refuseState("isotonic", "its scores do not rise");
  if (!rates.every((rate) => rate >= 0 && rate <= 1)) {
    refuseState("isotonic", "a rate is no probability");
  }
  return fitted(scores, rates);
}
