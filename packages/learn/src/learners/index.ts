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
