import { bestF1, logLoss, rocAuc } from "@refrain/learn";
import { type Candidate, type FitSettings, fitFold } from "./candidate.js";
import type { Fold } from "./splits.js";
import { type CheckedTable, countRows, pick } from "./table.js";

/** What validation rows say about a candidate; its test rows were never looked at. */
export interface Choice {
  /** The best of its variants. */
  readonly variant: Readonly<Record<string, unknown>>;
  /** Mean log-loss over the rows of all validation folds; null where there was none. */
  readonly logLoss: number | null;
  /** Threshold with the best F1 on them; null where there was none. */
  readonly threshold: number | null;
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

/**
 * Chooses among a candidate's variants by the log-loss on validation folds.
 * @param folds usable folds inside the training side
 */
export async function chooseVariant(
  candidate: Candidate,
  table: CheckedTable,
  folds: readonly Fold[],
  settings: FitSettings,
): Promise<Choice> {
  const variants = candidate.variants ?? [{}];
  let best: Choice = {
    variant: variants[0] ?? {},
    logLoss: null,
    threshold: null,
    rocAuc: new Map(),
  };
  if (folds.length === 0) return best;
  for (const variant of variants) {
    const tried = await tryVariant(candidate, table, folds, { ...settings, variant });
    if (best.logLoss === null || tried.logLoss! < best.logLoss) best = tried;
  }
  return best;
}

async function tryVariant(
  candidate: Candidate,
  table: CheckedTable,
  folds: readonly Fold[],
  settings: FitSettings & { variant: Readonly<Record<string, unknown>> },
): Promise<Choice> {
  const targets: number[] = [];
  const scores: number[] = [];
  const areas = new Map<string, number | null>();
  for (const fold of folds) {
    const { test } = await fitFold(candidate, table, fold, settings);
    const target = pick(table.target, fold.test);
    const area = rocAuc(target, test);
    areas.set(fold.name, Number.isNaN(area) ? null : area);
    for (let at = 0; at < test.length; at += 1) {
      targets.push(target[at]!);
      scores.push(test[at]!);
    }
  }
  const { f1, threshold } = bestF1(targets, scores);
  return {
    variant: settings.variant,
    logLoss: logLoss(targets, scores),
    threshold: Number.isNaN(f1) ? null : threshold,
    rocAuc: areas,
  };
}
