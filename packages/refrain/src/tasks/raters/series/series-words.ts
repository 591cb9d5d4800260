/** What the features by series say, high and low. */
export const seriesWords = {
  seriesShare: { high: "rates little but one series", low: "rates no series more than others" },
  seriesExcess: {
    high: "rates one series far more than its share",
    low: "rates no series more than its share",
  },
  seriesCoverage: { high: "rates all parts of a series", low: "rates few parts of any series" },
  seriesOff: {
    high: "is far from what others rate throughout a series",
    low: "agrees with others about each series",
  },
  seriesTurnHigh: {
    high: "praises a series as it praises nothing else",
    low: "praises no series unlike the rest",
  },
  seriesTurnLow: {
    high: "damns a series as it damns nothing else",
    low: "damns no series unlike the rest",
  },
  seriesTogetherHigh: {
    high: "praises a series along with others, unlike the rest",
    low: "praises no series along with others",
  },
  seriesTogetherLow: {
    high: "damns a series along with others, unlike the rest",
    low: "damns no series along with others",
  },
  seriesFollowers: {
    high: "rates a series as those do who rate little else",
    low: "agrees with nobody who rates only one series",
  },
  seriesBurst: {
    high: "rated a series in a flood of such ratings",
    low: "rated no series in a flood",
  },
  seriesAtOnce: {
    high: "turned on a series in the same days as others did",
    low: "turned on no series when others did",
  },
  seriesGroup: {
    high: "belongs to a group that turned on a series",
    low: "belongs to no group that turned on a series",
  },
} as const;
