import { type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules, type TrainingData } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import { scaledCovariance } from "./covariance.js";
import {
  type ComponentScorer,
  componentScorer,
  type PcaDistance,
  pcaDistances,
} from "./distance.js";
import { symmetricEigen } from "./eigen.js";

/** Options of the detector by principal components. */
export interface PcaOptions extends SeededOptions {
  /** What the score is, see `pca`. */
  readonly distance: PcaDistance;
  /**
   * Components of largest variance that count as normal, for `reconstruction`: a share of the
   * variance above 0 and below 1, or how many, from 1 on.
   */
  readonly components: number;
  /** Whether columns are divided by their deviation first. */
  readonly standardise: boolean;
}

/** Principal components of training. */
export interface PcaModel extends DetectorModel {
  /** One row a component, by falling variance; columns in the order of the schema. */
  readonly components: readonly Float64Array[];
  /** Share of the variance of each component; they add up to 1. */
  readonly shares: Float64Array;
}

const identity = { kind: "pca", task: "detection" } as const;
const defaults: PcaOptions = Object.freeze({
  distance: "eigenvectors",
  components: 0.9,
  standardise: true,
  seed: 0,
});
const rules = {
  distance: {
    expected: `one of ${pcaDistances.join(", ")}`,
    holds: (value: unknown) => pcaDistances.includes(value as PcaDistance),
  },
  components: {
    expected: "a share above 0 and below 1, or an integer of at least 1",
    holds: (value: unknown) =>
      (value as number) > 0 && ((value as number) < 1 || Number.isSafeInteger(value)),
  },
  standardise: optionRules.truth,
  seed: optionRules.seed,
};

/** Components of less variance than this share are rounding, and left out. */
const SMALLEST_SHARE = 1e-12;

interface PcaParts {
  readonly means: Float64Array;
  /** What columns are divided by. */
  readonly scales: Float64Array;
  /** Shares of variance of the components that are kept, falling. */
  readonly shares: Float64Array;
  /** kept × width, row-major. */
  readonly vectors: Float64Array;
  /** How many of them count as normal. */
  readonly normal: number;
  readonly distance: PcaDistance;
}

function pcaModel(card: ModelCard, parts: PcaParts): PcaModel {
  const { means, scales, shares, vectors, normal, distance } = parts;
  const width = means.length;
  const centred = new Float64Array(width);
  const rows = Array.from(shares, (_, k) => vectors.slice(k * width, (k + 1) * width));
  const scorer: ComponentScorer = componentScorer({ rows, shares, normal, distance });
  const centre = (values: Float64Array): Float64Array => {
    for (let j = 0; j < width; j++) centred[j] = (values[j]! - means[j]!) / scales[j]!;
    return centred;
  };
  const state = (): ModelState => ({
    settings: { distance, normal },
    tensors: {
      means: vector(means),
      scales: vector(scales),
      shares: vector(shares),
      vectors: { shape: [shares.length, width], values: vectors },
    },
  });
  return Object.freeze({
    ...detectorModel(card, {
      score: (values) => scorer.score(centre(values)),
      reasons: (values, out) => scorer.reasons(centre(values), out),
      state,
    }),
    components: Object.freeze(rows),
    shares,
  });
}

/** How many components count as normal: those that hold a share, or a number of them. */
function normalCount(shares: Float64Array, components: number): number {
  if (components >= 1) return Math.min(components, shares.length);
  let held = 0;
  let count = 0;
  while (count < shares.length && held < components) held += shares[count++]!;
  return count;
}

async function partsOf(
  data: TrainingData,
  columns: readonly Float64Array[],
  options: PcaOptions,
  pacer: Pacer,
): Promise<PcaParts> {
  const width = columns.length;
  const { standardise } = options;
  const { means, scales, covariance } = await scaledCovariance(data, columns, standardise, pacer);
  const { values, vectors } = await symmetricEigen(covariance, width, pacer);
  const variance = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (!(variance > 0)) {
    const rows = data.frame.rowCount;
    throw learnerErrors.COLUMNS_CONSTANT({ learner: identity.kind, rows, columns: width });
  }
  const shares = values.map((value) => value / variance).filter((share) => share > SMALLEST_SHARE);
  return {
    means,
    scales,
    shares,
    vectors: vectors.slice(0, shares.length * width),
    normal: normalCount(shares, options.components),
    distance: options.distance,
  };
}

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<PcaOptions>,
  extras: FitExtras = {},
): Promise<PcaModel> {
  const options = completeOptions(pca, given, rules);
  const pacer = new Pacer(extras.signal, "fitting pca");
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const parts = await partsOf(data, columns, options, pacer);
  const summary = { components: parts.shares.length, normal: parts.normal };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return pcaModel(card, parts);
}

function restore(card: ModelCard, state: ModelState): PcaModel {
  const refuse = (reason: string): never => {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  };
  const width = numberWidth(card);
  const { distance, normal } = state.settings;
  const kept = state.tensors["shares"]?.values.length ?? 0;
  if (!rules.distance.holds(distance) || !(kept > 0 && kept <= width)) {
    refuse("it has no distance or no components");
  }
  if (!Number.isInteger(normal) || !((normal as number) >= 0 && (normal as number) <= kept)) {
    refuse("its normal components are no count");
  }
  const parts = {
    means: doublesOf(card, state, "means", width),
    scales: doublesOf(card, state, "scales", width),
    shares: doublesOf(card, state, "shares", kept),
    vectors: doublesOf(card, state, "vectors", kept * width),
    normal: normal as number,
    distance: distance as PcaDistance,
  };
  const positive = [...parts.scales, ...parts.shares].every((value) => value > 0);
  return positive ? pcaModel(card, parts) : refuse("a scale or a share is not above 0");
}

/**
 * Principal components of the (standardised) columns. The score is, by `distance`:
 * `eigenvectors`, as PyOD's PCA: the sum over components of the distance from the row to the unit
 * vector of the component, divided by its share of the variance;
 * `variance`: the sum over components of the squared coordinate divided by its share, the squared
 * Mahalanobis distance but for a factor (Shyu et al. 2003);
 * `reconstruction`: the squared distance to the space of the components that hold `components` of
 * the variance. Contributions add up to the score.
 * @source Shyu et al. 2003
 */
export const pca: Learner<PcaOptions, PcaModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore,
});
