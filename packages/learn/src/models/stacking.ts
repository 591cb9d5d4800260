import { type ModelState, type Numbers, Pacer } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  completeOptions,
  type FitExtras,
  type Learner,
  logistic,
  type Model,
  type ModelCard,
  optionRules,
  partedProgress,
  ridge,
  type SeededOptions,
  type TrainingData,
  trainingData,
} from "../learners/index.js";
import { crossScores, usableFolds } from "./cross-fit.js";
import { acceptsOf, describeEnsemble, fitMember, seedOf, taskOf } from "./members.js";
import { restorerOf, withParts } from "./restore.js";
import {
  restoreStacking,
  type StackingModel,
  stackedFrame,
  stackingModel,
} from "./stacking-model.js";

/** Options of a fit of a stack. */
export interface StackingOptions extends SeededOptions {
  /** Folds whose held-out predictions the final learner learns from. */
  readonly folds: number;
}

/** What a stack is put together from. */
export interface StackingParts {
  /** At least one; all for one task. */
  readonly members: readonly Learner[];
  /**
   * Learns from the members' predictions (of probabilities the log-odds); logistic, or for values
   * ridge, unless given.
   */
  readonly final?: Learner;
}

const stackingRules = {
  folds: optionRules.folds,
  seed: optionRules.seed,
};

/** One fit of a stack. */
interface StackFit {
  readonly identity: Pick<Learner, "kind" | "task">;
  readonly members: readonly Learner[];
  readonly final: Learner;
  readonly data: TrainingData;
  readonly options: StackingOptions;
  readonly extras: FitExtras;
}

/** Every member's predictions of training rows that it had not seen. */
async function heldOut(
  { members, data, options, extras }: StackFit,
  folds: number,
  part: ReturnType<typeof partedProgress>,
): Promise<Float64Array[]> {
  const { signal, validation, threads, memoryLimit } = extras;
  const pacer = new Pacer(signal, "fitting stacking");
  const how = { folds, seed: options.seed, pause: () => pacer.pause() };
  const predictions: Float64Array[] = [];
  for (const [place, member] of members.entries()) {
    const seed = seedOf(options.seed, place);
    predictions.push(
      await crossScores(data, how, async (rest) => {
        const own = { signal, validation, threads, memoryLimit, onProgress: part() };
        const model = await fitMember(member, rest, seed, own);
        return (held, groups) => model.predict(held, { signal, groups });
      }),
    );
  }
  return predictions;
}

/** Validation rows as the final learner sees them. */
async function watchedRows(
  { identity, extras }: StackFit,
  models: readonly Model[],
): Promise<FitExtras["validation"]> {
  const { validation, signal } = extras;
  if (validation === undefined) return undefined;
  const predictions: Float64Array[] = [];
  for (const model of models) predictions.push(await model.predict(validation.frame, { signal }));
  const kinds = models.map(({ card }) => card.kind);
  const { rowCount } = validation.frame;
  return { ...validation, frame: stackedFrame(identity.task, kinds, predictions, rowCount) };
}

async function fitStack(fit: StackFit): Promise<StackingModel> {
  const { identity, members, final, data, options, extras } = fit;
  const { signal } = extras;
  const pacer = new Pacer(signal, "fitting stacking");
  const folds = await usableFolds(data, options.folds, () => pacer.pause());
  const part = partedProgress(extras, members.length * (folds + 1) + 1);
  const predictions = await heldOut(fit, folds, part);
  const models: Model[] = [];
  for (const [place, member] of members.entries()) {
    const own = { ...extras, onProgress: part() };
    models.push(await fitMember(member, data, seedOf(options.seed, place), own));
  }
  const kinds = members.map(({ kind }) => kind);
  const stacked = stackedFrame(identity.task, kinds, predictions, data.frame.rowCount);
  const { target, weight, groups } = data;
  const validation = await watchedRows(fit, models);
  const onProgress = part(true);
  const own = { ...extras, weight, groups, validation, onProgress };
  const last = await final.fit(stacked, target, { seed: options.seed }, own);
  const described = {
    options: { ...options, final: { kind: final.kind, ...last.card.options } },
    signal,
  };
  const card = await describeEnsemble(identity, data, models, described);
  const summary = { ...card.summary, folds, final: last.card.summary };
  const { outputs } = last.card;
  return stackingModel(Object.freeze({ ...card, outputs, summary }), models, last);
}

/**
 * A final learner over the predictions of several members. It learns from predictions of rows that
 * the members had not seen, by folds that keep groups together; after that the members are fitted
 * once more, on all rows.
 * @param parts members and the final learner
 * @throws ENSEMBLE_MEMBERS
 * @source Wolpert 1992; van der Laan, Polley & Hubbard 2007
 */
export function stacking(parts: StackingParts): Learner<StackingOptions, StackingModel> {
  const { members } = parts;
  const identity = { kind: "stacking", task: taskOf("stacking", members) } as const;
  const fallback: Learner = identity.task === "classification" ? logistic : ridge;
  const final = parts.final ?? fallback;
  taskOf("stacking", [...members, final]);
  const defaults: StackingOptions = Object.freeze({ folds: 5, seed: 0 });
  const fit = async (
    frame: Frame,
    target: Numbers | undefined,
    chosen?: Partial<StackingOptions>,
    extras: FitExtras = {},
  ): Promise<StackingModel> => {
    const options = completeOptions({ ...identity, defaults }, chosen, stackingRules);
    const data = trainingData(identity, frame, target, extras);
    return fitStack({ identity, members, final, data, options, extras });
  };
  const restore = (card: ModelCard, state: ModelState): StackingModel =>
    restoreStacking(card, state, restorerOf([...members, final]));
  const accepts = acceptsOf(members);
  const learner = Object.freeze({ ...identity, accepts, defaults, fit, restore });
  return withParts(learner, [...members, final]);
}
