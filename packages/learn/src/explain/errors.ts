import { errorCatalogue } from "../foundation/index.js";

/** Codes of the explain layer. */
export const explainErrors = errorCatalogue({
  EXPLAIN_OUTPUT: {
    status: 422,
    exit: 2,
    problem: (d: { output: number; outputs: number }) =>
      `Output ${d.output} is asked for, and the model has ${d.outputs}.`,
    remedy: (d: { outputs: number }) => `Ask for an output from 0 to ${d.outputs - 1}.`,
  },
  EXPLAIN_MEMORY: {
    status: 507,
    exit: 4,
    problem: (d: { doing: string; bytes: number; limit: number }) =>
      `Memory for ${d.doing} would take ${d.bytes} bytes, and ${d.limit} may be used.`,
    remedy: () => "Explain fewer rows at a time, or raise memoryLimitBytes.",
  },
});
