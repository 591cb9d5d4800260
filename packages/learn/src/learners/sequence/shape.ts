/** What a network is made of, and how its weights stand in the memory of the kernels. */

/** What a dense layer does with its sums. */
export type Activation = "linear" | "relu" | "tanh";

/** One layer. */
export interface LayerShape {
  /** Unique in its network; its tensors are named after it. */
  readonly name: string;
  readonly kind: "dense" | "lstm";
  /** Inputs, of an LSTM those of a step; 0 for a decoder, which has its state alone. */
  readonly inputs: number;
  readonly units: number;
  /** Of a dense layer. */
  readonly activation: Activation;
  /** Whether some of its outputs are set to 0 in training. */
  readonly drops: boolean;
}

/**
 * Layers in the order: LSTM encoder (or none), dense layers with activations, LSTM decoder (or
 * none), one dense layer without activation.
 */
export interface NetworkShape {
  /** Columns of a row. */
  readonly columns: number;
  readonly layers: readonly LayerShape[];
  readonly loss: "logistic" | "squared" | "reconstruction";
}

/** Weights of a layer; row-major, of an LSTM the gates in the order i, f, g, o, as in Keras. */
export interface LayerWeights {
  /** Inputs × outputs. */
  readonly kernel: Float32Array;
  /** Units × outputs, of an LSTM; else empty. */
  readonly recurrent: Float32Array;
  /** One an output. */
  readonly bias: Float32Array;
}

/** Whether sequences are read by an LSTM first. */
export function hasEncoder({ layers }: NetworkShape): boolean {
  return layers[0]?.kind === "lstm";
}

/** Whether an LSTM gives one output after the other. */
export function hasDecoder({ layers }: NetworkShape): boolean {
  return layers.length > 1 && layers.at(-2)?.kind === "lstm" && layers.at(-2)?.inputs === 0;
}

/** Outputs of the product of a layer. */
export function outputsOf({ kind, units }: LayerShape): number {
  return kind === "lstm" ? 4 * units : units;
}

/** Number of weights of a network, biases included. */
export function weightCount({ layers }: NetworkShape): number {
  return layers.reduce((sum, layer) => {
    const states = layer.kind === "lstm" ? layer.units : 0;
    return sum + (layer.inputs + states + 1) * outputsOf(layer);
  }, 0);
}

/** The kernels take columns eight at a time. */
export function padded(width: number): number {
  return Math.ceil(width / 8) * 8;
}

/** Rows and columns of a layer's product as the kernels see it. */
export function paddedSizes({ kind, inputs, units }: LayerShape) {
  const gates = kind === "lstm" ? 4 : 1;
  const states = kind === "lstm" ? padded(units) : 0;
  return {
    inputs: padded(inputs) + states,
    outputs: gates * padded(units),
    units: padded(units),
    states,
  };
}

/** Floats of a layer in the memory of the kernels. */
export function packedLength(layer: LayerShape): number {
  const { inputs, outputs } = paddedSizes(layer);
  return (inputs + 1) * outputs;
}

type Visit = (part: keyof LayerWeights, natural: number, packed: number) => void;

/** Visits every weight with its place in its tensor and in the memory of the kernels. */
function eachWeight(layer: LayerShape, visit: Visit): void {
  const { inputs, units, kind } = layer;
  const sizes = paddedSizes(layer);
  const outputs = outputsOf(layer);
  const states = kind === "lstm" ? units : 0;
  for (let n = 0; n < outputs; n++) {
    const column = Math.floor(n / units) * sizes.units + (n % units);
    const panel = (column >> 3) * sizes.inputs * 8 + (column & 7);
    for (let k = 0; k < inputs; k++) visit("kernel", k * outputs + n, panel + 8 * k);
    const first = panel + 8 * padded(inputs);
    for (let k = 0; k < states; k++) visit("recurrent", k * outputs + n, first + 8 * k);
    visit("bias", n, sizes.inputs * sizes.outputs + column);
  }
}

/** Empty tensors of a layer. */
export function zeroWeights(layer: LayerShape): LayerWeights {
  const outputs = outputsOf(layer);
  return {
    kernel: new Float32Array(layer.inputs * outputs),
    recurrent: new Float32Array(layer.kind === "lstm" ? layer.units * outputs : 0),
    bias: new Float32Array(outputs),
  };
}

/** All weights of a network as the kernels want them, layer by layer; what is padded is 0. */
export function packWeights(shape: NetworkShape, weights: readonly LayerWeights[]): Float32Array {
  const total = shape.layers.reduce((sum, layer) => sum + packedLength(layer), 0);
  const out = new Float32Array(total);
  let at = 0;
  shape.layers.forEach((layer, place) => {
    const from = weights[place]!;
    eachWeight(layer, (part, natural, packed) => {
      out[at + packed] = from[part][natural]!;
    });
    at += packedLength(layer);
  });
  return out;
}

/** The reverse of packWeights. */
export function unpackWeights(shape: NetworkShape, from: Float32Array): LayerWeights[] {
  let at = 0;
  return shape.layers.map((layer) => {
    const out = zeroWeights(layer);
    eachWeight(layer, (part, natural, packed) => {
      out[part][natural] = from[at + packed]!;
    });
    at += packedLength(layer);
    return out;
  });
}
