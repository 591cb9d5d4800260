import { errorCatalogue } from "@refrain/learn";

/** Codes of the evaluation layer. */
export const evaluationErrors = errorCatalogue({
  EVALUATION_TABLE: {
    status: 422,
    exit: 3,
    problem: (d: { what: string }) => `The table cannot be evaluated: ${d.what}.`,
    remedy: () => "Give one target of 0 or 1, one user and, where there are periods, one a row.",
  },
  PROTOCOL_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { protocol: string; why: string }) =>
      `The protocol "${d.protocol}" cannot be used here: ${d.why}.`,
    remedy: (d: { known: readonly string[] }) => `Use one of: ${d.known.join(", ")}.`,
  },
  CANDIDATE_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { name: string; why: string }) =>
      `The model "${d.name}" cannot be used: ${d.why}.`,
    remedy: (d: { known: readonly string[] }) =>
      `Give models of different names, with at least one baseline (there are: ` +
      `${d.known.join(", ")}).`,
  },
  RANDOM_LABELS_LEARNED: {
    status: 422,
    exit: 4,
    problem: (d: { model: string; low: number; high: number; repeats: number }) =>
      `The model "${d.model}" found something in ${d.repeats} sets of random labels: the ` +
      `interval ` +
      `of its ROC-AUC is ${d.low.toFixed(3)} to ${d.high.toFixed(3)} and does not hold .5.`,
    remedy: () =>
      "Some step sees the answers of the test rows; look for rows in both parts and for " +
      "encodings made before the split.",
  },
});
