/** The memory of a forest's fit, as assembly/forest-plan.ts reads it: words of 4 bytes. */
import type { Arena } from "../../kernels/index.js";

/** Whole numbers and addresses, in their order. */
export const forestWords = [
  "stop",
  "treeNext",
  "treesDone",
  "reserved",
  "used",
  "treeFirst",
  "treeEnd",
  "outputBytes",
  "worstBytes",
  "rows",
  "columns",
  "stride",
  "classes",
  "exact",
  "entropy",
  "randomCuts",
  "bootstrap",
  "maxDepth",
  "maxFeatures",
  "minSplit",
  "minLeaf",
  "seedLow",
  "seedHigh",
  "blockRows",
  "binRows",
  "binColumns",
  "columnGap",
  "binCounts",
  "categorical",
  "target",
  "weight",
  "output",
  "table",
  "oobSums",
  "oobCounts",
  "threadArea",
  "threadBytes",
  "countsAt",
  "orderAt",
  "itemsAt",
  "nodesAt",
  "sharesAt",
  "setsAt",
  "stackAt",
  "choiceAt",
  "histogramAt",
  "cellsAt",
  "rankAt",
  "sumsAt",
  "blockAt",
] as const;

/** Name of a word. */
export type ForestWord = (typeof forestWords)[number];

const places = new Map<ForestWord, number>(forestWords.map((name, place) => [name, place]));

/** The words of a fit in a session's memory. */
export class ForestMemory {
  readonly address: number;
  readonly #arena: Arena;

  /** Makes room for the words, all 0. */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.address = arena.allocate(4 * forestWords.length);
    this.#words().fill(0);
  }

  /** Sets words by name, before the threads start. */
  set(words: Partial<Record<ForestWord, number>>): void {
    const to = this.#words();
    for (const [name, value] of Object.entries(words)) to[places.get(name as ForestWord)!] = value;
  }

  /** Reads a word that threads may be writing. */
  read(name: ForestWord): number {
    return Atomics.load(this.#words(), places.get(name)!);
  }

  /** Writes a word that threads may be reading. */
  write(name: ForestWord, value: number): void {
    Atomics.store(this.#words(), places.get(name)!, value);
  }

  #words(): Int32Array {
    return this.#arena.integers(this.address, forestWords.length);
  }
}
