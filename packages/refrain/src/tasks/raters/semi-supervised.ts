import type { Frame } from "@refrain/learn";
import {
  type DetectorScores,
  detectorScore,
  detectorsFor,
  type Union,
  uniteDetectors,
} from "./detectors.js";
import {
  crossFitRaters,
  type FitRatersOptions,
  fitRaters,
  type RaterModel,
  type RaterRows,
} from "./supervised.js";

/** Users of which some are labelled. */
export interface PartlyLabelled {
  readonly frame: Frame;
  /** 1 anomalous, 0 genuine, -1 not labelled. */
  readonly label: ArrayLike<number>;
  /** Kinds of the anomalous, where known. */
  readonly kinds?: readonly (string | undefined)[];
}

/** How to fit a union. */
export interface UnionOptions extends FitRatersOptions {
  /** Share of the unlabelled users that is learnt from as anomalous; .03 unless told. */
  readonly suspectShare?: number;
  /** Folds of cross-fitting; 3 unless told. */
  readonly folds?: number;
}

/** A fitted union. */
export interface RaterUnion {
  /** Of the users that were learnt from, each scored by a model that had not seen it. */
  readonly learnt: Union;
  /** Of others. */
  readonly unite: (frame: Frame) => Promise<Union>;
  /** The supervised part, where there were labels enough. */
  readonly model: RaterModel | undefined;
  /** Names of the detectors, in the order of `spoke`. */
  readonly detectors: readonly string[];
  /** Users that stand for genuine ones in the calibration of the first detector. */
  readonly calibrationUsers: number;
  /** From scores of the supervised part to probabilities. */
  readonly probability: ((score: number) => number) | undefined;
}

/** Share of the false alarms of what was learnt from labels; the rest is shared by the others. */
const learntBudget = 0.5;

interface Fitted {
  readonly name: string;
  readonly budget: number;
  /** Scores of the users that were learnt from. */
  readonly own: Float64Array;
  readonly score: (frame: Frame) => Promise<Float64Array>;
}

/** Fewer labelled anomalous users teach nothing that detectors without labels do not know. */
const leastPositives = 5;
/** With so many labelled genuine users, they alone calibrate and tell p-values. */
export const enoughGenuine = 300;
/** Share of the unlabelled users that is crooked at most. */
export const abuseBound = 0.15;

/**
 * The budgeted union of what was learnt from labels and of detectors that need none. The supervised
 * part takes unlabelled users for genuine ones. P-values are calibrated on labelled genuine users;
 * where these are few, on the unlabelled too, without the share `abuseBound` that the other
 * detectors find most abnormal: if no more of the unlabelled are anomalous than that, and the
 * others find them, p-values keep their word.
 */
export async function fitUnion(data: PartlyLabelled, options: UnionOptions): Promise<RaterUnion> {
  const label = withSuspects(Int8Array.from(data.label), data.frame, options);
  const positives = label.reduce((sum, one) => sum + (one === 1 ? 1 : 0), 0);
  const detectors: Fitted[] = [];
  let model: RaterModel | undefined;
  let probability: RaterUnion["probability"];
  if (positives >= leastPositives) {
    const rows: RaterRows = {
      frame: data.frame,
      target: Float64Array.from(label, (one) => (one === 1 ? 1 : 0)),
      kinds: data.kinds,
    };
    const cross = await crossFitRaters(rows, { ...options, folds: options.folds ?? 3 });
    const fitted = await fitRaters(rows, options);
    model = fitted;
    probability = cross.probability;
    detectors.push({
      ...{ name: "learnt", budget: learntBudget, own: cross.score },
      score: (frame) => fitted.score(frame),
    });
  }
  const rest = model ? 1 - learntBudget : 1;
  const unlearnt = detectorsFor(data.frame);
  for (const detector of unlearnt) {
    detectors.push({
      ...{ name: detector.name, budget: rest / unlearnt.length },
      own: detectorScore(detector, data.frame),
      score: async (frame) => detectorScore(detector, frame),
    });
  }
  const own = detectors.map((one) => one.own);
  const calibrationRows = rowsToCalibrate(label, detectors);
  const united = (scores: readonly Float64Array[]): Union =>
    uniteDetectors(
      scores.map((score, at): DetectorScores => {
        const calibration = Float64Array.from(calibrationRows[at]!, (row) => own[at]![row]!);
        const { name, budget } = detectors[at]!;
        return { name, budget, calibration, score };
      }),
    );
  const unite = async (frame: Frame): Promise<Union> => {
    const scores: Float64Array[] = [];
    for (const { score } of detectors) scores.push(await score(frame));
    return united(scores);
  };
  return {
    ...{ learnt: united(own), unite, model, probability },
    detectors: detectors.map(({ name }) => name),
    calibrationUsers: calibrationRows[0]!.length,
  };
}

/**
 * Labels with the unlabelled users that detectors without labels find most abnormal taken for
 * anomalous, where few are labelled: what the first of a kind shows, the others can be found by.
 */
function withSuspects(label: Int8Array, frame: Frame, { suspectShare = 0.03 }: UnionOptions) {
  const places = Int32Array.from(label.keys());
  const mass = places.filter((row) => label[row] !== 1);
  const unlabelled = places.filter((row) => label[row] === -1);
  if (unlabelled.length <= label.length / 2 || suspectShare === 0) return label;
  const { score } = uniteDetectors(
    detectorsFor(frame).map((detector, _, { length }) => {
      const own = detectorScore(detector, frame);
      const { name } = detector;
      return { name, budget: 1 / length, calibration: pickRows(own, mass), score: own };
    }),
  );
  const order = unlabelled.sort((a, b) => score[b]! - score[a]! || a - b);
  const suspects = order.subarray(0, Math.ceil(suspectShare * unlabelled.length));
  for (const row of suspects) label[row] = 1;
  return label;
}

/** For each detector the users that stand for genuine ones. */
function rowsToCalibrate(label: Int8Array, detectors: readonly Fitted[]): readonly Int32Array[] {
  const places = Int32Array.from(label.keys());
  const normals = places.filter((row) => label[row] === 0);
  if (normals.length >= enoughGenuine) return detectors.map(() => normals);
  const mass = places.filter((row) => label[row] !== 1);
  const suspects = Math.floor(abuseBound * mass.length);
  return detectors.map((_, at) => {
    const others = detectors
      .filter((__, other) => other !== at)
      .map(({ name, budget, own }) => {
        const score = pickRows(own, mass);
        return { name, budget, calibration: score, score };
      });
    if (others.length === 0) return mass;
    const { score } = uniteDetectors(others);
    const order = Int32Array.from(mass.keys()).sort((a, b) => score[b]! - score[a]! || a - b);
    const left = new Set(order.subarray(0, suspects));
    return mass.filter((row, place) => !left.has(place) || label[row] === 0);
  });
}

function pickRows(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}
