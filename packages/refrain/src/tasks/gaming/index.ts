export { detectGaming } from "./detect-gaming.js";
export type { DetectGamingOptions, GamingDetection } from "./detection.js";
export {
  type EvaluateGamingOptions,
  evaluateGaming,
  type GamingEvaluation,
} from "./evaluate-gaming.js";
export { fewMarks } from "./few-marks.js";
export { gamingOf } from "./gaming-model.js";
export { scoreUsage } from "./score-usage.js";
export { type TrainGamingOptions, type TrainGamingSummary, trainGaming } from "./train-gaming.js";
