import { assignFolds, CataloguedError, type Frame, type Model } from "@refrain/learn";
import { gamingErrors } from "./errors.js";
import type { Method } from "./methods.js";

/** Rows of which all have a mark. */
export interface MarkedRows {
  readonly features: Frame;
  /** 0 or 1, one a row. */
  readonly label: Float64Array;
  /** One number a row, equal for rows of one user. */
  readonly userCodes: Int32Array;
  /** Where they stand, for errors. */
  readonly files: readonly string[];
}

/** How methods are cross-fitted. */
export interface CrossFitOptions {
  readonly seed: number;
  /** Threads at most. */
  readonly threads?: number | undefined;
  /** Folds of the cross-fit, users kept together; 5 unless told. */
  readonly folds?: number;
  readonly signal?: AbortSignal;
}

const usualFolds = 5;

/** What methods say of data that they cannot take, though others can. */
const unfitCodes = new Set([
  "COVARIANCE_SINGULAR",
  "FIT_EMPTY",
  "FEATURE_VALUE",
  "LABELS_FEW_USERS",
]);

/** In a comparison, a method that cannot take this data (a constant column, say) stays away. */
export async function unlessUnfit<Result>(fit: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await fit();
  } catch (error) {
    if (error instanceof CataloguedError && unfitCodes.has(error.code)) return undefined;
    throw error;
  }
}

/** Fits on marked rows. */
export async function fitMarked(
  { learner }: Method,
  { features, label, userCodes }: MarkedRows,
  { seed, threads, signal }: CrossFitOptions,
): Promise<Model> {
  return await learner.fit(features, label, { seed }, { groups: userCodes, threads, signal });
}

/**
 * Scores of marked rows by models that have not seen their users.
 * @returns one a row
 * @throws LABELS_FEW_USERS, and what the learner throws
 */
export async function crossScores(
  method: Method,
  rows: MarkedRows,
  options: CrossFitOptions,
): Promise<Float64Array> {
  const { label, userCodes, features } = rows;
  const { seed, threads, signal } = options;
  const folds = usableFolds(rows, options.folds ?? usualFolds);
  const place = assignFolds(label.length, { folds, seed, groups: userCodes, target: label });
  const scores = new Float64Array(label.length);
  const all = Uint32Array.from(label.keys());
  for (let fold = 0; fold < folds; fold++) {
    const learnt = takeMarked(
      rows,
      all.filter((row) => place[row] !== fold),
    );
    const model = await fitMarked(method, learnt, options);
    const held = all.filter((row) => place[row] === fold);
    const found = await model.predict(features.take(held), { threads, signal });
    for (const [at, row] of held.entries()) scores[row] = found[at]!;
  }
  return scores;
}

function takeMarked({ features, label, userCodes, files }: MarkedRows, rows: Uint32Array) {
  return {
    files,
    features: features.take(rows),
    label: Float64Array.from(rows, (row) => label[row]!),
    userCodes: Int32Array.from(rows, (row) => userCodes[row]!),
  };
}

/** No more folds than there are users of either kind, or some fold would learn from one alone. */
function usableFolds({ label, userCodes, files }: MarkedRows, folds: number): number {
  const kinds = [0, 1].map((kind) => {
    return new Set(userCodes.filter((_, row) => label[row] === kind)).size;
  });
  const fewest = Math.min(...kinds);
  if (fewest >= 2) return Math.min(folds, fewest);
  throw gamingErrors.LABELS_FEW_USERS({
    file: files.join(", "),
    marked: kinds[1]!,
    others: kinds[0]!,
  });
}
