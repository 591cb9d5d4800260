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
}
