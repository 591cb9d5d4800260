import { command, present } from "../command.js";
import { cliErrors } from "../errors.js";
import { needed, pairs, path, share } from "../flags.js";
import { contestText } from "../raters-text.js";
import { besideFlags, ratersJob, scaleFlag } from "./detect-raters.js";

/** `refrain contest create`: files for a contest of finding crooked raters. */
export const contestCommand = command({
  name: "contest",
  summary: "make a contest: ratings with crooked raters in them, labels in two steps, hidden truth",
  arguments: [
    { name: "<create>", doc: "what to do: create" },
    { name: "<base>", doc: "ratings of people" },
  ],
  flags: {
    out: needed(path("<folder>", "folder for the contest, empty or not there yet")),
    anomalous: share("<share>", "share of the users that is crooked (default: 0.066)"),
    scale: scaleFlag,
    ...besideFlags,
    column: pairs("<want=have>", "spelling of a column; items.item=movie: in --items"),
  },
  examples: ["refrain contest create ratings.csv --out contest"],
  async run(job, [what = "", base = ""], given) {
    const { out, anomalous, scale, items, views, column } = given;
    if (what !== "create") {
      throw cliErrors.OPTION_MISSING({ command: "contest", option: "what to do: create" });
    }
    const { createContest } = await import("../../tasks/raters/index.js");
    const { threads: _, ...hooks } = ratersJob(job);
    const summary = await createContest({
      ...{ ...hooks, base, out, seed: job.seed },
      ...present({ anomalousShare: anomalous, scale, items, views, columns: column }),
    });
    return { document: summary, text: contestText(summary) };
  },
});
