import type { CalibrationBin, CurvePoint, Estimate } from "@refrain/learn";
import type { CandidateKind, Coefficient, Drawing } from "./candidate.js";
import type { SplitKind } from "./splits.js";
import type { Counts } from "./table.js";

/**
 * The metrics of every table, in its order; F1 at a threshold found before the test, accuracy at
 * .5.
 */
export const metricNames = [
  "rocAuc",
  "prAuc",
  "logLoss",
  "brier",
  "ece",
  "f1",
  "accuracy",
  "liftAt10",
] as const;

/** Name of a metric, as in the JSON. */
export type MetricName = (typeof metricNames)[number];

/** A value for each metric. */
export type MetricEstimates = Readonly<Record<MetricName, Estimate>>;

/** A difference, model minus other, on the same resamples. */
export interface Difference extends Estimate {
  /** What is compared with. */
  readonly against: string;
  /** The interval holds zero: nothing is proven either way. Null where there is no interval. */
  readonly tie: boolean | null;
}

/** One candidate under the main protocol. */
export interface ModelEvaluation extends MetricEstimates {
  /** As in the list of candidates. */
  readonly name: string;
  /** Baseline, model or ensemble. */
  readonly kind: CandidateKind;
  /** On the rows it was fitted on; null where it could not be fitted. */
  readonly train: Readonly<Record<"rocAuc" | "prAuc" | "logLoss" | "accuracy", number>> | null;
  /** Log-loss on the validation rows, pooled; null where there were none. */
  readonly validationLogLoss: number | null;
  /** Scores at or above it count as positive for F1; found before the test. */
  readonly threshold: number | null;
  /** Options that were chosen. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Calibrator that did best on the validation rows; null where none did better than none. */
  readonly calibration: string | null;
  /**
   * From the best baseline of each metric (the best on these very test rows); absent for baselines.
   */
  readonly differences?: Readonly<Partial<Record<MetricName, Difference>>>;
  /** Standardised and signed, where the model has some. */
  readonly coefficients?: readonly Coefficient[];
  /** The model to look at, where it can be shown whole. */
  readonly drawing?: Drawing;
  /** Share of the attainable skill that it reached, on simulated data. */
  readonly attained?: Estimate;
  /** Time of the fits of the main protocol; the only field that differs from run to run. */
  readonly seconds: number;
}

/** Two models on the same rows. */
export interface ModelComparison extends Difference {
  /** The model that is compared. */
  readonly model: string;
  /** In which metric. */
  readonly metric: MetricName;
}

/** One way to split, and what the candidates reach by it. */
export interface SplitEvaluation {
  /** Which way to split. */
  readonly kind: SplitKind;
  /** False for the split by row, which lets a user's other rows into training. */
  readonly honest: boolean;
  /** The split whose numbers stand in `models`. */
  readonly main: boolean;
  /** Pairs of training and test rows. */
  readonly folds: readonly {
    /** What is tested. */
    readonly name: string;
    /** Rows left out because their answer was known too late. */
    readonly purged: number;
  }[];
  /** Rows learnt from, each counted once. */
  readonly train: Counts;
  /** Rows judged, of all folds. */
  readonly test: Counts;
  /** Why nothing could be estimated. */
  readonly reason?: string;
  /** What each candidate reaches. */
  readonly models: readonly ({
    /** As in the list of candidates. */
    readonly name: string;
    /** Baseline, model or ensemble. */
    readonly kind: CandidateKind;
  } & Readonly<Record<"rocAuc" | "prAuc" | "logLoss" | "accuracy", Estimate>>)[];
}

/** Pictures of one candidate on the test rows. */
export interface ModelCurves {
  /** Wrongly called against found. */
  readonly roc: readonly CurvePoint[];
  /** Found against rightly called. */
  readonly precisionRecall: readonly CurvePoint[];
  /** Predicted against observed shares, 15 bins of equal mass. */
  readonly calibration: readonly CalibrationBin[];
  /** How often each probability was predicted, in bins of equal width. */
  readonly histogram: readonly {
    /** Lower end of the bin. */
    readonly from: number;
    /** Upper end of the bin. */
    readonly to: number;
    /** Rows in the bin. */
    readonly count: number;
  }[];
}

/** One earlier period, tested by what was known before it, or the last one. */
export interface PeriodEvaluation extends Counts {
  /** For people, for example `2023-04`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The untouched last period. */
  readonly main: boolean;
  /** ROC-AUC by candidate; null where it is not defined. */
  readonly rocAuc: Readonly<Record<string, number | null>>;
}

/** The run on random labels: it must find nothing. */
export interface RandomLabels {
  /** Whose fits were repeated. */
  readonly model: string | null;
  /** Mean over the repeats with the interval of the mean. */
  readonly rocAuc: Estimate;
  /** Number of fits. */
  readonly repeats: number;
  /** Level of the interval, .999. */
  readonly level: number;
  /** Whether the interval holds .5; null where it could not be run. */
  readonly holdsHalf: boolean | null;
  /** One a repeat. */
  readonly values: readonly number[];
}

/** Something too good to be true. */
export interface Suspicion {
  /** What kind of sign. */
  readonly code: "FEATURE_NEARLY_DECIDES" | "SEGMENT_OF_ONE_CLASS" | "RESULT_TOO_GOOD";
  /** The feature, or the model where the result is meant. */
  readonly subject: string;
  /** Two sentences: what was seen, what to do. */
  readonly message: string;
  /** The numbers behind the message. */
  readonly details: Readonly<Record<string, number | string>>;
}

