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
  METRIC_RESAMPLES: {
    status: 422,
    exit: 2,
    problem: (d: { resamples: number; level: number }) =>
      `An interval of level ${d.level} cannot be made from ${d.resamples} resamples.`,
    remedy: () => "Ask for at least 20 resamples and a level between 0 and 1.",
  },
});
