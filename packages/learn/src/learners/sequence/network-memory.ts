/** The memory of a network, as assembly/network-plan.ts reads it: words of 4 bytes. */
import type { Arena } from "../../kernels/index.js";

/** Fields of a layer, in their order. */
export const layerWords = [
  "inputs",
  "outputs",
  "units",
  "activation",
  "weightsAt",
  "transposed",
  "skip",
  "drops",
  "inputAt",
  "productAt",
  "cellAt",
  "tanhAt",
] as const;

/** Fields of a set of examples, in their order. */
export const exampleWords = [
  "matrix",
  "ends",
  "lengths",
  "target",
  "weight",
  "order",
  "count",
] as const;

/** Fields of a network, in their order. */
export const networkWords = [
  "come",
  "meeting",
  "threads",
  "stop",
  "finished",
  "chunkNext",
  "chunks",
  "batchRows",
  "batchSize",
  "chunkRows",
  "width",
  "columns",
  "loss",
  "encoder",
  "decoder",
  "layerCount",
  "layers",
  "weights",
  "weightCount",
  "moments",
  "gradients",
  "best",
  "partials",
  "chunkLosses",
  "numbers",
  "losses",
  "epochs",
  "epochsDone",
  "batchStart",
  "batchesDone",
  "patience",
  "bestEpoch",
  "seedLow",
  "seedHigh",
  "dropCut",
  "areas",
  "areaBytes",
  "pullOneAt",
  "pullTwoAt",
  "pullCellAt",
  "activeAt",
  "training",
  "validation",
  "sorted",
  "buckets",
  "longest",
  "scores",
  "constants",
] as const;

/** Doubles of a network, in their order. */
export const networkNumbers = [
  "learningRate",
  "clipNorm",
  "dropScale",
  "power1",
  "power2",
  "batchLoss",
  "bestLoss",
] as const;

/** Words at an address, by name. */
export class WordBlock<Name extends string> {
  readonly address: number;
  readonly #arena: Arena;
  readonly #names: readonly Name[];

  /**
   * @param names fields in their order
   * @param address where they stand
   */
  constructor(arena: Arena, names: readonly Name[], address: number) {
    this.#arena = arena;
    this.#names = names;
    this.address = address;
  }

  /** Sets all words, those that are not named to 0; before threads start. */
  fill(words: Partial<Record<Name, number>>): void {
    const to = this.#words();
    this.#names.forEach((name, place) => {
      to[place] = words[name] ?? 0;
    });
  }

  /** Reads a word that threads may be writing. */
  read(name: Name): number {
    return Atomics.load(this.#words(), this.#names.indexOf(name));
  }

  /** Writes a word that threads may be reading. */
  write(name: Name, value: number): void {
    Atomics.store(this.#words(), this.#names.indexOf(name), value);
  }

  #words(): Int32Array {
    return this.#arena.integers(this.address, this.#names.length);
  }
}
