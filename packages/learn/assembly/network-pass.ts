/** One chunk of examples through a network, forward and back. A chunk is one thread's alone. */
import { lstmGates, lstmGatesBack } from "./lstm";
import { activate, activateBack, drop } from "./network-activations";
import { Examples, isStopping, Layer, layerOf, lengthOf, Network, numbersOf } from "./network-plan";
import { layerBack, layerForward, layerGradients } from "./network-products";
import { saltOf } from "./random";

/** Streams of random words for dropout are numbered from here, one a layer. */
const DROP_PURPOSE = 32;

/** A chunk: which examples, in order of falling length, and who computes it. */
// @ts-ignore: decorator
@unmanaged
export class Chunk {
  area: usize;
  examples: usize;
  /** Numbers of its examples. */
  ids: usize;
  rows: i32;
  /** Number of its first example in the batch. */
  first: i32;
  /** Length of the longest. */
  steps: i32;
  /** 1 in training: outputs are dropped. */
  drops: i32;
}

// @ts-ignore: decorator
@inline
function slot(net: Network, from: usize, place: i32, width: i32): usize {
  return from + ((<usize>place * <usize>net.chunkRows * <usize>width) << 2);
}

// @ts-ignore: decorator
@inline
function idOf(chunk: Chunk, row: i32): usize {
  return <usize>load<u32>(chunk.ids + (<usize>row << 2));
}

/** Rows under way at a step of the encoder; all end at the last one. */
// @ts-ignore: decorator
@inline
function activeAt(net: Network, chunk: Chunk, step: i32): i32 {
  return step < 0 ? 0 : load<i32>(chunk.area + net.activeAt + (<usize>step << 2));
}

/** Rows of which the decoder still gives a step; it goes from the last one back. */
export function decoded(net: Network, chunk: Chunk, step: i32): i32 {
  return net.decoder == 0 ? chunk.rows : activeAt(net, chunk, chunk.steps - 1 - step);
}

function countActive(net: Network, chunk: Chunk): void {
  const examples = changetype<Examples>(chunk.examples);
  const steps = lengthOf(examples, idOf(chunk, 0));
  chunk.steps = steps;
  let row = 0;
  for (let step = 0; step < steps; step++) {
    while (row < chunk.rows && lengthOf(examples, idOf(chunk, row)) >= steps - step) row++;
    store<i32>(chunk.area + net.activeAt + (<usize>step << 2), row);
  }
}

function zeroPanels(from: usize, units: i32, stride: i32, first: i32, end: i32): void {
  for (let unit = 0; unit < units; unit += 8, from += <usize>stride << 5) {
    memory.fill(from + (<usize>first << 5), 0, <usize>(end - first) << 5);
  }
}

/** Copies a row of each sequence to where a layer takes its inputs. */
function gather(net: Network, chunk: Chunk, a: usize, apart: usize, rows: i32, back: i32): void {
  const examples = changetype<Examples>(chunk.examples);
  const bytes = <usize>net.width << 2;
  for (let row = 0; row < rows; row++, a += apart) {
    const end = <usize>load<u32>(examples.ends + (idOf(chunk, row) << 2)) - <usize>back;
    memory.copy(a, examples.matrix + end * bytes, bytes);
  }
}

/** Inputs of an LSTM's step that are not all 0: an encoder begins with a state of zeros. */
// @ts-ignore: decorator
@inline
function usedInputs(layer: Layer, step: i32): i32 {
  const own = layer.inputs - layer.units;
  return step == 0 && own > 0 ? own : layer.inputs;
}

/** One step of an LSTM. */
function stepForward(net: Network, layer: Layer, area: usize, step: i32, rows: i32): void {
  const inputs = layer.inputs;
  const units = layer.units;
  const a = slot(net, area + layer.inputAt, step, inputs);
  const z = slot(net, area + layer.productAt, step, layer.outputs);
  layerForward(layer, net.weights, a, usedInputs(layer, step), z, rows, net.chunkRows);
  const after = slot(net, area + layer.inputAt, step + 1, inputs);
  lstmGates(
    z, slot(net, area + layer.cellAt, step, units),
    slot(net, area + layer.cellAt, step + 1, units), slot(net, area + layer.tanhAt, step, units),
    after + (<usize>(inputs - units) << 2), <usize>inputs << 2, rows, net.chunkRows, units,
    net.constants);
}

