import {
  type Calibrator,
  type Encoder,
  encodePaced,
  type FittedCalibrator,
  type FittedEncoder,
  fitPaced,
} from "../encoders/index.js";
import { type Json, type ModelState, type Numbers, Pacer } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  completeOptions,
  describeModel,
  type FitExtras,
  type Learner,
  type Model,
  type ModelCard,
  optionRules,
  partedProgress,
  type SeededOptions,
  type TrainingData,
  trainingData,
} from "../learners/index.js";
import { crossScores, usableFolds } from "./cross-fit.js";
import { type PipelineModel, pipelineModel, restorePipeline } from "./pipeline-model.js";
import { restorerOf, withParts } from "./restore.js";

/** Options of a fit of a pipeline. */
export interface PipelineOptions extends SeededOptions {
  /** Folds of the cross-fit that the calibrator learns from, where no validation rows are given. */
  readonly folds: number;
}

/** What a pipeline is put together from. */
export interface PipelineParts<Options extends SeededOptions, Fitted extends Model> {
  /** Applied in this order. */
  readonly encoders: readonly Encoder[];
  /** Learns from encoded rows. */
  readonly learner: Learner<Options, Fitted>;
  /** Options of the learner; its seed is the pipeline's. */
  readonly options?: Partial<Options>;
  /** Makes probabilities keep their word; none unless given. */
  readonly calibrator?: Calibrator;
}

const identity = { kind: "pipeline" } as const;
const defaults: PipelineOptions = Object.freeze({ folds: 5, seed: 0 });
const rules = {
  folds: optionRules.folds,
  seed: optionRules.seed,
};

function pauseOf(signal: AbortSignal | undefined): () => Promise<void> {
  const pacer = new Pacer(signal, "fitting pipeline");
  return () => pacer.pause();
}

interface Trained<Fitted> {
  readonly encoders: readonly FittedEncoder[];
  readonly inner: Fitted;
}

/** Encoders and learner on some rows. */
async function train<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
  data: TrainingData,
  seed: number,
  extras: FitExtras,
): Promise<Trained<Fitted>> {
  const pause = pauseOf(extras.signal);
  const encoders: FittedEncoder[] = [];
  let { frame } = data;
  for (const encoder of parts.encoders) {
    const fit = await encoder.fit({ ...data, frame, seed, pause });
    encoders.push(fit.encoder);
    frame = fit.frame;
  }
  const { validation } = extras;
  const encoded = validation && {
    ...validation,
    frame: await encodePaced(encoders, validation.frame, pause),
  };
  const { weight, groups } = data;
  const options = { ...parts.options, seed } as Partial<Options>;
  const inner = await parts.learner.fit(frame, data.target, options, {
    ...extras,
    weight,
    groups,
    validation: encoded,
  });
  return { encoders, inner };
}

interface CalibrationSettings {
  readonly options: PipelineOptions;
  readonly extras: FitExtras;
  /** Folds of the cross-fit; fewer than 2 = none. */
  readonly folds: number;
  readonly part: ReturnType<typeof partedProgress>;
}

async function calibrate<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
  trained: Trained<Fitted>,
  data: TrainingData,
  { options, extras, folds, part }: CalibrationSettings,
): Promise<{ calibrator: FittedCalibrator | undefined; from: string }> {
  const { signal, threads, memoryLimit } = extras;
  const { seed } = options;
  if (parts.calibrator === undefined) return { calibrator: undefined, from: "none" };
  const pause = pauseOf(signal);
  if (extras.validation !== undefined) {
    const { frame, target, weight, groups } = extras.validation;
    const encoded = await encodePaced(trained.encoders, frame, pause);
    const score = await trained.inner.predict(encoded, { signal, threads, groups });
    const goal = { target: Float64Array.from(target), weight: weight && Float64Array.from(weight) };
    const calibrator = await fitPaced(parts.calibrator, { score, ...goal }, pause);
    return { calibrator, from: "validation rows" };
  }
  if (folds < 2) return { calibrator: undefined, from: "none: too few rows of a class" };
  const score = await crossScores(data, { folds, seed, pause }, async (rest) => {
    const fold = await train(parts, rest, seed, {
      signal,
      threads,
      memoryLimit,
      onProgress: part(),
    });
    return async (held, groups) =>
      fold.inner.predict(await encodePaced(fold.encoders, held, pause), { signal, groups });
  });
  const goal = { target: data.target!, weight: data.weight };
  const calibrator = await fitPaced(parts.calibrator, { score, ...goal }, pause);
  return { calibrator, from: `${folds} folds` };
}

/** All that decides a pipeline's fit, for its card. */
function describeParts<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
  options: PipelineOptions,
  inner: Model,
): Record<string, Json> {
  return {
    ...options,
    encoders: parts.encoders.map((encoder) => ({ kind: encoder.kind, ...encoder.options })),
    learner: { kind: inner.card.kind, ...inner.card.options },
    calibrator: parts.calibrator?.kind ?? null,
  };
}

/**
 * Encoders, a learner and a calibrator as one learner. The calibrator learns from validation rows
 * where `fit` is given some, else from a cross-fit over folds of the training rows, by group.
 * @param parts see PipelineParts
 */
export function pipeline<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
): Learner<PipelineOptions, PipelineModel<Fitted>> {
  const { task } = parts.learner;
  const fit = async (
    frame: Frame,
    target: Numbers | undefined,
    given?: Partial<PipelineOptions>,
    extras: FitExtras = {},
  ): Promise<PipelineModel<Fitted>> => {
    const options = completeOptions({ ...identity, defaults }, given, rules);
    const data = trainingData(identity, frame, target, extras);
    const crossed = parts.calibrator !== undefined && extras.validation === undefined;
    const folds = crossed ? await usableFolds(data, options.folds, pauseOf(extras.signal)) : 0;
    const part = partedProgress(extras, folds < 2 ? 1 : folds + 1);
    const own = { ...extras, onProgress: part(true) };
    const trained = await train(parts, data, options.seed, own);
    const settings = { options, extras, folds, part };
    const { calibrator, from } = await calibrate(parts, trained, data, settings);
    const { encoders, inner } = trained;
    const summary = { ...inner.card.summary, calibratedOn: from };
    const described = describeParts(parts, options, inner);
    const pacer = new Pacer(extras.signal, "describing pipeline");
    const card = await describeModel({ ...identity, task }, data, {
      options: described,
      summary,
      pacer,
    });
    return pipelineModel(card, encoders, inner, calibrator);
  };
  const restore = (card: ModelCard, state: ModelState) =>
    restorePipeline(card, state, restorerOf([parts.learner])) as PipelineModel<Fitted>;
  const taken = (what: "missing" | "categories"): boolean =>
    parts.learner.accepts[what] || parts.encoders.some(({ accepts }) => accepts?.[what] === true);
  const accepts = Object.freeze({ missing: taken("missing"), categories: taken("categories") });
  const learner = Object.freeze({ ...identity, task, accepts, defaults, fit, restore });
  return withParts(learner, [parts.learner]);
}
