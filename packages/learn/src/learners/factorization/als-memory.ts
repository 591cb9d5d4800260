/** The memory of a half sweep, as assembly/als-plan.ts reads it: words of 4 bytes. */
import type { Arena } from "../../kernels/index.js";

/** Whole numbers and addresses, in their order. */
export const alsWords = [
  "stop",
  "next",
  "parts",
  "phase",
  "bounds",
  "width",
  "steps",
  "starts",
  "indices",
  "quadratic",
  "linear",
  "fixed",
  "solved",
  "diagonal",
  "penalties",
  "spread",
  "free",
  "results",
  "rotation",
  "scratch",
  "scratchBytes",
  "room",
  "heaviest",
] as const;

/** Name of a word. */
export type AlsWord = (typeof alsWords)[number];

const places = new Map<AlsWord, number>(alsWords.map((name, place) => [name, place]));

/** The words of a fit in a session's memory. */
export class AlsMemory {
  readonly address: number;
  readonly #arena: Arena;

  /** Makes room for the words, all 0. */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.address = arena.allocate(4 * alsWords.length);
    this.#words().fill(0);
  }

  /** Sets words by name, while no thread works. */
  set(words: Partial<Record<AlsWord, number>>): void {
    const to = this.#words();
    for (const [name, value] of Object.entries(words)) to[places.get(name as AlsWord)!] = value;
  }

  #words(): Int32Array {
    return this.#arena.integers(this.address, alsWords.length);
  }
}