// @ts-ignore: decorator
@inline
function saltFor(net: Network, place: i32): u32 {
  return saltOf(net.seedLow, net.seedHigh, DROP_PURPOSE + place, net.batchesDone);
}

/** Drops outputs of a layer, or their gradients: the same ones. */
function dropSome(net: Network, chunk: Chunk, place: i32, values: usize): void {
  const layer = layerOf(net, place);
  if (chunk.drops == 0 || layer.drops == 0 || net.dropCut == 0) return;
  const scale = <f32>numbersOf(net).dropScale;
  drop(values, chunk.rows, layer.units, saltFor(net, place), chunk.first, net.dropCut, scale);
}

/** From the rows of sequences to the last state. */
function encode(net: Network, chunk: Chunk): void {
  const layer = layerOf(net, 0);
  const area = chunk.area;
  const units = layer.units;
  const apart = <usize>layer.inputs << 2;
  for (let step = 0; step < chunk.steps; step++) {
    if (isStopping(net)) return;
    const before = activeAt(net, chunk, step - 1);
    const rows = activeAt(net, chunk, step);
    const a = slot(net, area + layer.inputAt, step, layer.inputs);
    for (let row = before; row < rows; row++) {
      memory.fill(a + <usize>row * apart + (<usize>net.width << 2), 0, <usize>units << 2);
    }
    zeroPanels(slot(net, area + layer.cellAt, step, units), units, net.chunkRows, before, rows);
    gather(net, chunk, a, apart, rows, chunk.steps - 1 - step);
    stepForward(net, layer, area, step, rows);
  }
  const last = slot(net, area + layer.inputAt, chunk.steps, layer.inputs);
  const to = area + layerOf(net, 1).inputAt;
  const bytes = <usize>units << 2;
  for (let row: usize = 0; row < <usize>chunk.rows; row++) {
    memory.copy(to + row * bytes, last + row * apart + (<usize>net.width << 2), bytes);
  }
  dropSome(net, chunk, 0, to);
}

/** From a first state to those after each step, the last row of a sequence first. */
function decode(net: Network, chunk: Chunk): void {
  const layer = layerOf(net, net.layerCount - 2);
  const cells = chunk.area + layer.cellAt;
  zeroPanels(cells, layer.units, net.chunkRows, 0, chunk.rows);
  for (let step = 0; step < chunk.steps; step++) {
    if (isStopping(net)) return;
    stepForward(net, layer, chunk.area, step, decoded(net, chunk, step));
  }
}

/** First and last + 1 of the dense layers that have an activation. */
// @ts-ignore: decorator
@inline
function denseEnd(net: Network): i32 {
  return net.layerCount - 1 - net.decoder;
}

/** Steps that the last layer gives outputs for. */
// @ts-ignore: decorator
@inline
export function outputSteps(net: Network, chunk: Chunk): i32 {
  return net.decoder == 0 ? 1 : chunk.steps;
}

/** What the last layer gives for a step: panels. */
// @ts-ignore: decorator
@inline
export function outputsAt(net: Network, chunk: Chunk, step: i32): usize {
  const layer = layerOf(net, net.layerCount - 1);
  return slot(net, chunk.area + layer.productAt, step, layer.outputs);
}

/** All layers of a chunk; the last one's products stand at outputsAt. */
export function forwardPass(net: Network, chunk: Chunk): void {
  const area = chunk.area;
  const stride = net.chunkRows;
  countActive(net, chunk);
  if (net.encoder != 0) encode(net, chunk);
  else gather(net, chunk, area + layerOf(net, 0).inputAt, <usize>net.width << 2, chunk.rows, 0);
  for (let place = net.encoder; place < denseEnd(net); place++) {
    const layer = layerOf(net, place);
    const z = area + layer.productAt;
    const to = area + layerOf(net, place + 1).inputAt;
    layerForward(layer, net.weights, area + layer.inputAt, layer.inputs, z, chunk.rows, stride);
    activate(z, to, chunk.rows, stride, layer.units, layer.activation, net.constants);
    dropSome(net, chunk, place, to);
  }
  if (net.decoder != 0) decode(net, chunk);
  const last = layerOf(net, net.layerCount - 1);
  for (let step = 0; step < outputSteps(net, chunk); step++) {
    const a = slot(net, area + last.inputAt, step, last.inputs);
    const z = outputsAt(net, chunk, step);
    layerForward(last, net.weights, a, last.inputs, z, decoded(net, chunk, step), stride);
  }
}

