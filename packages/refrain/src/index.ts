/** Refrain: from the logs of a service to predictions that are proven. */
export {
  type Candidate,
  checkRandomLabels,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  findSuspicions,
  type LearningTable,
  type Period,
  type SplitKind,
} from "./evaluation/index.js";
export {
  type ChurnOptions,
  type ComputeOptions,
  churnFeatures,
  computeFeatures,
  type ExportOptions,
  type ExportSummary,
  exportMusicbox,
  type FeatureOptions,
  type FeatureSet,
  type FeatureSummary,
  type FeatureTable,
  featureTable,
  type MonthSet,
  type PremiumOptions,
  premiumFeatures,
  type WindowSet,
} from "./features/index.js";
export {
  type IngestOptions,
  type IngestSummary,
  ingest,
  type Lake,
  openLake,
  type RejectedRow,
  type RejectsOptions,
  readRejects,
} from "./lake/index.js";
export {
  type EvaluationExtras,
  evaluationPage,
  page,
  type Section,
  svgFile,
} from "./report/index.js";
export {
  formats,
  type SimulateOptions,
  type SimulateSummary,
  type SimulationFormat,
  simulate,
} from "./simulate/index.js";
