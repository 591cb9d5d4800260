import type { LogisticModel, Model } from "../learners/index.js";
import type { PipelineModel } from "./pipeline-model.js";

/** Whether a model (for example one that was read) is a logistic regression. */
export function isLogisticModel(model: Model): model is LogisticModel {
  return model.card.kind === "logistic";
}

/** Whether a model (for example one that was read) is a pipeline. */
export function isPipelineModel(model: Model): model is PipelineModel {
  return model.card.kind === "pipeline";
}
