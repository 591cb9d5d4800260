import { type Job, jobOptions, present } from "../command.js";
import { cliErrors } from "../errors.js";
import { day, type Flag, list, moment, pairs, path, share, text, toggle, whole } from "../flags.js";
import { gamingText, leftOutText, outcomeText, trainedText, verdictsText } from "../gaming-text.js";
import { variant } from "../variants.js";

/** Standard deviations, or none. */
const trim: Flag<number | null | undefined> = {
  placeholder: "<K|none>",
  doc: "Gaussian: leave out rows beyond K standard deviations, column by column (default: 55)",
  expected: "a number above 0, or none",
  schema: (z) =>
    z
      .string()
      .regex(/^(none|\d*\.?\d+)$/)
      .transform((given) => (given === "none" ? null : Number(given)))
      .refine((value) => value === null || value > 0),
};

const epsilon: Flag<number | undefined> = {
  placeholder: "<density>",
  doc: "Gaussian: rows of a lower density are alarms",
  expected: "a density above 0, for example 1e-30",
  schema: (z) => z.string().transform(Number).pipe(z.number().gt(0)),
};

const columnFlags = {
  column: pairs("<want=have>", "spelling of a column in the files; may be repeated"),
  features: list(
    "<columns>",
    "features besides the published five: columns of numbers; of a lake what plays tell, or all",
  ),
} as const;

const validation = path(
  "<file>",
  "rows marked by hand, with --lake marks alone will do: choose method and threshold on them",
);

const verdicts = text(
  "<detector>",
  "with --lake: verdicts of this detector, or reviewer, are the marks, in place of a file",
);

const detectorFlags = {
  validation,
  verdicts,
  lake: path("<folder>", "count the plays of a lake's day, in place of a file"),
  date: day("<day>", "day of the lake (default: the last with plays)"),
  days: whole("<n>", "days of the lake counted together, the last being --date (default: 1)"),
  method: text("<name>", "method (default: the best on validation rows)"),
  trim,
  epsilon,
  budget: whole("<cases>", "so many alarms at most, the most suspicious"),
  falseDiscoveryRate: share("<share>", "share of the alarms that may be genuine, on average"),
  ...columnFlags,
} as const;

interface DetectorValues {
  readonly validation: string | undefined;
  readonly verdicts: string | undefined;
  readonly lake: string | undefined;
  readonly date: string | undefined;
  readonly days: number | undefined;
  readonly method: string | undefined;
  readonly trim: number | null | undefined;
  readonly epsilon: number | undefined;
  readonly budget: number | undefined;
  readonly falseDiscoveryRate: number | undefined;
  readonly column: Record<string, string> | undefined;
  readonly features: readonly string[] | undefined;
}

