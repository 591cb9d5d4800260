import { exp, type Frame, log } from "@refrain/learn";
import { excessTail } from "./excess-tail.js";

/** A way to be unlike others that needs no label. */
export interface RaterDetector {
  /** Its name in tables. */
  readonly name: string;
  /** What it finds, in words that end "…": for queues. */
  readonly reason: string;
  /** The feature that shows it best, in a table that has it. */
  readonly column: string;
  /** The feature whose value an analyst can check; the column itself unless told. */
  readonly shown?: string;
  /** Higher = more abnormal, from the column unless told; what cannot be told is never abnormal. */
  readonly score?: (frame: Frame) => Float64Array;
}

/** Detectors that see no labels, each for another way of cheating. */
const raterDetectors: readonly RaterDetector[] = [
  {
    name: "campaign",
    reason: "pushes little-known titles to an end of the scale in the days when others do it",
    column: "campaignThree",
  },
  {
    name: "together",
    reason: "pushes little-known titles to an end of the scale where others do it too",
    column: "oddTogetherThree",
  },
  {
    name: "lowering",
    reason: "gives titles the lowest rating that others lower, too",
    column: "lockstepLow",
  },
  {
    name: "one value",
    reason: "gives one rating more often than so many ratings let expect",
    column: "oneValue",
    shown: "modeShare",
  },
  {
    name: "volume",
    reason: "rates more titles, of more tastes, and more often again, than people do",
    column: "length",
    score: (frame) => {
      const spread = Float64Array.from(frame.numbers("tasteSpread"));
      const [length, repeats] = [frame.numbers("length"), frame.numbers("repeats")];
      return spread.map((one, user) => one * length[user]! * (1 + 10 * repeats[user]!));
    },
  },
  {
    name: "two at once",
    reason: "rates faster than one person can",
    column: "hurriedShare",
  },
  {
    name: "series at once",
    reason: "turned on a series in the same days as others did",
    column: "seriesAtOnce",
  },
  {
    name: "replays",
    reason: "plays one title over and over within two days",
    column: "replayDense",
  },
];

/** All detectors that need no label, of what a frame has. */
export function detectorsFor(frame: Frame): readonly RaterDetector[] {
  return raterDetectors.filter(({ name, column }) =>
    // The same without the days: needed only where there are no times.
    name === "together" ? !frame.has("campaignThree") : frame.has(column),
  );
}

/** How abnormal a detector finds each row. */
export function detectorScore({ column, score }: RaterDetector, frame: Frame): Float64Array {
  if (score) return score(frame);
  const values = Float64Array.from(frame.numbers(column));
  return values.map((one) => (Number.isNaN(one) ? -1 : one));
}

/** A detector by its name. */
export function detectorNamed(name: string): RaterDetector | undefined {
  return raterDetectors.find((one) => one.name === name);
}

/** One detector's scores of rows to be judged, and of rows that stand for genuine ones. */
export interface DetectorScores {
  readonly name: string;
  /** Share of the false alarms that it may raise; those of a union add up to 1. */
  readonly budget: number;
  readonly calibration: Float64Array;
  readonly score: Float64Array;
}

/** What several detectors say together. */
export interface Union {
  /** How often a genuine row looks as bad: exp(-score), but never below 1 / (n + 1) of n such. */
  readonly pValue: Float64Array;
  /** Higher = more abnormal: log of budget / p of the detector that finds it most abnormal. */
  readonly score: Float64Array;
  /** Which detector spoke, a place in the list. */
  readonly spoke: Int32Array;
}

/**
 * The budgeted union: each detector may raise its share w of the false alarms, which makes
 * min(1, min p/w) a p-value of the union; with k equal shares it is min(1, k · min p). Each p is
 * conformal, and beyond the highest tenth of the calibration scores that of their tail.
 */
export function uniteDetectors(detectors: readonly DetectorScores[]): Union {
  const rows = detectors[0]!.score.length;
  const score = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const spoke = new Int32Array(rows);
  for (const [at, { budget, calibration, score: own }] of detectors.entries()) {
    const surprise = excessTail(calibration);
    for (let row = 0; row < rows; row++) {
      const strength = log(budget) + surprise(own[row]!);
      if (strength <= score[row]!) continue;
      score[row] = strength;
      spoke[row] = at;
    }
  }
  // A tail may rank beyond what so many scores can tell; a p-value must not claim it.
  const least = 1 / (1 + Math.min(...detectors.map(({ calibration }) => calibration.length)));
  const pValue = score.map((one) => Math.max(least, Math.min(1, exp(-one))));
  return { pValue, score, spoke };
}
