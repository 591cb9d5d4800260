/** What the features of a viewing log say, high and low. */
export const viewingWords = {
  viewsPerRating: {
    high: "watches far more than it rates",
    low: "rates far more than it watches",
  },
  unviewedShare: { high: "rates titles without any viewing", low: "watched what it rates" },
  ratedFirstShare: { high: "rates before it watches", low: "watches before it rates" },
  replayShare: { high: "plays the same titles over and over", low: "plays each title once" },
  replayMost: { high: "plays one title over and over", low: "plays no title often" },
  replayRun: { high: "plays one title many times in a row", low: "plays no title in a row" },
  replayDense: {
    high: "plays one title over and over within two days",
    low: "plays no title often within two days",
  },
  replayTogether: {
    high: "plays over and over what others play over and over",
    low: "shares no title that is played over and over",
  },
  replayUnrated: {
    high: "plays a title over and over without ever rating it",
    low: "rates what it plays most",
  },
  viewHourEntropy: { high: "watches round the clock", low: "watches at fixed hours" },
  viewStretch: { high: "watches for days without rest", low: "rests after each sitting" },
  viewsBusiestDay: { high: "plays more in a day than people do", low: "plays little a day" },
  viewBeat: { high: "plays at a machine's beat", low: "plays at no beat" },
  watchedBusiestDay: {
    high: "watches more hours in a day than people do",
    low: "watches few hours a day",
  },
  concurrentShare: { high: "watches two titles at once", low: "watches one title at a time" },
  concurrentLongest: {
    high: "watches two titles at once for long",
    low: "watches one title at a time",
  },
  concurrentDevices: {
    high: "watches two titles at once on different devices",
    low: "watches on one device at a time",
  },
  concurrentAddresses: {
    high: "watches two titles at once from different places",
    low: "watches from one place at a time",
  },
  devices: { high: "watches on many devices", low: "watches on one device" },
  deviceHours: {
    high: "has devices with hours of their own, as several people do",
    low: "uses devices at any hour",
  },
  addresses: { high: "watches from many places", low: "watches from one place" },
  glimpsedShare: { high: "breaks off as soon as a play counts", low: "watches what it begins" },
  watchedShareSpread: {
    high: "now watches all, now hardly anything",
    low: "watches the same share of every title",
  },
} as const;
