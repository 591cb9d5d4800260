import { log, type ModelState, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { momentsOf } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { additiveParts, detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import { type TrimOptions, trimInTurn } from "./trim.js";

/** Options of the diagonal Gaussian. */
export interface GaussianOptions extends SeededOptions, TrimOptions {}

/** A normal distribution for each column, independent of the others. */
export interface GaussianModel extends DetectorModel {
  /** Mean of each column, in the order of the schema. */
  readonly mu: Float64Array;
  /** Standard deviation of each column, divided by the sum of weights; 1 of a constant column. */
  readonly sigma: Float64Array;
}

interface GaussianParts {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
}

const identity = { kind: "gaussian", task: "detection" } as const;
const defaults: GaussianOptions = Object.freeze({ trim: null, trimDecimals: null, seed: 0 });
const rules = {
  trim: {
    expected: "a finite number above 0, or null",
    holds: (value: unknown) => value === null || (Number.isFinite(value) && (value as number) > 0),
  },
  trimDecimals: {
    expected: "an integer from 0 to 15, or null",
    holds: (value: unknown) =>
      value === null ||
      (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 15),
  },
  seed: optionRules.seed,
};

/** Deviations beyond this count as this: their squares stay finite. */
const MOST_DEVIATIONS = 1e150;

/** What column j adds to -log density: (x - mu)² / (2 sigma²) + log(2 pi sigma²) / 2. */
function gaussianModel(card: ModelCard, { mu, sigma }: GaussianParts): GaussianModel {
  const constants = sigma.map((deviation) => log(deviation) + log(2 * Math.PI) / 2);
  const terms = Array.from(mu, (mean, j) => (value: number): number => {
    const deviations = Math.min(Math.abs((value - mean) / sigma[j]!), MOST_DEVIATIONS);
    return 0.5 * deviations * deviations + constants[j]!;
  });
  const state = (): ModelState => ({
    settings: {},
    tensors: { mu: vector(mu), sigma: vector(sigma) },
  });
  return Object.freeze({
    ...detectorModel(card, { ...additiveParts(terms), state }),
    mu,
    sigma,
  });
}

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<GaussianOptions>,
  extras: FitExtras = {},
): Promise<GaussianModel> {
  const options = completeOptions(gaussian, given, rules);
  const pacer = new Pacer(extras.signal, "fitting gaussian");
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const trimmed = trimInTurn(identity, data, columns, options);
  const moments = trimmed.columns.map((values) => momentsOf(values, trimmed.weight));
  const names = data.frame.names;
  const summary = {
    rowsTrimmed: Object.fromEntries(names.map((name, j) => [name, trimmed.rowsTrimmed[j]!])),
    constantColumns: names.filter((_, j) => !(moments[j]!.deviation > 0)),
  };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return gaussianModel(card, {
    mu: Float64Array.from(moments, ({ mean }) => mean),
    sigma: Float64Array.from(moments, ({ deviation }) => (deviation > 0 ? deviation : 1)),
  });
}

function restore(card: ModelCard, state: ModelState): GaussianModel {
  const width = numberWidth(card);
  const mu = doublesOf(card, state, "mu", width);
  const sigma = doublesOf(card, state, "sigma", width);
  if (!sigma.every((deviation) => deviation > 0)) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "a deviation is not above 0" });
  }
  return gaussianModel(card, { mu, sigma });
}

/**
 * A normal distribution for each column: the score is -log density, the sum of what each column
 * adds, which are the contributions. It is never exponentiated, so that rows far out stay apart.
 * With `trim`, rows far from the mean are left out before, feature by feature (`trim: 55,
 * trimDecimals: 3` is the way of the usage-abuse detector that refrain's gaming task follows).
 * A constant column has sigma 1.
 */
export const gaussian: Learner<GaussianOptions, GaussianModel> = Object.freeze({
  ...identity,
  accepts: Object.freeze({ missing: false, categories: false }),
  defaults,
  fit,
  restore,
});
