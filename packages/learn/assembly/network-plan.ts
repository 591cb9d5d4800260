/**
 * What a neural network keeps in shared memory. The fields of Network, Layer and Examples and their
 * order stand once more in src/learners/sequence/network-memory.ts, and a test compares the two.
 *
 * Layers stand in the order: LSTM encoder (or none), dense layers, LSTM decoder (or none), the last
 * dense layer. Widths are padded to multiples of eight; what is padded is 0 and stays 0. Floats:
 * activations (A) are row-major; what a product gives (Z), weights and their gradients stand in
 * panels: eight columns next to each other for each row, then the next eight columns.
 */

// @ts-ignore: decorator
@unmanaged
export class Layer {
  /** Inputs, of an LSTM those of the step and then those of the state before. */
  inputs: i32;
  /** Outputs of the product: units, of an LSTM four times as many: i, f, g, o. */
  outputs: i32;
  units: i32;
  /** See activate(). */
  activation: i32;
  /** Bytes from the first weight to its own; the bias follows them. */
  weightsAt: i32;
  /** Transposed weights in panels, or 0 where no gradient goes to its inputs. */
  transposed: usize;
  /** First input that needs a gradient. */
  skip: i32;
  /** 1 where some of its outputs are set to 0 in training. */
  drops: i32;
  /** Places in a thread's area: A, Z, and of an LSTM the cells and their tanh, slot by slot. */
  inputAt: i32;
  productAt: i32;
  cellAt: i32;
  tanhAt: i32;
}

/** Sequences and what is to be learnt from them. */
// @ts-ignore: decorator
@unmanaged
export class Examples {
  /** Rows of standardised floats, those of a sequence one after the other. */
  matrix: usize;
  /** The last row of each example, and how many rows it has. */
  ends: usize;
  lengths: usize;
  target: usize;
  weight: usize;
  /** Numbers of examples in the order in which they are taken. */
  order: usize;
  count: i32;
}

// @ts-ignore: decorator
@unmanaged
export class Network {
  come: i32;
  meeting: i32;
  threads: i32;
  stop: i32;
  finished: i32;
  chunkNext: i32;
  chunks: i32;
  batchRows: i32;
  batchSize: i32;
  chunkRows: i32;
  width: i32;
  columns: i32;
  loss: i32;
  encoder: i32;
  decoder: i32;
  layerCount: i32;
  layers: usize;
  weights: usize;
  /** Number of floats. */
  weightCount: i32;
  moments: usize;
  gradients: usize;
  best: usize;
  partials: usize;
  chunkLosses: usize;
  numbers: usize;
  losses: usize;
  epochs: i32;
  epochsDone: i32;
  batchStart: i32;
  batchesDone: i32;
  patience: i32;
  bestEpoch: i32;
  seedLow: u32;
  seedHigh: u32;
  /** A random word below it drops an output; 0 = none. */
  dropCut: u32;
  areas: usize;
  areaBytes: i32;
  pullOneAt: i32;
  pullTwoAt: i32;
  pullCellAt: i32;
  activeAt: i32;
  training: usize;
  validation: usize;
  sorted: usize;
  buckets: usize;
  longest: i32;
  scores: usize;
  constants: usize;
}

/** Doubles of a network by their place. */
// @ts-ignore: decorator
@unmanaged
export class Numbers {
  learningRate: f64;
  clipNorm: f64;
  dropScale: f64;
  power1: f64;
  power2: f64;
  batchLoss: f64;
  bestLoss: f64;
}

// @ts-ignore: decorator
@inline
export function layerOf(net: Network, place: i32): Layer {
  return changetype<Layer>(net.layers + <usize>place * offsetof<Layer>());
}

// @ts-ignore: decorator
@inline
export function numbersOf(net: Network): Numbers {
  return changetype<Numbers>(net.numbers);
}

// @ts-ignore: decorator
@inline
export function isStopping(net: Network): bool {
  return atomic.load<i32>(changetype<usize>(net) + offsetof<Network>("stop")) != 0;
}

/** Length of an example. */
// @ts-ignore: decorator
@inline
export function lengthOf(examples: Examples, id: usize): i32 {
  return load<i32>(examples.lengths + (id << 2));
}