/** What one feature is worth to a model: what is lost when it is shuffled among the test rows. */
export interface FeatureImportance {
  /** Name of the feature. */
  readonly feature: string;
  /** Mean rise of the log-loss; below 0 where shuffling happened to help. */
  readonly logLoss: number;
  /** Standard deviation of the rise over the shuffles. */
  readonly deviation: number;
}

/** What the features add to single predictions of a model of trees, by its Shapley values. */
export interface TreeSummary {
  /** The model of trees that did best on validation rows. */
  readonly model: string;
  /** Test rows explained. */
  readonly rows: number;
  /** What is added up. */
  readonly unit: "log-odds" | "probability";
  /** The strongest first. */
  readonly features: readonly {
    /** Name of the encoded column. */
    readonly feature: string;
    /** Mean size of what it adds. */
    readonly meanAbsolute: number;
    /** Some rows, to be drawn. */
    readonly points: readonly {
      /** What the feature adds to the row's prediction. */
      readonly adds: number;
      /** Where the row's value stands, 0 lowest to 1 highest; null for missing and categories. */
      readonly height: number | null;
    }[];
  }[];
}

/** What the predictions go by, on test rows. */
export interface Importance {
  /** The chosen model. */
  readonly model: string;
  /** Test rows that were shuffled. */
  readonly rows: number;
  /** Every feature, the one that is missed most first. */
  readonly features: readonly FeatureImportance[];
  /** Absent where there is no model of trees. */
  readonly trees?: TreeSummary;
}

/** Rank correlations, and what they suggest to drop. */
export interface CorrelationSummary {
  /** Names of rows and columns of the matrix. */
  readonly names: readonly string[];
  /** How many of the names, at the end, are targets. */
  readonly targets: number;
  /** Names × names, row-major, three decimals; null where not defined. */
  readonly values: readonly (number | null)[];
  /** Rows that they were computed on: training rows only. */
  readonly rows: number;
  /** Features that could be left out. */
  readonly dropList: readonly DropSuggestion[];
}

/** A feature that may be left out. */
export interface DropSuggestion {
  /** The feature to leave out. */
  readonly feature: string;
  /** Why it could be left out. */
  readonly reason: "constant" | "correlated with another feature" | "correlated with nothing";
  /** The feature that says the same. */
  readonly other?: string;
  /** Rank correlation with the other feature, or the strongest with a target. */
  readonly correlation: number | null;
}

/** Skill of the truth itself on simulated data. */
export interface Oracle {
  /** Of the truth. */
  readonly rocAuc: Estimate;
  /** Of the truth. */
  readonly prAuc: Estimate;
  /** Of the truth. */
  readonly logLoss: Estimate;
  /** (AUC - .5) / (AUC of the truth - .5) of the best model. */
  readonly attained: Estimate;
}

/** What `evaluate --json` prints. */
export interface Evaluation {
  /** Name of the task. */
  readonly task: string;
  /** Which answer is predicted, where a task has several. */
  readonly target: string;
  /** One sentence: how rows were split and chosen on. */
  readonly protocol: string;
  /** Who was judged, and who was left out. */
  readonly population: {
    /** Rows used. */
    readonly rows: number;
    /** Distinct users among them. */
    readonly users: number;
    /** Rows with answer yes. */
    readonly positives: number;
    /** Rows left out before, by reason. */
    readonly dropped: Readonly<Record<string, number>>;
  };
  /** The main way to split and those beside it. */
  readonly splits: readonly SplitEvaluation[];
  /** Every candidate under the main split. */
  readonly models: readonly ModelEvaluation[];
  /** The model chosen on validation rows; null where nothing could be estimated. */
  readonly best: string | null;
  /** How it was chosen. */
  readonly chosenBy: string;
  /** Always saying the more frequent class. */
  readonly naive: {
    /** Which answer it gives: that of most training rows. */
    readonly positive: boolean;
    /** Share of test rows for which it is right. */
    readonly accuracy: Estimate;
  };
  /** Every pair of models that are no baselines. */
  readonly comparisons: readonly ModelComparison[];
  /** Skill from period to period; empty without time. */
  readonly periods: readonly PeriodEvaluation[];
  /** What is drawn, by candidate. */
  readonly curves: Readonly<Record<string, ModelCurves>>;
  /** What the predictions go by; absent where nothing could be estimated. */
  readonly importance?: Importance;
  /** What the chosen model found in random labels. */
  readonly randomLabels: RandomLabels;
  /** Likely leaks. */
  readonly suspicions: readonly Suspicion[];
  /** Rank correlations of features and answers. */
  readonly correlation: CorrelationSummary;
  /** On simulated data: what could be known at all. */
  readonly oracle?: Oracle;
  /** What was assumed and what the data cannot show, with what was measured. */
  readonly limits: readonly string[];
  /** What gives the same numbers again. */
  readonly reproduce: {
    /** Decided every random choice. */
    readonly seed: number;
    /** Draws of the bootstrap. */
    readonly resamples: number;
    /** Of features and answers, 64 hexadecimal digits. */
    readonly dataHash: string;
    /** Of the model file, where one was written. */
    readonly modelHash?: string;
  };
}
