import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { asDiskFull, foundationErrors } from "../../foundation/index.js";
import { splitFields } from "./fields.js";
import type { Inspected } from "./inspect.js";
import type { Layout } from "./layout.js";
import { byteOrderMark, longestLineBytes } from "./line-scan.js";

/** Bytes of a rejected line that are kept. */
export const keptTextBytes = 10_000;

/** A line that no reader can take. */
export interface BrokenLine {
  readonly line: number;
  readonly reason: "LINE_TOO_LONG" | "BAD_ENCODING" | "BAD_QUOTES";
  /** Its first 10 kB, bytes that are no text replaced. */
  readonly text: string;
}

interface RewriteOptions {
  readonly copyPath: string;
  /** Receives the broken lines as JSON lines. */
  readonly brokenPath: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a copy that the bulk reader can take: UTF-8 (GBK is transcoded), LF, no mark, no zero
 * bytes, stray CR and byte 1 as blanks; a broken line becomes a blank one: line numbers stay true.
 * @returns number of broken lines
 * @throws INTERRUPTED, DISK_FULL
 */
export async function rewriteFile(
  file: Inspected,
  layout: Layout,
  options: RewriteOptions,
): Promise<number> {
  const gbk = !file.isUtf8 && (await isMostlyGbk(file, options.signal));
  const copy = createWriteStream(options.copyPath);
  const broken = createWriteStream(options.brokenPath);
  let count = 0;
  try {
    for await (const line of linesOf(file.readPath, options.signal)) {
      const read = readLine(line, layout, gbk);
      if (typeof read === "string") await write(copy, `${read}\n`);
      else {
        count++;
        await write(copy, "\n");
        await write(broken, `${JSON.stringify({ line: line.number, ...read })}\n`);
      }
    }
    await Promise.all([finish(copy), finish(broken)]);
    return count;
  } catch (error) {
    throw asDiskFull(error, options.copyPath);
  } finally {
    copy.destroy();
    broken.destroy();
  }
}

/** One line's bytes without its end; `isWhole` is false when they were too many to keep. */
interface RawLine {
  readonly number: number;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

async function* linesOf(path: string, signal?: AbortSignal): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let kept = 0;
  let number = 1;
  const take = (part: Buffer): void => {
    if (kept <= longestLineBytes) parts.push(Buffer.from(part));
    kept += part.length;
  };
  const line = (): RawLine => {
    const joined = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const isWhole = kept <= longestLineBytes;
    const end = joined[joined.length - 1] === 13 ? joined.length - 1 : joined.length;
    return { number, bytes: isWhole ? joined.subarray(0, end) : joined, isWhole };
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${path}` });
    const bytes = chunk as Buffer;
    let start = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
      take(bytes.subarray(start, at));
      yield line();
      start = at + 1;
      number++;
      parts = [];
      kept = 0;
    }
    if (start < bytes.length) take(bytes.subarray(start));
  }
  if (kept > 0) yield line();
}

const gbkText = new TextDecoder("gbk", { fatal: true });
const looseUtf8 = new TextDecoder("utf-8");

function readLine(
  line: RawLine,
  layout: Layout,
  gbk: boolean,
): string | { reason: BrokenLine["reason"]; text: string } {
  const { bytes } = line;
  if (!line.isWhole) return { reason: "LINE_TOO_LONG", text: shortText(bytes) };
  if (bytes.includes(0)) return { reason: "BAD_ENCODING", text: shortText(bytes) };
  const hasMark = line.number === 1 && bytes.subarray(0, 3).equals(byteOrderMark);
  const decoded = decode(hasMark ? bytes.subarray(3) : bytes, gbk);
  if (decoded === undefined) return { reason: "BAD_ENCODING", text: shortText(bytes) };
  const text = decoded.replaceAll("\r", " ").replaceAll("\x01", " ");
  const { quoted, delimiter } = layout;
  if (quoted && text.includes('"') && !splitFields(text, delimiter, true)) {
    return { reason: "BAD_QUOTES", text: shortText(bytes) };
  }
  return text;
}

function decode(bytes: Buffer, gbk: boolean): string | undefined {
  if (!gbk && isUtf8(bytes)) return bytes.toString("utf8");
  try {
    const text = gbkText.decode(bytes);
    // The decoder gives this private character for the byte FF, which GBK does not have.
    return text.includes("\uf8f5") ? undefined : text;
  } catch {
    return undefined;
  }
}

function shortText(bytes: Buffer): string {
  return looseUtf8.decode(bytes.subarray(0, keptTextBytes)).replaceAll("\0", "\ufffd");
}

/** Whether more lines are GBK alone than are UTF-8 beyond ASCII: then all of them are GBK. */
async function isMostlyGbk(file: Inspected, signal?: AbortSignal): Promise<boolean> {
  let utf8 = 0;
  let gbk = 0;
  for await (const { bytes, isWhole } of linesOf(file.readPath, signal)) {
    if (!isWhole) continue;
    if (!isUtf8(bytes)) {
      if (decode(bytes, true) !== undefined) gbk++;
    } else if (bytes.some((byte) => byte > 127)) utf8++;
  }
  return gbk > utf8;
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (!stream.write(text)) await once(stream, "drain");
}

async function finish(stream: WriteStream): Promise<void> {
  const done = once(stream, "finish");
  stream.end();
  await done;
}
