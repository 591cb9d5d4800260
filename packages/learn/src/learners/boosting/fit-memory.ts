/** The memory of a fit, as assembly/fit.ts reads it: whole numbers of 4 bytes, then doubles. */
import type { Arena } from "../../kernels/index.js";

/** Whole numbers and addresses, in their order. */
export const fitWords = [
  "barrierArrived",
  "barrierMeeting",
  "stop",
  "roundsDone",
  "bestRound",
  "finished",
  "threads",
  "rows",
  "columns",
  "stride",
  "rounds",
  "classes",
  "objective",
  "maxLeaves",
  "maxDepth",
  "minRows",
  "constrained",
  "mostCategories",
  "sampleCut",
  "treeColumns",
  "seedLow",
  "seedHigh",
  "wantLoss",
  "validationRows",
  "patience",
  "slots",
  "batch",
  "bigNode",
  "binRows",
  "binColumns",
  "columnGap",
  "binCounts",
  "categorical",
  "directions",
  "chosen",
  "treeRows",
  "treeStride",
  "target",
  "weight",
  "scores",
  "probabilities",
  "scoreGap",
  "gradients",
  "packed",
  "packedOther",
  "order",
  "orderOther",
  "flags",
  "chunkSums",
  "histograms",
  "partials",
  "nodes",
  "frontier",
  "freeSlots",
  "tasks",
  "leafSums",
  "threadArea",
  "threadBytes",
  "trees",
  "treeInfo",
  "treeTable",
  "losses",
  "validationBins",
  "validationTarget",
  "validationWeight",
  "validationScores",
  "validationProbabilities",
  "validationGap",
  "validationSums",
  "command",
  "taskCount",
  "taskNext",
  "nodeCount",
  "leafCount",
  "freeCount",
  "outCount",
  "inSample",
  "treeIndex",
  "treeBase",
] as const;

/** Doubles, in their order. */
export const fitDoubles = [
  "learningRate",
  "penalty",
  "minHessian",
  "minGain",
  "categoryPenalty",
  "categorySmoothing",
  "categoryRows",
  "trainingWeight",
  "validationWeightSum",
  "scaleG",
  "scaleH",
  "sumG",
  "sumH",
  "bestLoss",
] as const;

/** Name of a whole number or an address. */
export type FitWord = (typeof fitWords)[number];
/** Name of a double. */
export type FitDouble = (typeof fitDoubles)[number];

const wordPlaces = new Map<FitWord, number>(fitWords.map((name, place) => [name, place]));
const doublesAt = Math.ceil(fitWords.length / 2) * 8;
const fitBytes = doublesAt + 8 * fitDoubles.length;

/** The fields of a fit in a session's memory. */
export class FitMemory {
  readonly address: number;
  readonly #arena: Arena;

  /** Makes room for the fields, all 0. */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.address = arena.allocate(fitBytes);
    arena.bytes(this.address, fitBytes).fill(0);
  }

  /** Sets fields by name. */
  set(fields: Partial<Record<FitWord | FitDouble, number>>): void {
    const words = this.#arena.integers(this.address, fitWords.length);
    const doubles = this.#arena.doubles(this.address + doublesAt, fitDoubles.length);
    for (const [name, value] of Object.entries(fields)) {
      const place = wordPlaces.get(name as FitWord);
      if (place !== undefined) words[place] = value;
      else doubles[fitDoubles.indexOf(name as FitDouble)] = value;
    }
  }

  /** Reads a word that threads may be writing. */
  read(name: FitWord): number {
    const words = this.#arena.integers(this.address, fitWords.length);
    return Atomics.load(words, wordPlaces.get(name)!);
  }

  /** Writes a word that threads may be reading. */
  write(name: FitWord, value: number): void {
    const words = this.#arena.integers(this.address, fitWords.length);
    Atomics.store(words, wordPlaces.get(name)!, value);
  }
}
