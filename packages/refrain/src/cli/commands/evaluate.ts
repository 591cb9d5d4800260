import { writeFile } from "node:fs/promises";
import type { CataloguedError } from "@refrain/learn";
import type { Evaluation } from "../../evaluation/index.js";
import { writeAtomically } from "../../foundation/index.js";
import { jobOptions, present } from "../command.js";
import { evaluationText } from "../evaluation-text.js";
import { failureDocument, failureText } from "../failure.js";
import { path } from "../flags.js";
import { readSource, readTaskOptions, sourceFlags, taskFlags } from "../source-flags.js";
import { commandOfVariants, variant } from "../variants.js";
import { evaluateGamingVariant } from "./detect-gaming.js";
import { evaluateRatersVariant } from "./detect-raters.js";

const evaluateTaskVariant = variant({
  names: ["churn", "premium"],
  flags: {
    ...sourceFlags,
    html: path("<file>", "write the report as a page with pictures"),
    truth: path("<folder>", "truth/ of a simulation: how much of the attainable was reached"),
    ...taskFlags,
  },
  examples: [
    "refrain evaluate churn --lake lake --html churn.html",
    "refrain evaluate premium XYZData.csv.gz --target adopter --id user_id",
  ],
  async run(job, [task = "", ...files], { html, truth, ...values }) {
    const { evaluateTask, taskPage } = await import("../../workflow/index.js");
    const options = {
      ...jobOptions(job),
      ...readTaskOptions(values),
      ...present({ truth }),
      task,
      source: readSource("evaluate", files, values),
      seed: job.seed,
    };
    const found = await evaluateTask(options);
    if (html !== undefined) {
      const page = await taskPage(options, found);
      await writeAtomically(html, (path) => writeFile(path, page));
      job.say(`Wrote ${html}.`);
    }
    const texts: string[] = [];
    for (const [at, evaluation] of found.evaluations.entries()) {
      texts.push(await evaluationText(evaluation, found.meanings[at]!));
    }
    const [first, ...others] = found.evaluations;
    const broken = await brokenGates(found.evaluations);
    for (const error of broken) job.say(failureText(error));
    return {
      document: {
        ...first,
        ...(others.length > 0 ? { others } : {}),
        ...(broken[0] === undefined ? {} : failureDocument(broken[0])),
      },
      text: texts.join("\n"),
      ...(broken.length > 0 ? { exit: 4 as const } : {}),
    };
  },
});

/** `refrain evaluate`: all learners and baselines of a task under its protocol. */
export const evaluateCommand = commandOfVariants({
  name: "evaluate",
  summary: "judge all learners and baselines of a task",
  arguments: [
    { name: "<task>", doc: "chooses learners, protocol and report" },
    {
      name: "[file...]",
      doc:
        "churn, premium: wide files (CSV, .gz, Parquet), one row an example; " +
        "gaming: the model; raters: none (see --base)",
    },
  ],
  variants: [evaluateTaskVariant, evaluateGamingVariant, evaluateRatersVariant],
});

/** What the gate of random labels says of each evaluation that learnt them. */
async function brokenGates(evaluations: readonly Evaluation[]): Promise<CataloguedError[]> {
  const { checkRandomLabels } = await import("../../evaluation/index.js");
  return evaluations.flatMap((evaluation) => {
    try {
      checkRandomLabels(evaluation);
      return [];
    } catch (error) {
      return [error as CataloguedError];
    }
  });
}
