import { accuracy, bestF1, logLoss, prAuc, rocAuc } from "@refrain/learn";
import type { JobOptions } from "../foundation/index.js";
import { type Candidate, type FoldScores, fitFold } from "./candidate.js";
import { type Choice, chooseVariant, usableFolds } from "./choose.js";
import type { JudgedScores } from "./judge.js";
import type { ModelEvaluation } from "./result.js";
import {
  type Fold,
  innerUserFolds,
  rollingOrigin,
  type Split,
  type SplitOptions,
} from "./splits.js";
import { type CheckedTable, countRows, pick } from "./table.js";

/** One candidate, fitted on every fold of a split and scored on its test rows. */
export interface Run extends JudgedScores {
  readonly candidate: Candidate;
  /** What validation said, fold by fold of the split. */
  readonly choices: readonly Choice[];
  /** Mean over the folds. */
  readonly train: NonNullable<ModelEvaluation["train"]>;
  /** Of the last fold. */
  readonly model: FoldScores["model"];
  readonly seconds: number;
}

/** Settings of the runs of one evaluation. */
export interface RunSettings extends JobOptions {
  readonly seed: number;
  readonly split: SplitOptions;
  /** Threads at most. */
  readonly threads?: number;
}

/** Test rows of all folds, one after the other. */
export function testRows(split: Split): Uint32Array {
  return Uint32Array.from(split.folds.flatMap((fold) => [...fold.test]));
}

/** Training rows of all folds, each once. */
export function trainRows(split: Split): Uint32Array {
  if (split.folds.length === 1) return split.folds[0]!.train;
  return Uint32Array.from(new Set(split.folds.flatMap((fold) => [...fold.train]))).sort();
}

/**
 * Chooses a candidate's variant inside each fold's training side, fits it on all of that side, and
 * scores the test rows once.
 * @param chosen in place of choosing, for the splits that stand beside the main one
 */
export async function runCandidate(
  candidate: Candidate,
  table: CheckedTable,
  split: Split,
  settings: RunSettings & { readonly chosen?: Choice },
): Promise<Run> {
  const started = performance.now();
  const choices: Choice[] = [];
  const trains: Run["train"][] = [];
  const scores: number[] = [];
  let model: FoldScores["model"] | undefined;
  for (const fold of split.folds) {
    const inner = settings.chosen ? [] : validationFolds(table, fold, split, settings);
    const trainRows = fold.train.length;
    const choice =
      settings.chosen ?? (await chooseVariant(candidate, table, inner, { ...settings, trainRows }));
    const { variant, calibrator } = choice;
    const fitted = await fitFold(candidate, table, fold, { ...settings, variant, calibrator });
    choices.push(withThreshold(choice, pick(table.target, fold.train), fitted.train));
    trains.push(trainScores(pick(table.target, fold.train), fitted.train));
    for (const score of fitted.test) scores.push(score);
    model = fitted.model;
  }
  return {
    name: candidate.name,
    candidate,
    choices,
    train: meanScores(trains),
    scores: Float64Array.from(scores),
    threshold: choices[0]!.threshold ?? 0.5,
    model: model!,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Earlier periods where time is split, other users where it is not or where there are none. */
function validationFolds(
  table: CheckedTable,
  fold: Fold,
  split: Split,
  { split: options }: RunSettings,
): readonly Fold[] {
  if (split.kind === "time" || split.kind === "time-and-user") {
    const earlier = usableFolds(table, rollingOrigin(table, fold.train, options));
    if (earlier.length > 0) return earlier;
  }
  const { users } = countRows(table, fold.train);
  if (users < options.folds) return [];
  return usableFolds(table, innerUserFolds(table, fold.train, options));
}

/** Without validation rows the threshold comes from the training rows, never from the test. */
function withThreshold(choice: Choice, target: Float64Array, scores: Float64Array): Choice {
  if (choice.threshold !== null) return choice;
  const { f1, threshold } = bestF1(target, scores);
  return Number.isNaN(f1) ? choice : { ...choice, threshold };
}

function trainScores(target: Float64Array, scores: Float64Array): Run["train"] {
  return {
    rocAuc: rocAuc(target, scores),
    prAuc: prAuc(target, scores),
    logLoss: logLoss(target, scores),
    accuracy: accuracy(target, scores),
  };
}

function meanScores(folds: readonly Run["train"][]): Run["train"] {
  const mean = (of: (scores: Run["train"]) => number) =>
    folds.reduce((sum, scores) => sum + of(scores), 0) / folds.length;
  return {
    rocAuc: mean((scores) => scores.rocAuc),
    prAuc: mean((scores) => scores.prAuc),
    logLoss: mean((scores) => scores.logLoss),
    accuracy: mean((scores) => scores.accuracy),
  };
}

/** Mean validation log-loss over the folds of a split; null where one of them had none. */
export function validationLoss(run: Pick<Run, "choices">): number | null {
  const losses = run.choices.map((choice) => choice.logLoss);
  if (losses.some((loss) => loss === null)) return null;
  return losses.reduce<number>((sum, loss) => sum + loss!, 0) / losses.length;
}
