import { bestF1, type FittedCalibrator, rocAuc } from "@refrain/learn";
import { type Candidate, type FitSettings, fitFold, type Variant } from "./candidate.js";
import { chooseCalibrator, type HeldOut } from "./held-out.js";
import type { Fold } from "./splits.js";
import { type CheckedTable, countRows, pick, pickCodes } from "./table.js";

/** What validation rows say about a candidate; its test rows were never looked at. */
export interface Choice {
  /** The best of its variants, with what early stopping settled. */
  readonly variant: Variant;
  /** Mean log-loss over the rows of all validation folds; null where there was none. */
  readonly logLoss: number | null;
  /** Threshold with the best F1 on them; null where there was none. */
  readonly threshold: number | null;
  /** Makes probabilities keep their word; undefined where none did better than the scores. */
  readonly calibrator: FittedCalibrator | undefined;
  /** ROC-AUC by fold, null where a class is absent. */
  readonly rocAuc: ReadonlyMap<string, number | null>;
}

/** Folds whose both sides say something: two classes to learn from, a row to judge by. */
export function usableFolds(table: CheckedTable, folds: readonly Fold[]): readonly Fold[] {
  return folds.filter((fold) => {
    const { rows, positives } = countRows(table, fold.train);
    return positives > 0 && positives < rows && fold.test.length > 0;
  });
}

/** What is chosen for, and on. */
export interface ChooseOptions extends FitSettings {
  /** Rows that the fit learns from for which the choice is made. */
  readonly trainRows: number;
}

/**
 * Chooses among a candidate's variants by the log-loss on validation folds, and with the best one
 * when to stop, the calibrator and the threshold.
 * @param folds usable folds inside the training side
 */
export async function chooseVariant(
  candidate: Candidate,
  table: CheckedTable,
  folds: readonly Fold[],
  options: ChooseOptions,
): Promise<Choice> {
  const variants = candidate.variants ?? [{}];
  let best: Choice = {
    variant: variants[0] ?? {},
    logLoss: null,
    threshold: null,
    calibrator: undefined,
    rocAuc: new Map(),
  };
  if (folds.length === 0) return best;
  for (const variant of variants) {
    const tried = await tryVariant(candidate, table, folds, { ...options, variant });
    if (best.logLoss === null || tried.logLoss! < best.logLoss) best = tried;
  }
  return best;
}

async function tryVariant(
  candidate: Candidate,
  table: CheckedTable,
  folds: readonly Fold[],
  options: ChooseOptions & { variant: Variant },
): Promise<Choice> {
  const held: HeldOut[] = [];
  for (const fold of folds) {
    const { model, test } = await fitFold(candidate, table, fold, { ...options, watching: true });
    held.push({
      name: fold.name,
      model,
      trainRows: fold.train.length,
      users: pickCodes(table.userCodes, fold.test),
      target: pick(table.target, fold.test),
      scores: test,
    });
  }
  const found = chooseCalibrator(held, candidate.calibrators ?? [], options.seed);
  const { f1, threshold } = bestF1(found.target, found.scores);
  return {
    variant: { ...options.variant, ...settled(candidate, held, options.trainRows) },
    logLoss: found.logLoss,
    threshold: Number.isNaN(f1) ? null : threshold,
    calibrator: found.calibrator,
    rocAuc: new Map(held.map(({ name, target, scores }) => [name, areaOf(target, scores)])),
  };
}

function settled({ stopping }: Candidate, held: readonly HeldOut[], trainRows: number): Variant {
  if (stopping === undefined) return {};
  const mean = held.reduce((sum, fold) => sum + fold.trainRows, 0) / held.length;
  return stopping.settle(
    held.map((fold) => fold.model),
    trainRows / mean,
  );
}

function areaOf(target: Float64Array, scores: Float64Array): number | null {
  const area = rocAuc(target, scores);
  return Number.isNaN(area) ? null : area;
}
