import type { Arena } from "../kernels/index.js";

/** Writes tables for the kernels, eight bytes at a time. */
export class TableWriter {
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;
  #at: number;

  /**
   * @param address of the first byte
   * @param bytes how many may be written
   */
  constructor(arena: Arena, address: number, bytes: number) {
    this.#at = address / 8;
    this.#doubles = new Float64Array(arena.memory.buffer, 0, (address + bytes) / 8);
    this.#words = new Uint32Array(arena.memory.buffer, 0, (address + bytes) / 4);
  }

  /** Address of what is written next. */
  get address(): number {
    return 8 * this.#at;
  }

  /** Leaves bytes as they are, a multiple of 8. */
  skip(bytes: number): void {
    this.#at += bytes / 8;
  }

  double(value: number): void {
    this.#doubles[this.#at++] = value;
  }

  words(low: number, high: number): void {
    this.#words[2 * this.#at] = low;
    this.#words[2 * this.#at + 1] = high;
    this.#at += 1;
  }
}
