import type { FeatureWords } from "../feature-words.js";

/** What the features by series say. */
export const seriesWords: Readonly<Record<string, FeatureWords>> = {
  seriesShare: { high: "rates little but one series", unit: "share", of: "of its ratings" },
  seriesExcess: { high: "rates one series far more than its share" },
  seriesCoverage: { high: "rates all parts of a series", unit: "share", of: "of the titles" },
  seriesOff: { high: "is far from what others rate throughout a series" },
  seriesTurnHigh: { high: "praises a series as it praises nothing else" },
  seriesTurnLow: { high: "damns a series as it damns nothing else" },
  seriesTogetherHigh: { high: "praises a series along with others, unlike the rest" },
  seriesTogetherLow: { high: "damns a series along with others, unlike the rest" },
  seriesFollowers: { high: "rates a series as those do who rate little else" },
  seriesBurst: { high: "rated a series in a flood of such ratings" },
  seriesAtOnce: { high: "turned on a series in the same days as others did" },
  seriesGroup: { high: "belongs to a group that turned on a series" },
};
