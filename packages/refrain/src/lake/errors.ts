import { errorCatalogue } from "@refrain/learn";

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
});
