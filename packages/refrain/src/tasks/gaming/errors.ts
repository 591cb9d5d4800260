import { errorCatalogue } from "@refrain/learn";

const reasonsText = (reasons: Readonly<Record<string, number>>): string =>
  Object.entries(reasons)
    .map(([reason, rows]) => `${rows} ${reason}`)
    .join(", ");

/** Codes of the gaming task. */
export const gamingErrors = errorCatalogue({
  USAGE_COLUMN_TWICE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; column: string; found: readonly string[] }) =>
      `${d.file} has more than one column that could be "${d.column}": ${d.found.join(", ")}.`,
    remedy: (d: { column: string; found: readonly string[] }) =>
      `Choose one with --column ${d.column}=${d.found[0]}.`,
  },
  USAGE_ROWS_UNUSABLE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; rows: number; reasons: Readonly<Record<string, number>> }) =>
      d.rows === 0
        ? `${d.file} has no rows.`
        : `Nearly all of the ${d.rows} rows of ${d.file} are unusable ` +
          `(${reasonsText(d.reasons)}).`,
    remedy: () =>
      "Give one row a user and day with the ratio and the four counts as numbers from 0 up.",
  },
  USAGE_LAKE_UNUSABLE: {
    status: 422,
    exit: 3,
    problem: (d: { lake: string; what: string }) =>
      `Usage cannot be counted from the lake ${d.lake}: it has ${d.what}.`,
    remedy: () => "Ingest plays and a catalogue with album and kind of label, or give files.",
  },
  VERDICTS_NEED_LAKE: {
    status: 400,
    exit: 2,
    problem: () => "Verdicts are written to the lake whose plays were judged, and none was given.",
    remedy: () => "Give --lake DIR in place of files, or leave out --write-verdicts.",
  },
  VERDICTS_NONE: {
    status: 422,
    exit: 3,
    problem: (d: {
      lake: string;
      detector: string;
      day: string | null;
      known: readonly string[];
    }) =>
      `The lake ${d.lake} has no verdicts of "${d.detector}"` +
      `${d.day === null ? "" : ` on ${d.day}`} ` +
      `(it has those of: ${d.known.join(", ") || "nobody"}).`,
    remedy: () => "Name one of them, or give the marks in a file.",
  },
  FEATURE_REFUSED: {
    status: 400,
    exit: 2,
    problem: (d: { column: string; why: string }) =>
      `The column "${d.column}" cannot be a feature: ${d.why}.`,
    remedy: () =>
      "Leave it out: it tells whom the marks were given to, not what cheating looks like.",
  },
  METHOD_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { given: string }) => `There is no method "${d.given}" to detect gaming.`,
    remedy: (d: { known: readonly string[] }) => `Give --method one of: ${d.known.join(", ")}.`,
  },
  DAY_ONE_USER: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; user: string }) =>
      `${d.file} has one user alone, ${d.user}: nobody to compare with.`,
    remedy: () => "Give the usage of all users of a day, or score the file with a model.",
  },
  LABELS_NEEDED: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; column: string }) =>
      `${d.file} has no column of marks by hand ("${d.column}").`,
    remedy: (d: { column: string }) =>
      `Map it with --column ${d.column}=NAME, or leave the file out and give --budget.`,
  },
  LABELS_ONE_KIND: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; rows: number; positives: number }) =>
      `${d.file} marks ${d.positives} of its ${d.rows} labelled rows: rows of one kind tell ` +
      "neither a threshold nor how good one is.",
    remedy: () =>
      "Give rows of both kinds, or leave the file out; without marks cut by --budget or --epsilon.",
  },
  LABELS_FEW_USERS: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; marked: number; others: number }) =>
      `${d.file} has ${d.marked} marked users and ${d.others} others: too few to learn from.`,
    remedy: () =>
      "Give at least two users of either kind, or use --method gaussian, which needs no marks.",
  },
  EPSILON_NEEDS_GAUSSIAN: {
    status: 400,
    exit: 2,
    problem: (d: { method: string }) =>
      `An epsilon is a density, and the method ${d.method} has none.`,
    remedy: () => "Leave out --epsilon, or give --method gaussian.",
  },
  CUT_NEEDS_MARKS: {
    status: 422,
    exit: 2,
    problem: (d: { option: string }) => `Nobody marked rows, which ${d.option} needs.`,
    remedy: () => "Give --validation FILE with marks by hand, or --budget CASES.",
  },
  NO_GAMING_MODEL: {
    status: 422,
    exit: 3,
    problem: (d: { path: string }) => `${d.path} is no model of the gaming task.`,
    remedy: () => "Make one with: refrain train gaming FILE --validation FILE --out MODEL.refrain.",
  },
  AUDIT_STRANGERS: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; marked: number; strangers: number }) =>
      `${d.file} has ${d.marked} marked rows, ${d.strangers} of users who are not in the day.`,
    remedy: () =>
      "Give the file of --audit with its last column filled in, together with the same day.",
  },
});
