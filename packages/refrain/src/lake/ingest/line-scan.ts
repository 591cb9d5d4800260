/**
 * Counts lines and looks for what the bulk reader cannot take, over chunks of bytes as they come
 * from the disk. Searches are native (`indexOf`); nothing is copied but the head of the file.
 */

/** Bytes of a line beyond which it is rejected as LINE_TOO_LONG. */
export const longestLineBytes = 1_000_000;

/** Bytes kept of the start of a file to recognise its layout. */
const headBytes = 1 << 20;

/** What some programs put before UTF-8 text. */
export const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const newline = 10;
const carriageReturn = 13;

/** What stands in the bytes of a file. */
export interface LineFacts {
  /** Lines that are not blank, the header included. */
  readonly lines: number;
  readonly longestLine: number;
  /** Lines ended by CR LF. */
  readonly crlfLines: number;
  /** Lines ended by LF alone; the last line may have no end at all. */
  readonly lfLines: number;
  /** CR bytes that end no line. */
  readonly strayReturns: number;
  readonly hasQuotes: boolean;
  /** Whether there is a byte 1, which the exact reader takes for a delimiter. */
  readonly hasByteOne: boolean;
  /** Offset of the first zero byte, -1 when there is none. */
  readonly zeroAt: number;
  /** Whether the last line has its end. */
  readonly closed: boolean;
  /** Whether the file begins with the byte order mark of UTF-8. */
  readonly hasMark: boolean;
  /** First bytes of the file, up to 1 MB; lines of more than that at its start are left out. */
  readonly head: Buffer;
}

/** A running scan; `add` takes the chunks in order, `end` gives the facts. */
export class LineScan {
  #offset = 0;
  #lineStart = 0;
  #lines = 0;
  #longest = 0;
  #crlf = 0;
  #lf = 0;
  #returns = 0;
  #quotes = false;
  #byteOne = false;
  #hasMark = false;
  #zeroAt = -1;
  #lastByte = newline;
  #headParts: Buffer[] = [];
  #headLength = 0;
  #headSkipped = false;

  /** Takes the next bytes; the buffer may be reused afterwards. */
  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#offset === 0 && chunk.subarray(0, 3).equals(byteOrderMark)) {
      this.#hasMark = true;
      this.#lineStart = byteOrderMark.length;
    }
    if (this.#headLength < headBytes) this.#keepHead(chunk);
    this.#quotes ||= chunk.includes(0x22);
    this.#byteOne ||= chunk.includes(1);
    if (this.#zeroAt < 0) {
      const zero = chunk.indexOf(0);
      if (zero >= 0) this.#zeroAt = this.#offset + zero;
    }
    const withReturns = this.#lastByte === carriageReturn || chunk.includes(carriageReturn);
    if (withReturns) this.#scanWithReturns(chunk);
    else this.#scan(chunk);
    this.#lastByte = chunk[chunk.length - 1]!;
    this.#offset += chunk.length;
  }

  /** Keeps the first megabyte; when that is one line alone, what comes after that line. */
  #keepHead(chunk: Buffer): void {
    let from = 0;
    if (this.#headSkipped) {
      const end = chunk.indexOf(newline);
      if (end < 0) return;
      this.#headSkipped = false;
      from = end + 1;
    }
    const part = Buffer.from(chunk.subarray(from, from + headBytes - this.#headLength));
    this.#headParts.push(part);
    this.#headLength += part.length;
    if (this.#headLength < headBytes || this.#headParts.some((one) => one.includes(newline)))
      return;
    this.#headParts = [];
    this.#headLength = 0;
    this.#headSkipped = true;
    this.#keepHead(chunk.subarray(from + part.length));
  }

  #scan(chunk: Buffer): void {
    const base = this.#offset;
    let start = this.#lineStart - base;
    let longest = this.#longest;
    let blank = 0;
    let count = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
      const length = at - start;
      if (length > longest) longest = length;
      if (length === 0) blank++;
      count++;
      start = at + 1;
    }
    this.#longest = longest;
    this.#lf += count;
    this.#lines += count - blank;
    this.#lineStart = start + base;
  }

  #scanWithReturns(chunk: Buffer): void {
    for (let at = chunk.indexOf(carriageReturn); at >= 0; ) {
      this.#returns++;
      at = chunk.indexOf(carriageReturn, at + 1);
    }
    const base = this.#offset;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
      const before = at > 0 ? chunk[at - 1]! : this.#lastByte;
      const isPair = before === carriageReturn && base + at > this.#lineStart;
      const length = base + at - this.#lineStart - (isPair ? 1 : 0);
      if (isPair) this.#crlf++;
      else this.#lf++;
      if (length > 0) this.#lines++;
      if (length > this.#longest) this.#longest = length;
      this.#lineStart = base + at + 1;
    }
  }

  /** The facts of the whole file. */
  end(): LineFacts {
    const rest = this.#offset - this.#lineStart;
    const closed = rest === 0;
    if (!closed) {
      const onlyReturn = rest === 1 && this.#lastByte === carriageReturn;
      if (!onlyReturn) this.#lines++;
      this.#longest = Math.max(this.#longest, rest);
    }
    return {
      lines: this.#lines,
      longestLine: this.#longest,
      crlfLines: this.#crlf,
      lfLines: this.#lf,
      strayReturns: this.#returns - this.#crlf,
      hasQuotes: this.#quotes,
      hasByteOne: this.#byteOne,
      zeroAt: this.#zeroAt,
      closed,
      hasMark: this.#hasMark,
      head: Buffer.concat(this.#headParts),
    };
  }
}
