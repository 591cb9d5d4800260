/** A network in the memory of a session: its words are written, its examples filled in. */
import type { Pacer } from "../../foundation/index.js";
import type { Session } from "../../kernels/index.js";
import { activationConstants } from "./floats.js";
import {
  exampleWords,
  layerWords,
  networkNumbers,
  networkWords,
  WordBlock,
} from "./network-memory.js";
import { lstmWords, type NetworkPlan, type NetworkSizes, planNetwork } from "./plan.js";
import { type Scaling, writeMatrix } from "./scaling.js";
import { byLength, type Sequences } from "./sequences.js";
import { padded, paddedSizes } from "./shape.js";

const ACTIVATIONS = { linear: 0, relu: 1, tanh: 2 };
const LOSSES = { logistic: 0, squared: 1, reconstruction: 2 };

/** What examples are filled with. */
export interface ExampleSource {
  /** Whose rows these are, for errors. */
  readonly kind: string;
  /** Columns in the order of the network, and their names. */
  readonly columns: readonly Float64Array[];
  readonly names: readonly string[];
  readonly scaling: Scaling;
  readonly sequences: Sequences;
  /** First and last + 1 of the rows (of the sequences' order) that stand in the matrix. */
  readonly start: number;
  readonly end: number;
  /** One an example, scaled. */
  readonly target: Float32Array | undefined;
  /** One an example, of mean 1. */
  readonly weight: Float32Array | undefined;
}

/** How a network is trained, in numbers. */
export interface DescentSettings {
  readonly seed: number;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly dropout: number;
  readonly patience: number;
}

/** A network in the memory of a session. */
export class NetworkSession {
  readonly session: Session;
  readonly plan: NetworkPlan;
  readonly words: WordBlock<(typeof networkWords)[number]>;

  /** Takes memory; its contents are not defined. */
  constructor(session: Session, sizes: NetworkSizes) {
    const { arena } = session;
    this.session = session;
    this.plan = planNetwork((bytes) => arena.allocate(bytes), sizes);
    this.words = new WordBlock(arena, networkWords, this.plan.words);
  }

  /** Writes weights and everything that is not an example. */
  start(packed: Float32Array, descent?: DescentSettings): void {
    const { plan, session } = this;
    const { arena } = session;
    const { sizes } = plan;
    arena.floats(plan.weights, plan.weightCount).set(packed);
    this.#fillLayers();
    this.#fillConstants();
    // Kernels take a row beyond an odd number of them times 0: it must hold numbers.
    arena.bytes(plan.areas, plan.areaBytes * session.threads).fill(0);
    const { seed = 0, learningRate = 0, clipNorm = 0, dropout = 0, patience = 0 } = descent ?? {};
    if (descent !== undefined) arena.floats(plan.moments, 2 * plan.weightCount).fill(0);
    const numbers = { learningRate, clipNorm, dropScale: 1 / (1 - dropout), power1: 1, power2: 1 };
    const byName = new Map(Object.entries(numbers));
    const doubles = arena.doubles(plan.numbers, networkNumbers.length);
    networkNumbers.forEach((name, place) => {
      doubles[place] = byName.get(name) ?? 0;
    });
    this.words.fill({
      ...plan,
      ...lstmWords(sizes.shape),
      threads: session.threads,
      batchSize: sizes.batchSize,
      width: padded(sizes.shape.columns),
      columns: sizes.shape.columns,
      loss: LOSSES[sizes.shape.loss],
      layerCount: sizes.shape.layers.length,
      layers: plan.layerTable,
      epochs: sizes.epochs,
      patience,
      seedLow: seed | 0,
      seedHigh: Math.floor(seed / 4294967296) | 0,
      dropCut: Math.round(dropout * 4294967296),
      training: plan.training.words,
      validation: plan.validation?.words ?? 0,
      longest: sizes.longest,
    });
  }

  #fillConstants(): void {
    const { arena } = this.session;
    activationConstants.forEach((value, place) => {
      arena.floats(this.plan.constants + 16 * place, 4).fill(value);
    });
  }

  #fillLayers(): void {
    const { plan, session } = this;
    plan.sizes.shape.layers.forEach((layer, place) => {
      const address = plan.layerTable + 4 * layerWords.length * place;
      const { inputs, outputs, units } = paddedSizes(layer);
      new WordBlock(session.arena, layerWords, address).fill({
        ...plan.layers[place]!,
        inputs,
        outputs,
        units,
        activation: ACTIVATIONS[layer.activation],
        drops: layer.drops ? 1 : 0,
      });
    });
  }

  /** Fills in the examples that are learnt from, or scored. */
  async fillExamples(
    which: "training" | "validation",
    source: ExampleSource,
    pacer: Pacer,
  ): Promise<void> {
    const { arena } = this.session;
    const { shape, longest } = this.plan.sizes;
    const planned = this.plan[which];
    if (planned === undefined) return;
    const { kind, sequences, columns, names, scaling, start, end, target, weight } = source;
    const width = padded(shape.columns);
    const to = () => arena.floats(planned.matrix, (end - start) * width);
    const rows = { kind, names, columns, rows: sequences.rows, start, end };
    await writeMatrix(rows, { scaling, width, to }, pacer);
    const count = sequences.ends.length;
    const ends = arena.integers(planned.ends, count);
    for (let id = 0; id < count; id++) ends[id] = sequences.ends[id]! - start;
    arena.integers(planned.lengths, count).set(sequences.lengths);
    if (target !== undefined) arena.floats(planned.target, count).set(target);
    if (weight !== undefined) arena.floats(planned.weight, count).set(weight);
    arena.integers(planned.order, count).set(byLength(sequences.lengths, longest));
    new WordBlock(arena, exampleWords, planned.words).fill({
      ...planned,
      weight: weight === undefined ? 0 : planned.weight,
      count,
    });
  }
}
