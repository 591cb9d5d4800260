import {
  assignFolds,
  type BoostingModel,
  bestF1,
  boosting,
  boostingMulticlass,
  extraTrees,
  extraTreesMulticlass,
  type FittedCalibrator,
  type Frame,
  log,
  type Model,
  platt,
  sigmoid,
} from "@refrain/learn";

/** Rows to learn from: features, what they are, and how much each counts. */
export interface RaterRows {
  readonly frame: Frame;
  /** 1 anomalous, 0 genuine. */
  readonly target: Float64Array;
  /** Kind of each anomalous row; where all have one, kinds are learnt apart. */
  readonly kinds?: readonly (string | undefined)[] | undefined;
  /** How much each row counts. */
  readonly weight?: Float64Array | undefined;
}

/** How to learn. */
export interface FitRatersOptions {
  readonly seed: number;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A fitted pair of learners. */
export interface RaterModel {
  /** Log odds of being anomalous, before calibration: the mean of both learners'. */
  readonly score: (frame: Frame) => Promise<Float64Array>;
  /** The boosting, for explanations: output 0 is `genuine` where kinds were learnt apart. */
  readonly boosting: BoostingModel;
  /** Whether kinds were learnt apart. */
  readonly isByKind: boolean;
}

/** Chosen on injections of other seeds than those that are reported. */
const settings = {
  byKind: { rounds: 100, learningRate: 0.06, maxLeaves: 6, minRows: 2, l2: 0.5, columnShare: 0.5 },
  binary: {
    ...{ rounds: 300, learningRate: 0.06, maxLeaves: 12 },
    ...{ minRows: 3, l2: 0.3, columnShare: 0.15 },
  },
  common: { minHessian: 1e-3, rowShare: 0.8 },
  trees: { trees: 200, minSamplesLeaf: 1 },
  /** Many columns a split: some kinds stand in one or two of a hundred. */
  splitColumns: 60,
} as const;

/** Above this many classes or with fewer rows of one, kinds are learnt together. */
const mostKinds = 24;
const leastOfKind = 4;

/**
 * Boosting and extra trees, their log odds averaged. Where every anomalous row has a kind, both
 * learn the kinds as classes and say how likely a row is none of them: a kind that looks genuine
 * then no longer blurs those that do not.
 */
export async function fitRaters(rows: RaterRows, options: FitRatersOptions): Promise<RaterModel> {
  const classes = classesOf(rows);
  const extras = { threads: options.threads, signal: options.signal, weight: rows.weight };
  const { seed } = options;
  const common = { ...settings.common, seed };
  const maxFeatures = Math.min(settings.splitColumns, rows.frame.columns.length);
  const trees = { ...settings.trees, maxFeatures, seed };
  const boosted = classes
    ? await boostingMulticlass.fit(rows.frame, classes, { ...common, ...settings.byKind }, extras)
    : await boosting.fit(rows.frame, rows.target, { ...common, ...settings.binary }, extras);
  const forest = classes
    ? await extraTreesMulticlass.fit(rows.frame, classes, trees, extras)
    : await extraTrees.fit(rows.frame, rows.target, trees, extras);
  const models: readonly Model[] = [boosted, forest];
  const score = async (frame: Frame): Promise<Float64Array> => {
    const mean = new Float64Array(frame.rowCount);
    if (frame.rowCount === 0) return mean;
    for (const model of models) {
      const { threads, signal } = options;
      const found = await model.predict(frame, { threads, signal });
      const outputs = found.length / frame.rowCount;
      for (let row = 0; row < mean.length; row++) {
        const first = found[row * outputs]!;
        mean[row]! += logOdds(classes ? 1 - first : first) / models.length;
      }
    }
    return mean;
  };
  return { score, boosting: boosted, isByKind: classes !== undefined };
}

function logOdds(probability: number): number {
  const bounded = Math.min(1 - 1e-7, Math.max(1e-7, probability));
  return log(bounded / (1 - bounded));
}

/** Class of each row, 0 = genuine; undefined where kinds cannot be learnt apart. */
function classesOf({ target, kinds }: RaterRows): Float64Array | undefined {
  if (!kinds) return undefined;
  const counts = new Map<string, number>();
  for (let row = 0; row < target.length; row++) {
    const kind = kinds[row];
    if (target[row] !== 1) continue;
    if (kind === undefined) return undefined;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const names = [...counts.keys()].sort();
  const isFit = names.length >= 2 && names.length <= mostKinds;
  if (!isFit || Math.min(...counts.values()) < leastOfKind) return undefined;
  return target.map((one, row) => (one === 1 ? 1 + names.indexOf(kinds[row]!) : 0));
}

/** What was learnt from scores of rows that the models had not seen. */
export interface CrossFit {
  /** Log odds of each row by models without its fold. */
  readonly score: Float64Array;
  /** Fold of each row. */
  readonly folds: Int32Array;
  /** The threshold of the best F1 over these scores. */
  readonly threshold: number;
  /** F1 there. */
  readonly f1: number;
  /** From log odds to a probability that keeps its word. */
  readonly probability: (score: number) => number;
}

/** Scores every row by models that have not seen it, and settles threshold and calibration. */
export async function crossFitRaters(
  rows: RaterRows,
  options: FitRatersOptions & { readonly folds?: number },
): Promise<CrossFit> {
  const { target } = rows;
  const folds = foldsOf(rows, options.folds ?? 5, options.seed);
  const score = new Float64Array(target.length);
  for (let fold = 0; fold < (options.folds ?? 5); fold++) {
    const inside = Int32Array.from(folds.keys()).filter((row) => folds[row] !== fold);
    const outside = Int32Array.from(folds.keys()).filter((row) => folds[row] === fold);
    const model = await fitRaters(takeRows(rows, inside), options);
    const found = await model.score(rows.frame.take(outside));
    for (const [at, row] of outside.entries()) score[row] = found[at]!;
  }
  const best = bestF1(target, score, rows.weight);
  const calibrator = calibrated(score, target, rows.weight);
  const probability = (one: number) => calibrator.calibrate(sigmoid(one));
  return { score, folds, threshold: best.threshold, f1: best.f1, probability };
}

function calibrated(
  score: Float64Array,
  target: Float64Array,
  weight: Float64Array | undefined,
): FittedCalibrator {
  return platt.fit(score.map(sigmoid), target, weight);
}

/** Folds with a like share of each kind. */
function foldsOf({ target, kinds }: RaterRows, folds: number, seed: number): Int32Array {
  const names = [...new Set(kinds ?? [])];
  const strata = target.map((one, row) => (one === 1 ? 1 + names.indexOf(kinds?.[row]) : 0));
  const out = new Int32Array(target.length);
  for (const stratum of new Set(strata)) {
    const rows = [...strata.keys()].filter((row) => strata[row] === stratum);
    if (rows.length < folds) {
      for (const [at, row] of rows.entries()) out[row] = at;
      continue;
    }
    const dealt = assignFolds(rows.length, { folds, seed });
    for (const [at, row] of rows.entries()) out[row] = dealt[at]!;
  }
  return out;
}

/** Some of the rows. */
export function takeRows(rows: RaterRows, places: Int32Array): RaterRows {
  return {
    frame: rows.frame.take(places),
    target: Float64Array.from(places, (row) => rows.target[row]!),
    kinds: rows.kinds && [...places].map((row) => rows.kinds![row]),
    weight: rows.weight && Float64Array.from(places, (row) => rows.weight![row]!),
  };
}
