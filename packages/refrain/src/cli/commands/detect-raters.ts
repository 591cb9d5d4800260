import { writeFile } from "node:fs/promises";
import { writeAtomically } from "../../foundation/index.js";
import { type Job, jobOptions, present } from "../command.js";
import { cliErrors } from "../errors.js";
import {
  defaulting,
  type Flag,
  moment,
  needed,
  pairs,
  path,
  share,
  toggle,
  whole,
} from "../flags.js";
import { verdictsText } from "../gaming-text.js";
import { ratersEvaluationText, ratersText } from "../raters-text.js";
import { variant } from "../variants.js";

/** `1:5`: lowest and highest rating. */
export const scaleFlag: Flag<{ readonly low: number; readonly high: number } | undefined> = {
  placeholder: "<low:high>",
  doc: "lowest and highest rating (default: as found); others are left out and counted",
  expected: "two numbers, the lower first, for example 1:5",
  schema: (z) =>
    z
      .string()
      .regex(/^-?\d+(\.\d+)?:-?\d+(\.\d+)?$/)
      .transform((given) => given.split(":").map(Number) as [number, number])
      .refine(([low, high]) => low < high)
      .transform(([low, high]) => ({ low, high })),
};

/** Files that may stand beside ratings. */
export const besideFlags = {
  items: path("<file>", "titles with their series: item, series[, title]"),
  views: path("<file>", "viewing log: user, item, at[, seconds, share, device, address, session]"),
};

/** What of a job the raters task takes. */
export function ratersJob(job: Job) {
  const { signal, onProgress } = jobOptions(job);
  return present({ signal, onProgress, threads: job.limits.threads });
}

/** `refrain detect raters`: from ratings to a review queue. */
export const detectRatersVariant = variant({
  names: ["raters"],
  flags: {
    labels: path("<file>", "user,anomalous[,kind][,split]; without zeros: only anomalous known"),
    submit: path("<file>", "write user,anomalous,score of all users"),
    budget: whole("<cases>", "so many cases, the most suspicious"),
    falseDiscoveryRate: share("<share>", "share of the flagged that may be genuine, on average"),
    scale: scaleFlag,
    ...besideFlags,
    column: pairs(
      "<want=have>",
      "spelling of a column in the ratings (items.item=movie: in --items); may be repeated",
    ),
    html: path("<file>", "page: whom to look at, then how far to trust it"),
    lake: path("<folder>", "a lake that holds the same ratings, for --write-verdicts"),
    writeVerdicts: toggle("with --lake: add verdicts on accounts to the lake (table verdict)"),
    knownAt: moment("<time>", "verdicts are known from then (default: the ratings' last arrival)"),
  },
  examples: [
    "refrain detect raters ratings.csv --budget 50 --html raters.html",
    "refrain detect raters ratings.csv --budget 50 --lake lake --write-verdicts",
    "refrain detect raters ratings.csv --labels labels.csv --submit submission.csv",
    "refrain detect raters ratings.csv --items items.csv --views views.csv --html raters.html",
  ],
  async run(job, [, ratings, ...others], { html, column, lake, ...given }) {
    const { writeVerdicts, knownAt, ...values } = given;
    if (ratings === undefined || others.length > 0) {
      throw cliErrors.OPTION_MISSING({ command: "detect raters", option: "one file of ratings" });
    }
    if (values.budget !== undefined && values.falseDiscoveryRate !== undefined) {
      throw cliErrors.OPTION_CONFLICT({
        ...{ first: "--budget", second: "--false-discovery-rate" },
        remedy: "Give one way to cut.",
      });
    }
    if (writeVerdicts !== (lake !== undefined)) {
      const option = writeVerdicts ? "--lake" : "--write-verdicts";
      throw cliErrors.OPTION_MISSING({ command: "detect raters", option });
    }
    const { detectRaters, ratersPage } = await import("../../tasks/raters/index.js");
    const options = { ...ratersJob(job), ...present({ ...values, columns: column }) };
    const found = await detectRaters({
      ...{ ...options, seed: job.seed, ratings, limits: job.limits },
      ...(lake === undefined ? {} : { verdicts: { lake, ...present({ knownAt }) } }),
    });
    if (found.verdicts) job.say(verdictsText(found.verdicts));
    if (html !== undefined) {
      const page = ratersPage(found);
      await writeAtomically(html, (temporary) => writeFile(temporary, page));
      job.say(`Wrote ${html}.`);
    }
    return { document: found, text: await ratersText(found) };
  },
});

/** `refrain evaluate raters`: kinds hidden in a base, over seeds. */
export const evaluateRatersVariant = variant({
  names: ["raters"],
  flags: {
    base: needed(path("<file>", "ratings of people, in which crooked raters are hidden")),
    seeds: defaulting(whole("<n>", "so many seeds, from --seed on"), 10),
    perKind: defaulting(whole("<n>", "crooked raters of each kind and half"), 12),
    firstStep: toggle("leave out held-out kinds and step 2, which take most of the time"),
    scale: scaleFlag,
    ...besideFlags,
    column: pairs("<want=have>", "spelling of a column; items.item=movie: in --items"),
    html: path("<file>", "write the report as a page with pictures"),
  },
  examples: ["refrain evaluate raters --base ratings.csv --seeds 10"],
  async run(job, [, ...stray], given) {
    const { base, seeds, perKind, firstStep, scale, html, items, views, column } = given;
    if (stray.length > 0) {
      throw cliErrors.OPTION_CONFLICT({
        ...{ first: stray[0]!, second: "evaluate raters" },
        remedy: "Give the ratings with --base.",
      });
    }
    const { evaluateRaters, ratersEvaluationPage } = await import("../../tasks/raters/index.js");
    const found = await evaluateRaters({
      ...ratersJob(job),
      ...{ base, seeds, seed: job.seed, perKindAndHalf: perKind, firstStepOnly: firstStep },
      ...present({ scale, items, views, columns: column }),
    });
    if (html !== undefined) {
      const page = await ratersEvaluationPage(found);
      await writeAtomically(html, (temporary) => writeFile(temporary, page));
      job.say(`Wrote ${html}.`);
    }
    return { document: found, text: await ratersEvaluationText(found) };
  },
});
