import { type ModelState, Pacer, type TensorValues } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { DetectorModel, ModelCard, PredictExtras } from "../contract.js";
import { numberColumns, refuseValue } from "../door.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, rowNumbers } from "../schema.js";
import { nodeMeans, scoreAll } from "./model.js";
import { scoreOf } from "./path-length.js";
import { nextPlane, type PlaneTrees, planeMargin } from "./plane-trees.js";
import { planeMargins } from "./score-planes.js";

/** A fitted extended isolation forest. */
export interface ExtendedIsolationModel extends DetectorModel {
  /** As an isolation forest's: logarithms of the scores to the base of 2. */
  readonly margins: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
}

/** What such a model is made of. */
export interface ExtendedParts {
  readonly trees: PlaneTrees;
  /** Mean of each column, in order of their names: what a row's values are told apart from. */
  readonly centres: Float64Array;
  /** Place in the schema of each of them. */
  readonly places: readonly number[];
}

const ROWS_BETWEEN_POLLS = 64;

/** Columns of a table in order of their names, all finite. */
function finiteColumns(card: ModelCard, places: readonly number[], frame: Frame): Float64Array[] {
  const columns = numberColumns(card, alignFrame(frame, card.schema));
  for (const [place, values] of columns.entries()) {
    refuseValue(card, card.schema.columns[place]!.name, values);
  }
  return places.map((place) => columns[place]!);
}

/** Puts a step's change down to the columns that pushed the row to the side that it took. */
function shareStep(
  { trees, centres, places }: ExtendedParts,
  step: { readonly node: number; readonly right: boolean; readonly change: number },
  values: Float64Array,
  out: Float64Array,
): void {
  const { normals, width } = trees;
  const from = step.node * width;
  const push = (j: number): number => {
    const signed = normals[from + j]! * (values[j]! - centres[j]!);
    return Math.max(0, step.right ? signed : -signed);
  };
  let sum = 0;
  let leaning = 0;
  for (let j = 0; j < width; j++) {
    sum += push(j);
    if (normals[from + j] !== 0) leaning += 1;
  }
  for (let j = 0; j < width; j++) {
    const evenly = normals[from + j] !== 0 ? 1 / leaning : 0;
    out[places[j]!]! += step.change * (sum > 0 ? push(j) / sum : evenly);
  }
}

async function walkedShares(
  parts: ExtendedParts,
  columns: readonly Float64Array[],
  rowCount: number,
  pacer: Pacer,
): Promise<Float64Array> {
  const { trees } = parts;
  const { starts, left, cover, value, width } = trees;
  const means = nodeMeans(left, cover, value);
  const values = new Float64Array(width);
  const out = new Float64Array(rowCount * width);
  for (let row = 0; row < rowCount; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    for (let j = 0; j < width; j++) values[j] = columns[j]![row]!;
    const own = out.subarray(row * width, (row + 1) * width);
    for (let tree = 0; tree + 1 < starts.length; tree++) {
      for (let node = starts[tree]!; left[node]! > 0; ) {
        const next = nextPlane(trees, node, values);
        const change = means[next]! - means[node]!;
        shareStep(parts, { node, right: next !== left[node], change }, values, own);
        node = next;
      }
    }
  }
  return out;
}

function stateOf({ trees, centres }: ExtendedParts): ModelState {
  const vector = (values: TensorValues) => ({ shape: [values.length], values });
  const { starts, left, normals, bounds, value, cover, width } = trees;
  return {
    settings: {},
    tensors: {
      starts: vector(starts),
      left: vector(left),
      normals: { shape: [left.length, width], values: normals },
      bounds: vector(bounds),
      value: vector(value),
      cover: vector(cover),
      centres: vector(centres),
    },
  };
}

/** Makes the model of its card and parts. */
export function extendedModel(card: ModelCard, parts: ExtendedParts): ExtendedIsolationModel {
  const { trees, places } = parts;
  const doing = `predicting with ${card.kind}`;
  const margins = async (frame: Frame, extras: PredictExtras = {}): Promise<Float64Array> => {
    const pacer = new Pacer(extras.signal, doing);
    const columns = finiteColumns(card, places, frame);
    return await planeMargins({ trees, columns, rowCount: frame.rowCount, doing, pacer }, extras);
  };
  const one = (given: Float64Array): number => {
    for (const [place, value] of given.entries()) {
      refuseValue(card, card.schema.columns[place]!.name, Float64Array.of(value));
    }
    return scoreOf(
      planeMargin(
        trees,
        Float64Array.from(places, (place) => given[place]!),
      ),
    );
  };
  return Object.freeze({
    card,
    schema: card.schema,
    margins,
    predict: async (frame, extras = {}) =>
      await scoreAll(await margins(frame, extras), new Pacer(extras.signal, doing)),
    predictRow: (row) => one(rowNumbers(row, card.schema)),
    predictValues: one,
    contributions: async (frame, extras = {}) => {
      const pacer = new Pacer(extras.signal, `explaining ${card.kind}`);
      const columns = finiteColumns(card, places, frame);
      return await walkedShares(parts, columns, frame.rowCount, pacer);
    },
    state: () => stateOf(parts),
  } satisfies ExtendedIsolationModel);
}

function faultOf(trees: PlaneTrees): string | undefined {
  const { starts, left, normals, bounds, value, cover, width } = trees;
  const nodes = left.length;
  const lengths = [bounds.length, value.length, cover.length, normals.length / width];
  if (lengths.some((length) => length !== nodes)) return "its nodes are cut";
  if (starts.length < 2 || starts[0] !== 0 || starts.at(-1) !== nodes) return "it has no trees";
  if (!normals.every(Number.isFinite) || !bounds.every(Number.isFinite)) return "a plane is none";
  if (!value.every((margin) => margin <= 0 && Number.isFinite(margin))) return "a path is none";
  if (!cover.every((rows) => rows >= 0 && Number.isFinite(rows))) return "a node saw no rows";
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    const end = starts[tree + 1]!;
    if (end <= starts[tree]! || end > nodes) return `tree ${tree} has no nodes`;
    for (let node = starts[tree]!; node < end; node++) {
      const child = left[node]!;
      if (child !== 0 && (child <= node || child + 1 >= end)) return `node ${node} has no children`;
      if (child !== 0 && !(cover[child]! + cover[child + 1]! > 0)) return `node ${node} is empty`;
    }
  }
  return undefined;
}

/**
 * Makes a model of its state again.
 * @param places of the schema's columns in order of their names
 * @throws MODEL_STATE
 */
export function restoreExtended(
  card: ModelCard,
  { tensors }: ModelState,
  places: readonly number[],
): ExtendedIsolationModel {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const take = <Values extends TensorValues>(
    name: string,
    type: { new (size: number): Values },
  ) => {
    const values = tensors[name]?.values;
    if (values instanceof type) return values;
    throw refuse(`tensor "${name}" is not a ${type.name}`);
  };
  const trees: PlaneTrees = {
    starts: take("starts", Int32Array),
    left: take("left", Int32Array),
    normals: take("normals", Float64Array),
    bounds: take("bounds", Float64Array),
    value: take("value", Float64Array),
    cover: take("cover", Float64Array),
    width: places.length,
  };
  const centres = take("centres", Float64Array);
  const fault = faultOf(trees);
  if (fault !== undefined) throw refuse(fault);
  if (centres.length !== places.length || !centres.every(Number.isFinite)) {
    throw refuse("its centres are none");
  }
  return extendedModel(card, { trees, centres, places });
}
