import type { Session } from "./session.js";

/** What lines look like: fields between delimiters, or objects with these keys. */
export type TextLines =
  | { readonly delimiter: string; readonly columns: number }
  | { readonly keys: readonly string[] };

/** How texts are counted. */
export interface TextCounterOptions {
  readonly lines: TextLines;
  /** Bytes of a text beyond which lines are refused. */
  readonly longest: number;
  /** Bytes of a line beyond which lines are refused, and of a chunk. */
  readonly chunkBytes: number;
  /** Called when a column's table is full; it is emptied afterwards. */
  readonly onFull: (column: number) => void;
}

/** What is told of each distinct text. */
export type TextVisitor = (
  /** Where it begins in `bytes`. */
  start: number,
  /** Its length in bytes. */
  length: number,
  /** How many rows hold it. */
  rows: number,
  /** The upper 52 bits of its hash; the hash is DuckDB's own for texts. */
  order: number,
) => void;

/** What is told of texts that were left uncounted. */
export type OutlineVisitor = (
  /** Their length in bytes. */
  length: number,
  /** Their first byte. */
  first: number,
  /** How many rows hold them. */
  rows: number,
) => void;

const columnBytes = 64;
const entryBytes = 32;
const blockRows = 256;
/** Bytes in front of and behind a chunk that kernels may look at. */
const spareBytes = 64;

const firstEntries = 2 ** 12;
const mostEntries = 2 ** 20;
/** Entries of all columns together: 60 bytes each. */
const mostOfAll = 2 ** 21;
/** A table of so many entries is given up where nearly every row brings a new text. */
const someEntries = 2 ** 16;
const fewRepeats = 1.1;
const bytesEach = 32;

/** Offsets in a column, as assembly/texts.ts has them. */
const at = {
  slots: 0,
  mask: 1,
  entries: 2,
  count: 3,
  most: 4,
  texts: 5,
  used: 6,
  mostBytes: 7,
  missing: 8,
  absent: 9,
  bound: 10,
  outlines: 12,
} as const;

/** Texts with an outline, as assembly/texts.ts has them. */
const outlinedFrom = 9;
const outlinedTo = 72;
const firstBytes = 128;
const outlineCount = (outlinedTo - outlinedFrom + 1) * firstBytes;

/**
 * Counts how often each text stands in each column of lines, over chunks of bytes: one table a
 * column. Lines that are not plain are refused, not understood; what plain is, is told in
 * assembly/delimited-lines.ts and json-lines.ts.
 */
export class TextCounter {
  readonly #session: Session;
  readonly #options: TextCounterOptions;
  readonly #counter: number;
  readonly #columns: number;
  readonly #count: number;
  readonly #rooms: readonly [number, number];
  readonly #rowsBefore: number[];
  readonly #mark: number;
  #turn = 0;
  #carried = 0;
  #entries: number;

