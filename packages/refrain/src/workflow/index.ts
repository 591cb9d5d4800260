export { type DemoOptions, type DemoSummary, demo } from "./demo.js";
export { answerLine } from "./demo-page.js";
export { workflowErrors } from "./errors.js";
export {
  type EvaluateTaskOptions,
  evaluateTask,
  type JudgedAnswer,
  type TaskEvaluation,
  taskPage,
} from "./evaluate-task.js";
export { findModel, latestModelPath } from "./model-name.js";
export { type ScoreOptions, type ScoreSummary, score } from "./score.js";
export type { FileSource, LakeSource, TaskJob, TaskSource } from "./source.js";
export { type TrainOptions, type TrainSummary, train } from "./train.js";
export type { WideColumns } from "./wide-table.js";
