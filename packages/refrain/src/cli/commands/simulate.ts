import { command, jobOptions, present } from "../command.js";
import { choice, day, needed, path, share, whole } from "../flags.js";
import { count, duration, size } from "../words.js";

/** `refrain simulate`: log files of a service whose truth is known. */
export const simulateCommand = command({
  name: "simulate",
  summary: "write the logs of a simulated service whose truth is known",
  arguments: [],
  flags: {
    as: needed(choice(["musicbox", "pozytywka"], "format of the logs")),
    users: whole("<n>", "listeners (default: 20000)"),
    days: whole("<n>", "days (default: 120 for musicbox, 365 for pozytywka)"),
    out: needed(path("<folder>", "where the files go; truth/ stands beside them")),
    dirt: share("<share>", "share of rows that are made faulty, for example .01", { zero: true }),
    start: day("<day>", "first day of the log"),
  },
  examples: [
    "refrain simulate --as musicbox --users 2000 --days 90 --seed 1 --out logs --dirt .01",
  ],
  async run(job, _, { as, out, ...given }) {
    const { simulate } = await import("../../simulate/index.js");
    const summary = await simulate({
      ...jobOptions(job),
      ...present({ ...given, threads: job.limits.threads }),
      as,
      out,
      seed: job.seed,
    });
    return {
      document: summary,
      text:
        `Wrote ${count(summary.events)} events of ${count(summary.users)} listeners ` +
        `over ${summary.days} days to ${out} (${as}, seed ${summary.seed}, ` +
        `${size(summary.bytes)}, ${duration(summary.seconds)}).\n`,
    };
  },
});
