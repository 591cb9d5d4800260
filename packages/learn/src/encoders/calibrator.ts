import type { ModelState } from "../foundation/index.js";

/** Turns a classifier's probability into one that keeps its word; immutable. */
export interface FittedCalibrator {
  /** The calibrator's kind. */
  readonly kind: string;
  /**
   * The calibrated probability.
   * @param probability 0…1, as the classifier says it
   * @returns 0…1
   */
  readonly calibrate: (probability: number) => number;
  /** What it is made of. */
  readonly state: () => ModelState;
}

/** Learns how far probabilities can be believed, from rows that the classifier has not seen. */
export interface Calibrator {
  /** Names the calibrator in files, for example `platt`. */
  readonly kind: string;
  /**
   * Learns from held-out rows.
   * @param score probabilities, 0…1
   * @param target 0 or 1 a row
   * @param weight one a row
   * @throws CALIBRATION_EMPTY
   */
  readonly fit: (
    score: Float64Array,
    target: Float64Array,
    weight?: Float64Array,
  ) => FittedCalibrator;
  /** The same in pieces of some milliseconds, so that it can be stopped between them. */
  readonly steps?: (rows: CalibrationRows) => Generator<void, FittedCalibrator>;
}

/** Held-out rows. */
export interface CalibrationRows {
  /** Probabilities, 0…1. */
  readonly score: Float64Array;
  /** 0 or 1 a row. */
  readonly target: Float64Array;
  /** One a row. */
  readonly weight?: Float64Array | undefined;
}

/** A calibrator of its steps. */
export function calibratorOf(
  kind: string,
  steps: (rows: CalibrationRows) => Generator<void, FittedCalibrator>,
): Calibrator {
  const fit = (score: Float64Array, target: Float64Array, weight?: Float64Array) => {
    const work = steps({ score, target, weight });
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
    }
  };
  return Object.freeze({ kind, fit, steps });
}

/**
 * Fits a calibrator so that it can be stopped.
 * @param pause awaited between its steps
 */
export async function fitPaced(
  calibrator: Calibrator,
  rows: CalibrationRows,
  pause: () => Promise<void>,
): Promise<FittedCalibrator> {
  await pause();
  if (calibrator.steps === undefined) {
    return calibrator.fit(rows.score, rows.target, rows.weight);
  }
  const work = calibrator.steps(rows);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    await pause();
  }
}
