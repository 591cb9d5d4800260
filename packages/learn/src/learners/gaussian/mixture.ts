import {
  assert,
  type ModelState,
  type Numbers,
  Pacer,
  RandomStream,
} from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { type Moments, momentsOf } from "../../kernels/index.js";
import { describeModel } from "../card.js";
import type { DetectorModel, FitExtras, Learner, ModelCard, SeededOptions } from "../contract.js";
import { detectionData, detectorModel } from "../detector.js";
import { completeOptions, optionRules } from "../door.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, vector } from "../linear/linear-model.js";
import { progressReporter } from "../progress.js";
import {
  type Component,
  componentConstant,
  expect,
  firstResponsibilities,
  logSum,
  type MixtureTask,
  maximise,
} from "./expectation.js";
import { type RowTable, withTable } from "./row-table.js";
import { distances, type Whitening, whiteningOf } from "./whitening.js";

/** Options of the Gaussian mixture. */
export interface GaussianMixtureOptions extends SeededOptions {
  /** Normal distributions, at least 1. */
  readonly components: number;
  /** Rounds of expectation and maximisation at most. */
  readonly rounds: number;
  /** The fit ends where a round raises the mean log density by less. */
  readonly tolerance: number;
  /** Starts, of which the best is kept. */
  readonly starts: number;
  /** Added to the variance of each standardised column, above 0. */
  readonly ridge: number;
}

/** Normal distributions that rows come from by shares. */
export interface GaussianMixtureModel extends DetectorModel {
  /** Share of each component; they add up to 1. */
  readonly shares: Float64Array;
  /** Mean of each component, columns in the order of the schema. */
  readonly means: readonly Float64Array[];
}

const identity = { kind: "gaussian-mixture", task: "detection" } as const;
const defaults: GaussianMixtureOptions = Object.freeze({
  components: 3,
  rounds: 200,
  tolerance: 1e-5,
  starts: 3,
  ridge: 1e-6,
  seed: 0,
});
const rules = {
  components: optionRules.count,
  rounds: optionRules.count,
  tolerance: optionRules.notNegative,
  starts: optionRules.count,
  ridge: {
    expected: "a finite number above 0",
    holds: (value: unknown) => Number.isFinite(value) && (value as number) > 0,
  },
  seed: optionRules.seed,
};

interface MixturePart {
  readonly share: number;
  readonly whitening: Whitening;
}

function mixtureModel(card: ModelCard, parts: readonly MixturePart[]): GaussianMixtureModel {
  const width = card.schema.columns.length;
  const measures = parts.map(({ whitening }) => distances(whitening));
  const constants = parts.map(({ share, whitening }) =>
    componentConstant(share, whitening.logDeterminant, width),
  );
  const own = new Float64Array(parts.length);
  const densities = (values: Float64Array): Float64Array => {
    for (let k = 0; k < own.length; k++) {
      own[k] = constants[k]! - measures[k]!.squared(values) / 2;
    }
    return own;
  };
  const shares = Float64Array.from(parts, ({ share }) => share);
  const means = parts.map(({ whitening }) => whitening.means);
  const all = (pick: (whitening: Whitening) => Float64Array) =>
    vector(Float64Array.from(parts.flatMap(({ whitening }) => Array.from(pick(whitening)))));
  const state = (): ModelState => ({
    settings: {},
    tensors: {
      shares: vector(shares),
      means: all((one) => one.means),
      scales: vector(parts[0]!.whitening.scales),
      roots: all((one) => one.root),
      logDeterminants: all((one) => Float64Array.of(one.logDeterminant)),
    },
  });
  return Object.freeze({
    ...detectorModel(card, {
      score: (values) => -logSum(densities(values)),
      reasons: (values, out) => {
        const found = densities(values);
        let nearest = 0;
        for (let k = 1; k < found.length; k++) if (found[k]! > found[nearest]!) nearest = k;
        measures[nearest]!.parts(values, out);
        for (let j = 0; j < out.length; j++) out[j]! /= 2;
      },
      state,
    }),
    shares,
    means,
  });
}

/** What one start came to. */
interface Climbed {
  readonly components: Component[];
  readonly density: number;
  readonly rounds: number;
}

/** Rounds from one start. */
async function climb(
  task: MixtureTask,
  { rounds, tolerance }: GaussianMixtureOptions,
  onRound: (round: number, density: number) => void,
): Promise<Climbed> {
  const responsibilities = await firstResponsibilities(task);
  let components = await maximise(task, responsibilities);
  let density = Number.NEGATIVE_INFINITY;
  for (let round = 1; ; round++) {
    const found = await expect(task, components, responsibilities);
    const settled = found - density < tolerance;
    density = found;
    onRound(round, density);
    if (settled || round === rounds) return { components, density, rounds: round };
    components = await maximise(task, responsibilities);
  }
}

