/**
 * One sequence through a network, in the calling thread: the sums of the kernels in their order,
 * each step rounded to 32 bits.
 */
import { sigmoidFloat, tanhFloat } from "./floats.js";
import {
  type Activation,
  hasDecoder,
  hasEncoder,
  type LayerShape,
  type LayerWeights,
  type NetworkShape,
  outputsOf,
} from "./shape.js";

const { fround } = Math;

/** Adds inputs times a matrix to sums. */
function addProduct(sums: Float32Array, inputs: Float32Array, matrix: Float32Array): void {
  const width = sums.length;
  for (let k = 0; k < inputs.length; k++) {
    const a = inputs[k]!;
    const row = k * width;
    for (let n = 0; n < width; n++) sums[n] = sums[n]! + fround(a * matrix[row + n]!);
  }
}

function activated(value: number, activation: Activation): number {
  if (activation === "relu") return value > 0 ? value : 0;
  return activation === "tanh" ? tanhFloat(value) : value;
}

function dense(layer: LayerShape, weights: LayerWeights, inputs: Float32Array): Float32Array {
  const sums = weights.bias.slice();
  addProduct(sums, inputs, weights.kernel);
  return sums.map((value) => activated(value, layer.activation));
}

/** An LSTM under way. */
class LstmState {
  state: Float32Array;
  readonly #cells: Float32Array;
  readonly #layer: LayerShape;
  readonly #weights: LayerWeights;
  #begun = false;

  constructor(layer: LayerShape, weights: LayerWeights, state: Float32Array) {
    this.#layer = layer;
    this.#weights = weights;
    this.state = state;
    this.#cells = new Float32Array(layer.units);
  }

  step(inputs: Float32Array): void {
    const { units } = this.#layer;
    const { kernel, recurrent, bias } = this.#weights;
    const z = bias.slice(0, outputsOf(this.#layer));
    addProduct(z, inputs, kernel);
    // An encoder begins with a state of zeros, which adds nothing.
    if (this.#begun || inputs.length === 0) addProduct(z, this.state, recurrent);
    this.#begun = true;
    const cells = this.#cells;
    this.state = this.state.map((_, unit) => {
      const i = sigmoidFloat(z[unit]!);
      const f = sigmoidFloat(z[units + unit]!);
      const g = tanhFloat(z[2 * units + unit]!);
      const o = sigmoidFloat(z[3 * units + unit]!);
      const cell = fround(fround(f * cells[unit]!) + fround(i * g));
      cells[unit] = cell;
      return fround(o * tanhFloat(cell));
    });
  }
}

const NO_INPUTS = new Float32Array(0);

/**
 * Outputs of a network for one sequence.
 * @param rows scaled rows of the sequence, the first one first; at least one
 * @returns outputs; with a decoder one array a step, the last row's first
 */
export function forwardOne(
  shape: NetworkShape,
  weights: readonly LayerWeights[],
  rows: readonly Float32Array[],
): Float32Array[] {
  const { layers } = shape;
  const [encodes, decodes] = [hasEncoder(shape), hasDecoder(shape)];
  let values = rows.at(-1)!;
  if (encodes) {
    const encoder = new LstmState(layers[0]!, weights[0]!, new Float32Array(layers[0]!.units));
    for (const row of rows) encoder.step(row);
    values = encoder.state;
  }
  const last = layers.length - 1;
  for (let place = encodes ? 1 : 0; place < (decodes ? last - 1 : last); place++) {
    values = dense(layers[place]!, weights[place]!, values);
  }
  if (!decodes) return [dense(layers[last]!, weights[last]!, values)];
  const decoder = new LstmState(layers[last - 1]!, weights[last - 1]!, values);
  return rows.map(() => {
    decoder.step(NO_INPUTS);
    return dense(layers[last]!, weights[last]!, decoder.state);
  });
}

/**
 * Squared differences from what the network makes of a sequence.
 * @param rows as in forwardOne
 * @param outputs of forwardOne
 * @returns rows × columns, row-major, in the order of the rows
 */
export function squaredErrors(
  rows: readonly Float32Array[],
  outputs: readonly Float32Array[],
): Float32Array {
  const width = outputs[0]!.length;
  const squares = new Float32Array(rows.length * width);
  rows.forEach((row, place) => {
    const output = outputs[rows.length - 1 - place]!;
    for (let j = 0; j < width; j++) {
      const apart = fround(output[j]! - row[j]!);
      squares[place * width + j] = fround(apart * apart);
    }
  });
  return squares;
}

/** Mean of each column's squared differences; the last row's are added first, as in the kernels. */
export function reconstructionErrors(squares: Float32Array, width: number): Float32Array {
  const errors = new Float32Array(width);
  for (let from = squares.length - width; from >= 0; from -= width) {
    for (let j = 0; j < width; j++) errors[j] = errors[j]! + squares[from + j]!;
  }
  return errors.map((sum) => sum / (squares.length / width));
}
