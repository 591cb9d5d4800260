export { checkNoLeak, type LeakOptions, type LeakReport } from "./check-no-leak.js";
export { type ChurnOptions, churnFeatures } from "./churn-set.js";
export { compileSet } from "./compile.js";
export type { Compile, CompileContext, CompiledSet, Cutoff } from "./compiled.js";
export {
  type ComputeOptions,
  computeFeatures,
  type FeatureOptions,
  type FeatureTable,
  featureTable,
} from "./compute-features.js";
export type { Coverage, CutoffChoice, CutoffOptions } from "./cutoffs.js";
export {
  type Aggregate,
  type Cleaning,
  type ColumnDoc,
  type FeatureDeclaration,
  type FeatureSet,
  type Filter,
  featureNames,
  type LabelDeclaration,
  type MonthSet,
  type RatioDeclaration,
  type WindowSet,
} from "./declaration.js";
export type { UnavailableFeature } from "./evaluate-set.js";
export { type ExportOptions, type ExportSummary, exportMusicbox } from "./export-musicbox.js";
export type { CleaningCount, FeatureSummary } from "./feature-summary.js";
export { ratersDetector } from "./flagged.js";
export {
  type InteractionSource,
  type InteractionTable,
  readInteractions,
} from "./interactions.js";
export { type PremiumOptions, premiumFeatures } from "./premium-set.js";
