import { errorCatalogue } from "@refrain/learn";

/** Codes of the features layer. */
export const featureErrors = errorCatalogue({
  CUTOFF_INVALID: {
    status: 400,
    exit: 2,
    problem: (d: { given: string; why: string }) => `The cutoff "${d.given}" ${d.why}.`,
    remedy: () => "Give calendar days such as --cutoff 2017-04-29, each once, at most 60 of them.",
  },
  CUTOFF_OUTSIDE: {
    status: 422,
    exit: 2,
    problem: (d: { given: string; from: string; to: string }) =>
      `The cutoff ${d.given} lies outside the log, which covers ${d.from} to ${d.to}.`,
    remedy: (d: { first: string; last: string }) =>
      `Give cutoffs from ${d.first} to ${d.last}: a cutoff looks back from the start of its day.`,
  },
  NO_EVENTS: {
    status: 422,
    exit: 3,
    problem: (d: { set: string; tables: readonly string[] }) =>
      `The lake has no event for the features "${d.set}" in ${d.tables.join(", ")}.`,
    remedy: () =>
      "Ingest the logs of this task first: refrain ingest FILES --as SOURCE --lake DIR.",
  },
  LOG_TOO_SHORT: {
    status: 422,
    exit: 3,
    problem: (d: { from: string; until: string; days: number }) =>
      `The log from ${d.from} to ${d.until} has no room for a cutoff and ${d.days} days around it.`,
    remedy: () => "Ingest more days, or name the cutoffs yourself with --cutoff.",
  },
  VERSION_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { set: string; given: string; known: readonly string[] }) =>
      `The features "${d.set}" have no version "${d.given}" (they have: ${d.known.join(", ")}).`,
    remedy: (d: { known: readonly string[] }) =>
      `Give --feature-version ${d.known.at(-1) ?? "v1"}, or leave it out.`,
  },
  LEAK_FOUND: {
    status: 422,
    exit: 4,
    problem: (d: { set: string; cutoff: string; features: readonly string[]; example: string }) =>
      `Features of "${d.set}" at ${d.cutoff} moved when only the future changed: ` +
      `${d.features.join(", ")} (${d.example}).`,
    remedy: () =>
      "Mend the declaration: event_at before the cutoff, arrived_at up to known_at, " +
      "no column that knows the outcome.",
  },
});
