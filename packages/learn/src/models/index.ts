export { detectorContributions } from "./detector-reasons.js";
export {
  type DetectorUnionOptions,
  type DetectorUnionParts,
  detectorUnion,
} from "./detector-union.js";
export type { DetectorUnionModel } from "./detector-union-model.js";
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
export { type SoftVoteParts, softVote } from "./soft-vote.js";
export type { SoftVoteModel } from "./soft-vote-model.js";
export { type StackingOptions, type StackingParts, stacking } from "./stacking.js";
export type { StackingModel } from "./stacking-model.js";
