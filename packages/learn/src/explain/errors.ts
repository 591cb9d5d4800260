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
  EXPLAIN_BACKGROUND: {
    status: 422,
    exit: 3,
    problem: () => "The background table has no rows.",
    remedy: () => "Give it some hundred rows of the population that a row is compared with.",
  },
  EXPLAIN_PATH: {
    status: 422,
    exit: 3,
    problem: (d: { tree: number; columns: number; most: number }) =>
      `A path of tree ${d.tree} asks ${d.columns} columns, and background rows explain up to ` +
      `${d.most}.`,
    remedy: () => "Leave the background out: the path-dependent form has no such bound.",
  },
  EXPLAIN_MEMORY: {
    status: 507,
    exit: 4,
    problem: (d: { doing: string; bytes: number; limit: number }) =>
      `Memory for ${d.doing} would take ${d.bytes} bytes, and ${d.limit} may be used.`,
    remedy: () => "Explain fewer rows at a time, or raise memoryLimitBytes.",
  },
});
