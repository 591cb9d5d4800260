import { assignFolds, type Model } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { foundationErrors, type JobOptions } from "../../foundation/index.js";
import { type LabelledDays, takeDays, type UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import { type Method, sampled } from "./methods.js";

/** Rows to learn from. */
export interface LearningDays {
  /** A day without marks. */
  readonly train: UsageDays;
  /** Marked rows; absent where there are none. */
  readonly validation?: LabelledDays;
}

/** How a method is fitted. */
export interface FitMethodOptions extends JobOptions {
  readonly seed: number;
  /** Threads at most. */
  readonly threads?: number | undefined;
  /** Folds of the cross-fit, users kept together. */
  readonly folds?: number;
}

/** A method that was tried. */
export interface TriedMethod {
  readonly method: Method;
  /**
   * Scores of the validation rows by models that have not seen their users; empty without
   * validation rows.
   */
  readonly scores: Float64Array;
  /** Absent where trying it left none: it was tried on fewer rows, or cross-fitted. */
  readonly model?: Model;
}

/** A fitted method. */
export interface FittedMethod extends TriedMethod {
  readonly model: Model;
}

const usualFolds = 5;

/** Rows that a method without marks is tried on, where others are tried too. */
const trialRows = 50_000;

/**
 * Fits a method: what needs no marks on the training day, what needs them on the validation rows,
 * whose own scores come from a cross-fit that keeps users together.
 * @throws LABELS_NEEDED, LABELS_FEW_USERS, INTERRUPTED, and what the learner throws
 */
export async function fitMethod(
  method: Method,
  days: LearningDays,
  options: FitMethodOptions,
): Promise<FittedMethod> {
  announce(method, options);
  if (method.kind === "unsupervised") return await fitUnmarked(method, days, options);
  const scores = await crossScores(method, marked(days), options);
  return { method, model: await fitLabelled(method, marked(days), options), scores };
}

/**
 * Tries a method as cheaply as the choice allows: what needs no marks on a sample of the training
 * day, what needs them by the cross-fit alone, and a mean by the scores of what it is the mean of.
 * @param tried methods that were tried before
 * @throws what `fitMethod` throws
 */
export async function tryMethod(
  method: Method,
  days: LearningDays,
  options: FitMethodOptions & { readonly tried: readonly TriedMethod[] },
): Promise<TriedMethod> {
  announce(method, options);
  if (method.kind === "unsupervised") {
    const { train } = days;
    const features = sampled(train.features, trialRows, options.seed);
    const fitted = await fitUnmarked(method, { ...days, train: { ...train, features } }, options);
    return features === train.features ? fitted : { method, scores: fitted.scores };
  }
  const members = (method.meanOf ?? []).map((name) =>
    options.tried.find((one) => one.method.name === name),
  );
  if (members.length > 0 && members.every((one) => one !== undefined)) {
    const scores = members[0]!.scores.map(
      (_, row) => members.reduce((sum, one) => sum + one.scores[row]!, 0) / members.length,
    );
    return { method, scores };
  }
  return { method, scores: await crossScores(method, marked(days), options) };
}

/** Gives a method that was tried its model, on all rows. */
export async function finishMethod(
  { method, scores, model }: TriedMethod,
  days: LearningDays,
  options: FitMethodOptions,
): Promise<FittedMethod> {
  if (model !== undefined) return { method, scores, model };
  announce(method, options);
  if (method.kind === "unsupervised") return await fitUnmarked(method, days, options);
  return { method, scores, model: await fitLabelled(method, marked(days), options) };
}

function announce({ name }: Method, { signal, onProgress }: FitMethodOptions): void {
  if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `fitting ${name}` });
  onProgress?.({ doing: `fitting ${name}` });
}

async function fitUnmarked(
  method: Method,
  { train, validation }: LearningDays,
  { seed, threads, signal }: FitMethodOptions,
): Promise<FittedMethod> {
  const model = await method.learner.fit(train.features, undefined, { seed }, { threads, signal });
  const scores = validation
    ? await model.predict(validation.features, { threads, signal })
    : new Float64Array(0);
  return { method, model, scores };
}

/** @throws LABELS_NEEDED */
function marked({ train, validation }: LearningDays): LabelledDays {
  if (validation !== undefined) return validation;
  throw gamingErrors.LABELS_NEEDED({
    file: train.files.join(", "),
    column: "gamerFlaggedManual",
  });
}

/** Fits on marked rows. */
async function fitLabelled(
  { learner }: Method,
  { features, label, userCodes }: LabelledDays,
  { seed, threads, signal }: FitMethodOptions,
): Promise<Model> {
  return await learner.fit(features, label, { seed }, { groups: userCodes, threads, signal });
}

/**
 * Scores of marked rows by models that have not seen their users.
 * @returns one a row
 */
async function crossScores(
  method: Method,
  days: LabelledDays,
  options: FitMethodOptions,
): Promise<Float64Array> {
  const { label, userCodes, features } = days;
  const { seed, threads, signal } = options;
  const folds = usableFolds(days, options.folds ?? usualFolds);
  const place = assignFolds(label.length, { folds, seed, groups: userCodes, target: label });
  const scores = new Float64Array(label.length);
  for (let fold = 0; fold < folds; fold++) {
    const model = await fitLabelled(
      method,
      takeDays(
        days,
        rowsWhere(label.length, (row) => place[row] !== fold),
      ),
      options,
    );
    const held = rowsWhere(label.length, (row) => place[row] === fold);
    const found = await model.predict(features.take(held), { threads, signal });
    for (const [at, row] of held.entries()) scores[row] = found[at]!;
  }
  return scores;
}

/** No more folds than there are users of either kind, or some fold would learn from one alone. */
function usableFolds({ label, users, files }: LabelledDays, folds: number): number {
  const kinds = [0, 1].map((kind) => new Set(users.filter((_, row) => label[row] === kind)).size);
  const fewest = Math.min(...kinds);
  if (fewest >= 2) return Math.min(folds, fewest);
  throw gamingErrors.LABELS_FEW_USERS({
    file: files.join(", "),
    marked: kinds[1]!,
    others: kinds[0]!,
  });
}
