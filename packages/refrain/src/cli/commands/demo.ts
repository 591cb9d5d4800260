import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { command, jobOptions, present } from "../command.js";
import { defaulting, path, toggle, whole } from "../flags.js";
import { count, duration } from "../words.js";

/** `refrain demo`: the whole way on a simulated service. */
export const demoCommand = command({
  name: "demo",
  summary: "the whole way on a simulated service, ending with one report",
  arguments: [],
  flags: {
    users: defaulting(whole("<n>", "listeners", { most: 20_000_000 }), 2_000),
    days: whole("<n>", "days of each log (default: 120 of play logs, 365 of sessions)", {
      most: 3_650,
    }),
    out: defaulting(path("<folder>", "where everything goes"), "refrain-demo"),
    open: toggle("open the report in the browser"),
  },
  examples: ["refrain demo", "refrain demo --users 500 --out /tmp/demo --open"],
  async run(job, _, { users, days, out, open }) {
    const { answerLine, demo } = await import("../../workflow/index.js");
    const summary = await demo({
      ...jobOptions(job),
      ...present({ users, days, out }),
      seed: job.seed,
    });
    const lines = summary.tasks.flatMap(({ evaluations }) => evaluations.map(answerLine));
    if (open) openInBrowser(resolve(summary.report));
    return {
      document: summary,
      text: `${[
        ...lines,
        `${count(summary.events)} events of ${count(summary.users)} listeners in ` +
          `${duration(summary.seconds)}. Open the report: ${summary.report}`,
      ].join("\n")}\n`,
    };
  },
});

/** Asks the system to show a file; where it cannot, the path has been printed. */
function openInBrowser(file: string): void {
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", file]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", file]
        : ["xdg-open", file];
  const child = spawn(program as string, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
