export { type AbuseKind, type AbusePlan, abuseKinds, parseAbuse } from "./abuse/plan.js";
export type { Difficulty } from "./difficulty.js";
export { simulateErrors } from "./errors.js";
export type { FillerLengths } from "./injection/attack-world.js";
export { type SpellingsByFile, spellingsByFile } from "./injection/beside-sources.js";
export {
  type BesideRatings,
  besideKinds,
  type HiddenBeside,
  type HiddenKind,
  hiddenKinds,
  hideBeside,
} from "./injection/hide-beside.js";
export {
  type InjectedRatings,
  type InjectOptions,
  injectRaters,
  type RaterKind,
  type RaterTruth,
  raterKinds,
} from "./injection/inject.js";
export {
  buildRatings,
  groupRows,
  type ItemView,
  type RatingRows,
  type RatingScale,
  type Ratings,
  userOfEntries,
  viewByItem,
} from "./injection/ratings.js";
export {
  type BesideOptions,
  type ItemInfo,
  type ItemsFile,
  type RejectedBeside,
  readItems,
} from "./injection/read-items.js";
export {
  type RatingsFile,
  type ReadRatingsOptions,
  type RejectedRating,
  readRatings,
} from "./injection/read-ratings.js";
export { type RatedNames, readViews, type ViewsFile } from "./injection/read-views.js";
export { placeSeries, type Series, type SeriesCounts } from "./injection/series.js";
export type { HiddenRatings, HiddenTruth, HideOptions } from "./injection/series-campaigns.js";
export { type Views, viewLines } from "./injection/views.js";
export { parseRaterAbuse, type RaterAbuse } from "./ratings/rater-abuse.js";
export type { RatingsOptions, RatingsScenario } from "./ratings/ratings-scenario.js";
export { type Catalogue, itemLines } from "./ratings/series-catalogue.js";
export { drawSeriesService, type SeriesService } from "./ratings/series-service.js";
export { type RatingsSummary, simulateRatings } from "./ratings/simulate-ratings.js";
export { formats, type SimulateOptions, type SimulationFormat } from "./scenario.js";
export { type SimulateSummary, simulate } from "./simulate.js";
export { truthFiles } from "./truth-files.js";
export { openTruth, type Truth, type TruthTable } from "./truth-reader.js";
export { simulateUsageDays, type UsageDaysSummary } from "./usage/simulate-usage-days.js";
export { drawUsageMonth, type UsageMonth, type UsageMonthOptions } from "./usage/usage-month.js";
export type { UsageDaysOptions, UsageScenario } from "./usage/usage-scenario.js";
