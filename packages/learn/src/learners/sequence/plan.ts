/** Where everything of a network stands in the memory of the kernels. */

import { activationConstants } from "./floats.js";
import { exampleWords, layerWords, networkNumbers, networkWords } from "./network-memory.js";
import {
  hasDecoder,
  hasEncoder,
  type LayerShape,
  type NetworkShape,
  packedLength,
  padded,
  paddedSizes,
} from "./shape.js";

/** Floats of weights that a thread takes at a time: BLOCK of assembly/network.ts. */
const BLOCK = 1024;
/** Bytes of a chunk's own words at the start of an area. */
const CHUNK_BYTES = 64;
/** Examples that are computed together by one thread, and what they may take. */
const CHUNK_ROWS = 32;
const LEAST_CHUNK_ROWS = 8;
const MOST_AREA_BYTES = 64 * 1024 * 1024;

/** How large everything is. */
export interface NetworkSizes {
  readonly shape: NetworkShape;
  readonly threads: number;
  /** Steps of the longest sequence. */
  readonly longest: number;
  /** Rows that examples are made of, and examples. */
  readonly rows: number;
  readonly examples: number;
  /** Of those that are watched; 0 without. */
  readonly validationRows: number;
  readonly validationExamples: number;
  /** Examples of a batch; 0 where nothing is trained. */
  readonly batchSize: number;
  readonly epochs: number;
}

/** Places of a layer in a thread's area, see assembly/network-plan.ts. */
export interface PlannedLayer {
  readonly weightsAt: number;
  readonly transposed: number;
  readonly skip: number;
  readonly inputAt: number;
  readonly productAt: number;
  readonly cellAt: number;
  readonly tanhAt: number;
}

/** Places of a set of examples. */
export interface PlannedExamples {
  readonly words: number;
  readonly matrix: number;
  readonly ends: number;
  readonly lengths: number;
  readonly target: number;
  readonly weight: number;
  readonly order: number;
}

/** Addresses of a network's parts. */
export interface NetworkPlan {
  readonly sizes: NetworkSizes;
  readonly chunkRows: number;
  readonly weightCount: number;
  readonly words: number;
  readonly numbers: number;
  readonly layerTable: number;
  readonly layers: readonly PlannedLayer[];
  readonly weights: number;
  readonly moments: number;
  readonly gradients: number;
  readonly best: number;
  readonly partials: number;
  readonly chunkLosses: number;
  readonly losses: number;
  readonly sorted: number;
  readonly buckets: number;
  readonly scores: number;
  readonly constants: number;
  readonly areas: number;
  readonly areaBytes: number;
  readonly pullOneAt: number;
  readonly pullTwoAt: number;
  readonly pullCellAt: number;
  readonly activeAt: number;
  readonly training: PlannedExamples;
  readonly validation: PlannedExamples | undefined;
}

/** Hands out memory; see Arena. */
export type Allocate = (bytes: number) => number;

/** Whether gradients go to a layer's inputs, and from which one on. */
function wantsPull(place: number, { kind, inputs }: LayerShape) {
  if (place > 0) return { pulls: true, skip: 0 };
  return kind === "lstm" ? { pulls: true, skip: padded(inputs) } : { pulls: false, skip: 0 };
}

/** A thread's area for chunks of so many rows. */
function planArea(shape: NetworkShape, longest: number, rows: number) {
  let bytes = CHUNK_BYTES;
  const take = (floats: number): number => {
    const at = bytes;
    bytes += Math.ceil((4 * floats + 64) / 64) * 64;
    return at;
  };
  const activeAt = take(longest);
  const decodes = hasDecoder(shape);
  const places = shape.layers.map(() => ({ inputAt: 0, productAt: 0, cellAt: 0, tanhAt: 0 }));
  shape.layers.forEach((layer, place) => {
    const own = places[place]!;
    const { inputs, outputs, units } = paddedSizes(layer);
    const lstm = layer.kind === "lstm";
    const isLast = place === shape.layers.length - 1;
    const steps = lstm || (isLast && decodes) ? longest : 1;
    const states = places[place - 1];
    // The last layer of a decoder reads its states where they stand: after its steps.
    own.inputAt =
      isLast && decodes
        ? states!.inputAt + 4 * rows * inputs
        : take(rows * inputs * (lstm ? steps + 1 : 1));
    own.productAt = take(rows * outputs * steps);
    if (!lstm) return;
    own.cellAt = take(rows * units * (steps + 1));
    own.tanhAt = take(rows * units * steps);
  });
  const widest = Math.max(...shape.layers.map((layer) => paddedSizes(layer).inputs));
  const pulls = { pullOneAt: take(rows * widest), pullTwoAt: take(rows * widest) };
  const pullCellAt = take(rows * widest);
  return { places, activeAt, ...pulls, pullCellAt, bytes };
}

