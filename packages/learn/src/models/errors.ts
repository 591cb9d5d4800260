import { errorCatalogue } from "../foundation/index.js";

/** Codes of the models layer. */
export const modelErrors = errorCatalogue({
  MODEL_FILE_BROKEN: {
    status: 422,
    exit: 3,
    problem: (d: { reason: string }) => `This is no whole model file: ${d.reason}.`,
    remedy: () => "Take the file from where it was written once more; do not mend it by hand.",
  },
  MODEL_FILE_VERSION: {
    status: 409,
    exit: 3,
    problem: (d: { found: number; known: number }) =>
      `The model file has format ${d.found}, and this program knows ${d.known}.`,
    remedy: () => "Use a newer program, or train the model again with this one.",
  },
  ENSEMBLE_MEMBERS: {
    status: 422,
    exit: 2,
    problem: (d: { ensemble: string; members: number; tasks: readonly string[] }) =>
      `A ${d.ensemble} cannot be made of ${d.members} members, ` +
      `with ${d.tasks.join(", ") || "no task"}.`,
    remedy: () =>
      "Give it one member or more, all for classification or all for regression, and one weight " +
      "of at least 0 a member, not all 0.",
  },
  UNION_MEMBERS: {
    status: 422,
    exit: 2,
    problem: (d: { members: number; tasks: readonly string[] }) =>
      `A detector union cannot be made of ${d.members} members, ` +
      `with ${d.tasks.join(", ") || "no task"}.`,
    remedy: () => "Give it one detector or more, and one share above 0 a member.",
  },
  UNION_CALIBRATION: {
    status: 422,
    exit: 3,
    problem: (d: { rows: number }) =>
      `Of ${d.rows} rows none can be held out to say how rare a score is.`,
    remedy: () => "Give more rows, or genuine validation rows (target 0).",
  },
  MODEL_KIND_UNKNOWN: {
    status: 422,
    exit: 3,
    problem: (d: { kind: string; known: readonly string[] }) =>
      `The model is of kind "${d.kind}", and the kinds known here are ${d.known.join(", ")}.`,
    remedy: () => "Give readModel the learner that made it, or use a newer program.",
  },
  MODEL_GOLDEN: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; expected: number; found: number }) =>
      `The model scores its golden row ${d.row} as ${d.found} where its file says ${d.expected}.`,
    remedy: () => "Use the version that wrote the file, or train the model again with this one.",
  },
});
