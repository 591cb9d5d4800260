/** The network in doubles, forward and back, written plainly: what the kernels are held against. */
import { exp, log1p, sigmoid } from "../../foundation/index.js";
import { hasDecoder, hasEncoder, type LayerShape, type NetworkShape, outputsOf } from "./shape.js";

/** Weights or gradients of a layer. */
export interface LayerDoubles {
  readonly kernel: Float64Array;
  readonly recurrent: Float64Array;
  readonly bias: Float64Array;
}

/** One example: its rows, the first one first. */
export interface ReferenceExample {
  readonly rows: readonly Float64Array[];
  readonly target: number;
  readonly weight: number;
}

export const tanh = (x: number): number => 2 * sigmoid(2 * x) - 1;

function addProduct(sums: Float64Array, inputs: Float64Array, matrix: Float64Array): void {
  inputs.forEach((a, k) => {
    for (let n = 0; n < sums.length; n++) sums[n]! += a * matrix[k * sums.length + n]!;
  });
}

/** Adds to gradients of a matrix; @returns gradients of its inputs */
function productBack(
  inputs: Float64Array,
  matrix: Float64Array,
  pull: Float64Array,
  gradients: Float64Array,
): Float64Array {
  return inputs.map((a, k) => {
    let sum = 0;
    for (let n = 0; n < pull.length; n++) {
      gradients[k * pull.length + n]! += a * pull[n]!;
      sum += pull[n]! * matrix[k * pull.length + n]!;
    }
    return sum;
  });
}

function addTo(sums: Float64Array, values: Float64Array): void {
  values.forEach((value, i) => {
    sums[i]! += value;
  });
}

interface Step {
  readonly inputs: Float64Array;
  readonly before: Float64Array;
  readonly cellsBefore: Float64Array;
  readonly gates: Float64Array;
  readonly cells: Float64Array;
  readonly state: Float64Array;
}

function lstmStep(
  { units }: LayerShape,
  weights: LayerDoubles,
  inputs: Float64Array,
  before: Pick<Step, "state" | "cells">,
): Step {
  const gates = weights.bias.slice();
  addProduct(gates, inputs, weights.kernel);
  addProduct(gates, before.state, weights.recurrent);
  gates.forEach((z, n) => {
    gates[n] = Math.floor(n / units) === 2 ? tanh(z) : sigmoid(z);
  });
  const cells = before.cells.map(
    (cell, j) => gates[units + j]! * cell + gates[j]! * gates[2 * units + j]!,
  );
  const state = cells.map((cell, j) => gates[3 * units + j]! * tanh(cell));
  return { inputs, before: before.state, cellsBefore: before.cells, gates, cells, state };
}

/** Back through a step; @returns gradients of the state and the cells before it */
function lstmStepBack(
  weights: LayerDoubles,
  step: Step,
  pulls: Pick<Step, "state" | "cells">,
  gradients: LayerDoubles,
): Pick<Step, "state" | "cells"> {
  const units = step.state.length;
  const z = new Float64Array(4 * units);
  const cells = new Float64Array(units);
  for (let j = 0; j < units; j++) {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => step.gates[gate * units + j]!) as [
      number,
      number,
      number,
      number,
    ];
    const t = tanh(step.cells[j]!);
    const dh = pulls.state[j]!;
    const dc = pulls.cells[j]! + dh * o * (1 - t * t);
    cells[j] = dc * f;
    z[j] = dc * g * i * (1 - i);
    z[units + j] = dc * step.cellsBefore[j]! * f * (1 - f);
    z[2 * units + j] = dc * i * (1 - g * g);
    z[3 * units + j] = dh * t * o * (1 - o);
  }
  addTo(gradients.bias, z);
  productBack(step.inputs, weights.kernel, z, gradients.kernel);
  return { state: productBack(step.before, weights.recurrent, z, gradients.recurrent), cells };
}

/** Zeros of the sizes of a network. */
export function zeroDoubles({ layers }: NetworkShape): LayerDoubles[] {
  return layers.map((layer) => ({
    kernel: new Float64Array(layer.inputs * outputsOf(layer)),
    recurrent: new Float64Array(layer.kind === "lstm" ? layer.units * outputsOf(layer) : 0),
    bias: new Float64Array(outputsOf(layer)),
  }));
}

interface Trace {
  readonly encoded: readonly Step[];
  readonly dense: readonly { inputs: Float64Array; outputs: Float64Array }[];
  readonly decoded: readonly Step[];
  /** One a step that is decoded, else one. */
  readonly last: readonly { inputs: Float64Array; outputs: Float64Array }[];
}

function denseForward(layer: LayerShape, weights: LayerDoubles, inputs: Float64Array) {
  const outputs = weights.bias.slice();
  addProduct(outputs, inputs, weights.kernel);
  const act = { linear: (x: number) => x, relu: (x: number) => (x > 0 ? x : 0), tanh };
  return { inputs, outputs: outputs.map(act[layer.activation]) };
}