/** Rows of a chunk: fewer where sequences are long, whatever the number of threads. */
function areaFor(shape: NetworkShape, longest: number) {
  let rows = CHUNK_ROWS;
  let area = planArea(shape, longest, rows);
  while (rows > LEAST_CHUNK_ROWS && area.bytes > MOST_AREA_BYTES) {
    rows /= 2;
    area = planArea(shape, longest, rows);
  }
  return { rows, area };
}

function planExamples(
  allocate: Allocate,
  width: number,
  rows: number,
  examples: number,
): PlannedExamples {
  const list = () => allocate(4 * examples);
  return {
    words: allocate(4 * exampleWords.length),
    matrix: allocate(4 * rows * width),
    ends: list(),
    lengths: list(),
    target: list(),
    weight: list(),
    order: list(),
  };
}

function planLayers(allocate: Allocate, shape: NetworkShape, area: ReturnType<typeof planArea>) {
  let weightsAt = 0;
  return shape.layers.map((layer, place): PlannedLayer => {
    const { pulls, skip } = wantsPull(place, layer);
    const { inputs, outputs } = paddedSizes(layer);
    const transposed = pulls ? allocate(4 * (inputs - skip) * outputs) : 0;
    const planned = { ...area.places[place]!, weightsAt, transposed, skip };
    weightsAt += 4 * packedLength(layer);
    return planned;
  });
}

/**
 * Lays out a network.
 * @param allocate hands out addresses
 */
export function planNetwork(allocate: Allocate, sizes: NetworkSizes): NetworkPlan {
  const { shape, threads, longest, batchSize, epochs, examples, validationExamples } = sizes;
  const width = padded(shape.columns);
  const { rows: chunkRows, area } = areaFor(shape, longest);
  const weightCount = shape.layers.reduce((sum, layer) => sum + packedLength(layer), 0);
  const trains = batchSize > 0;
  const batch = Math.min(batchSize, examples);
  const chunks = Math.ceil(batch / chunkRows);
  const weights = (times: number) => allocate(4 * weightCount * times);
  const { places: _, bytes: areaBytes, ...areaPlaces } = area;
  return {
    sizes,
    chunkRows,
    weightCount,
    words: allocate(4 * networkWords.length),
    numbers: allocate(8 * networkNumbers.length),
    layerTable: allocate(4 * layerWords.length * shape.layers.length),
    layers: planLayers(trains ? allocate : () => 0, shape, area),
    weights: weights(1),
    moments: weights(trains ? 2 : 0),
    gradients: weights(chunks),
    best: weights(validationExamples > 0 ? 1 : 0),
    partials: allocate(8 * Math.ceil(weightCount / BLOCK)),
    chunkLosses: allocate(8 * (chunks + Math.ceil(validationExamples / chunkRows))),
    losses: allocate(16 * epochs),
    sorted: allocate(4 * batch),
    buckets: allocate(4 * (longest + 2)),
    scores: allocate(trains ? 0 : 4 * examples * width),
    constants: allocate(16 * activationConstants.length),
    areas: allocate(areaBytes * threads),
    areaBytes,
    ...areaPlaces,
    training: planExamples(allocate, width, sizes.rows, examples),
    validation:
      validationExamples > 0
        ? planExamples(allocate, width, sizes.validationRows, validationExamples)
        : undefined,
  };
}

/** Bytes that a network will take. */
export function plannedBytes(sizes: NetworkSizes): number {
  let total = 64;
  planNetwork((bytes) => {
    total += Math.ceil(bytes / 64) * 64 + 64;
    return 0;
  }, sizes);
  return total;
}

/** Whether a network begins, and ends, with an LSTM, as words. */
export function lstmWords(shape: NetworkShape): { encoder: number; decoder: number } {
  return { encoder: hasEncoder(shape) ? 1 : 0, decoder: hasDecoder(shape) ? 1 : 0 };
}
