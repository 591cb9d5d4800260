export type { Candidate, CandidateKind, Coefficient } from "./candidate.js";
export {
  bestSingleFeature,
  calibratedLogistic,
  lastStateOf,
  majorityClass,
  priorRate,
} from "./candidates.js";
export { evaluationErrors } from "./errors.js";
export { evaluate } from "./evaluate.js";
export { type FlagOptions, findFlagSuspicions } from "./flag-suspicion.js";
export type { EvaluateOptions } from "./job.js";
export { leastUsersPerClass } from "./judge.js";
export { type OracleQuery, readOracle } from "./oracle.js";
export { checkRandomLabels, type RandomLabelOptions } from "./random-labels.js";
export {
  type Comparison,
  type CorrelationSummary,
  type Difference,
  type DropSuggestion,
  type Evaluation,
  type MetricEstimates,
  type MetricName,
  type ModelCurves,
  type ModelEvaluation,
  metricNames,
  type Oracle,
  type PeriodEvaluation,
  type RandomLabels,
  type SplitEvaluation,
  type Suspicion,
} from "./result.js";
export { type SplitKind, type SplitOptions, splitKinds } from "./splits.js";
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
