import { errorCatalogue } from "../foundation/index.js";

/** Codes of the learners layer. */
export const learnerErrors = errorCatalogue({
  FIT_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; rows: number; columns: number }) =>
      `The ${d.learner} learner was given ${d.rows} rows (of weight above 0) and ` +
      `${d.columns} columns.`,
    remedy: () => "Give it at least one row and one column.",
  },
  TARGET_MISSING: {
    status: 422,
    exit: 2,
    problem: (d: { learner: string }) => `The ${d.learner} learner needs a target.`,
    remedy: () => "Give one target a row.",
  },
  TARGET_LENGTH: {
    status: 422,
    exit: 3,
    problem: (d: { what: string; found: number; rows: number }) =>
      `There are ${d.found} values of ${d.what} for ${d.rows} rows.`,
    remedy: () => "Give one value a row.",
  },
  TARGET_VALUE: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; value: number }) =>
      `The target of row ${d.row} is ${d.value}, and 0 or 1 is expected.`,
    remedy: () => "Code the target as 0 and 1, and leave out rows where it is not known.",
  },
  TARGET_NUMBER: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; value: number }) =>
      `The target of row ${d.row} is ${d.value}, and a number of size at most 1e150 is expected.`,
    remedy: () => "Leave out rows where the target is not known, and scale very large targets.",
  },
  TARGET_CLASS: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; value: number; most: number }) =>
      `The target of row ${d.row} is ${d.value}, and a class from 0 to ${d.most} is expected.`,
    remedy: () => "Number the classes 0, 1, 2 …, and leave out rows where the class is not known.",
  },
  TARGET_ONE_CLASS: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; value: number; rows: number }) =>
      `All ${d.rows} targets are ${d.value}, and the ${d.learner} learner needs both classes.`,
    remedy: () => "Add rows of the other class; the prior baseline can do with one.",
  },
  WEIGHT_VALUE: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; value: number }) =>
      `The weight of row ${d.row} is ${d.value}, and a finite number of at least 0 is expected.`,
    remedy: () => "Mend the weights; 0 leaves a row out.",
  },
  WEIGHT_WHOLE: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; row: number; value: number }) =>
      `The weight of row ${d.row} is ${d.value}, and ${d.learner} counts whole rows.`,
    remedy: () => "Give whole numbers, or none.",
  },
  FEATURE_VALUE: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; column: string; row: number; value: number }) =>
      `The ${d.learner} learner cannot use ${d.value} in column "${d.column}", row ${d.row}.`,
    remedy: () =>
      "Put an imputation before it for missing and infinite values, and a signed logarithm for " +
      "those above 1e150.",
  },
  FEATURE_KIND: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; column: string }) =>
      `The ${d.learner} learner takes numbers, and column "${d.column}" holds categories.`,
    remedy: () => "Put a one-hot encoder before it, or drop the column.",
  },
  COLUMNS_CONSTANT: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; rows: number; columns: number }) =>
      `In the ${d.rows} rows given to ${d.learner} no column of ${d.columns} changes.`,
    remedy: () => "Give it rows that differ from each other.",
  },
  COVARIANCE_SINGULAR: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; columns: number; rank: number }) =>
      `The covariance of ${d.columns} columns has the rank ${d.rank}, and ${d.learner} inverts it.`,
    remedy: () => "Set ridge above 0, or drop columns that others determine.",
  },
  FIT_DIVERGED: {
    status: 422,
    exit: 3,
    problem: (d: { learner: string; rate: number }) =>
      `The weights of ${d.learner} grew beyond all numbers at a learning rate of ${d.rate}.`,
    remedy: () => "Lower learningRate; or clip (clipNorm 1, of networks) or raise l2 (of bpr).",
  },
  SEQUENCE_EMPTY: {
    status: 422,
    exit: 2,
    problem: (d: { kind: string }) => `A model of kind ${d.kind} was given a sequence of no rows.`,
    remedy: () => "Give it at least the row that is to be scored.",
  },
  LEARNER_OPTION: {
    status: 422,
    exit: 2,
    problem: (d: { learner: string; option: string; given: string; expected: string }) =>
      `Option ${d.option} of ${d.learner} is ${d.given}, and ${d.expected} is expected.`,
    remedy: (d: { option: string }) => `Change ${d.option}, or leave it out for its default.`,
  },
  MODEL_STATE: {
    status: 422,
    exit: 3,
    problem: (d: { kind: string; reason: string }) =>
      `This is no state of a ${d.kind} model: ${d.reason}.`,
    remedy: () => "Take the model from where it was written once more.",
  },
  WEIGHT_SIZE: {
    status: 422,
    exit: 3,
    problem: (d: { row: number; value: number; most: number }) =>
      `The weight of row ${d.row} is ${d.value}, and at most ${d.most} is expected.`,
    remedy: () => "Divide all weights by a number, or take their logarithm.",
  },
  RECOMMEND_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { what: string; name: string }) =>
      `The model has learnt of no ${d.what} "${d.name}".`,
    remedy: () => "Fold what is new in by foldInUser or foldInItem, or train once more.",
  },
});
