import { command, jobOptions } from "../command.js";
import { choice, day, needed, pairs, path, share, text, whole } from "../flags.js";

export const ingestCommand = command({
  name: "ingest",
  summary: "read log files into a lake",
  arguments: [{ name: "<file...>", doc: "log files, globs or folders; plain or .gz" }],
  flags: {
    as: needed(text("<source>", "format of the logs")),
    lake: needed(path("<folder>", "the lake; made when it is not there")),
  },
  examples: ["refrain ingest logs/*.log.gz --as musicbox --lake lake"],
  async run(job, files, { as, lake }) {
    return { document: {}, text: "" };
  },
});
