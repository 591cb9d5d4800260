import { command, jobOptions } from "../command.js";
import { choice, needed, path } from "../flags.js";

/** `refrain export`: the published tables. */
export const exportCommand = command({
  name: "export",
  summary: "write the published tables of a lake",
  arguments: [],
  flags: {
    as: needed(choice(["musicbox"], "format of the tables")),
    lake: needed(path("<folder>", "the lake")),
    out: needed(path("<folder>", "where play_ds.csv, down_ds.csv and search_ds.csv go")),
  },
  examples: ["refrain export --as musicbox --lake lake --out tables"],
  async run(job, _, { lake, out }) {
    const { exportMusicbox } = await import("../../features/index.js");
    const summary = await exportMusicbox({ ...jobOptions(job), lake, out });
    return { document: summary, text: "" };
  },
});
