import { errorCatalogue } from "@refrain/learn";

/** Codes of the raters task. */
export const ratersErrors = errorCatalogue({
  RATER_LABELS_SHAPE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; line: number; text: string }) =>
      `Line ${d.line} of ${d.file} is no label: "${d.text}".`,
    remedy: () =>
      "Give user,anomalous[,kind][,split] a line, anomalous 0 or 1, split train or test.",
  },
  RATER_LABELS_STRANGERS: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; labels: number; users: number }) =>
      `None of the ${d.labels} users labelled in ${d.file} is among the ${d.users} who rated.`,
    remedy: () => "Give labels of the same users as the ratings; check the order of the columns.",
  },
  RATER_LABELS_FEW: {
    status: 422,
    exit: 3,
    problem: (d: { anomalous: number; genuine: number }) =>
      `There are ${d.anomalous} anomalous and ${d.genuine} genuine raters to learn from.`,
    remedy: () => "Label some anomalous raters, five at least to learn from, or give no labels.",
  },
  RATERS_FEW: {
    status: 422,
    exit: 3,
    problem: (d: { users: number }) =>
      `${d.users} ${d.users === 1 ? "user is" : "users are"} too few to tell who is unlike others.`,
    remedy: () => "Give ratings of at least 50 users.",
  },
  RATER_VERDICTS_STRANGERS: {
    status: 422,
    exit: 3,
    problem: (d: { lake: string; users: number }) =>
      `None of the ${d.users} users judged has a rating in ${d.lake}.`,
    remedy: () => "Take the same ratings in first: refrain ingest FILE --as ratings --lake DIR.",
  },
  CONTEST_BROKEN: {
    status: 422,
    exit: 3,
    problem: (d: { folder: string; what: string }) => `${d.folder} is no contest: ${d.what}.`,
    remedy: () => "Make one with: refrain contest create BASE --out DIR.",
  },
  CONTEST_EXISTS: {
    status: 409,
    exit: 2,
    problem: (d: { folder: string }) => `${d.folder} is there already and is no empty folder.`,
    remedy: () => "Give another folder with --out.",
  },
  SUBMISSION_BROKEN: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; what: string }) => `${d.file} is no submission: ${d.what}.`,
    remedy: () => "Give user,anomalous a line, each user of the contest once, anomalous 0 or 1.",
  },
});