/** Gradients of a layer's weights, and where they are wanted of its inputs. */
function pullBack(
  net: Network, layer: Layer, gradients: usize, a: usize, used: i32, z: usize, rows: i32,
  pull: usize, pulled: i32,
): void {
  layerGradients(layer, gradients, a, used, z, rows, net.chunkRows);
  if (pulled > 0) layerBack(layer, z, pull, pulled, net.chunkRows);
}

/** One step of an LSTM back; `pull` holds gradients of its state, and then of the state before. */
function stepBack(
  net: Network, chunk: Chunk, layer: Layer, gradients: usize, step: i32, rows: i32, before: i32,
): void {
  const area = chunk.area;
  const units = layer.units;
  const pull = area + net.pullOneAt;
  const z = slot(net, area + layer.productAt, step, layer.outputs);
  lstmGatesBack(
    z, slot(net, area + layer.cellAt, step, units), slot(net, area + layer.tanhAt, step, units),
    pull, area + net.pullCellAt, rows, net.chunkRows, units);
  memory.fill(pull, 0, (<usize>rows * <usize>units) << 2);
  const a = slot(net, area + layer.inputAt, step, layer.inputs);
  pullBack(net, layer, gradients, a, usedInputs(layer, step), z, rows, pull, before);
}

/** Back through decoder and last layer; leaves the gradients of the first state. */
function decodeBack(net: Network, chunk: Chunk, gradients: usize): void {
  const last = layerOf(net, net.layerCount - 1);
  const layer = layerOf(net, net.layerCount - 2);
  const area = chunk.area;
  const pull = area + net.pullOneAt;
  memory.fill(pull, 0, (<usize>chunk.rows * <usize>layer.units) << 2);
  zeroPanels(area + net.pullCellAt, layer.units, net.chunkRows, 0, chunk.rows);
  for (let step = chunk.steps - 1; step >= 0; step--) {
    if (isStopping(net)) return;
    const rows = decoded(net, chunk, step);
    const a = slot(net, area + last.inputAt, step, last.inputs);
    const z = outputsAt(net, chunk, step);
    pullBack(net, last, gradients, a, last.inputs, z, rows, pull, rows);
    stepBack(net, chunk, layer, gradients, step, rows, rows);
  }
}

function encodeBack(net: Network, chunk: Chunk, gradients: usize): void {
  const layer = layerOf(net, 0);
  zeroPanels(chunk.area + net.pullCellAt, layer.units, net.chunkRows, 0, chunk.rows);
  for (let step = chunk.steps - 1; step >= 0; step--) {
    if (isStopping(net)) return;
    const rows = activeAt(net, chunk, step);
    stepBack(net, chunk, layer, gradients, step, rows, activeAt(net, chunk, step - 1));
  }
}

/**
 * Back through all layers; the gradients of the last products stand at outputsAt.
 * @param gradients weights and biases of all layers; added to
 */
export function backwardPass(net: Network, chunk: Chunk, gradients: usize): void {
  const area = chunk.area;
  const rows = chunk.rows;
  const pull = area + net.pullOneAt;
  const other = area + net.pullTwoAt;
  if (net.decoder != 0) decodeBack(net, chunk, gradients);
  else {
    const last = layerOf(net, net.layerCount - 1);
    memory.fill(pull, 0, (<usize>rows * <usize>last.inputs) << 2);
    const wanted = last.transposed != 0 ? rows : 0;
    const z = outputsAt(net, chunk, 0);
    const a = area + last.inputAt;
    pullBack(net, last, gradients, a, last.inputs, z, rows, pull, wanted);
  }
  for (let place = denseEnd(net) - 1; place >= net.encoder; place--) {
    if (isStopping(net)) return;
    const layer = layerOf(net, place);
    const z = area + layer.productAt;
    dropSome(net, chunk, place, pull);
    const outputs = area + layerOf(net, place + 1).inputAt;
    activateBack(pull, outputs, z, rows, net.chunkRows, layer.units, layer.activation);
    memory.fill(other, 0, (<usize>rows * <usize>layer.inputs) << 2);
    const wanted = layer.transposed != 0 ? rows : 0;
    const a = area + layer.inputAt;
    pullBack(net, layer, gradients, a, layer.inputs, z, rows, other, wanted);
    memory.copy(pull, other, (<usize>rows * <usize>layer.inputs) << 2);
  }
  if (net.encoder == 0) return;
  dropSome(net, chunk, 0, pull);
  encodeBack(net, chunk, gradients);
}
