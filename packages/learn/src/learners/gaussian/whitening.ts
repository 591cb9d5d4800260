import { log, type ModelState, type Pacer, type Tensor } from "../../foundation/index.js";
import type { ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import { symmetricEigen } from "../projection/eigen.js";

/** A mean and a covariance, as the matrix that makes rows of it independent with variance 1. */
export interface Whitening {
  /** Mean of each column. */
  readonly means: Float64Array;
  /** What a column less its mean is divided by. */
  readonly scales: Float64Array;
  /**
   * The inverse symmetric square root of the scaled columns' covariance, width × width: each
   * whitened coordinate stays as near as can be to its column, so that their squares tell what
   * each column adds to the squared Mahalanobis distance.
   * @source Garthwaite & Koch 2016; Kessy, Lewin & Strimmer 2018 (ZCA-cor)
   */
  readonly root: Float64Array;
  /** Of the covariance, in the units of the columns. */
  readonly logDeterminant: number;
}

/** Eigenvalues below this share of the largest are rounding. */
const SMALLEST_SHARE = 1e-13;

/** What a whitening is made of. */
export interface WhiteningInput {
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** Of the scaled columns, row-major. */
  readonly covariance: Float64Array;
  /** Added to the variance of each scaled column. */
  readonly ridge: number;
}

/**
 * The whitening of a mean and a covariance.
 * @throws COVARIANCE_SINGULAR
 */
export async function whiteningOf(
  learner: { readonly kind: string },
  { means, scales, covariance, ridge }: WhiteningInput,
  pacer: Pacer,
): Promise<Whitening> {
  const width = means.length;
  const { values, vectors } = await symmetricEigen(covariance, width, pacer);
  const variances = values.map((value) => value + ridge);
  const rank = variances.filter((value) => value > SMALLEST_SHARE * variances[0]!).length;
  if (rank < width) {
    throw learnerErrors.COVARIANCE_SINGULAR({ learner: learner.kind, columns: width, rank });
  }
  const root = new Float64Array(width * width);
  let logDeterminant = 0;
  for (let k = 0; k < width; k++) {
    const inverse = 1 / Math.sqrt(variances[k]!);
    logDeterminant += log(variances[k]!) + 2 * log(scales[k]!);
    for (let i = 0; i < width; i++) {
      const factor = vectors[k * width + i]! * inverse;
      for (let j = 0; j < width; j++) root[i * width + j]! += factor * vectors[k * width + j]!;
    }
  }
  return { means, scales, root, logDeterminant };
}

/** Whitened coordinates beyond this count as this: their squares stay finite. */
const FARTHEST = 1e150;

/** Writes the whitened coordinates of rows; each row's squares add up to its squared distance. */
export function whitener({ means, scales, root }: Whitening) {
  const width = means.length;
  const centred = new Float64Array(width);
  return (values: Float64Array, out: Float64Array): void => {
    for (let j = 0; j < width; j++) {
      const away = (values[j]! - means[j]!) / scales[j]!;
      centred[j] = Math.max(-FARTHEST, Math.min(FARTHEST, away));
    }
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += root[i * width + j]! * centred[j]!;
      out[i] = Math.max(-FARTHEST, Math.min(FARTHEST, sum));
    }
  };
}

/** Squared Mahalanobis distances of rows, and what each column adds to them. */
export function distances(whitening: Whitening) {
  const whiten = whitener(whitening);
  const whitened = new Float64Array(whitening.means.length);
  return {
    squared: (values: Float64Array): number => {
      whiten(values, whitened);
      let sum = 0;
      for (let j = 0; j < whitened.length; j++) sum += whitened[j]! * whitened[j]!;
      return sum;
    },
    parts: (values: Float64Array, out: Float64Array): void => {
      whiten(values, whitened);
      for (let j = 0; j < whitened.length; j++) out[j] = whitened[j]! * whitened[j]!;
    },
  };
}

/** Its tensors; `restoreWhitening` is the reverse. */
export function whiteningTensors(whitening: Whitening): Record<string, Tensor> {
  const { means, scales, root, logDeterminant } = whitening;
  const width = means.length;
  return {
    means: vector(means),
    scales: vector(scales),
    root: { shape: [width, width], values: root },
    logDeterminant: vector(Float64Array.of(logDeterminant)),
  };
}

/** @throws MODEL_STATE */
export function restoreWhitening(card: ModelCard, state: ModelState): Whitening {
  const width = numberWidth(card);
  const scales = doublesOf(card, state, "scales", width);
  if (!scales.every((scale) => scale > 0)) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "a scale is not above 0" });
  }
  return {
    means: doublesOf(card, state, "means", width),
    scales,
    root: doublesOf(card, state, "root", width * width),
    logDeterminant: doublesOf(card, state, "logDeterminant", 1)[0]!,
  };
}

/** Variances below this are rounding, of columns whose spread is near 1. */
const SMALLEST_VARIANCE = 1e-20;

/**
 * A covariance of scaled columns in which those that never change have the variance 1, as they have
 * with the diagonal Gaussian.
 */
export function withoutConstants(covariance: Float64Array, width: number): Float64Array {
  const mended = covariance.slice();
  for (let j = 0; j < width; j++) {
    if (mended[j * width + j]! > SMALLEST_VARIANCE) continue;
    for (let k = 0; k < width; k++) {
      mended[j * width + k] = j === k ? 1 : 0;
      mended[k * width + j] = j === k ? 1 : 0;
    }
  }
  return mended;
}

/** A covariance in the units of the columns again. */
export function unscaled(covariance: Float64Array, scales: Float64Array): Float64Array {
  const width = scales.length;
  return covariance.map(
    (value, at) => value * scales[Math.floor(at / width)]! * scales[at % width]!,
  );
}
