import type { FeatureWords } from "../feature-words.js";

/** What the features of a viewing log say. */
export const viewingWords: Readonly<Record<string, FeatureWords>> = {
  viewsPerRating: { high: "watches far more than it rates", low: "rates far more than it watches" },
  unviewedShare: { high: "rates titles without any viewing", unit: "share", of: "of its ratings" },
  ratedFirstShare: { high: "rates before it watches", unit: "share", of: "of its ratings" },
  replayShare: { high: "plays the same titles again", unit: "share", of: "of its plays" },
  replayMost: { high: "plays one title over and over", unit: "log", of: "plays" },
  replayRun: { high: "plays one title many times in a row", unit: "log", of: "plays" },
  replayDense: { high: "plays one title over and over within two days", unit: "log", of: "plays" },
  replayTogether: { high: "plays over and over what others play over and over" },
  replayUnrated: {
    high: "plays a title over and over without ever rating it",
    unit: "log",
    of: "plays",
  },
  viewHourEntropy: { high: "watches round the clock", low: "watches at the same hours always" },
  viewStretch: { high: "watches without rest", unit: "logOnePlus", of: "hours" },
  viewsBusiestDay: { high: "plays more in a day than people do", unit: "logOnePlus", of: "plays" },
  viewBeat: { high: "plays at a machine's beat" },
  watchedBusiestDay: { high: "watches more in a day than people do", unit: "count", of: "hours" },
  concurrentShare: { high: "watches two titles at once", unit: "share", of: "of its plays" },
  concurrentLongest: { high: "watches two titles at once", unit: "logOnePlus", of: "minutes" },
  concurrentDevices: {
    high: "watches two titles at once on different devices",
    unit: "share",
    of: "of its plays",
  },
  concurrentAddresses: {
    high: "watches two titles at once from different places",
    unit: "share",
    of: "of its plays",
  },
  devices: { high: "watches on many devices", unit: "log", of: "devices" },
  deviceHours: { high: "has devices with hours of their own, as several people do" },
  addresses: { high: "watches from many places", unit: "log", of: "addresses" },
  glimpsedShare: { high: "breaks off at once", unit: "share", of: "of its plays" },
  watchedShareSpread: {
    high: "now watches all, now hardly anything",
    low: "watches the same share of every title",
  },
};
