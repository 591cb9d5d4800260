import { RandomStream } from "../../foundation/index.js";
import { type LayerShape, type LayerWeights, type NetworkShape, zeroWeights } from "./shape.js";

/** Uniform numbers whose variance keeps that of what flows through. @source Glorot & Bengio 2010 */
function fillUniform(to: Float32Array, most: number, stream: RandomStream): void {
  for (let i = 0; i < to.length; i++) to[i] = (2 * stream.uniform() - 1) * most;
}

/** Rows that are orthogonal to each other and of length 1. @source Saxe et al. 2014 */
function fillOrthogonal(to: Float32Array, rows: number, stream: RandomStream): void {
  const width = to.length / rows;
  const done: Float64Array[] = [];
  for (let row = 0; row < rows; row++) {
    const own = Float64Array.from({ length: width }, () => stream.normal());
    for (const other of done) {
      let dot = 0;
      for (let i = 0; i < width; i++) dot += own[i]! * other[i]!;
      for (let i = 0; i < width; i++) own[i]! -= dot * other[i]!;
    }
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < width; i++) own[i]! /= norm;
    done.push(own);
    to.set(own, row * width);
  }
}

function startLayer(layer: LayerShape, stream: RandomStream): LayerWeights {
  const weights = zeroWeights(layer);
  const { kind, inputs, units, activation } = layer;
  const outputs = kind === "lstm" ? 4 * units : units;
  const spread = activation === "relu" ? 6 / inputs : 6 / (inputs + outputs);
  fillUniform(weights.kernel, Math.sqrt(spread), stream);
  if (kind === "dense") return weights;
  fillOrthogonal(weights.recurrent, units, stream);
  // Gates that forget nothing at first let gradients reach early steps (Jozefowicz et al. 2015).
  weights.bias.fill(1, units, 2 * units);
  return weights;
}

/**
 * Weights before training.
 * @param seed decides them
 */
export function initialWeights(shape: NetworkShape, seed: number): LayerWeights[] {
  return shape.layers.map((layer, place) =>
    startLayer(layer, new RandomStream(seed, "network weights", place)),
  );
}
