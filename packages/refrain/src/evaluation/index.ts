export type {
  Candidate,
  CandidateKind,
  Coefficient,
  Drawing,
  Stopping,
  Variant,
} from "./candidate.js";
export {
  bestSingleFeature,
  lastStateOf,
  majorityClass,
  priorRate,
} from "./candidates.js";
export { classifiers } from "./classifiers.js";
export { evaluate } from "./evaluate.js";
export { type FlagOptions, findFlagSuspicions } from "./flag-suspicion.js";
export type { EvaluateOptions } from "./job.js";
export { type OracleQuery, readOracle } from "./oracle.js";
export { checkRandomLabels, type RandomLabelOptions } from "./random-labels.js";
export {
  type CorrelationSummary,
  type Difference,
  type DropSuggestion,
  type Evaluation,
  type FeatureImportance,
  type Importance,
  type MetricEstimates,
  type MetricName,
  type ModelComparison,
  type ModelCurves,
  type ModelEvaluation,
  metricNames,
  type Oracle,
  type PeriodEvaluation,
  type RandomLabels,
  type SplitEvaluation,
  type Suspicion,
  type TreeSummary,
} from "./result.js";
export type { SplitKind, SplitOptions } from "./splits.js";
export { findSuspicions } from "./suspicion.js";
export type { Counts, LearningTable, Period } from "./table.js";
export {
  numbersOf,
  rowsWhere,
  type ScoringTable,
  type TaskAnswer,
  type TaskData,
  type TaskInput,
  type TaskRecipe,
  textsOf,
  toFrame,
} from "./task-data.js";
export { type ShareInterval, wilsonInterval } from "./wilson.js";
