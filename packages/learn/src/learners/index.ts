export { boosting, boostingMulticlass, boostingRegression } from "./boosting/boosting.js";
export type { BoostingModel } from "./boosting/model.js";
export type { BoostingOptions } from "./boosting/options.js";
export type {
  FeatureSchema,
  FitExtras,
  FitProgress,
  Learner,
  LearningTask,
  Model,
  ModelCard,
  PredictExtras,
  SchemaColumn,
  SeededOptions,
  ValidationSet,
} from "./contract.js";
export { learnerErrors } from "./errors.js";
export { type LogisticOptions, logistic } from "./linear/logistic.js";
export type { LogisticModel } from "./linear/logistic-model.js";
export type { WaldStatistics } from "./linear/standard-errors.js";
export type { TreeEnsemble } from "./tree/ensemble.js";
