import type { FeatureSummary, LeakReport } from "../../features/index.js";
import { command, jobOptions, present } from "../command.js";
import { cliErrors } from "../errors.js";
import { choice, days, needed, path, text, toggle, whole } from "../flags.js";
import { count, counted, duration, someOf } from "../words.js";

/** `refrain features`: the table of features, labels included where they are known. */
export const featuresCommand = command({
  name: "features",
  summary: "compute the feature table of a task",
  arguments: [{ name: "<task>", doc: "churn or premium" }],
  flags: {
    lake: needed(path("<folder>", "the lake")),
    out: path("<file>", "FILE.csv, FILE.parquet or a folder (default: the published name)"),
    cutoff: days("<day>", "day that features look back from; may be repeated (default: all)"),
    featureVersion: text("<name>", "named version of the features (default: the latest)"),
    knownLag: whole("<days>", "rows may arrive so many days after the cutoff", { least: 0 }),
    outliers: choice(
      ["remove", "winsorise", "keep"],
      "churn: days above the 99.9th percentile of plays (default: remove)",
    ),
    keepBots: toggle("churn: keep users with more than 24 h of play in a day"),
    leaveOutFlagged: toggle("leave out users whom verdicts flag, as known by the cutoff"),
    extras: toggle("premium: also write the answers that stand beside the table"),
    checkLeaks: toggle(
      "first delete, scramble and forge what comes after the first and the last cutoff, and " +
        "write nothing if a feature moves",
    ),
  },
  examples: [
    "refrain features churn --lake lake --out df_model_final.csv",
    "refrain features premium --lake lake --out features/v1/feature.csv",
    "refrain features churn --lake lake --check-leaks",
  ],
  async run(job, [task = ""], { lake, out, cutoff, knownLag, extras, checkLeaks, ...own }) {
    const { checkNoLeak, computeFeatures } = await import("../../features/index.js");
    const run = {
      ...jobOptions(job),
      ...present({ cutoffs: cutoff, knownLagDays: knownLag }),
      lake,
      set: await featureSet(task, own),
    };
    const leaks = checkLeaks ? await checkNoLeak(run) : undefined;
    const summary = await computeFeatures({ ...run, ...present({ out }), extras });
    return {
      document: { ...summary, ...present({ leaks }) },
      text: `${featuresText(summary)}${leaks === undefined ? "" : leaksText(leaks)}`,
    };
  },
});

interface SetOptions {
  readonly featureVersion: string | undefined;
  readonly outliers: "remove" | "winsorise" | "keep" | undefined;
  readonly keepBots: boolean;
  readonly leaveOutFlagged: boolean;
}

async function featureSet(task: string, { featureVersion, outliers, ...choices }: SetOptions) {
  const { keepBots, leaveOutFlagged } = choices;
  const { churnFeatures, premiumFeatures } = await import("../../features/index.js");
  if (task === "churn") {
    return churnFeatures({ ...choices, ...present({ version: featureVersion, outliers }) });
  }
  if (task !== "premium") {
    const { workflowErrors } = await import("../../workflow/index.js");
    throw workflowErrors.TASK_UNKNOWN({ given: task, known: ["churn", "premium"] });
  }
  if (keepBots || outliers !== undefined) {
    throw cliErrors.OPTION_CONFLICT({
      first: keepBots ? "--keep-bots" : "--outliers",
      second: "premium",
      remedy: "Leave it out: it belongs to churn.",
    });
  }
  return premiumFeatures({ leaveOutFlagged, ...present({ version: featureVersion }) });
}

function leaksText({ cutoffs, variants, features, rows }: LeakReport): string {
  return (
    `  no leak: ${counted(features, "column")} stayed the same to the bit in ` +
    `${counted(rows, "row")} while what comes after ${cutoffs.join(" and ")} was changed ` +
    `(${variants.join(", ")})\n`
  );
}

function featuresText({ set, rows, columns, cutoffs, out, ...rest }: FeatureSummary): string {
  const labels = Object.entries(rest.labels).map(
    ([name, { known, positive }]) =>
      `  ${name}: known in ${counted(known, "row")}, ${count(positive)} of them above 0`,
  );
  const dropped = Object.entries(rest.dropped).map(([reason, n]) => `${count(n)} ${reason}`);
  const lines = [
    `Wrote ${counted(rows, "row")} of ${columns} columns to ${out} ` +
      `(${set} ${rest.version}, ${duration(rest.seconds)}).`,
    `  ${counted(cutoffs.length, "cutoff")}: ${cutoffs[0]} to ${cutoffs.at(-1)}; ` +
      `the log covers ${rest.coverage.from} to before ${rest.coverage.until}`,
    ...labels,
    ...(dropped.length > 0 ? [`  left out: ${dropped.join(", ")}`] : []),
    ...(rest.unavailable.length > 0
      ? [`  unavailable: ${someOf(rest.unavailable.map((one) => one.feature))}`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
