import { errorCatalogue } from "@refrain/learn";

/** Codes of the simulate layer. */
export const simulateErrors = errorCatalogue({
  OUT_NOT_EMPTY: {
    status: 409,
    exit: 2,
    problem: (d: { out: string; found: string }) =>
      `${d.out} is not empty and is no simulation of ours (it holds ${d.found}).`,
    remedy: () => "Give another folder with --out, or empty this one yourself.",
  },
  SIMULATION_LIMIT: {
    status: 400,
    exit: 2,
    problem: (d: { option: string; given: string; low: number; high: number }) =>
      `${d.option} cannot be ${d.given}: it lies between ${d.low} and ${d.high}.`,
    remedy: (d: { option: string; low: number; high: number }) =>
      `Give ${d.option} a whole number from ${d.low} to ${d.high}.`,
  },
  SIMULATION_FORMAT: {
    status: 400,
    exit: 2,
    problem: (d: { given: string; known: readonly string[] }) =>
      `There is no simulation in the format "${d.given}".`,
    remedy: (d: { known: readonly string[] }) => `Give --as one of: ${d.known.join(", ")}.`,
  },
});
