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

interface Block {
  from: number;
  to: number;
  weight: number;
  positives: number;
}

/** One block a distinct score, by rising score. */
function blocksOf(score: Float64Array, target: Float64Array, weight: Float64Array): Block[] {
  const blocks: Block[] = [];
  for (const row of argsort(score)) {
    if (!(weight[row]! > 0)) continue;
    const last = blocks.at(-1);
    const positives = weight[row]! * target[row]!;
    if (last !== undefined && last.to === score[row]) {
      last.weight += weight[row]!;
      last.positives += positives;
    } else {
      blocks.push({ from: score[row]!, to: score[row]!, weight: weight[row]!, positives });
    }
  }
  return blocks;
}

/** Pools adjacent violators: the rates of the blocks that are left rise. */
function pool(blocks: readonly Block[]): Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let current = block;
    for (;;) {
      const last = pooled.at(-1);
      if (last === undefined) break;
      if (last.positives * current.weight < current.positives * last.weight) break;
      pooled.pop();
      current = {
        from: last.from,
        to: current.to,
        weight: last.weight + current.weight,
        positives: last.positives + current.positives,
      };
    }
    pooled.push(current);
  }
  return pooled;
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
  const blocks = blocksOf(score, target, weights);
  yield;
  const pooled = pool(blocks);
  yield;
  if (pooled.length === 0) {
    throw encoderErrors.CALIBRATION_EMPTY({ calibrator: "isotonic", rows: 0 });
  }
  const total = pooled.reduce((sum, block) => sum + block.weight, 0);
  // Half a row of doubt at both ends: a rate of 0 or 1 would make one surprise infinitely bad.
  const edge = 0.5 / (total + 1);
  const points = pooled.flatMap(({ from, to, weight: mass, positives }) => {
    const rate = Math.min(Math.max(positives / mass, edge), 1 - edge);
    return from === to
      ? [{ at: from, rate }]
      : [
          { at: from, rate },
          { at: to, rate },
        ];
  });
  return fitted(
    Float64Array.from(points, ({ at }) => at),
    Float64Array.from(points, ({ rate }) => rate),
  );
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
