import { describe, expect, it } from "vitest";
import { Pacer, RandomStream } from "../../foundation/index.js";
import { openSession } from "../../kernels/index.js";
import { initialWeights } from "./initial-weights.js";
import { type ExampleSource, NetworkSession } from "./network-session.js";
import {
  type LayerDoubles,
  lossAndGradients,
  meanLoss,
  type ReferenceExample,
} from "./reference.fixture.js";
import type { Sequences } from "./sequences.js";
import { type LayerShape, type NetworkShape, packWeights, unpackWeights } from "./shape.js";

const columns = 3;
const dense = (name: string, inputs: number, units: number, activation: LayerShape["activation"]) =>
  ({ name, kind: "dense", inputs, units, activation, drops: false }) as const;
const lstm = (name: string, inputs: number, units: number) =>
  ({ name, kind: "lstm", inputs, units, activation: "linear", drops: false }) as const;

const shapes: Readonly<Record<string, NetworkShape>> = {
  "an LSTM classifier": {
    columns,
    layers: [lstm("encoder", columns, 11), dense("output", 11, 1, "linear")],
    loss: "logistic",
  },
  "an LSTM autoencoder": {
    columns,
    layers: [
      lstm("encoder", columns, 9),
      dense("code", 9, 2, "tanh"),
      dense("spread", 2, 10, "tanh"),
      lstm("decoder", 0, 10),
      dense("output", 10, columns, "linear"),
    ],
    loss: "reconstruction",
  },
  "a regression by dense layers": {
    columns,
    layers: [
      dense("hidden.0", columns, 12, "relu"),
      dense("hidden.1", 12, 5, "relu"),
      dense("output", 5, 1, "linear"),
    ],
    loss: "squared",
  },
  "an autoencoder of dense layers": {
    columns,
    layers: [
      dense("hidden.0", columns, 9, "relu"),
      dense("code", 9, 2, "tanh"),
      dense("hidden.1", 2, 9, "relu"),
      dense("output", 9, columns, "linear"),
    ],
    loss: "reconstruction",
  },
};

/** Sequences of 1 to 7 rows, 90 of them: two chunks. */
function drawExamples(steps: number): ReferenceExample[] {
  const stream = new RandomStream(3, "gradients");
  return Array.from({ length: 90 }, () => ({
    rows: Array.from({ length: 1 + stream.below(steps) }, () =>
      Float64Array.from({ length: columns }, () => Math.fround(stream.normal())),
    ),
    target: stream.below(2),
    weight: 1 + stream.below(3),
  }));
}

const toDoubles = (shape: NetworkShape, seed: number): LayerDoubles[] =>
  initialWeights(shape, seed).map(({ kernel, recurrent, bias }) => ({
    kernel: Float64Array.from(kernel),
    recurrent: Float64Array.from(recurrent),
    bias: Float64Array.from(bias, (value, i) => value + 0.1 * ((i % 3) - 1)),
  }));

const floats = (weights: readonly LayerDoubles[]) =>
  weights.map(({ kernel, recurrent, bias }) => ({
    kernel: Float32Array.from(kernel),
    recurrent: Float32Array.from(recurrent),
    bias: Float32Array.from(bias),
  }));

/** Gradients of the kernels: one batch of all examples, at a rate of 0. */
async function kernelGradients(
  shape: NetworkShape,
  weights: readonly LayerDoubles[],
  examples: readonly ReferenceExample[],
) {
  const lengths = Int32Array.from(examples, ({ rows }) => rows.length);
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const all = examples.flatMap(({ rows }) => rows);
  let end = -1;
  const ends = Uint32Array.from(lengths, (length) => {
    end += length;
    return end;
  });
  const sequences: Sequences = { rows: undefined, ends, lengths, longest };
  const scaling = {
    means: new Float64Array(columns),
    deviations: new Float64Array(columns).fill(1),
  };
  const source: ExampleSource = {
    kind: "test",
    scaling,
    columns: Array.from({ length: columns }, (_, j) => Float64Array.from(all, (row) => row[j]!)),
    names: Array.from({ length: columns }, (_, j) => `c${j}`),
    sequences,
    start: 0,
    end: all.length,
    target: Float32Array.from(examples, ({ target }) => target),
    weight: Float32Array.from(examples, ({ weight }) => weight),
  };
  const session = await openSession({ doing: "testing", threads: 1, steps: 0 });
  try {
    const network = new NetworkSession(session, {
      shape,
      threads: 1,
      longest,
      rows: all.length,
      examples: examples.length,
      validationRows: 0,
      validationExamples: 0,
      batchSize: examples.length,
      epochs: 1,
    });
    network.start(packWeights(shape, floats(weights)), {
      seed: 1,
      learningRate: 0,
      clipNorm: 0,
      dropout: 0,
      patience: 0,
    });
    const pacer = new Pacer(undefined, "testing");
    await network.fillExamples("training", source, pacer);
    await session.runTogether([{ kernel: "trainNetwork", values: [network.words.address, 0, 1] }]);
    const { plan } = network;
    const packed = session.arena.floats(plan.gradients, plan.weightCount).slice();
    return {
      loss: session.arena.doubles(plan.losses, 1)[0]!,
      gradients: unpackWeights(shape, packed),
    };
  } finally {
    session.close();
  }
}

const parts = ["kernel", "recurrent", "bias"] as const;

describe.each(Object.entries(shapes))("gradients of %s", (_, shape) => {
  const steps = shape.layers[0]!.kind === "lstm" ? 7 : 1;
  const examples = drawExamples(steps);
  const weights = toDoubles(shape, 5);

  it("are those of finite differences", () => {
    const few = examples.slice(0, 12);
    const { gradients } = lossAndGradients(shape, weights, few);
    const stream = new RandomStream(1, "which weights");
    weights.forEach((layer, place) => {
      for (const part of parts) {
        const values = layer[part];
        for (let draw = 0; draw < Math.min(values.length, 12); draw++) {
          const at = stream.below(values.length);
          const kept = values[at]!;
          const lossAt = (value: number) => {
            values[at] = value;
            const loss = meanLoss(shape, weights, few);
            values[at] = kept;
            return loss;
          };
          const slope = (lossAt(kept + 1e-5) - lossAt(kept - 1e-5)) / 2e-5;
          expect(Math.abs(gradients[place]![part][at]! - slope)).toBeLessThan(1e-8);
        }
      }
    });
  });

  it("are the same in the kernels", async () => {
    const expected = lossAndGradients(shape, weights, examples);
    const found = await kernelGradients(shape, weights, examples);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5 * expected.loss);
    expected.gradients.forEach((layer, place) => {
      for (const part of parts) {
        const own = found.gradients[place]![part];
        const largest = layer[part].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        layer[part].forEach((value, at) => {
          expect(Math.abs(own[at]! - value)).toBeLessThan(1e-5 * largest + 1e-9);
        });
      }
    });
  });
});
