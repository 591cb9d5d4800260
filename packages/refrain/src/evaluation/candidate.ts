import type { Learner, Model } from "@refrain/learn";
import { foundationErrors, type JobOptions } from "../foundation/index.js";
import type { Fold } from "./splits.js";
import { type CheckedTable, pick, pickCodes } from "./table.js";

/** What a candidate is: something to beat, something to use, or several of them together. */
export type CandidateKind = "baseline" | "model" | "ensemble";

/** How much a feature moves a prediction: a standardised, signed coefficient. */
export interface Coefficient {
  /** Name of the encoded column. */
  readonly feature: string;
  /** Change of the log-odds for one standard deviation more of the feature. */
  readonly value: number;
}

/** A learner that takes part, as data: to add one to every protocol, add it to the task's list. */
export interface Candidate {
  /** Unique; as it stands in tables, for example `logistic regression`. */
  readonly name: string;
  /** Something to beat, to use, or several together. */
  readonly kind: CandidateKind;
  /** Encoders, learner and calibrator as one. */
  readonly learner: Learner;
  /** The same without its calibrator, for runs in which only the order of scores counts. */
  readonly ranker?: Learner;
  /**
   * Option sets to choose from on validation rows; the first is used where there is nothing to
   * choose on.
   */
  readonly variants?: readonly Readonly<Record<string, unknown>>[];
  /** Coefficients of a fitted model, where it has some. */
  readonly coefficients?: (model: Model) => readonly Coefficient[];
}

/** Scores of one fit on both sides of a fold. */
export interface FoldScores {
  readonly model: Model;
  readonly train: Float64Array;
  readonly test: Float64Array;
}

/** What a fit needs besides its rows. */
export interface FitSettings extends JobOptions {
  readonly seed: number;
  /** One of the candidate's variants. */
  readonly variant?: Readonly<Record<string, unknown>>;
  /** In place of the table's answers, for the run on random labels. */
  readonly answers?: Float64Array;
}

/**
 * Fits a candidate on a fold's training rows and scores both sides. It never sees the answers of
 * the test rows.
 * @throws INTERRUPTED, and what the learner throws
 */
export async function fitFold(
  candidate: Candidate,
  table: CheckedTable,
  fold: Fold,
  settings: FitSettings,
): Promise<FoldScores> {
  const { seed, variant, signal, answers = table.target } = settings;
  if (signal?.aborted) {
    throw foundationErrors.INTERRUPTED({ doing: `fitting ${candidate.name}` });
  }
  const trainFrame = table.features.take(fold.train);
  const model = await candidate.learner.fit(
    trainFrame,
    pick(answers, fold.train),
    { ...variant, seed },
    { groups: pickCodes(table.userCodes, fold.train), signal },
  );
  return {
    model,
    train: await model.predict(trainFrame, { signal }),
    test: await model.predict(table.features.take(fold.test), { signal }),
  };
}
