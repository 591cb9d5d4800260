/** The plans of kernels in shared memory, as assembly/ reads them: words of 4 bytes, by name. */
import type { Arena } from "../../kernels/index.js";

/** The words of assembly/als-plan.ts, in their order. */
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

/** The words of assembly/als-top.ts. */
export const topWords = [
  "stop",
  "next",
  "parts",
  "rows",
  "columns",
  "width",
  "most",
  "factors",
  "tiles",
  "starts",
  "excluded",
  "places",
  "scores",
  "scratch",
  "scratchBytes",
] as const;

/** The words of assembly/bpr.ts. */
export const bprWords = [
  "stop",
  "next",
  "parts",
  "phase",
  "blocks",
  "round",
  "sweep",
  "seedLow",
  "seedHigh",
  "width",
  "bias",
  "rate",
  "keep",
  "bounds",
  "starts",
  "indices",
  "pairs",
  "pairStarts",
  "pool",
  "poolSize",
  "negatives",
  "negativeStarts",
  "users",
  "items",
  "results",
] as const;

/** The words of assembly/sparse-top.ts. */
export const sparseTopWords = [
  "stop",
  "next",
  "parts",
  "bounds",
  "leftStarts",
  "leftIndices",
  "leftValues",
  "rightStarts",
  "rightIndices",
  "rightValues",
  "columns",
  "excludedStarts",
  "excluded",
  "allowed",
  "most",
  "byColumn",
  "outStarts",
  "outCounts",
  "outColumns",
  "outValues",
  "scratch",
  "scratchBytes",
] as const;

/** Values of some words. */
export type WordValues<Name extends string> = Partial<Record<Name, number>>;

/** A plan in a session's memory. */
export class PlanWords<Name extends string> {
  readonly address: number;
  readonly #arena: Arena;
  readonly #places: ReadonlyMap<string, number>;

  /** Makes room for the words, all 0. */
  constructor(arena: Arena, names: readonly Name[]) {
    this.#arena = arena;
    this.#places = new Map(names.map((name, place) => [name, place]));
    this.address = arena.allocate(4 * names.length);
    arena.integers(this.address, names.length).fill(0);
  }

  /** Sets whole numbers and addresses by name, while no thread works. */
  set(words: WordValues<Name>): void {
    const to = this.#arena.integers(this.address, this.#places.size);
    for (const [name, value] of Object.entries(words)) {
      to[this.#places.get(name)!] = value as number;
    }
  }

  /** Sets floats by name, while no thread works. */
  setFloats(words: WordValues<Name>): void {
    const to = this.#arena.floats(this.address, this.#places.size);
    for (const [name, value] of Object.entries(words)) {
      to[this.#places.get(name)!] = value as number;
    }
  }
}

/** Copies an array into a session's memory. @returns its address */
export function putInto(arena: Arena, values: Int32Array | Float32Array | Uint8Array): number {
  const address = arena.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  arena.bytes(address, values.byteLength).set(bytes);
  return address;
}
