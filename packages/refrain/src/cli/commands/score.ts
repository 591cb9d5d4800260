import { command, jobOptions, present } from "../command.js";
import { cliErrors } from "../errors.js";
import { moment, path, share, text, toggle, whole } from "../flags.js";
import { verdictsText } from "../gaming-text.js";
import { counted, duration } from "../words.js";

/** `refrain score`: predictions. */
export const scoreCommand = command({
  name: "score",
  summary: "predict with a model: one line a row",
  arguments: [
    { name: "<model>", doc: "a model file, or a task's name for its latest model in this folder" },
    { name: "[file...]", doc: "wide files (CSV, .gz, Parquet) with the model's columns" },
  ],
  flags: {
    lake: path("<folder>", "score the users of a lake, as of its end"),
    id: text("<column>", "wide file: column that names a row (default: as in training)"),
    reasons: whole("<n>", "columns with the features that raise a row's score most", { most: 20 }),
    onlyFlagged: toggle("gaming: write alarms only, most suspicious first"),
    budget: whole("<cases>", "gaming: so many alarms at most (default: the model's threshold)"),
    falseDiscoveryRate: share("<share>", "gaming: share of the alarms that may be genuine"),
    writeVerdicts: toggle("gaming, with --lake: add verdicts to the lake (table verdict)"),
    knownAt: moment("<time>", "verdicts are known from then (default: the plays' last arrival)"),
    out: path("<file>", "CSV file (default: standard output)"),
  },
  examples: [
    "refrain score churn.refrain --lake lake --out scores.csv",
    "refrain score churn.refrain --lake lake --reasons 3 --out scores.csv",
    "refrain score gaming.refrain day.csv --only-flagged --out alarms.csv",
    "refrain score premium --lake lake | sort -t, -k4 -rg | head",
  ],
  async run(job, [model = "", ...files], { lake, id, out, ...asked }) {
    if ((lake === undefined) === (files.length === 0)) {
      if (lake === undefined) {
        throw cliErrors.OPTION_MISSING({ command: "score", option: "--lake <folder>, or a file" });
      }
      throw cliErrors.OPTION_CONFLICT({
        first: "--lake",
        second: files[0] ?? "",
        remedy: "Give either a lake or files.",
      });
    }
    if (job.json && out === undefined) {
      throw cliErrors.OPTION_MISSING({
        command: "score",
        option: "--out <file> when --json is given",
      });
    }
    const { score } = await import("../../workflow/index.js");
    const summary = await score({
      ...jobOptions(job),
      ...present({ out, ...asked }),
      model,
      source: lake === undefined ? { files, ...present({ id }) } : { lake },
      onText: job.emit,
    });
    job.say(
      `Scored ${counted(summary.rows, "row")} with ${summary.model} ` +
        `in ${duration(summary.seconds)}.` +
        (summary.flagged === undefined ? "" : ` ${counted(summary.flagged, "alarm")}.`) +
        (summary.note ? ` ${summary.note}` : ""),
    );
    if (summary.verdicts) job.say(verdictsText(summary.verdicts));
    return { document: summary, ...(out === undefined ? {} : { text: `Wrote ${out}.\n` }) };
  },
});
