export {
  type BootstrapDraws,
  type BootstrapInput,
  type BootstrapOptions,
  type BootstrapResult,
  bootstrap,
  bootstrapDefaults,
  bootstrapDraws,
  bootstrapMetric,
  type Estimate,
  estimateOf,
} from "./bootstrap.js";
export { type BudgetThreshold, budgetThreshold } from "./budget.js";
export {
  benjaminiHochberg,
  conformalPValues,
  countAtLeast,
  type Discoveries,
} from "./conformal.js";
export {
  type CalibrationBin,
  type CurveOptions,
  type CurvePoint,
  calibrationCurve,
  prCurve,
  rocCurve,
} from "./curves.js";
export { type DensitySweep, densitySweep } from "./density-sweep.js";
export {
  evaluateMetric,
  type Metric,
  type MetricEvaluator,
  type MetricPlan,
  type PlannedPart,
  undefinedReason,
} from "./metric.js";
export {
  brier,
  brierMetric,
  ece,
  eceMetric,
  logLoss,
  logLossMetric,
  normalisedEntropy,
  normalisedEntropyMetric,
} from "./probability.js";
export { type RankedScores, type RankOptions, rankScores } from "./ranked.js";
export {
  liftAt,
  liftMetric,
  prAuc,
  prAucMetric,
  recallAtFpr,
  recallAtFprMetric,
  rocAuc,
  rocAucMetric,
} from "./ranking.js";
export {
  type ItemLists,
  itemCoverage,
  type ListScores,
  meanScoreMetric,
  scoreLists,
} from "./ranking-lists.js";
export {
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  rSquared,
} from "./regression.js";
export type { ResampleExtras, ResampleProgress } from "./resample.js";
export { type CorrelationMatrix, spearmanMatrix } from "./spearman.js";
export {
  type AtThreshold,
  accuracy,
  accuracyMetric,
  type BestF1,
  bestF1,
  bestF1Metric,
  type Confusion,
  confusion,
  f1At,
  f1Metric,
  precisionAt,
  precisionMetric,
  recallAt,
  recallMetric,
} from "./threshold.js";
export { averagePrecisionAtK, ndcgAtK, recallAtK } from "./top-k.js";
