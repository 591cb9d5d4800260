import {
  assignFolds,
  type Calibrator,
  type FittedCalibrator,
  logLoss,
  type Model,
} from "@refrain/learn";

/** What a model said of validation rows that it had not learnt from. */
export interface HeldOut {
  readonly name: string;
  readonly model: Model;
  /** Rows that it learnt from. */
  readonly trainRows: number;
  /** Users, answers and scores of the validation rows. */
  readonly users: Int32Array;
  readonly target: Float64Array;
  readonly scores: Float64Array;
}

/** Scores of all held-out rows, fold after fold, as the chosen calibrator gives them. */
export interface Calibrated {
  /** Learnt on all held-out rows; undefined where none of them did better than the scores. */
  readonly calibrator: FittedCalibrator | undefined;
  readonly target: Float64Array;
  /** Each part of the rows calibrated by what the other parts taught. */
  readonly scores: Float64Array;
  readonly logLoss: number;
}

/** Rows of each class that a calibrator learns from at least. */
const leastOfClass = 20;

/**
 * Chooses the calibrator that does best on held-out rows; each is judged on rows that it has not
 * learnt from: on one fold by what the others taught, where there is one fold on half of its users.
 * @param seed decides the halves
 */
export function chooseCalibrator(
  folds: readonly HeldOut[],
  calibrators: readonly Calibrator[],
  seed: number,
): Calibrated {
  const target = joined(folds.map((fold) => fold.target));
  const scores = joined(folds.map((fold) => fold.scores));
  let best: Calibrated = {
    calibrator: undefined,
    target,
    scores,
    logLoss: logLoss(target, scores),
  };
  const parts = partsOf(folds, seed);
  if (parts === undefined || !isLearnable(target, parts)) return best;
  for (const calibrator of calibrators) {
    const crossed = crossScores(calibrator, { target, scores, parts });
    const loss = logLoss(target, crossed);
    if (!(loss < best.logLoss)) continue;
    best = { calibrator: calibrator.fit(scores, target), target, scores: crossed, logLoss: loss };
  }
  return best;
}

interface Parted {
  readonly target: Float64Array;
  readonly scores: Float64Array;
  /** Part of each row. */
  readonly parts: Int32Array;
}

function crossScores(calibrator: Calibrator, { target, scores, parts }: Parted): Float64Array {
  const crossed = new Float64Array(scores.length);
  for (const part of new Set(parts)) {
    const others = (_: number, row: number) => parts[row] !== part;
    const fitted = calibrator.fit(scores.filter(others), target.filter(others));
    for (let row = 0; row < scores.length; row += 1) {
      if (parts[row] === part) crossed[row] = fitted.calibrate(scores[row]!);
    }
  }
  return crossed;
}

/** Whether what is left without any one part still holds enough of both classes. */
function isLearnable(target: Float64Array, parts: Int32Array): boolean {
  return [...new Set(parts)].every((part) => {
    const counts = [0, 0];
    target.forEach((value, row) => {
      if (parts[row] !== part) counts[value === 1 ? 1 : 0]! += 1;
    });
    return Math.min(...counts) >= leastOfClass;
  });
}

/** Folds are parts; a single one is dealt into halves by user. */
function partsOf(folds: readonly HeldOut[], seed: number): Int32Array | undefined {
  const [only, ...others] = folds;
  if (only === undefined) return undefined;
  if (others.length > 0) {
    return Int32Array.from(folds.flatMap((fold, part) => Array.from(fold.target, () => part)));
  }
  const { users, target } = only;
  if (new Set(users).size < 2) return undefined;
  return assignFolds(users.length, { folds: 2, seed, groups: users, target });
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
