import {
  type Calibrator,
  type Encoder,
  encodePaced,
  type FittedCalibrator,
  type FittedEncoder,
} from "../encoders/index.js";
import { type Json, type ModelState, type Numbers, Pacer } from "../foundation/index.js";
import { assignFolds, type Column, Frame } from "../frame/index.js";
import {
  completeOptions,
  describeModel,
  type FitExtras,
  type Learner,
  type Model,
  type ModelCard,
  optionRules,
  type SeededOptions,
  type TrainingData,
  takeTraining,
  trainingData,
} from "../learners/index.js";
import { type PipelineModel, pipelineModel, restorePipeline } from "./pipeline-model.js";

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
  folds: {
    expected: "an integer of at least 2",
    holds: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 2,
  },
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

/** The fewest groups (or rows) that hold a row of one class: no more folds can all see both. */
function rarerUnits(data: TrainingData): number {
  const units = [new Set<number>(), new Set<number>()] as const;
  data.target?.forEach((value, row) => {
    units[value === 1 ? 1 : 0].add(data.groups?.[row] ?? row);
  });
  return Math.min(units[0].size, units[1].size);
}

/** The chosen rows of a table, column by column, so that it can be stopped. */
async function takePaced(
  frame: Frame,
  rows: readonly number[],
  pause: () => Promise<void>,
): Promise<Frame> {
  const places = Uint32Array.from(rows);
  const columns: Column[] = [];
  for (const column of frame.columns) {
    await pause();
    columns.push(...new Frame([column]).take(places).columns);
  }
  return new Frame(columns, rows.length);
}

/** Scores of every training row by a model that has not seen its group. */
async function crossScores<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
  data: TrainingData,
  options: PipelineOptions,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { groups, target } = data;
  const fold = assignFolds(data.frame.rowCount, { ...options, groups, target });
  const scores = new Float64Array(data.frame.rowCount);
  const pause = pauseOf(signal);
  for (let held = 0; held < options.folds; held++) {
    const inside: number[] = [];
    const outside: number[] = [];
    for (let row = 0; row < fold.length; row++) (fold[row] === held ? outside : inside).push(row);
    const rest = takeTraining({ ...data, frame: data.frame.select([]) }, inside);
    const rows = await takePaced(data.frame, inside, pause);
    const trained = await train(parts, { ...rest, frame: rows }, options.seed, { signal });
    const frame = await takePaced(data.frame, outside, pause);
    const encoded = await encodePaced(trained.encoders, frame, pause);
    const found = await trained.inner.predict(encoded, { signal });
    outside.forEach((row, place) => {
      scores[row] = found[place]!;
    });
  }
  return scores;
}

async function calibrate<Options extends SeededOptions, Fitted extends Model>(
  parts: PipelineParts<Options, Fitted>,
  trained: Trained<Fitted>,
  data: TrainingData,
  settings: { readonly options: PipelineOptions; readonly extras: FitExtras },
): Promise<{ calibrator: FittedCalibrator | undefined; from: string }> {
  const { options, extras } = settings;
  if (parts.calibrator === undefined) return { calibrator: undefined, from: "none" };
  if (extras.validation !== undefined) {
    const { frame, target, weight } = extras.validation;
    const encoded = await encodePaced(trained.encoders, frame, pauseOf(extras.signal));
    const scores = await trained.inner.predict(encoded, extras);
    const goal = Float64Array.from(target);
    const calibrator = parts.calibrator.fit(scores, goal, weight && Float64Array.from(weight));
    return { calibrator, from: "validation rows" };
  }
  const folds = Math.min(options.folds, rarerUnits(data));
  if (folds < 2) return { calibrator: undefined, from: "none: too few rows of a class" };
  const scores = await crossScores(parts, data, { ...options, folds }, extras.signal);
  const calibrator = parts.calibrator.fit(scores, data.target!, data.weight);
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
    const trained = await train(parts, data, options.seed, extras);
    const { calibrator, from } = await calibrate(parts, trained, data, { options, extras });
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
    restorePipeline(card, state, () => parts.learner);
  const taken = (what: "missing" | "categories"): boolean =>
    parts.learner.accepts[what] || parts.encoders.some(({ accepts }) => accepts?.[what] === true);
  const accepts = Object.freeze({ missing: taken("missing"), categories: taken("categories") });
  return Object.freeze({ ...identity, task, accepts, defaults, fit, restore });
}
