import type { IngestSummary } from "../../lake/index.js";
import { command, jobOptions, present } from "../command.js";
import { day, needed, pairs, path, share, text } from "../flags.js";
import { count, counted, duration, size, someOf } from "../words.js";

/** `refrain ingest`: log files into a lake. */
export const ingestCommand = command({
  name: "ingest",
  summary: "read log files into a lake",
  arguments: [{ name: "<file...>", doc: "files, globs or folders; plain or .gz" }],
  flags: {
    as: needed(
      text("<source>", "format: musicbox, pozytywka, usage-days, ratings, unity-ads or generic"),
    ),
    lake: needed(path("<folder>", "the lake; made where there is none")),
    column: pairs("<want=have>", "column of the file that holds a wanted one; may be repeated"),
    kind: text("<kind>", "kind of the files where their names do not tell, for example play"),
    delivery: text("<name>", "name of this delivery, for comparing it with others"),
    sampleUsers: share("<share>", "keep only this share of the users, for example .1"),
    timeZone: text("<zone>", "zone of the log's times, for example Europe/Warsaw"),
    date: day("<day>", "day of files whose names do not tell"),
  },
  examples: [
    "refrain ingest logs --as musicbox --lake lake",
    "refrain ingest '2017*/*_play.log.gz' --as musicbox --lake lake --sample-users .1",
    "refrain ingest plays.csv --as generic --kind play --column user_id=uid --lake lake",
  ],
  async run(job, inputs, { as, lake, column, ...rest }) {
    const { ingest } = await import("../../lake/index.js");
    const summary = await ingest({
      ...jobOptions(job),
      ...present({ ...rest, columns: column }),
      inputs: [...inputs],
      source: as,
      lake,
    });
    return { document: summary, text: ingestText(summary) };
  },
});

function ingestText({ rows, files, source, lake, ...rest }: IngestSummary): string {
  const rate = rest.seconds > 0 ? Math.round(rows.read / rest.seconds) : 0;
  const lines = [
    `Read ${counted(rows.read, "row")} of ${counted(files, "file")} (${source}) into ${lake}: ` +
      `${count(rows.kept)} kept, ${count(rows.rejected)} rejected, ` +
      `${count(rows.duplicate)} duplicates, ${count(rows.sampledOut)} sampled out.`,
    ...Object.entries(rest.rejectedByReason)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, rejected]) => `  ${count(rejected).padStart(9)}  ${reason}`),
    ...(rest.ignored.length > 0 ? [`Left alone: ${someOf(rest.ignored)}.`] : []),
    ...(rows.rejected > 0 ? [`See the rejected lines with: refrain rejects --lake ${lake}`] : []),
    `${size(rest.bytes)} in ${duration(rest.seconds)}: ${count(rate)} rows/s, ` +
      `peak memory ${size(rest.peakMemoryBytes)}.`,
  ];
  return `${lines.join("\n")}\n`;
}
