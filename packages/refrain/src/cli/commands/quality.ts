import { writeFile } from "node:fs/promises";
import { writeAtomically } from "../../foundation/index.js";
import { command, jobOptions, present } from "../command.js";
import { needed, path, text } from "../flags.js";

/** `refrain quality`: what is wrong with the data in a lake. */
export const qualityCommand = command({
  name: "quality",
  summary: "say what is wrong with the data in a lake",
  arguments: [],
  flags: {
    lake: needed(path("<folder>", "the lake")),
    against: text("<delivery>", "an earlier delivery to compare with"),
    html: path("<file>", "write the report as a page with pictures"),
  },
  examples: [
    "refrain quality --lake lake",
    "refrain quality --lake lake --against 2023-03 --html quality.html",
  ],
  async run(job, _, { lake, against, html }) {
    const { quality, qualityText } = await import("../../lake/index.js");
    const report = await quality({
      ...jobOptions(job),
      lake,
      ...present({ against }),
    });
    if (html !== undefined) {
      const { qualityPage } = await import("../../report/index.js");
      const page = await qualityPage(report);
      await writeAtomically(html, (path) => writeFile(path, page));
      job.say(`Wrote ${html}.`);
    }
    return { document: report, text: qualityText(report) };
  },
});
