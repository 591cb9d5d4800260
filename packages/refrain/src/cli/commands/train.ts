import type { TrainSummary } from "../../workflow/index.js";
import { jobOptions, present } from "../command.js";
import { path, text } from "../flags.js";
import { readSource, readTaskOptions, sourceFlags, taskFlags } from "../source-flags.js";
import { commandOfVariants, variant } from "../variants.js";
import { count, duration } from "../words.js";
import { trainGamingVariant } from "./detect-gaming.js";

const trainTask = variant({
  names: ["churn", "premium"],
  flags: {
    ...sourceFlags,
    learner: text("<name>", "learner (default: the best on validation rows)"),
    out: path("<file>", "model file (default: TASK.refrain, which is always written too)"),
    ...taskFlags,
  },
  examples: [
    "refrain train churn --lake lake --out churn.refrain",
    "refrain train premium XYZData.csv.gz --target adopter --id user_id --out xyz.refrain",
  ],
  async run(job, [task = "", ...files], { learner, out, ...values }) {
    const { latestModelPath, train } = await import("../../workflow/index.js");
    const latest = latestModelPath(task);
    const summary = await train({
      ...jobOptions(job),
      ...readTaskOptions(values),
      ...present({ learner }),
      out: out ?? latest,
      latest,
      task,
      source: readSource("train", files, values),
      seed: job.seed,
    });
    return { document: summary, text: trainText(summary) };
  },
});

/** `refrain train`: fit, calibrate, judge and write a model. */
export const trainCommand = commandOfVariants({
  name: "train",
  summary: "fit, calibrate and judge a model, and write it to a file",
  arguments: [
    { name: "<task>", doc: "chooses learners, protocol and report" },
    {
      name: "[file...]",
      doc:
        "churn, premium: wide files (CSV, .gz, Parquet), one row an example; " +
        "gaming: usage of a day",
    },
  ],
  variants: [trainTask, trainGamingVariant],
});

function trainText(summary: TrainSummary): string {
  const { metrics, suspicions } = summary;
  const shown = (["rocAuc", "prAuc", "logLoss", "ece"] as const).map((name) => {
    const { value, low, high } = metrics[name];
    const words = { rocAuc: "ROC-AUC", prAuc: "PR-AUC", logLoss: "log-loss", ece: "ECE" }[name];
    if (value === null) return `${words} –`;
    return `${words} ${value.toFixed(3)} (${low?.toFixed(3)} to ${high?.toFixed(3)})`;
  });
  return `${[
    `Wrote ${summary.model}: ${summary.kind} for ${summary.target}, learnt from ` +
      `${count(summary.rows)} rows of ${summary.features} features ` +
      `in ${duration(summary.seconds)}.`,
    `On test rows that it has not seen: ${shown.join(", ")}.`,
    summary.protocol,
    ...suspicions.map(({ message }) => `Suspicious: ${message}`),
  ].join("\n")}\n`;
}
