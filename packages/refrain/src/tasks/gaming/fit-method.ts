import { assignFolds, type Model } from "@refrain/learn";
import { rowsWhere } from "../../evaluation/index.js";
import { foundationErrors, type JobOptions } from "../../foundation/index.js";
import { type LabelledDays, takeDays, type UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import type { Method } from "./methods.js";

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

/** A fitted method. */
export interface FittedMethod {
  readonly method: Method;
  readonly model: Model;
  /**
   * Scores of the validation rows by models that have not seen their users; empty without
   * validation rows.
   */
  readonly scores: Float64Array;
}

const usualFolds = 5;

/**
 * Fits a method: what needs no marks on the training day, what needs them on the validation rows,
 * whose own scores come from a cross-fit that keeps users together.
 * @throws LABELS_NEEDED, INTERRUPTED, and what the learner throws
 */
export async function fitMethod(
  method: Method,
  { train, validation }: LearningDays,
  options: FitMethodOptions,
): Promise<FittedMethod> {
  const { seed, threads, signal, onProgress } = options;
  if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `fitting ${method.name}` });
  onProgress?.({ doing: `fitting ${method.name}` });
  if (method.kind === "unsupervised") {
    const extras = { threads, signal };
    const model = await method.learner.fit(train.features, undefined, { seed }, extras);
    const scores =
      validation === undefined
        ? new Float64Array(0)
        : await model.predict(validation.features, { threads, signal });
    return { method, model, scores };
  }
  if (validation === undefined) {
    const file = train.files.join(", ");
    throw gamingErrors.LABELS_NEEDED({ file, column: "gamerFlaggedManual" });
  }
  const scores = await crossScores(method, validation, options);
  return { method, model: await fitLabelled(method, validation, options), scores };
}

/** Fits on marked rows. */
export async function fitLabelled(
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
