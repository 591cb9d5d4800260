import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { asDiskFull, foundationErrors } from "../../foundation/index.js";
import { lakeErrors } from "../errors.js";
import { type LineFacts, LineScan, longestLineBytes } from "./line-scan.js";

/** One file as the inspection found it; DuckDB reads `readPath`. */
export interface Inspected {
  /** Where the file lies. */
  readonly path: string;
  /** Its name without folders. */
  readonly name: string;
  /** SHA-256 of the bytes after gunzip. */
  readonly contentHash: string;
  /** Bytes after gunzip. */
  readonly bytes: number;
  /** The file itself, or a plain copy of it for one pass. */
  readonly readPath: string;
  readonly isParquet: boolean;
  readonly isUtf8: boolean;
  readonly facts: LineFacts;
}

const chunkBytes = 1 << 20;

/**
 * One pass over a file's bytes: hash, gunzip (its end and checksum tested), encoding, lines. A
 * gzip file is unpacked to `copyPath`, because the SQL engine reads damaged ones without a word.
 * @throws FILE_EMPTY, NOT_TEXT, GZIP_DAMAGED, INTERRUPTED, DISK_FULL
 */
export async function inspectFile(
  path: string,
  copyPath: string,
  signal?: AbortSignal,
): Promise<Inspected> {
  const start = await firstBytes(path);
  const name = basename(path);
  const isGzip = start.length >= 2 && start[0] === 0x1f && start[1] === 0x8b;
  const isParquet = start.subarray(0, 4).toString("latin1") === "PAR1";
  if ((await stat(path)).size === 0) throw lakeErrors.FILE_EMPTY({ file: name });
  const pass = new InspectionPass(isParquet);
  const onChunk = (chunk: Buffer): undefined => {
    if (signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: `reading ${name}` });
    pass.add(chunk);
  };
  if (isGzip) await gunzipTo(path, copyPath, onChunk);
  else await readChunks(path, onChunk);
  const seen = pass.end();
  if (seen.bytes === 0) throw lakeErrors.FILE_EMPTY({ file: name });
  if (!isParquet) assertText(name, seen.facts);
  return { path, name, readPath: isGzip ? copyPath : path, isParquet, ...seen };
}

/** Hash, encoding and lines over the chunks of one file. */
class InspectionPass {
  readonly #hash = createHash("sha256");
  readonly #scan = new LineScan();
  readonly #isParquet: boolean;
  #bytes = 0;
  #utf8 = true;
  #carry = Buffer.alloc(0);

  constructor(isParquet: boolean) {
    this.#isParquet = isParquet;
  }

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    if (this.#isParquet) return;
    this.#scan.add(chunk);
    if (this.#utf8) this.#checkUtf8(chunk);
  }

  /** A character may be cut by the end of a chunk: up to 3 bytes wait for the next one. */
  #checkUtf8(chunk: Buffer): void {
    const whole = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    const cut = incompleteTail(whole);
    this.#utf8 = isUtf8(whole.subarray(0, whole.length - cut));
    this.#carry = Buffer.from(whole.subarray(whole.length - cut));
  }

  end(): { contentHash: string; bytes: number; isUtf8: boolean; facts: LineFacts } {
    return {
      contentHash: this.#hash.digest("hex"),
      bytes: this.#bytes,
      isUtf8: this.#utf8 && this.#carry.length === 0,
      facts: this.#scan.end(),
    };
  }
}

/** Bytes at the end that begin a character but do not finish it, 0 … 3. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    const { bytesRead } = await handle.read(bytes, 0, 4, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Two buffers in turn: the next chunk is read while this one is looked at.
 * @param onChunk returns false where it has seen enough
 */
export async function readChunks(
  path: string,
  onChunk: (chunk: Buffer) => boolean | undefined,
): Promise<void> {
  const handle = await open(path, "r");
  try {
    const buffers = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)] as const;
    let next = handle.read(buffers[0], 0, chunkBytes);
    for (let turn = 0; ; turn++) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      next = handle.read(buffers[(turn + 1) % 2]!, 0, chunkBytes);
      let goesOn: boolean | undefined = false;
      try {
        goesOn = onChunk(buffers[turn % 2]!.subarray(0, bytesRead));
      } finally {
        if (goesOn === false) await next.catch(() => undefined);
      }
      if (goesOn === false) return;
    }
  } finally {
    await handle.close();
  }
}

async function gunzipTo(
  path: string,
  copyPath: string,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  const file = createWriteStream(copyPath);
  const failed = new Promise<never>((_, reject) => file.on("error", reject));
  failed.catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      onChunk(chunk);
      if (!file.write(chunk)) {
        await Promise.race([
          new Promise((done) => file.once("drain", () => done(undefined))),
          failed,
        ]);
      }
    }
    await Promise.race([new Promise((done) => file.end(() => done(undefined))), failed]);
  } catch (error) {
    throw isZlibError(error)
      ? lakeErrors.GZIP_DAMAGED({ file: basename(path), reason: error.message }, error)
      : asDiskFull(error, copyPath);
  } finally {
    source.destroy();
    gunzip.destroy();
    file.destroy();
  }
}

function isZlibError(error: unknown): error is Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("Z_") || code === "ERR_TRAILING_JUNK_AFTER_STREAM_END";
}

/** Zero bytes in the first megabyte or many control characters: no text. */
function assertText(name: string, facts: LineFacts): void {
  const { head, zeroAt } = facts;
  if (zeroAt >= 0 && zeroAt < head.length) {
    throw lakeErrors.NOT_TEXT({ file: name, offset: zeroAt });
  }
  const looked = head.subarray(0, 65_536);
  let controls = 0;
  let first = -1;
  for (let at = 0; at < looked.length; at++) {
    const byte = looked[at]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) {
      controls++;
      if (first < 0) first = at;
    }
  }
  if (controls > Math.max(16, looked.length / 100))
    throw lakeErrors.NOT_TEXT({ file: name, offset: first });
}

/** Whether the bulk reader can take the lines as they are; if not, they are rewritten first. */
export function needsRewrite(
  file: Inspected,
  options: { readonly format: "delimited" | "json"; readonly quoted: boolean },
): boolean {
  const { facts } = file;
  return (
    !file.isUtf8 ||
    facts.zeroAt >= 0 ||
    facts.hasByteOne ||
    facts.longestLine > longestLineBytes ||
    facts.strayReturns > 0 ||
    (facts.crlfLines > 0 && facts.lfLines > 0) ||
    (options.format === "json" && facts.hasMark) ||
    (options.format === "delimited" && options.quoted && facts.hasQuotes)
  );
}