/** Forward. */
export function trace(
  shape: NetworkShape,
  weights: readonly LayerDoubles[],
  rows: readonly Float64Array[],
): Trace {
  const { layers } = shape;
  const [encodes, decodes] = [hasEncoder(shape), hasDecoder(shape)];
  const encoded: Step[] = [];
  const decoded: Step[] = [];
  const zeros = (units: number) => new Float64Array(units);
  let values = rows.at(-1)!;
  if (encodes) {
    let before: Pick<Step, "state" | "cells"> = {
      state: zeros(layers[0]!.units),
      cells: zeros(layers[0]!.units),
    };
    for (const row of rows) {
      const step = lstmStep(layers[0]!, weights[0]!, row, before);
      encoded.push(step);
      before = step;
    }
    values = before.state;
  }
  const last = layers.length - 1;
  const dense: { inputs: Float64Array; outputs: Float64Array }[] = [];
  for (let place = encodes ? 1 : 0; place < last - (decodes ? 1 : 0); place++) {
    dense.push(denseForward(layers[place]!, weights[place]!, values));
    values = dense.at(-1)!.outputs;
  }
  if (decodes) {
    let before: Pick<Step, "state" | "cells"> = { state: values, cells: zeros(values.length) };
    for (let step = 0; step < rows.length; step++) {
      const one = lstmStep(layers[last - 1]!, weights[last - 1]!, zeros(0), before);
      decoded.push(one);
      before = one;
    }
  }
  const states = decodes ? decoded.map(({ state }) => state) : [values];
  const outputs = states.map((state) => denseForward(layers[last]!, weights[last]!, state));
  return { encoded, dense, decoded, last: outputs };
}

/** Loss of one example, and its gradients by the outputs of each step. */
function lossOf({ loss }: NetworkShape, example: ReferenceExample, outputs: Float64Array[]) {
  const { rows, target, weight } = example;
  if (loss === "reconstruction") {
    const pulls = outputs.map((output, step) => {
      const row = rows[rows.length - 1 - step]!;
      return output.map((value, j) => value - row[j]!);
    });
    const scale = weight / (outputs.length * outputs[0]!.length);
    const sum = pulls.reduce((all, pull) => all + pull.reduce((s, d) => s + d * d, 0), 0);
    return { loss: scale * sum, pulls: pulls.map((pull) => pull.map((d) => 2 * scale * d)) };
  }
  const z = outputs[0]![0]!;
  if (loss === "squared") {
    const d = z - target;
    return { loss: weight * d * d, pulls: [Float64Array.of(2 * weight * d)] };
  }
  const entropy = Math.max(z, 0) - z * target + log1p(exp(-Math.abs(z)));
  return { loss: weight * entropy, pulls: [Float64Array.of(weight * (sigmoid(z) - target))] };
}

function backOne(
  shape: NetworkShape,
  weights: readonly LayerDoubles[],
  { traced, pulls }: { traced: Trace; pulls: readonly Float64Array[] },
  gradients: readonly LayerDoubles[],
): void {
  const { layers } = shape;
  const [encodes, decodes] = [hasEncoder(shape), hasDecoder(shape)];
  const last = layers.length - 1;
  const lastBack = (step: number): Float64Array => {
    addTo(gradients[last]!.bias, pulls[step]!);
    const { inputs } = traced.last[step]!;
    return productBack(inputs, weights[last]!.kernel, pulls[step]!, gradients[last]!.kernel);
  };
  let pull: Float64Array;
  if (decodes) {
    const { units } = layers[last - 1]!;
    let both: Pick<Step, "state" | "cells"> = {
      state: new Float64Array(units),
      cells: new Float64Array(units),
    };
    for (let step = pulls.length - 1; step >= 0; step--) {
      addTo(both.state, lastBack(step));
      const own = traced.decoded[step]!;
      both = lstmStepBack(weights[last - 1]!, own, both, gradients[last - 1]!);
    }
    pull = both.state;
  } else pull = lastBack(0);
  const first = encodes ? 1 : 0;
  for (let place = first + traced.dense.length - 1; place >= first; place--) {
    const { inputs, outputs } = traced.dense[place - first]!;
    const { activation } = layers[place]!;
    const z = pull.map((value, n) => {
      const a = outputs[n]!;
      return activation === "relu" ? (a > 0 ? value : 0) : value * (1 - a * a);
    });
    addTo(gradients[place]!.bias, z);
    const { kernel } = gradients[place]!;
    pull = productBack(inputs, weights[place]!.kernel, z, kernel);
  }
  let both: Pick<Step, "state" | "cells"> = { state: pull, cells: new Float64Array(pull.length) };
  for (let step = traced.encoded.length - 1; step >= 0; step--) {
    const own = traced.encoded[step]!;
    both = lstmStepBack(weights[0]!, own, both, gradients[0]!);
  }
}

/** Mean loss over examples. */
export function meanLoss(
  shape: NetworkShape,
  weights: readonly LayerDoubles[],
  examples: readonly ReferenceExample[],
): number {
  const sum = examples.reduce((all, example) => {
    const outputs = trace(shape, weights, example.rows).last.map(({ outputs: values }) => values);
    return all + lossOf(shape, example, outputs).loss;
  }, 0);
  return sum / examples.length;
}

/** Mean loss over examples, and its gradients. */
export function lossAndGradients(
  shape: NetworkShape,
  weights: readonly LayerDoubles[],
  examples: readonly ReferenceExample[],
): { loss: number; gradients: LayerDoubles[] } {
  const gradients = zeroDoubles(shape);
  let sum = 0;
  for (const example of examples) {
    const traced = trace(shape, weights, example.rows);
    const outputs = traced.last.map(({ outputs: values }) => values);
    const { loss, pulls } = lossOf(shape, example, outputs);
    sum += loss;
    const share = pulls.map((pull) => pull.map((value) => value / examples.length));
    backOne(shape, weights, { traced, pulls: share }, gradients);
  }
  return { loss: sum / examples.length, gradients };
}
