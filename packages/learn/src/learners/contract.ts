/**
 * The contract of every learner, detector and recommender. A learner holds no state: `fit` gives a
 * model, which is immutable and another type, so that "not fitted" cannot be written. What a model
 * keeps is its `state()`: plain settings and tensors, from which `restore` makes it again.
 */

import type { Json, ModelState, Numbers } from "../foundation/index.js";
import type { Frame, Row } from "../frame/index.js";

/** What a learner is for: it decides what `predict` means and which checks apply. */
export type LearningTask = "classification" | "regression" | "detection" | "recommendation";

/** One column that a model wants. */
export interface SchemaColumn {
  /** Name of the column. */
  readonly name: string;
  /** Its kind. */
  readonly kind: "number" | "category";
  /** Texts seen in training, of a category; others count as missing. */
  readonly dictionary?: readonly string[];
}

/** The columns that a model wants, in the order of training. */
export interface FeatureSchema {
  /** Wanted columns; more may stand in a table, in any order. */
  readonly columns: readonly SchemaColumn[];
}

/** Options that every learner has. */
export interface SeededOptions {
  /** Decides every random choice; an integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** How far a fit is. */
export interface FitProgress {
  /** Rounds done: iterations, trees or epochs. */
  readonly round: number;
  /** Rounds at most. */
  readonly rounds: number;
  /** Mean training loss after this round, where the learner has one. */
  readonly loss?: number;
  /** Mean loss on the validation rows. */
  readonly validationLoss?: number;
  /** Seconds left as far as the rounds so far tell; never part of a result. */
  readonly secondsLeft?: number;
}

/** Rows that are watched, never learnt from: for early stopping and calibration. */
export interface ValidationSet {
  /** Same columns as the training table. */
  readonly frame: Frame;
  /** One target a row. */
  readonly target: Numbers;
  /** One weight a row. */
  readonly weight?: Numbers;
  /** One group a row, for learners of sequences. */
  readonly groups?: Int32Array | undefined;
}

/** What may stand beside frame and target. */
export interface FitExtras {
  /** One weight a row, ≥ 0: weight k is the same as k equal rows, weight 0 as none. */
  readonly weight?: Numbers | undefined;
  /** Held-out rows. */
  readonly validation?: ValidationSet | undefined;
  /** One group a row (user, query, sequence); rows of a group stay together in folds. */
  readonly groups?: Int32Array | undefined;
  /** 0 or 1 a row, for learners of uplift. */
  readonly treatment?: Numbers | undefined;
  /** Threads at most, for learners that use several; one a core unless told. Changes no result. */
  readonly threads?: number | undefined;
  /**
   * Bytes of kernel memory at most, for learners that work in kernels (trees, networks, distances,
   * covariances, factors): a fit that needs more says KERNEL_MEMORY before it begins. 4 GiB is the
   * end in any case.
   */
  readonly memoryLimit?: number | undefined;
  /** Receives progress. */
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
  /** Stops the fit: it throws LEARN_STOPPED and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/** What may be given to a prediction over a table. */
export interface PredictExtras {
  /**
   * One group a row, for models of sequences: what came before a row are the rows of its group that
   * stand before it in the table. Without groups nothing came before; other models take no notice.
   */
  readonly groups?: Int32Array | undefined;
  /** Threads at most, for models that use several; one a core unless told. Changes no result. */
  readonly threads?: number | undefined;
  /** Stops the prediction: it throws LEARN_STOPPED. */
  readonly signal?: AbortSignal | undefined;
}

/** What a model is said to be, whatever its kind. */
export interface ModelCard {
  /** The learner's kind, for example `logistic`. */
  readonly kind: string;
  /** What its predictions mean. */
  readonly task: LearningTask;
  /** Columns wanted. */
  readonly schema: FeatureSchema;
  /** Names of the numbers it gives for a row: one probability or score today. */
  readonly outputs: readonly string[];
  /** Options of the fit, complete. */
  readonly options: Readonly<Record<string, Json>>;
  /** Hash of the training table, target and weights, 64 hexadecimal digits. */
  readonly dataHash: string;
  /** Rows learnt from. */
  readonly trainingRows: number;
  /** What the fit has to say about itself: rounds, converged, loss. */
  readonly summary: Readonly<Record<string, Json>>;
  /**
   * Some rows of the model's columns, for `golden` scores in the file. Made of quantiles of each
   * column on its own, so that no person's row stands in a model file.
   */
  readonly goldenRows: Frame;
}

/** What a fit gives: immutable, predicts, and can be written to a file. */
export interface Model {
  /** Kind, schema, options, hash of the data. */
  readonly card: ModelCard;
  /** Columns wanted; the same as `card.schema`. */
  readonly schema: FeatureSchema;
  /**
   * Scores a table: probabilities for a classifier, values for a regression, for a detector a score
   * that is higher for the more abnormal.
   * @param frame any order of columns; columns that the schema does not name are ignored
   * @returns one number a row and output, row-major
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
   */
  readonly predict: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
  /**
   * Scores one row at once; the same bits as `predict` gives.
   * @param row values by name; absent, null and undefined are missing
   * @param output which of the outputs, 0 unless told
   * @throws FRAME_COLUMN_KIND
   */
  readonly predictRow: (row: Row, output?: number) => number;
  /**
   * The same for a row whose numbers stand in the order of the schema: of categories the place in
   * the column's dictionary, -1 where missing. For those who score rows one by one and fast.
   * @param values one a column; not kept
   * @param output which of the outputs, 0 unless told
   */
  readonly predictValues?: (values: Float64Array, output?: number) => number;
  /** What the model is made of. */
  readonly state: () => ModelState;
}

/** A model that says how abnormal a row is, and which columns make it so. */
export interface DetectorModel extends Model {
  /**
   * What each column has to do with a row's score: higher = more of what is abnormal about it.
   * Each detector says whether they add up to the score.
   * @param frame as in `predict`
   * @returns one number a row and column of the schema, row-major
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
   */
  readonly contributions: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
}

/** What the tables of a learner may hold beside finite numbers. */
export interface AcceptedFeatures {
  /** Missing values, and infinite ones. */
  readonly missing: boolean;
  /** Columns of categories. */
  readonly categories: boolean;
}

/** Makes models from tables. */
export interface Learner<
  Options extends SeededOptions = SeededOptions,
  Fitted extends Model = Model,
> {
  /** Names the learner in files and tables, for example `logistic`. */
  readonly kind: string;
  /** What its models are for. */
  readonly task: LearningTask;
  /** What its tables may hold; otherwise `fit` says FEATURE_VALUE or FEATURE_KIND. */
  readonly accepts: AcceptedFeatures;
  /** Every option with its default, frozen. */
  readonly defaults: Readonly<Options>;
  /**
   * Learns from a table.
   * @param frame features, one row an example
   * @param target one a row (0 or 1 for a classifier); undefined for a detector
   * @param options what differs from the defaults
   * @param extras weights, groups, validation, progress, stopping
   */
  readonly fit: (
    frame: Frame,
    target: Numbers | undefined,
    options?: Partial<Options>,
    extras?: FitExtras,
  ) => Promise<Fitted>;
  /**
   * Makes the model of a card and a state again.
   * @throws MODEL_STATE where the state is none of this learner's
   */
  readonly restore: (card: ModelCard, state: ModelState) => Fitted;
}
