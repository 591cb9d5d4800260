import { errorCatalogue } from "@refrain/learn";

/** How many of a file's first lines cannot be read. */
interface Refused {
  readonly file: string;
  readonly refused: number;
  readonly looked: number;
}

/** Codes of the lake layer. */
export const lakeErrors = errorCatalogue({
  SQL_FAILED: {
    status: 500,
    exit: 70,
    problem: (d: { message: string; sql: string }) =>
      `The SQL engine refused a statement: ${d.message}.`,
    remedy: () => "This is a fault of ours; please report it with the log of --verbose.",
  },
  MEMORY_EXCEEDED: {
    status: 503,
    exit: 3,
    problem: (d: { memoryBytes: number }) =>
      `The job needs more than the ${(d.memoryBytes / 1e9).toFixed(1)} GB it may use.`,
    remedy: () => "Give more with --memory, or fewer threads with --threads.",
  },
  LAKE_NOT_FOUND: {
    status: 404,
    exit: 3,
    problem: (d: { directory: string }) => `There is no lake in ${d.directory}.`,
    remedy: () => "Make one with: refrain ingest FILES --as SOURCE --lake DIR.",
  },
  LAKE_VERSION: {
    status: 409,
    exit: 3,
    problem: (d: { directory: string; found: number; known: number }) =>
      `The lake in ${d.directory} has format ${d.found}, and this program knows ${d.known}.`,
    remedy: () => "Use a newer Refrain, or ingest the files into a new lake.",
  },
  LAKE_CHANGED: {
    status: 409,
    exit: 3,
    problem: (d: { directory: string }) =>
      `Others changed the lake in ${d.directory} while this run was reading, again and again.`,
    remedy: () => "Run the same command again; nothing of this run was kept.",
  },
  SOURCE_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { given: string; known: readonly string[] }) =>
      `There is no source "${d.given}" (there are: ${d.known.join(", ")}).`,
    remedy: () => "Name one of them with --as, or use generic with --column want=have.",
  },
  KIND_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { name: string; source: string; known: readonly string[] }) =>
      `${d.name} is none of the kinds of ${d.source} (${d.known.join(", ")}).`,
    remedy: () => "Name the kind with --kind, or the right source with --as.",
  },
  COLUMN_UNKNOWN: {
    status: 400,
    exit: 2,
    problem: (d: { want: string; source: string; known: readonly string[] }) =>
      `The source ${d.source} knows no column "${d.want}" (it knows: ${d.known.join(", ")}).`,
    remedy: () => "Write --column WANT=HAVE with one of these as WANT.",
  },
  COLUMN_MISSING: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; column: string; has: readonly string[] }) =>
      `${d.file} has no column "${d.column}" (it has: ${d.has.join(", ")}).`,
    remedy: (d: { want: string; nearest: string }) =>
      `Map it with --column ${d.want}=${d.nearest}, or whichever of them holds it.`,
  },
  NO_FILES: {
    status: 404,
    exit: 3,
    problem: (d: { folder: string; source: string; seen: number }) =>
      `None of the ${d.seen} files in ${d.folder} is one of the source ${d.source}.`,
    remedy: () => "Name the files themselves with --kind, or check the folder and --as.",
  },
  FILE_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { file: string }) => `${d.file} holds no rows.`,
    remedy: () => "Check how it was delivered, or leave it out.",
  },
  NOT_TEXT: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; offset: number }) =>
      `${d.file} is not a text file: a byte that no text has stands at ${d.offset}.`,
    remedy: () => "Give text (UTF-8 or GBK, plain or .gz) or a .parquet file.",
  },
  GZIP_DAMAGED: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; reason: string }) =>
      `${d.file} cannot be unpacked to its end: ${d.reason}.`,
    remedy: () => "Fetch the file again; nothing of it was kept.",
  },
  WRONG_DELIMITER: {
    status: 422,
    exit: 3,
    problem: (d: Refused & { columns: number; delimiters: string }) =>
      `${d.refused} of the first ${d.looked} lines of ${d.file} do not split into ` +
      `${d.columns} columns at ${d.delimiters}.`,
    remedy: () => "Check the source and the kind, and that each line has one row.",
  },
  WRONG_FORMAT: {
    status: 422,
    exit: 3,
    problem: (d: Refused & { expected: string }) =>
      `${d.refused} of the first ${d.looked} lines of ${d.file} are not ${d.expected}.`,
    remedy: () => "Check the source and the kind; JSON has one object a line.",
  },
  ALL_REJECTED: {
    status: 422,
    exit: 3,
    problem: (d: { read: number; rejected: number; rejectedByReason: object; example: string }) =>
      `${d.rejected} of ${d.read} rows were rejected, most of them (${d.example}).`,
    remedy: () => "Nothing was kept; check the source, the kind and --column.",
  },
  DATE_MISSING: {
    status: 400,
    exit: 2,
    problem: (d: { file: string }) => `Neither the rows nor the name of ${d.file} carry a date.`,
    remedy: () => "Give --date YYYY-MM-DD, or map a time column with --column at=NAME.",
  },
  PARQUET_DAMAGED: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; message: string }) =>
      `${d.file} cannot be read as Parquet: ${d.message}.`,
    remedy: () => "Fetch the file again; nothing of it was kept.",
  },
  VERDICT_UNFOUNDED: {
    status: 422,
    exit: 2,
    problem: (d: { day: string; given: string; arrived: string | null; restOn: string }) =>
      d.arrived === null
        ? `The lake has no ${d.restOn} on ${d.day} that a verdict could rest on.`
        : `A verdict on ${d.day} cannot be known by "${d.given}": ` +
          `${d.restOn} that it rests on arrived until ${d.arrived}.`,
    remedy: () =>
      "Give --known-at a moment such as 2017-04-01 from that arrival on, or leave it out.",
  },
  DELIVERY_UNKNOWN: {
    status: 404,
    exit: 2,
    problem: (d: { given: string; known: readonly string[] }) =>
      `The lake has no delivery ${d.given} (it has: ${d.known.join(", ")}).`,
    remedy: () => "Give one of these; refrain ingest names a delivery with --delivery NAME.",
  },
});
