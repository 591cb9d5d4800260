export { type ContestSummary, type CreateContestOptions, createContest } from "./contest.js";
export {
  type DetectRatersOptions,
  detectRaters,
  type RaterCase,
  type RatersDetection,
} from "./detect-raters.js";
export type { Estimated } from "./estimate.js";
export {
  type EvaluateRatersOptions,
  evaluateRaters,
  type HeldOut,
  type KindEstimates,
  type RatersEvaluation,
  type StepTwo,
  type StepTwoReading,
} from "./evaluate-raters.js";
export { ratersEvaluationPage } from "./evaluation-report.js";
export type { Accomplice, Evidence, SuspectTitle } from "./evidence.js";
export { type RaterFeatures, raterFeatures } from "./features/rater-features.js";
export type { KindJudgement, RaterJudgement } from "./judge.js";
export {
  type Leaderboard,
  type LeaderboardOptions,
  rankSubmissions,
  type Standing,
} from "./leaderboard.js";
export type { RaterReason } from "./reason-text.js";
export { ratersPage } from "./report.js";
export type { RaterProtocol } from "./score-raters.js";
export type { BesideFiles, ItemsRead, ViewsRead } from "./series/beside.js";
export { type SeriesGroup, type SuspectSeries, seriesGroups } from "./series/series-evidence.js";
export {
  type CrossFit,
  crossFitRaters,
  type FitRatersOptions,
  type RaterRows,
} from "./supervised.js";
export type { RaterVerdictOptions } from "./verdicts.js";
export type { WatchingEvidence } from "./viewing/viewing-evidence.js";
