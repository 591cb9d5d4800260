import { errorCatalogue } from "../foundation/index.js";

/** Codes of the metrics layer. */
export const metricErrors = errorCatalogue({
  METRIC_LENGTHS_DIFFER: {
    status: 422,
    exit: 3,
    problem: (d: { what: string; found: number; expected: number }) =>
      `There are ${d.found} values of ${d.what} for ${d.expected} targets.`,
    remedy: () => "Give one value a row everywhere.",
  },
  METRIC_VALUE: {
    status: 422,
    exit: 3,
    problem: (d: { what: string; row: number; value: number; expected: string }) =>
      `The ${d.what} of row ${d.row} is ${d.value}, and ${d.expected} is expected.`,
    remedy: () => "Leave such rows out, or mend what made them.",
  },
  METRIC_BUDGET: {
    status: 422,
    exit: 2,
    problem: (d: { alarms: number }) => `A budget of ${d.alarms} alarms cannot be kept.`,
    remedy: () => "Give a whole number of alarms, 0 or more.",
  },
  METRIC_CALIBRATION_EMPTY: {
    status: 422,
    exit: 3,
    problem: () => "There are no calibration scores to compare with.",
    remedy: () => "Score genuine rows that were held out of training, 99 or more for p of .01.",
  },
  METRIC_RATE: {
    status: 422,
    exit: 2,
    problem: (d: { rate: number }) => `A false discovery rate of ${d.rate} is none.`,
    remedy: () => "Give a rate above 0 and at most 1, for example .05.",
  },
  METRIC_RESAMPLES: {
    status: 422,
    exit: 2,
    problem: (d: { resamples: number; level: number }) =>
      `An interval of level ${d.level} cannot be made from ${d.resamples} resamples.`,
    remedy: () => "Ask for at least 20 resamples and a level between 0 and 1.",
  },
});
