import { simulateErrors } from "./errors.js";
import type { SimulationFormat } from "./scenario.js";

/**
 * How hard a simulated label is: the ROC-AUC of its true probability, measured while streaming.
 * Rows are counted in bins of the square root of the probability, so that counts of blocks add up
 * to the same whole in any order and memory does not grow.
 */

/** Bins; within one, the order of rows is not seen (it costs less than .0001 of the AUC). */
export const scoreBins = 4096;

/** Rows by label and bin: the negatives' counts, then the positives'. */
export type ScoreCounts = Float64Array;

/** Counts of no rows. */
export function noScores(): ScoreCounts {
  return new Float64Array(2 * scoreBins);
}

/** Counts a row. */
export function countScore(counts: ScoreCounts, probability: number, label: boolean): void {
  const bin = Math.floor(Math.sqrt(probability) * scoreBins);
  counts[(label ? scoreBins : 0) + (bin < scoreBins ? bin : scoreBins - 1)]! += 1;
}

/** Adds the counts of a part to the whole. */
export function addScores(whole: ScoreCounts, part: ScoreCounts): void {
  for (let i = 0; i < whole.length; i++) whole[i]! += part[i]!;
}

/** The band in which the truth's ROC-AUC must lie, fixed from outside. */
export const difficultyBands = {
  musicbox: { label: "churn", low: 0.88, high: 0.92 },
  pozytywka: { label: "will_buy_premium_next_month", low: 0.79, high: 0.85 },
} as const;

/** Measured difficulty of a format's own label. */
export interface Difficulty {
  readonly label: string;
  readonly rows: number;
  readonly positives: number;
  /** ROC-AUC of the true probability; null where a class is absent. */
  readonly rocAuc: number | null;
  /** Interval of it that also allows for several rows of one listener. */
  readonly low: number | null;
  readonly high: number | null;
  /** Whether rocAuc lies in the band. */
  readonly inBand: boolean;
  /** Whether the whole interval lies outside the band: such a seed is refused. */
  readonly degenerate: boolean;
}

/** Standard errors on either side, widened for repeated listeners: about a 99.99 % interval. */
const widths = 4;

/**
 * Reads the difficulty off the counts.
 * @source Hanley and McNeil 1982 for the standard error of the area
 */
export function measureDifficulty(format: SimulationFormat, counts: ScoreCounts): Difficulty {
  const band = difficultyBands[format];
  let negatives = 0;
  let positives = 0;
  let pairs = 0;
  for (let bin = 0; bin < scoreBins; bin++) {
    const no = counts[bin]!;
    const yes = counts[scoreBins + bin]!;
    pairs += yes * (negatives + no / 2);
    negatives += no;
    positives += yes;
  }
  const rows = negatives + positives;
  const plain = { label: band.label, rows, positives };
  if (negatives === 0 || positives === 0) {
    const nothing = { rocAuc: null, low: null, high: null };
    return { ...plain, ...nothing, inBand: false, degenerate: false };
  }
  const area = pairs / (negatives * positives);
  // An area of 1 found among few rows has an error too: that of the largest area expected.
  const sure = Math.min(area, 0.95);
  const q1 = sure / (2 - sure) - sure * sure;
  const q2 = (2 * sure * sure) / (1 + sure) - sure * sure;
  const spread = sure * (1 - sure) + (positives - 1) * q1 + (negatives - 1) * q2;
  const half = widths * Math.sqrt(spread / (negatives * positives));
  return {
    ...plain,
    rocAuc: area,
    low: area - half,
    high: area + half,
    inBand: area >= band.low && area <= band.high,
    degenerate: area + half < band.low || area - half > band.high,
  };
}

/**
 * Refuses a simulation whose truth is too easy or too hard beyond doubt.
 * @throws SIMULATION_DEGENERATE
 */
export function refuseDegenerate(format: SimulationFormat, measured: Difficulty): void {
  if (!measured.degenerate) return;
  const text = (value: number | null) => (value ?? 0).toFixed(3);
  throw simulateErrors.SIMULATION_DEGENERATE({
    label: measured.label,
    rocAuc: text(measured.rocAuc),
    interval: `${text(measured.low)} to ${text(measured.high)}`,
    low: difficultyBands[format].low,
    high: difficultyBands[format].high,
  });
}
