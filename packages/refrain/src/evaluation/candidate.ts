import {
  type Calibrator,
  type FittedCalibrator,
  isPipelineModel,
  type Learner,
  type Model,
  recalibrated,
} from "@refrain/learn";
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

/** A model that can be looked at. */
export interface Drawing {
  /** The text of an SVG; of what is large only the main part. */
  readonly picture: string;
  /** All of it in lines of text. */
  readonly text: string;
}

/** Options of a learner by name. */
export type Variant = Readonly<Record<string, unknown>>;

/** How a learner that goes round by round is stopped: it watches validation rows. */
export interface Stopping {
  /** Options, beside the variant's, of a fit that watches. */
  readonly watch: Variant;
  /**
   * Options that such fits settle for one that does not watch.
   * @param models one a validation fold
   * @param growth rows of that fit over the mean rows of these
   */
  readonly settle: (models: readonly Model[], growth: number) => Variant;
}

/** A learner that takes part, as data: to add one to every protocol, add it to the task's list. */
export interface Candidate {
  /** Unique; as it stands in tables and on the command line, for example `logistic`. */
  readonly name: string;
  /** Something to beat, to use, or several together. */
  readonly kind: CandidateKind;
  /** Encoders and learner as one, without a calibrator. */
  readonly learner: Learner;
  /**
   * What may make its probabilities keep their word, for learners whose models are pipelines: the
   * one that does best on validation rows is taken, or none where none does better.
   */
  readonly calibrators?: readonly Calibrator[];
  /**
   * Option sets to choose from on validation rows; the first is used where there is nothing to
   * choose on.
   */
  readonly variants?: readonly Variant[];
  /** For learners that stop early. */
  readonly stopping?: Stopping;
  /** Options, beside the chosen ones, of the many fits in which only a trace of skill counts. */
  readonly brief?: Variant;
  /** Coefficients of a fitted model, where it has some. */
  readonly coefficients?: (model: Model) => readonly Coefficient[];
  /** A fitted model to look at, where it can be shown whole. */
  readonly drawing?: (model: Model) => Drawing;
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
  /** Options of the learner. */
  readonly variant?: Variant;
  /** Learnt on validation rows; goes into the model. */
  readonly calibrator?: FittedCalibrator | undefined;
  /** The fit may look at the answers of the fold's test rows, which then are validation rows. */
  readonly watching?: boolean;
  /** Threads at most. */
  readonly threads?: number;
  /** In place of the table's answers, for the run on random labels. */
  readonly answers?: Float64Array;
}

/**
 * Fits a candidate on a fold's training rows and scores both sides. It never sees the answers of
 * the test rows, unless they are validation rows that it is told to watch.
 * @throws INTERRUPTED, and what the learner throws
 */
export async function fitFold(
  candidate: Candidate,
  table: CheckedTable,
  fold: Fold,
  settings: FitSettings,
): Promise<FoldScores> {
  const { seed, variant, signal, watching = false, answers = table.target } = settings;
  if (signal?.aborted) {
    throw foundationErrors.INTERRUPTED({ doing: `fitting ${candidate.name}` });
  }
  const trainFrame = table.features.take(fold.train);
  const testFrame = table.features.take(fold.test);
  const watched = watching && candidate.stopping !== undefined;
  const fitted = await candidate.learner.fit(
    trainFrame,
    pick(answers, fold.train),
    { ...variant, ...(watched ? candidate.stopping?.watch : {}), seed },
    {
      groups: pickCodes(table.userCodes, fold.train),
      signal,
      threads: settings.threads,
      ...(watched ? { validation: { frame: testFrame, target: pick(answers, fold.test) } } : {}),
    },
  );
  const model = withCalibrator(fitted, settings.calibrator);
  return {
    model,
    train: await model.predict(trainFrame, { signal }),
    test: await model.predict(testFrame, { signal }),
  };
}

function withCalibrator(model: Model, calibrator: FittedCalibrator | undefined): Model {
  if (calibrator === undefined || !isPipelineModel(model)) return model;
  return recalibrated(model, calibrator, "validation rows");
}
