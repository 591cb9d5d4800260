import type { Json, ModelState, Tensor, TensorValues } from "../../foundation/index.js";
import type { ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import type { TreeEnsemble } from "./ensemble.js";

const vector = (values: TensorValues): Tensor => ({ shape: [values.length], values });

/** Tensors that hold one element a node, and their types. */
const nodeArrays = {
  column: Int32Array,
  left: Int32Array,
  threshold: Float64Array,
  missingLeft: Uint8Array,
  set: Int32Array,
  value: Float64Array,
  cover: Float64Array,
  gain: Float64Array,
} as const;

/**
 * What an ensemble is made of.
 * @param trees any ensemble
 * @param settings what else the model keeps
 */
export function ensembleState(
  trees: TreeEnsemble,
  settings: Readonly<Record<string, Json>>,
): ModelState {
  const tensors: Record<string, Tensor> = {
    starts: vector(trees.starts),
    sets: { shape: [trees.sets.length / 32, 32], values: trees.sets },
  };
  for (const name of Object.keys(nodeArrays) as (keyof typeof nodeArrays)[]) {
    tensors[name] = vector(trees[name]);
  }
  for (const [place, bins] of trees.categoryBins.entries()) {
    if (bins !== undefined) tensors[`categoryBins.${place}`] = vector(bins);
  }
  return { settings: { ...settings, outputs: trees.outputs }, tensors };
}

type Refuse = (reason: string) => never;

function take<Values extends TensorValues>(
  state: ModelState,
  name: string,
  type: { new (length: number): Values },
  refuse: Refuse,
): Values {
  const values = state.tensors[name]?.values;
  return values instanceof type ? values : refuse(`tensor "${name}" is not a ${type.name}`);
}

function checkNode(trees: TreeEnsemble, columns: number, node: number, end: number): string | null {
  const column = trees.column[node]!;
  if (!Number.isFinite(trees.value[node]!)) return "holds a value that is not finite";
  if (!(trees.cover[node]! >= 0) || !(trees.gain[node]! >= 0)) return "holds a negative cover";
  if (column === -1) return null;
  if (column < 0 || column >= columns) return `asks column ${column} of ${columns}`;
  const left = trees.left[node]!;
  if (left <= node || left + 1 >= end) return `has its children at ${left}`;
  if (Number.isNaN(trees.threshold[node]!)) return "has no threshold";
  if (trees.missingLeft[node]! > 1) return "has no direction for missing values";
  const set = trees.set[node]!;
  const categorical = trees.categoryBins[column] !== undefined;
  if (set < -1 || set * 32 >= trees.sets.length || categorical !== set >= 0) {
    return `has set ${set}`;
  }
  return null;
}

function checkTrees(trees: TreeEnsemble, columns: number, refuse: Refuse): void {
  const { starts } = trees;
  const nodes = trees.column.length;
  if (starts[0] !== 0 || starts.at(-1) !== nodes) refuse("its trees do not cover its nodes");
  const isChild = new Uint8Array(nodes);
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    const end = starts[tree + 1]!;
    if (end <= starts[tree]! || end > nodes) refuse(`tree ${tree} has no nodes`);
    for (let node = starts[tree]!; node < end; node++) {
      const fault = checkNode(trees, columns, node, end);
      if (fault !== null) refuse(`node ${node - starts[tree]!} of tree ${tree} ${fault}`);
      if (trees.column[node] === -1) continue;
      // A child of two nodes would make as many paths as its forgers please.
      for (const child of [trees.left[node]!, trees.left[node]! + 1]) {
        if (isChild[child] === 1) refuse(`node ${child} of tree ${tree} has two parents`);
        isChild[child] = 1;
      }
    }
  }
}

function categoryBinsOf(card: ModelCard, state: ModelState, refuse: Refuse) {
  return card.schema.columns.map(({ dictionary }, place) => {
    if (dictionary === undefined) return undefined;
    const bins = take(state, `categoryBins.${place}`, Uint8Array, refuse);
    if (bins.length !== dictionary.length) refuse(`column ${place} has ${bins.length} categories`);
    return bins;
  });
}

/**
 * Makes an ensemble of a state again, and looks at every node: a walk down any tree ends, and meets
 * only columns that there are.
 * @throws MODEL_STATE
 */
export function restoreEnsemble(card: ModelCard, state: ModelState): TreeEnsemble {
  const refuse: Refuse = (reason) => {
    throw learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  };
  const outputs = state.settings["outputs"];
  if (!Number.isSafeInteger(outputs) || (outputs as number) < 1) refuse("it has no outputs");
  const starts = take(state, "starts", Int32Array, refuse);
  const sets = take(state, "sets", Uint8Array, refuse);
  const arrays = {
    column: take(state, "column", Int32Array, refuse),
    left: take(state, "left", Int32Array, refuse),
    threshold: take(state, "threshold", Float64Array, refuse),
    missingLeft: take(state, "missingLeft", Uint8Array, refuse),
    set: take(state, "set", Int32Array, refuse),
    value: take(state, "value", Float64Array, refuse),
    cover: take(state, "cover", Float64Array, refuse),
    gain: take(state, "gain", Float64Array, refuse),
  };
  for (const [name, values] of Object.entries(arrays)) {
    if (values.length !== arrays.column.length) refuse(`tensor "${name}" has another length`);
  }
  if (sets.length % 32 !== 0) refuse('tensor "sets" is cut');
  const categoryBins = categoryBinsOf(card, state, refuse);
  const trees = { outputs: outputs as number, starts, sets, ...arrays, categoryBins };
  checkTrees(trees, card.schema.columns.length, refuse);
  return trees;
}
