export { isLogisticModel, isPipelineModel } from "./guards.js";
export {
  modelHash,
  type ReadModelOptions,
  readModel,
  type StoredModel,
  type WriteModelExtras,
  writeModel,
} from "./model-file.js";
export { type PipelineOptions, type PipelineParts, pipeline } from "./pipeline.js";
export { type PipelineModel, recalibrated } from "./pipeline-model.js";
