/** Losses of a chunk's outputs, their gradients, and scores. */
import { exp2, log } from "./exp";
import { Chunk, decoded, outputsAt, outputSteps } from "./network-pass";
import { Examples, lengthOf, Network } from "./network-plan";

const LOGISTIC = 0;
const SQUARED = 1;

// @ts-ignore: decorator
@inline
function idOf(chunk: Chunk, row: i32): usize {
  return <usize>load<u32>(chunk.ids + (<usize>row << 2));
}

// @ts-ignore: decorator
@inline
function weightOf(examples: Examples, id: usize): f64 {
  return examples.weight == 0 ? 1 : <f64>load<f32>(examples.weight + (id << 2));
}

/** Loss of one output per example; @returns the sum over the chunk */
function singleLoss(net: Network, chunk: Chunk, share: f64): f64 {
  const examples = changetype<Examples>(chunk.examples);
  let sum: f64 = 0;
  let at = outputsAt(net, chunk, 0);
  for (let row = 0; row < chunk.rows; row++, at += 32) {
    const id = idOf(chunk, row);
    const z = <f64>load<f32>(at);
    const y = <f64>load<f32>(examples.target + (id << 2));
    const weight = weightOf(examples, id);
    let pull: f64;
    if (net.loss == LOGISTIC) {
      const e = f64x2.extract_lane(exp2(f64x2.splat(-min(abs(z), 708))), 0);
      const p = (z >= 0 ? 1 : e) / (1 + e);
      sum += weight * (max(z, 0) - z * y + log(1 + e));
      pull = p - y;
    } else {
      sum += weight * (z - y) * (z - y);
      pull = 2 * (z - y);
    }
    memory.fill(at, 0, 32);
    store<f32>(at, <f32>(pull * weight * share));
  }
  return sum;
}

/** Mean squared difference of outputs and inputs; @returns the sum over the chunk */
function reconstructionLoss(net: Network, chunk: Chunk, share: f64): f64 {
  const examples = changetype<Examples>(chunk.examples);
  const width = <usize>net.width << 2;
  const panelBytes = <usize>net.chunkRows << 5;
  let sum: f64 = 0;
  for (let step = 0; step < outputSteps(net, chunk); step++) {
    const z = outputsAt(net, chunk, step);
    const rows = decoded(net, chunk, step);
    for (let row = 0; row < rows; row++) {
      const id = idOf(chunk, row);
      const steps = net.decoder == 0 ? 1 : lengthOf(examples, id);
      const factor = weightOf(examples, id) / <f64>(steps * net.columns);
      const pull = f32x4.splat(<f32>(2 * factor * share));
      const end = <usize>load<u32>(examples.ends + (id << 2)) - <usize>step;
      const x = examples.matrix + end * width;
      let at = z + (<usize>row << 5);
      let squares = f32x4.splat(0);
      for (let j: usize = 0; j < width; j += 32, at += panelBytes) {
        const d0 = f32x4.sub(v128.load(at), v128.load(x + j));
        const d1 = f32x4.sub(v128.load(at, 16), v128.load(x + j, 16));
        squares = f32x4.add(squares, f32x4.add(f32x4.mul(d0, d0), f32x4.mul(d1, d1)));
        v128.store(at, f32x4.mul(d0, pull));
        v128.store(at, f32x4.mul(d1, pull), 16);
      }
      const both = <f64>f32x4.extract_lane(squares, 0) + <f64>f32x4.extract_lane(squares, 2);
      const others = <f64>f32x4.extract_lane(squares, 1) + <f64>f32x4.extract_lane(squares, 3);
      sum += factor * (both + others);
    }
  }
  return sum;
}

/**
 * Loss of a chunk; its outputs are replaced by the gradients of the loss.
 * @param share of one example in the mean over the batch
 * @returns sum of the examples' losses
 */
export function chunkLoss(net: Network, chunk: Chunk, share: f64): f64 {
  return net.loss <= SQUARED
    ? singleLoss(net, chunk, share)
    : reconstructionLoss(net, chunk, share);
}

/**
 * Scores of a chunk: one float an example, or for a reconstruction one a (padded) column: the mean
 * over its steps of the squared difference.
 */
export function chunkScores(net: Network, chunk: Chunk, scores: usize): void {
  const examples = changetype<Examples>(chunk.examples);
  const panelBytes = <usize>net.chunkRows << 5;
  const width = <usize>net.width << 2;
  for (let row = 0; row < chunk.rows; row++) {
    const id = idOf(chunk, row);
    if (net.loss <= SQUARED) {
      const z = outputsAt(net, chunk, 0) + (<usize>row << 5);
      store<f32>(scores + (id << 2), load<f32>(z));
      continue;
    }
    const steps = net.decoder == 0 ? 1 : lengthOf(examples, id);
    const to = scores + id * width;
    const end = <usize>load<u32>(examples.ends + (id << 2));
    memory.fill(to, 0, width);
    for (let step = 0; step < steps; step++) {
      const x = examples.matrix + (end - <usize>step) * width;
      const z = outputsAt(net, chunk, step) + (<usize>row << 5);
      for (let j: usize = 0; j < width; j += 16) {
        const at = z + (j >> 5) * panelBytes + (j & 31);
        const d = f32x4.sub(v128.load(at), v128.load(x + j));
        v128.store(to + j, f32x4.add(v128.load(to + j), f32x4.mul(d, d)));
      }
    }
    const count = f32x4.splat(<f32>steps);
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(to + j, f32x4.div(v128.load(to + j), count));
    }
  }
}
