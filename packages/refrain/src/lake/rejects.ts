import { join } from "node:path";
import { openDuckDb } from "./engines/duckdb.js";
import { openLake } from "./lake.js";
import { quotePath, quoteText } from "./sql-text.js";

/** A row that was not taken, and why. */
export interface RejectedRow {
  /** Name of the file, without folders. */
  readonly file: string;
  /** 1-based, the header counted. */
  readonly line: number;
  /** One of the reasons of docs/reference/sources.md. */
  readonly reason: string;
  /** The source's column at fault; null where the whole line is. */
  readonly column: string | null;
  /** The line, at most its first 10 kB. */
  readonly text: string;
  /** Bytes before the line in its file, after gunzip; null for a row of a Parquet file. */
  readonly offset: number | null;
  /** Length of the whole line in bytes, without its end; null where there is no offset. */
  readonly bytes: number | null;
}

/** Which rejected rows to read. */
export interface RejectsOptions {
  /** Only those with this reason. */
  readonly reason?: string;
  /** At most so many. Default 100; Infinity for all. */
  readonly limit?: number;
}

/**
 * Reads the rejected rows of a lake, by input in the order of ingestion and by line.
 * @throws LAKE_NOT_FOUND, LAKE_VERSION
 */
export async function readRejects(
  lakeDirectory: string,
  options: RejectsOptions = {},
): Promise<RejectedRow[]> {
  const lake = await openLake(lakeDirectory);
  const inputs = lake.manifest.inputs.filter((input) => input.rejects !== undefined);
  if (inputs.length === 0) return [];
  const limit = options.limit ?? 100;
  const paths = [...new Set(inputs.map((input) => join(lakeDirectory, input.rejects!)))];
  const ids = inputs.map((input) => BigInt(`0x${input.inputId}`)).join(", ");
  const reason = options.reason;
  const ofReason = reason === undefined ? "" : `AND "reason" = ${quoteText(reason)}`;
  const engine = await openDuckDb();
  try {
    const rows = await engine.rows(
      `SELECT "file", "line", "reason", "column", "text", "offset", "bytes" FROM ` +
        `(SELECT * FROM read_parquet([${paths.map(quotePath).join(", ")}], union_by_name = true) ` +
        // Lakes of before have offsets of some lines, and no lengths.
        `UNION ALL BY NAME SELECT NULL::BIGINT AS "bytes" WHERE false) ` +
        `WHERE "input_id" IN (${ids}) ${ofReason} ` +
        `ORDER BY list_position([${ids}]::BIGINT[], "input_id"), "line" ` +
        (Number.isFinite(limit) ? `LIMIT ${Math.max(0, Math.floor(limit))}` : ""),
    );
    return rows as unknown as RejectedRow[];
  } finally {
    engine.close();
  }
}