  private constructor(session: Session, options: TextCounterOptions) {
    const { arena } = session;
    const { lines, chunkBytes } = options;
    this.#session = session;
    this.#options = options;
    this.#mark = arena.mark();
    this.#count = "keys" in lines ? lines.keys.length : lines.columns;
    this.#entries = this.#count * firstEntries;
    this.#rowsBefore = new Array<number>(this.#count).fill(0);
    this.#counter = arena.allocate(64);
    this.#columns = arena.allocate(this.#count * columnBytes);
    const fields = arena.allocate(this.#count * blockRows * 8);
    const runs = arena.allocate(blockRows * 32);
    const room = (): number => arena.allocate(2 * chunkBytes + 2 * spareBytes) + spareBytes;
    this.#rooms = [room(), room()];
    const keys = "keys" in lines ? this.#writeKeys(lines.keys) : 0;
    const delimiter = "keys" in lines ? 0 : lines.delimiter.charCodeAt(0);
    for (let column = 0; column < this.#count; column++) this.#makeTable(column);
    const { longest } = options;
    arena
      .integers(this.#counter, 9)
      .set([this.#columns, this.#count, delimiter, longest, fields, runs, 0, 0, keys]);
  }

  /**
   * Opens a counter.
   * @param session lent for this; its memory is given back by `close`
   * @throws KERNEL_MEMORY
   */
  static async open(session: Session, options: TextCounterOptions): Promise<TextCounter> {
    const counter = new TextCounter(session, options);
    await counter.#place(Array.from({ length: counter.#count }, (_, column) => column));
    return counter;
  }

  /** Where the next chunk of up to `chunkBytes` goes; another one than the chunk before. */
  room(): Uint8Array {
    const { chunkBytes } = this.#options;
    return this.#session.arena.bytes(this.#rooms[this.#turn]! + chunkBytes, chunkBytes);
  }

  /**
   * Counts the lines that end in the chunk in `room`; what is left goes before the next one. The
   * next room may be filled meanwhile.
   * @param bytes of the chunk; 0 for the end, where a last line needs no end
   * @returns whether its lines were plain; if not, what was counted is worth nothing
   */
  async count(bytes: number): Promise<boolean> {
    const { chunkBytes } = this.#options;
    const chunk = this.#rooms[this.#turn]! + chunkBytes;
    let start = chunk - this.#carried;
    let end = chunk + bytes;
    this.#turn = 1 - this.#turn;
    const memory = this.bytes;
    if (bytes === 0 && this.#carried > 0) memory[end++] = 10;
    const last = memory.lastIndexOf(10, end - 1);
    const stop = last < start ? start : last + 1;
    while (start < stop) {
      const reached = await this.#run(start, stop);
      if (reached === 0) return false;
      if (reached < stop && !(await this.#makeRoom(reached > start))) return false;
      start = reached;
    }
    this.#carried = end - stop;
    if (this.#carried > chunkBytes) return false;
    const next = this.#rooms[this.#turn]! + chunkBytes;
    memory.copyWithin(next - this.#carried, stop, end);
    return true;
  }

  /** Rows that were counted. */
  get rows(): number {
    return this.#session.arena.integers(this.#counter, 9)[6]! >>> 0;
  }

  /** Rows without text in a column, and those of them without its key. */
  missing(column: number): { readonly missing: number; readonly absent: number } {
    const facts = this.#facts(column);
    return { missing: facts[at.missing]! >>> 0, absent: facts[at.absent]! >>> 0 };
  }

  /** Distinct texts in a column's table. */
  distinct(column: number): number {
    return this.#facts(column)[at.count]!;
  }

  /** All the memory, in which visited texts lie. */
  get bytes(): Uint8Array {
    const { arena } = this.#session;
    return arena.bytes(0, arena.memory.buffer.byteLength);
  }

  /** Tells each distinct text of a column's table. */
  visit(column: number, visitor: TextVisitor): void {
    const facts = this.#facts(column);
    const words = new Uint32Array(this.#session.arena.memory.buffer);
    const first = facts[at.entries]! >>> 2;
    const end = first + (facts[at.count]! * entryBytes) / 4;
    for (let word = first; word < end; word += entryBytes / 4) {
      const length = words[word + 2]!;
      const start = length > 16 ? words[word + 4]! : (word + 4) * 4;
      const order = words[word + 1]! * 2 ** 20 + (words[word]! >>> 12);
      visitor(start, length, words[word + 3]!, order);
    }
  }

  /**
   * Leaves the texts above a hash uncounted from now on: of those of 9 to 72 bytes that begin with
   * ASCII and are no number only the rows by length and first byte are counted.
   * @param order upper 52 bits of the hash
   */
  bound(column: number, order: number): void {
    this.#facts(column).set([order | 0, order / 2 ** 32], at.bound);
  }

  /** Tells the rows of texts that were left uncounted, by length and first byte. */
  visitOutlines(column: number, visitor: OutlineVisitor): void {
    const counts = this.#session.arena.integers(this.#facts(column)[at.outlines]!, outlineCount);
    for (const [index, rows] of counts.entries()) {
      if (rows === 0) continue;
      visitor(outlinedFrom + Math.floor(index / firstBytes), index % firstBytes, rows >>> 0);
    }
  }

  /** Gives its memory back. */
  close(): void {
    this.#session.arena.release(this.#mark);
  }

  #facts(column: number): Int32Array {
    return this.#session.arena.integers(this.#columns + column * columnBytes, columnBytes / 4);
  }

  #writeKeys(keys: readonly string[]): number {
    const { arena } = this.#session;
    const texts = keys.map((key) => new TextEncoder().encode(`"${key}":`));
    const table = arena.allocate(8 + keys.length * 8);
    arena.integers(table, 1)[0] = keys.length;
    for (const [index, text] of texts.entries()) {
      const address = arena.allocate(text.length);
      arena.bytes(address, text.length).set(text);
      arena.integers(table + 8 + index * 8, 2).set([address, text.length]);
    }
    return table;
  }

  /** Room for the largest table; what is not touched costs nothing. */
  #makeTable(column: number): void {
    const { arena } = this.#session;
    const slots = arena.allocate(mostEntries * 8);
    const entries = arena.allocate(mostEntries * entryBytes);
    const mostBytes = mostEntries * bytesEach;
    const texts = arena.allocate(mostBytes);
    const outlines = arena.allocate(outlineCount * 4);
    arena.integers(outlines, outlineCount).fill(0);
    const mask = firstEntries * 2 - 1;
    const table = [slots, mask, entries, 0, firstEntries, texts, 0, mostBytes];
    this.#facts(column).set([...table, 0, 0, -1, -1, outlines, 0, 0, 0]);
  }

  async #run(start: number, stop: number): Promise<number> {
    const kernel = "keys" in this.#options.lines ? "countJson" : "countDelimited";
    const values = [this.#counter, start, stop];
    const [reached] = await this.#session.runAll([{ kernel, values }]);
    return reached! >>> 0;
  }

  /** Fills the slots of tables. */
  async #place(columns: readonly number[]): Promise<void> {
    const values = columns.map((column) => [this.#columns + column * columnBytes]);
    await this.#session.runAll(values.map((one) => ({ kernel: "placeTexts", values: one })));
  }

  /** Makes the full column's table larger, or has it emptied. */
  async #makeRoom(hasMoved: boolean): Promise<boolean> {
    const column = this.#session.arena.integers(this.#counter, 9)[7]!;
    const facts = this.#facts(column);
    const count = facts[at.count]!;
    if (count === 0 && !hasMoved) return false;
    const most = facts[at.most]!;
    const rows = this.rows - this.#rowsBefore[column]!;
    const isUnlike = most >= someEntries && rows < count * fewRepeats;
    const isLarge = most === mostEntries || this.#entries + most > mostOfAll;
    if (count + blockRows > most && !isUnlike && !isLarge) {
      facts[at.most] = most * 2;
      facts[at.mask] = most * 4 - 1;
      this.#entries += most;
    } else {
      this.#options.onFull(column);
      facts[at.count] = 0;
      facts[at.used] = 0;
      this.#rowsBefore[column] = this.rows;
    }
    await this.#place([column]);
    return true;
  }
}
