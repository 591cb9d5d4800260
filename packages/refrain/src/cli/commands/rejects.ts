import { command, present } from "../command.js";
import { defaulting, needed, path, text, whole } from "../flags.js";
import { counted } from "../words.js";

/** `refrain rejects`: the lines that were refused. */
export const rejectsCommand = command({
  name: "rejects",
  summary: "show rejected lines with file and line",
  arguments: [],
  flags: {
    lake: needed(path("<folder>", "the lake")),
    reason: text("<code>", "only lines refused for this reason, for example MISSING_KEY"),
    limit: defaulting(whole("<n>", "lines to show at most"), 100),
  },
  examples: ["refrain rejects --lake lake --reason MISSING_KEY"],
  async run(_job, _, { lake, reason, limit }) {
    const { readRejects } = await import("../../lake/index.js");
    const rows = await readRejects(lake, { limit: limit + 1, ...present({ reason }) });
    const shown = rows.slice(0, limit);
    const lines = shown.map(
      (row) => `${row.file}:${row.line}: ${row.reason}: ${visible(row.text)}`,
    );
    const rest =
      rows.length > limit
        ? "There are more; show them with --limit."
        : `${counted(rows.length, "rejected line")}.`;
    return {
      document: { lake, rejects: shown, more: rows.length > limit },
      text: `${[...lines, rest].join("\n")}\n`,
    };
  },
});

/** A line of a log may hold anything: control characters would command the terminal. */
function visible(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"');
}
