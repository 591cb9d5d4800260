import type { Source, SourceColumn, SourceKind } from "../source.js";
import { tables } from "../tables.js";

/** Short words for canonical columns, as they are written in `--column want=have`. */
const words: Readonly<Record<string, readonly string[]>> = {
  user_id: ["user"],
  event_at: ["at", "time", "timestamp"],
  track_id: ["item", "track", "song"],
  item_id: ["item", "title"],
  plays: ["count", "weight"],
};
const made = new Set(["event_date", "timed", "arrived_at"]);

function kindOf(table: string): SourceKind {
  const contract = tables[table]!;
  const columns = Object.entries(contract.columns)
    .filter(([name]) => !made.has(name) || name === "arrived_at")
    .map(
      ([name, column]): SourceColumn => ({
        name,
        aliases: words[name] ?? [],
        to: name,
        required: (column.required ?? false) && name !== "event_at" && name !== "arrived_at",
        headerOnly: true,
      }),
    );
  return {
    name: table,
    doc: contract.doc,
    format: "delimited",
    fileName: /$^/,
    recognisedBy: columns.filter((column) => column.required).map((column) => column.name),
    delimiters: [",", "\t", ";", "|"],
    quoted: true,
    columns,
    route: { table },
    dated: true,
    undated: true,
  };
}

/** Any file with a header: `--kind` names the canonical table, `--column` maps its columns. */
export const generic: Source = {
  name: "generic",
  doc: "Any delimited, JSON or Parquet file; --kind names the table, --column want=have maps it.",
  anyName: true,
  kinds: ["play_count", "rating", "play", ...Object.keys(tables)]
    .filter((table, index, all) => all.indexOf(table) === index)
    .map(kindOf),
};
