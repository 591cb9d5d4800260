import { type Json, type Numbers, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { describeModel } from "../card.js";
import type { FitExtras, Learner, ModelCard } from "../contract.js";
import { completeOptions, type OptionRule, type TrainingData, trainingData } from "../door.js";
import type { TreeEnsemble } from "../tree/ensemble.js";
import { type Grown, type GrowRequest, growTrees } from "./grow.js";
import { type ForestModel, forestModel, restoreForest } from "./model.js";
import {
  featureCount,
  type MaxFeatures,
  type SplitCriterion,
  type TreeGrowthOptions,
} from "./options.js";
import { judgeOutOfBag } from "./out-of-bag.js";
import type { Growth } from "./plan.js";
import { type ForestTarget, type PreparedTarget, prepareTarget } from "./targets.js";

/** What tells the learners of this family apart. */
export interface ForestIdentity extends Pick<Learner, "kind" | "task"> {
  /** What is predicted. */
  readonly wanted: ForestTarget;
  /** Whether cuts are drawn at random (extra trees). */
  readonly randomCuts: boolean;
}

/** Options of any of them; a single tree has no choice of columns and rows. */
export interface AnyForestOptions extends TreeGrowthOptions {
  readonly criterion?: SplitCriterion | undefined;
  readonly trees?: number | undefined;
  readonly maxFeatures?: MaxFeatures | undefined;
  readonly bootstrap?: boolean | undefined;
  readonly outOfBag?: boolean | undefined;
}

/** What a fit of this family is asked to do. */
export interface ForestRequest<Options extends AnyForestOptions = AnyForestOptions> {
  readonly identity: ForestIdentity;
  readonly options: Readonly<Options>;
  readonly data: TrainingData;
  readonly extras: FitExtras;
  readonly pacer: Pacer;
}

/** The options in the words of the kernels; an option that is not there is a single tree's. */
export function growthOf(
  { identity, options, data }: ForestRequest,
  prepared: PreparedTarget,
): Growth {
  const { bootstrap = false, outOfBag = false, maxFeatures = "all", trees = 1 } = options;
  return {
    classes: prepared.units.classes,
    exact: prepared.exact,
    entropy: options.criterion === "entropy",
    randomCuts: identity.randomCuts,
    bootstrap,
    outOfBag: outOfBag && bootstrap,
    maxDepth: options.maxDepth,
    features: featureCount(maxFeatures, data.frame.columns.length),
    minSplit: options.minSamplesSplit,
    minLeaf: options.minSamplesLeaf,
    seed: options.seed,
    firstTree: 0,
    trees,
  };
}

/**
 * The kernels tell entropy in nats, and of two classes half of what the Gini impurity falls by.
 */
function gainFactor({ identity, options }: ForestRequest): number {
  if (options.criterion === "entropy") return Math.LOG2E;
  return identity.wanted === "binary" ? 2 : 1;
}

/** Grows the trees of a request; `more` says what differs from a first fit. */
export async function growForRequest(
  request: ForestRequest,
  prepared: PreparedTarget,
  more: Partial<Growth> & Pick<GrowRequest, "keptBins"> = {},
): Promise<Grown> {
  const { identity, options, data, extras, pacer } = request;
  const { keptBins, ...changes } = more;
  const units = { ...prepared.units, gain: prepared.units.gain * gainFactor(request) };
  return await growTrees({
    doing: `fitting ${identity.kind}`,
    frame: data.frame,
    prepared: { ...prepared, units },
    growth: { ...growthOf(request, prepared), ...changes },
    maxBins: options.maxBins,
    ...(keptBins === undefined ? {} : { keptBins }),
    extras,
    pacer,
  });
}

function countLeaves({ column }: TreeEnsemble): number {
  return column.reduce((sum, asked) => sum + (asked < 0 ? 1 : 0), 0);
}

/** The card of a model of this family. */
export async function describeForest(
  { identity, options, data, pacer }: ForestRequest,
  trees: TreeEnsemble,
  { classes, summary }: { classes: number; summary: Readonly<Record<string, Json>> },
): Promise<ModelCard> {
  const all = { trees: trees.starts.length - 1, leaves: countLeaves(trees), ...summary };
  const card = await describeModel(identity, data, { options, summary: all, pacer });
  const several = Array.from({ length: classes }, (_, k) => `class ${k}`);
  return Object.freeze({ ...card, outputs: classes > 1 ? several : card.outputs });
}

/** Puts rows of weight 0, which were not learnt from, back as unknown. */
function overAllRows(
  outOfBag: Float64Array | undefined,
  weight: Numbers | undefined,
  outputs: number,
): Float64Array | undefined {
  if (outOfBag === undefined || weight === undefined) return outOfBag;
  if (weight.length * outputs === outOfBag.length) return outOfBag;
  const all = new Float64Array(weight.length * outputs).fill(Number.NaN);
  let from = 0;
  for (let row = 0; row < weight.length; row++) {
    if (weight[row] === 0) continue;
    all.set(outOfBag.subarray(from, from + outputs), row * outputs);
    from += outputs;
  }
  return all;
}

/** Fits a forest. */
export async function fitForest(request: ForestRequest): Promise<ForestModel> {
  const { identity, data, extras } = request;
  const prepared = prepareTarget(identity.kind, identity.wanted, data);
  const grown = await growForRequest(request, prepared);
  const { trees, shares, outOfBag } = grown;
  const { classes } = prepared.units;
  const summary = judgeOutOfBag(identity.wanted, data, outOfBag, classes);
  const card = await describeForest(request, trees, { classes, summary });
  return forestModel(card, { trees, shares }, overAllRows(outOfBag, extras.weight, classes));
}

/**
 * Checks what `fit` was given.
 * @throws LEARNER_OPTION, TARGET_LENGTH, WEIGHT_VALUE, FIT_EMPTY, LEARN_STOPPED
 */
export function requestOf<Options extends AnyForestOptions>(
  identity: ForestIdentity,
  { frame, target, extras }: { frame: Frame; target: Numbers | undefined; extras: FitExtras },
  options: Readonly<Options>,
): ForestRequest<Options> {
  const data = trainingData(identity, frame, target, extras);
  return {
    identity,
    options,
    data,
    extras,
    pacer: new Pacer(extras.signal, `fitting ${identity.kind}`),
  };
}

/** What a learner of this family is made of. */
export interface ForestParts<Options extends AnyForestOptions> {
  readonly defaults: Options;
  readonly rules: { readonly [Key in keyof Options]-?: OptionRule };
  /** What is done with a checked request. */
  readonly fit: (request: ForestRequest<Options>) => Promise<ForestModel>;
}

/** Makes a learner of this family. */
export function forestLearner<Options extends AnyForestOptions>(
  identity: ForestIdentity,
  { defaults, rules, fit }: ForestParts<Options>,
): Learner<Options, ForestModel> {
  const { kind, task } = identity;
  return Object.freeze({
    kind,
    task,
    accepts: Object.freeze({ missing: true, categories: true }),
    defaults,
    fit: async (
      frame: Frame,
      target: Numbers | undefined,
      given?: Partial<Options>,
      extras: FitExtras = {},
    ) => {
      const options = completeOptions<Options>({ kind, defaults }, given, rules);
      return await fit(requestOf(identity, { frame, target, extras }, options));
    },
    restore: restoreForest,
  });
}