/** @throws OPTION_CONFLICT, OPTION_MISSING */
function detectorOptions(
  command: string,
  job: Job,
  train: readonly string[],
  values: DetectorValues,
) {
  const cuts = (["epsilon", "budget", "falseDiscoveryRate"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (cuts.length > 1) {
    const [first, second] = cuts.map((name) =>
      name === "falseDiscoveryRate" ? "--false-discovery-rate" : `--${name}`,
    );
    throw cliErrors.OPTION_CONFLICT({
      first: first!,
      second: second!,
      remedy: "Give one way to cut.",
    });
  }
  const { lake, date, days: span } = values;
  if (lake !== undefined && train.length > 0) {
    throw cliErrors.OPTION_CONFLICT({
      first: "--lake",
      second: train[0]!,
      remedy: "Give either a lake or files.",
    });
  }
  if (train.length === 0 && lake === undefined) {
    throw cliErrors.OPTION_MISSING({ command, option: "a file of usage by user and day" });
  }
  for (const name of ["date", "days"] as const) {
    if (lake === undefined && values[name] !== undefined) {
      throw cliErrors.OPTION_MISSING({ command: `${command} --${name}`, option: "--lake FOLDER" });
    }
  }
  const { validation: marked, method, trim: k, column, features, ...rest } = values;
  assertMarks(command, { lake, verdicts: rest.verdicts, file: marked, flag: "--validation" });
  return {
    ...jobOptions(job),
    seed: job.seed,
    train,
    ...present({
      lake,
      date,
      span,
      method,
      trim: k,
      features,
      columns: column,
      verdicts: rest.verdicts,
      validation: marked === undefined ? undefined : [marked],
      epsilon: rest.epsilon,
      budget: rest.budget,
      falseDiscoveryRate: rest.falseDiscoveryRate,
    }),
  };
}

/**
 * Marks stand in a file or in the lake.
 * @throws OPTION_CONFLICT, OPTION_MISSING
 */
function assertMarks(
  command: string,
  given: {
    readonly lake: string | undefined;
    readonly verdicts: string | undefined;
    readonly file: string | undefined;
    /** The option of the file. */
    readonly flag: string;
  },
): void {
  if (given.verdicts === undefined) return;
  if (given.lake === undefined) {
    throw cliErrors.OPTION_MISSING({ command: `${command} --verdicts`, option: "--lake FOLDER" });
  }
  if (given.file === undefined) return;
  throw cliErrors.OPTION_CONFLICT({
    first: "--verdicts",
    second: given.flag,
    remedy: "Give the marks in one way.",
  });
}

/** `refrain detect gaming`: the whole way, from files to a review queue. */
export const detectGamingVariant = variant({
  names: ["gaming"],
  flags: {
    ...detectorFlags,
    test: path("<file>", "rows marked by hand, looked at once at the end"),
    html: path("<file>", "page: whom to look at, then how far to trust it"),
    cases: whole("<n>", "cases of the review queue to print (default: 200)"),
    writeVerdicts: toggle("with --lake: add verdicts on the day to the lake (table verdict)"),
    knownAt: moment("<time>", "verdicts are known from then (default: the plays' last arrival)"),
    audit: path("<file>", "write a random sample of alarms and others, for somebody to mark"),
    auditSize: whole("<rows>", "rows of that sample (default: 200)", { least: 2 }),
    audited: path("<file>", "that sample with its marks filled in"),
  },
  examples: [
    "refrain detect gaming day.csv --validation marked.csv --test kept.csv --html gaming.html",
    "refrain detect gaming day.csv --validation marked.csv --budget 100",
    "refrain detect gaming --lake lake --days 28 --validation marks.csv --write-verdicts",
    "refrain detect gaming day.csv --method gaussian --trim 55 --budget 100",
    "refrain detect gaming day.csv --validation marked.csv --audit look-at-these.csv",
  ],
  async run(job, [, ...train], { test, audited, ...given }) {
    const { html, cases, audit, auditSize, writeVerdicts, knownAt, ...values } = given;
    const { detectGaming } = await import("../../tasks/gaming/index.js");
    const found = await detectGaming({
      ...detectorOptions("detect gaming", job, train, values),
      ...present({ html, cases, audit, auditSize, knownAt }),
      writeVerdicts,
      ...(test === undefined ? {} : { test: [test] }),
      ...(audited === undefined ? {} : { audited: [audited] }),
    });
    for (const file of found.written) job.say(`Wrote ${file}.`);
    if (found.verdicts) job.say(verdictsText(found.verdicts));
    return { document: found, text: await gamingText(found) };
  },
});

/** `refrain train gaming`: the detector as a model file. */
export const trainGamingVariant = variant({
  names: ["gaming"],
  flags: {
    ...detectorFlags,
    out: path("<file>", "model file (default: TASK.refrain, which is always written too)"),
  },
  examples: ["refrain train gaming day.csv --validation marked.csv --out gaming.refrain"],
  async run(job, [task = "", ...train], { out, ...values }) {
    const { trainGaming } = await import("../../tasks/gaming/index.js");
    const { latestModelPath } = await import("../../workflow/index.js");
    const latest = latestModelPath(task);
    const summary = await trainGaming({
      ...detectorOptions("train gaming", job, train, values),
      out: out ?? latest,
      latest,
    });
    return { document: summary, text: await trainedText(summary) };
  },
});

/** `refrain evaluate gaming`: a model file on marked rows. */
export const evaluateGamingVariant = variant({
  names: ["gaming"],
  flags: {
    test: path(
      "<file>",
      "rows marked by hand that nothing was learnt from; with --lake marks alone will do",
    ),
    verdicts,
    lake: path("<folder>", "count the plays of the marked users, over as many days as the model"),
    date: day("<day>", "day of the lake, where the marks name none (default: the last with plays)"),
    validation: path("<file>", "the rows learnt from, to know which users of the test were seen"),
    epsilon,
    column: columnFlags.column,
  },
  examples: [
    "refrain evaluate gaming gaming.refrain --test kept.csv",
    "refrain evaluate gaming gaming.refrain --lake lake --test marks.csv",
    "refrain evaluate gaming gaming.refrain --lake lake --verdicts review",
  ],
  async run(job, [, given, ...stray], { test, validation: marked, epsilon: density, ...values }) {
    const { column, lake, date } = values;
    const command = "evaluate gaming";
    if (stray.length > 0) {
      throw cliErrors.OPTION_CONFLICT({
        ...{ first: stray[0]!, second: command },
        remedy: "Give marked rows with --test.",
      });
    }
    assertMarks(command, { lake, verdicts: values.verdicts, file: test, flag: "--test" });
    if (test === undefined && values.verdicts === undefined) {
      throw cliErrors.OPTION_MISSING({ command, option: "--test FILE, or --lake and --verdicts" });
    }
    if (date !== undefined && lake === undefined) {
      throw cliErrors.OPTION_MISSING({ command: `${command} --date`, option: "--lake FOLDER" });
    }
    const { evaluateGaming } = await import("../../tasks/gaming/index.js");
    const { findModel } = await import("../../workflow/index.js");
    const found = await evaluateGaming({
      ...jobOptions(job),
      seed: job.seed,
      model: await findModel(given ?? "gaming"),
      ...present({
        ...{ lake, date, verdicts: values.verdicts },
        test: test === undefined ? undefined : [test],
        validation: marked === undefined ? undefined : [marked],
        epsilon: density,
        columns: column,
      }),
    });
    return { document: found, text: outcomeText(found) + leftOutText(found) };
  },
});
