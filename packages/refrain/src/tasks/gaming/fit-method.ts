import type { Model } from "@refrain/learn";
import { foundationErrors, type JobOptions } from "../../foundation/index.js";
import { type CrossFitOptions, crossScores, fitMarked } from "./cross-fit.js";
import type { LabelledDays, UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import { type Method, sampled } from "./methods.js";
import type { TrialThread } from "./trial-thread.js";

/** Rows to learn from. */
export interface LearningDays {
  /** A day without marks. */
  readonly train: UsageDays;
  /** Marked rows; absent where there are none. */
  readonly validation?: LabelledDays;
  /** Methods that are under way on a thread of their own; to be closed by who began them. */
  readonly trials?: TrialThread;
}

/** How a method is fitted. */
export interface FitMethodOptions extends JobOptions, CrossFitOptions {}

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
  return { method, model: await fitMarked(method, marked(days), options), scores };
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
  return { method, scores, model: await fitMarked(method, marked(days), options) };
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
