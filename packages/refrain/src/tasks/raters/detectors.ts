import { conformalPValues, type Frame, log, log1p } from "@refrain/learn";

/** A way to be unlike others that needs no label. */
export interface RaterDetector {
  /** Its name in tables. */
  readonly name: string;
  /** What it looks at, in words that end "…": for queues. */
  readonly reason: string;
  /** Its share of the false alarms that detectors without labels may raise. */
  readonly budget: number;
  /** Higher = more abnormal. */
  readonly score: (frame: Frame) => Float64Array;
}

const column = (frame: Frame, name: string): Float64Array => Float64Array.from(frame.numbers(name));

/** Detectors that see ratings alone and no labels, each for another way of cheating. */
export const raterDetectors: readonly RaterDetector[] = [
  {
    name: "together",
    reason: "pushes little-known titles to an end of the scale where others do it too",
    budget: 0.3,
    // In the same days, where ratings have times.
    score: (frame) =>
      column(frame, frame.has("campaignThree") ? "campaignThree" : "oddTogetherThree"),
  },
  {
    name: "shape",
    reason: "spreads ratings over the scale as hardly anyone does",
    budget: 0.3,
    score: (frame) => column(frame, "globalDivergence"),
  },
  {
    name: "volume",
    reason: "rates more titles, of more tastes, and more often again, than people do",
    budget: 0.2,
    score: (frame) => {
      const spread = column(frame, "tasteSpread");
      const length = column(frame, "length");
      const repeats = column(frame, "repeats");
      return spread.map((one, user) => one * length[user]! * (1 + 10 * repeats[user]!));
    },
  },
  {
    name: "choice",
    reason: "rates titles that nobody else rates together",
    budget: 0.2,
    score: (frame) => column(frame, "setOverlapTop").map((one) => -one),
  },
];

/** Values from 0 up; those that cannot be told come below them. */
const high = (frame: Frame, name: string): Float64Array =>
  column(frame, name).map((one) => (Number.isNaN(one) ? -1 : one));

/** Detectors for what stands beside ratings; each is there where its column is. */
const besideDetectors: readonly (RaterDetector & { readonly column: string })[] = [
  {
    ...{ name: "series at once", column: "seriesAtOnce", budget: 0.15 },
    reason: "turned on a series in the same days as others did",
    score: (frame) => high(frame, "seriesAtOnce"),
  },
  {
    ...{ name: "replays", column: "replayDense", budget: 0.15 },
    reason: "plays one title over and over within two days",
    score: (frame) => high(frame, "replayDense"),
  },
];

/** All detectors that need no label, of what a frame has; their budgets add up to 1. */
export function detectorsFor(frame: Frame): readonly RaterDetector[] {
  const more = besideDetectors.filter(({ column: name }) => frame.has(name));
  const rest = 1 - more.reduce((sum, { budget }) => sum + budget, 0);
  return [...raterDetectors.map((one) => ({ ...one, budget: rest * one.budget })), ...more];
}

/** The reason of a detector by its name. */
export function detectorReason(name: string): string | undefined {
  return [...raterDetectors, ...besideDetectors].find((one) => one.name === name)?.reason;
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
  /** min(1, smallest p / budget) of each row: a p-value of the union. */
  readonly pValue: Float64Array;
  /** The same ranking without ties beyond the calibration rows: higher = more abnormal. */
  readonly score: Float64Array;
  /** Which detector spoke, a place in the list. */
  readonly spoke: Int32Array;
}

/**
 * The budgeted union: each detector may raise its share w of the false alarms. Conformal p-values
 * give min(1, min p/w), which with equal shares is min(1, k · min p). Beyond the highest
 * calibration score p-values tie; there the ranking goes on by the logarithm of how far beyond it
 * a score is.
 */
export function uniteDetectors(detectors: readonly DetectorScores[]): Union {
  const rows = detectors[0]!.score.length;
  const pValue = new Float64Array(rows).fill(1);
  const score = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const spoke = new Int32Array(rows);
  for (const [at, { budget, calibration, score: own }] of detectors.entries()) {
    const p = conformalPValues(calibration, own);
    const tail = tailOf(calibration);
    for (let row = 0; row < rows; row++) {
      pValue[row] = Math.min(pValue[row]!, p[row]! / budget);
      const strength = log(budget / p[row]!) + tail(own[row]!);
      if (strength <= score[row]!) continue;
      score[row] = strength;
      spoke[row] = at;
    }
  }
  return { pValue, score, spoke };
}

/** How far a score lies beyond all calibration scores, in mean excesses of their highest tenth. */
function tailOf(calibration: Float64Array): (score: number) => number {
  const sorted = calibration.slice().sort();
  const highest = sorted[sorted.length - 1]!;
  const top = sorted.subarray(Math.floor(0.9 * sorted.length));
  const excess = top.reduce((sum, one) => sum + one - top[0]!, 0) / top.length;
  const scale = Math.max(excess, 1e-9 * Math.max(1, Math.abs(highest)));
  return (score) => log1p(Math.max(0, (score - highest) / scale));
}