/** The best of several starts. */
async function bestStart(
  task: MixtureTask,
  options: GaussianMixtureOptions,
  extras: FitExtras,
): Promise<Climbed> {
  const { rounds, starts } = options;
  const report = progressReporter(extras, starts * rounds);
  let best: Climbed | undefined;
  for (let start = 0; start < starts; start++) {
    const soFar = best?.density ?? Number.NEGATIVE_INFINITY;
    const found = await climb(task, options, (round, density) =>
      report(start * rounds + round, -Math.max(soFar, density)),
    );
    if (found.density > soFar) best = found;
    report((start + 1) * rounds, -Math.max(soFar, found.density));
  }
  assert(best !== undefined, "there is at least one start, and its density is a number");
  return best;
}

/** Fills a table with standardised rows; @returns mean and spread of each column */
async function fillStandardised(
  { values, rows, width }: RowTable,
  columns: readonly Float64Array[],
  weight: Float64Array | undefined,
  pacer: Pacer,
): Promise<Moments[]> {
  const found: Moments[] = [];
  for (const [j, column] of columns.entries()) {
    await pacer.pause();
    const { mean, deviation: spread } = momentsOf(column, weight);
    const deviation = spread > 0 ? spread : 1;
    for (let row = 0; row < rows; row++)
      values[row * width + j] = (column[row]! - mean) / deviation;
    found.push({ mean, deviation });
  }
  return found;
}

async function fit(
  frame: Frame,
  _target: Numbers | undefined,
  given?: Partial<GaussianMixtureOptions>,
  extras: FitExtras = {},
): Promise<GaussianMixtureModel> {
  const options = completeOptions(gaussianMixture, given, rules);
  const { ridge, seed, components } = options;
  const doing = "fitting gaussian-mixture";
  const pacer = new Pacer(extras.signal, doing);
  const { data, columns } = await detectionData(identity, frame, extras, pacer);
  const size = { rows: data.frame.rowCount, width: columns.length };
  const { moments, best } = await withTable(size, { doing, extras, pacer }, async (table) => {
    const moments = await fillStandardised(table, columns, data.weight, pacer);
    const weight = data.weight ?? new Float64Array(table.rows).fill(1);
    const random = new RandomStream(seed, "gaussian-mixture");
    const task = { table, weight, components, ridge, random, pacer };
    return { moments, best: await bestStart(task, options, extras) };
  });
  const scales = Float64Array.from(moments, ({ deviation }) => deviation);
  const parts: MixturePart[] = [];
  for (const { share, covariance, factor } of best.components) {
    const means = factor.mean.map((value, j) => value * scales[j]! + moments[j]!.mean);
    const whitening = await whiteningOf(identity, { means, scales, covariance, ridge }, pacer);
    parts.push({ share, whitening });
  }
  const summary = { meanLogDensity: best.density, rounds: best.rounds };
  const card = await describeModel(identity, data, { options, summary, pacer });
  return mixtureModel(card, parts);
}

function restore(card: ModelCard, state: ModelState): GaussianMixtureModel {
  const width = numberWidth(card);
  const count = state.tensors["shares"]?.values.length ?? 0;
  const shares = doublesOf(card, state, "shares", count);
  const scales = doublesOf(card, state, "scales", width);
  if (count === 0 || ![...shares, ...scales].every((value) => value > 0)) {
    const reason = "it has no shares, or one of them or a scale is not above 0";
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  const means = doublesOf(card, state, "means", count * width);
  const roots = doublesOf(card, state, "roots", count * width * width);
  const logDeterminants = doublesOf(card, state, "logDeterminants", count);
  const parts = Array.from(shares, (share, k): MixturePart => {
    const whitening = {
      means: means.slice(k * width, (k + 1) * width),
      scales,
      root: roots.slice(k * width * width, (k + 1) * width * width),
      logDeterminant: logDeterminants[k]!,
    };
    return { share, whitening };
  });
  return mixtureModel(card, parts);
}

/**
 * Several normal distributions, each with a covariance of its own, fitted by expectation
 * maximisation from k-means: for rows that are of several kinds. The score is -log density;
 * contributions are those of the component that most likely made the row: they add up to half its
 * squared Mahalanobis distance.
 * @source Dempster, Laird & Rubin 1977; starts: Arthur & Vassilvitskii 2007
 */
export const gaussianMixture: Learner<GaussianMixtureOptions, GaussianMixtureModel> = Object.freeze(
  {
    ...identity,
    accepts: Object.freeze({ missing: false, categories: false }),
    defaults,
    fit,
    restore,
  },
);
