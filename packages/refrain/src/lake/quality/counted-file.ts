/**
 * The scan of a plain file without SQL: its bytes are read once and the texts of each column are
 * counted by a kernel, beside whatever the engine does. What it finds is what the SQL of
 * profile-sql.ts finds, value for value; a file with any line that is not plain is left to that.
 */
import { type FileHandle, open } from "node:fs/promises";
import { openSession, type Session, TextCounter, type TextLines } from "@refrain/learn";
import { foundationErrors } from "../../foundation/index.js";
import { ColumnTally } from "./column-tally.js";
import type { RawFormat } from "./profile.js";
import type { HeadOutline } from "./profile-head.js";
import type { Scan } from "./profile-scan.js";
import { longValueBytes } from "./profile-sql.js";

const chunkBytes = 1 << 20;
/** More keys have no bit of their own in a line. */
const mostColumns = 48;

/** Counts plain files one after the other; memory and a thread are lent at the first one. */
export class FileCounter {
  #session: Promise<Session> | undefined;
  #isStopped = false;

  /** Memory and one thread beside this one. */
  session(): Promise<Session> {
    const steps = Number.POSITIVE_INFINITY;
    this.#session ??= openSession({ doing: "profiling", threads: 1, steps });
    return this.#session;
  }

  /** Ends what is being counted. */
  interrupt(): void {
    this.#isStopped = true;
  }

  /** @throws INTERRUPTED after `interrupt` */
  goOn(): void {
    if (this.#isStopped) throw foundationErrors.INTERRUPTED({ doing: "profiling" });
  }

  /** Gives back what was lent. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    session?.close();
  }
}

/** A file that may be plain. */
export interface PlainFile {
  readonly path: string;
  readonly format: RawFormat;
  /** Rows that it must have. */
  readonly rows: number;
}

/**
 * Counts a file.
 * @returns undefined where a line is not plain, and where there is no memory or thread to be had
 * @throws INTERRUPTED
 */
export async function countFile(
  files: FileCounter,
  file: PlainFile,
  head: HeadOutline,
): Promise<Scan | undefined> {
  try {
    return await countPlain(files, file, head);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!code.startsWith("KERNEL_")) throw error;
    await files.close();
    return undefined;
  }
}

async function countPlain(
  files: FileCounter,
  file: PlainFile,
  head: HeadOutline,
): Promise<Scan | undefined> {
  const lines = linesOf(file.format, head);
  if (!lines) return undefined;
  const { names } = head;
  const json = "keys" in lines;
  const tallies = names.map(() => new ColumnTally(json));
  const session = await files.session();
  const counter = await TextCounter.open(session, {
    lines,
    longest: longValueBytes,
    chunkBytes,
    onFull: (column) => tallies[column]!.take(counter, column, true),
  });
  try {
    const isPlain = await readAll(file, counter, files);
    if (!isPlain || counter.rows !== file.rows) return undefined;
    const columns = names.map((name, column) => {
      tallies[column]!.take(counter, column, false);
      const { missing, absent } = counter.missing(column);
      return { name, present: counter.rows - missing, absent, ...tallies[column]!.found() };
    });
    return { json, rows: counter.rows, columns };
  } finally {
    counter.close();
  }
}

/** What lines must look like; undefined where the kernel knows no such lines. */
function linesOf(format: RawFormat, { names }: HeadOutline): TextLines | undefined {
  if (names.length === 0 || names.length > mostColumns || format.kind === "parquet") {
    return undefined;
  }
  if (format.kind === "delimited") {
    const { delimiter, quote = "" } = format;
    const isPlain = quote === "" && names.length > 1 && /^[\t -~]$/.test(delimiter);
    return isPlain ? { delimiter, columns: names.length } : undefined;
  }
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return lower.size === names.length ? { keys: names } : undefined;
}

async function readAll(
  { path, format }: PlainFile,
  counter: TextCounter,
  files: FileCounter,
): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    let position = format.kind === "delimited" && format.header ? await headerEnd(handle) : 0;
    if (position < 0) return false;
    const read = async (): Promise<number> => {
      const { bytesRead } = await handle.read(counter.room(), 0, chunkBytes, position);
      position += bytesRead;
      return bytesRead;
    };
    let bytes = await read();
    for (;;) {
      files.goOn();
      const counted = counter.count(bytes);
      const next = bytes > 0 ? await read().catch(() => -1) : 0;
      if (!(await counted) || next < 0) return false;
      if (bytes === 0) return true;
      bytes = next;
    }
  } finally {
    await handle.close();
  }
}

/** Where the first line ends; -1 where it is blank or too long. */
async function headerEnd(handle: FileHandle): Promise<number> {
  const bytes = Buffer.alloc(1 << 16);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, bytesRead).indexOf(10);
  return end < 1 ? -1 : end + 1;
}
