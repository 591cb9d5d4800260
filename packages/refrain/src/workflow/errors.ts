import { errorCatalogue } from "@refrain/learn";

const listed = (names: readonly string[]): string =>
  names.length > 30
    ? `${names.slice(0, 30).join(", ")} and ${names.length - 30} more`
    : names.join(", ");

/** Codes of the workflow layer. */
export const workflowErrors = errorCatalogue({
  TASK_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { given: string }) => `There is no task "${d.given}".`,
    remedy: (d: { known: readonly string[] }) => `Give one of: ${listed(d.known)}.`,
  },
  LEARNER_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { given: string; task: string }) =>
      `The task ${d.task} has no learner "${d.given}".`,
    remedy: (d: { known: readonly string[] }) => `Give --learner one of: ${listed(d.known)}.`,
  },
  OPTION_NEEDED: {
    status: 400,
    exit: 2,
    problem: (d: { option: string }) => `A file of rows needs ${d.option}.`,
    remedy: (d: { option: string }) => `Say which column it is with ${d.option}.`,
  },
  NOTHING_TO_LEARN: {
    status: 422,
    exit: 3,
    problem: (d: { target: string; reason: string }) =>
      `No model for "${d.target}" was written. ${d.reason}`.replace(/\.$/, "."),
    remedy: () => "Bring more data: a model that nobody can judge is not worth having.",
  },
  DEMO_FOLDER: {
    status: 409,
    exit: 2,
    problem: (d: { out: string }) => `${d.out} is there already and no demo made it.`,
    remedy: () => "Give another folder with --out.",
  },
  MODEL_NOT_FOUND: {
    status: 404,
    exit: 3,
    problem: (d: { given: string; path: string }) =>
      d.given === d.path
        ? `There is no model file ${d.path}.`
        : `There is no model "${d.given}": ${d.path} is not in this folder.`,
    remedy: () => "Train one with: refrain train TASK --lake DIR --out MODEL.refrain.",
  },
  MODEL_WITHOUT_TASK: {
    status: 422,
    exit: 3,
    problem: (d: { path: string }) => `${d.path} is a model, but does not say for which task.`,
    remedy: () => "Use a model that `refrain train` wrote.",
  },
  MODEL_SOURCE: {
    status: 422,
    exit: 2,
    problem: (d: { path: string; learnt: string }) => `${d.path} was learnt from ${d.learnt}.`,
    remedy: (d: { wanted: string }) => `Score it with ${d.wanted}.`,
  },
  NO_REASONS: {
    status: 422,
    exit: 2,
    problem: (d: { path: string; kind: string }) =>
      `${d.path} is a model of the kind "${d.kind}", which gives no reasons row by row.`,
    remedy: () => "Leave out --reasons, or train logistic regression or a model of trees.",
  },
  FEATURES_DIFFER: {
    status: 409,
    exit: 3,
    problem: (d: { path: string; missing: readonly string[]; changed: readonly string[] }) =>
      `The data's features are not those of ${d.path}: ` +
      [
        ...(d.missing.length > 0 ? [`it lacks ${listed(d.missing)}`] : []),
        ...(d.changed.length > 0 ? [`of another kind are ${listed(d.changed)}`] : []),
      ].join("; ") +
      ".",
    remedy: () => "Score data of the same kind, or train a new model on this data.",
  },
  TABLE_UNREADABLE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; message: string }) =>
      `${d.file} cannot be read as a table: ${d.message}.`,
    remedy: () => "Give a CSV file with a header line, plain or .gz, or a Parquet file.",
  },
  TABLE_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { file: string }) => `${d.file} has no rows.`,
    remedy: () => "Give a table with a header and at least one row.",
  },
  TABLE_COLUMN_MISSING: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; option: string; column: string; columns: readonly string[] }) =>
      `${d.file} has no column "${d.column}" (it has: ${listed(d.columns)}).`,
    remedy: (d: { option: string }) => `Give ${d.option} the name of one of its columns.`,
  },
  TARGET_NOT_BINARY: {
    status: 422,
    exit: 3,
    problem: (d: { column: string; value: string }) =>
      `The target "${d.column}" holds ${d.value}, and it must be 0 or 1 (or empty where unknown).`,
    remedy: () => "Give --target a column of 0 and 1, or of true and false.",
  },
});
