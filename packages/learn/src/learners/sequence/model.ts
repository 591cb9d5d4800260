import { type ModelState, sigmoid, type Tensor } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import type { Moments } from "../../kernels/index.js";
import type { DetectorModel, Model, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { doublesOf, numberWidth, refuseRowMargin, vector } from "../linear/linear-model.js";
import { rowNumbers } from "../schema.js";
import { forwardOne, reconstructionErrors, squaredErrors } from "./forward.js";
import { type NetworkParts, networkOutputs } from "./predict.js";
import { scaledValue } from "./scaling.js";
import { type LayerShape, type LayerWeights, type NetworkShape, outputsOf } from "./shape.js";

/** A model that can look at what came before a row. */
export interface SequenceModel extends Model {
  /**
   * Scores the last of some rows, knowing those before it; the same bits as `predict` gives with
   * groups.
   * @param rows of one group, the first one first; at least one
   * @throws SEQUENCE_EMPTY, FRAME_COLUMN_KIND, FEATURE_VALUE
   */
  readonly predictSequence: (rows: readonly Row[]) => number;
}

/** A detector that can look at what came before a row. */
export interface SequenceDetectorModel extends SequenceModel, DetectorModel {
  /**
   * What each value of a sequence adds to its score: they add up to what `predictSequence` gives,
   * to the digits of floats.
   * @param rows of one group, the first one first; at least one
   * @returns rows × columns in the order of the schema, row-major, ≥ 0; rows before the last ones
   *   that the model reads have 0
   * @throws SEQUENCE_EMPTY, FRAME_COLUMN_KIND, FEATURE_VALUE
   */
  readonly stepContributions: (rows: readonly Row[]) => Float64Array;
}

/** What a model of a network keeps. */
export interface NetworkModelParts extends NetworkParts {
  /** Of a target of values; of others mean 0 and deviation 1. */
  readonly targetMoments: Moments;
}

/** Places of the schema's columns in the network, which takes them in order of their names. */
function placesOf({ schema }: ModelCard): Int32Array {
  const names = schema.columns.map(({ name }) => name);
  const order = [...names.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
  const places = new Int32Array(names.length);
  order.forEach((column, place) => {
    places[column] = place;
  });
  return places;
}

/** A row, in the order of the schema, as the network takes it. */
function scaledRow(
  card: ModelCard,
  { scaling }: NetworkParts,
  places: Int32Array,
  values: Float64Array,
): Float32Array {
  const out = new Float32Array(places.length);
  places.forEach((place, column) => {
    const value = values[column]!;
    if (!(Math.abs(value) <= 1e150)) refuseRowMargin(card, values);
    out[place] = scaledValue(scaling, place, value);
  });
  return out;
}

/** Mean of the squared differences of a row. */
function meanOf(errors: Float32Array): number {
  return errors.reduce((sum, value) => sum + value, 0) / errors.length;
}

/** From what the network gives to what is predicted. */
function linkOf({ shape, targetMoments }: NetworkModelParts): (z: number) => number {
  const { mean, deviation } = targetMoments;
  return shape.loss === "logistic" ? sigmoid : (z) => mean + deviation * z;
}

function stateOf(parts: NetworkModelParts): ModelState {
  const { shape, weights, scaling, targetMoments } = parts;
  const tensors: [string, Tensor][] = [
    ["means", vector(scaling.means)],
    ["deviations", vector(scaling.deviations)],
    ["target", vector(Float64Array.of(targetMoments.mean, targetMoments.deviation))],
  ];
  shape.layers.forEach((layer, place) => {
    const outputs = outputsOf(layer);
    for (const [part, values] of Object.entries(weights[place]!) as [string, Float32Array][]) {
      if (values.length === 0) continue;
      const rows = values.length / outputs;
      const shaped = part === "bias" ? [outputs] : [rows, outputs];
      tensors.push([`${layer.name}.${part}`, { shape: shaped, values }]);
    }
  });
  return { settings: {}, tensors: Object.fromEntries(tensors) };
}

/** Scores of a network as a model. */
export function networkModel(card: ModelCard, parts: NetworkModelParts): SequenceDetectorModel {
  const { shape, maxSteps } = parts;
  const places = placesOf(card);
  const rebuilds = shape.loss === "reconstruction";
  const link = linkOf(parts);
  const width = shape.columns;
  const squaresOf = (steps: readonly Float32Array[]): Float32Array =>
    squaredErrors(steps, forwardOne(shape, parts.weights, steps));
  const scoreSteps = (steps: readonly Float32Array[]): number =>
    rebuilds
      ? meanOf(reconstructionErrors(squaresOf(steps), width))
      : link(forwardOne(shape, parts.weights, steps)[0]![0]!);
  const predictValues = (values: Float64Array): number =>
    scoreSteps([scaledRow(card, parts, places, values)]);
  const predict = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    const found = await networkOutputs(card, parts, frame, extras);
    return Float64Array.from({ length: frame.rowCount }, (_, row) =>
      rebuilds ? meanOf(found.subarray(row * width, (row + 1) * width)) : link(found[row]!),
    );
  };
  const contributions = async (frame: Frame, extras: PredictExtras = {}) => {
    const found = await networkOutputs(card, parts, frame, extras);
    return Float64Array.from(found, (_, at) => {
      const column = at % width;
      return found[at - column + places[column]!]! / width;
    });
  };
  const stepsOf = (rows: readonly Row[]): Float32Array[] => {
    if (rows.length === 0) throw learnerErrors.SEQUENCE_EMPTY({ kind: card.kind });
    return rows
      .slice(-maxSteps)
      .map((row) => scaledRow(card, parts, places, rowNumbers(row, card.schema)));
  };
  const predictSequence = (rows: readonly Row[]): number => scoreSteps(stepsOf(rows));
  const stepContributions = (rows: readonly Row[]): Float64Array => {
    const squares = squaresOf(stepsOf(rows));
    const out = new Float64Array(rows.length * width);
    const first = out.length - squares.length;
    for (let at = 0; at < squares.length; at++) {
      const column = at % width;
      out[first + at] = squares[at - column + places[column]!]! / squares.length;
    }
    return out;
  };
  const model = {
    card,
    schema: card.schema,
    predict,
    predictRow: (row: Row) => predictValues(rowNumbers(row, card.schema)),
    predictValues,
    predictSequence,
    contributions,
    stepContributions,
    state: () => stateOf(parts),
  };
  if (rebuilds) return Object.freeze(model);
  const { contributions: _, stepContributions: _steps, ...scoring } = model;
  return Object.freeze(scoring) as SequenceDetectorModel;
}

function floatsOf(card: ModelCard, state: ModelState, name: string, length: number): Float32Array {
  if (length === 0) return new Float32Array(0);
  const values = state.tensors[name]?.values;
  if (!(values instanceof Float32Array) || values.length !== length) {
    const reason = `tensor "${name}" is not ${length} floats`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  if (!values.every(Number.isFinite)) {
    const reason = `tensor "${name}" holds a number that is not finite`;
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  }
  return values;
}

function layerWeightsOf(card: ModelCard, state: ModelState, layer: LayerShape): LayerWeights {
  const outputs = outputsOf(layer);
  const states = layer.kind === "lstm" ? layer.units : 0;
  return {
    kernel: floatsOf(card, state, `${layer.name}.kernel`, layer.inputs * outputs),
    recurrent: floatsOf(card, state, `${layer.name}.recurrent`, states * outputs),
    bias: floatsOf(card, state, `${layer.name}.bias`, outputs),
  };
}

/**
 * A model of its card and state.
 * @param shape of the network, from the card's options
 * @throws MODEL_STATE
 */
export function restoreNetwork(
  card: ModelCard,
  state: ModelState,
  shape: NetworkShape,
  maxSteps: number,
): SequenceDetectorModel {
  const width = numberWidth(card);
  const means = doublesOf(card, state, "means", width);
  const deviations = doublesOf(card, state, "deviations", width);
  const [mean, deviation] = doublesOf(card, state, "target", 2);
  if (![...deviations, deviation!].every((value) => value > 0)) {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason: "a deviation is not above 0" });
  }
  return networkModel(card, {
    shape,
    weights: shape.layers.map((layer) => layerWeightsOf(card, state, layer)),
    scaling: { means, deviations },
    maxSteps,
    targetMoments: { mean: mean!, deviation: deviation! },
  });
}
