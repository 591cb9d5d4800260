import { type ModelState, Pacer } from "../../foundation/index.js";
import type { Frame, Row } from "../../frame/index.js";
import type { Model, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { alignFrame, frameOfRow } from "../schema.js";
import { nextNode, type TreeEnsemble } from "../tree/ensemble.js";
import { ensembleState, restoreEnsemble } from "../tree/ensemble-state.js";
import { FrameScorer, treeRow } from "../tree/score.js";
import { scoreRow } from "../tree/score-row.js";
import { averagedTrees, classTrees, lazily } from "./average-trees.js";
import type { GrownTrees } from "./read-trees.js";

/** A fitted forest, or a single tree. */
export interface ForestModel extends Model {
  /**
   * Trees whose values add up to the prediction: shares of a class, or means, each divided by the
   * number of trees. Of several classes tree t counts for class t mod classes.
   */
  readonly trees: TreeEnsemble;
  /** One an output, all 0: what the trees' values are added to. */
  readonly start: Float64Array;
  /**
   * Rows × outputs of the training table: predictions by the trees that had not drawn a row, NaN
   * where there is none; undefined unless it was asked for, and of a model that was read.
   */
  readonly outOfBag: Float64Array | undefined;
  /**
   * Trees as they were grown: a leaf's value is its share or mean, of several classes its row in
   * the shares.
   */
  readonly grown: GrownTrees;
}

const ROWS_BETWEEN_POLLS = 64;

/** Adds the leaves' shares of one row; `values` are one a column, as the trees ask them. */
function addShares(
  trees: TreeEnsemble,
  shares: Float64Array,
  values: Float64Array,
  out: Float64Array,
): void {
  const { starts, column, value } = trees;
  const last = starts.length - 1;
  for (let tree = 0; tree < last; tree++) {
    let node = starts[tree]!;
    for (let asked = column[node]!; asked >= 0; asked = column[node]!) {
      node = nextNode(trees, node, values[asked]!);
    }
    const from = value[node]! * out.length;
    for (let k = 0; k < out.length; k++) out[k]! += shares[from + k]!;
  }
  for (let k = 0; k < out.length; k++) out[k]! /= last;
}

async function shareRows(
  card: ModelCard,
  { trees }: GrownTrees,
  shares: Float64Array,
  { frame, extras }: { readonly frame: Frame; readonly extras: PredictExtras },
): Promise<Float64Array> {
  const pacer = new Pacer(extras.signal, `predicting with ${card.kind}`);
  const { columns, rowCount } = alignFrame(frame, card.schema);
  const classes = card.outputs.length;
  const values = new Float64Array(columns.length);
  const out = new Float64Array(rowCount * classes);
  for (let row = 0; row < rowCount; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    treeRow(trees, columns, row, values);
    addShares(trees, shares, values, out.subarray(row * classes, (row + 1) * classes));
  }
  return out;
}

/** Walks below which copies of the trees are not worth their making, and nodes above. */
const FEW_WALKS = 100_000;
const MANY_NODES = 4_000_000;

function divide(sums: Float64Array, count: number): Float64Array {
  for (let at = 0; at < sums.length; at++) sums[at]! /= count;
  return sums;
}

type Predictors = Pick<Model, "predict" | "predictRow">;

/** How rows become shares of several classes. */
function classPredictors(card: ModelCard, grown: GrownTrees, shares: Float64Array): Predictors {
  const { trees } = grown;
  const classes = card.outputs.length;
  const count = trees.starts.length - 1;
  const scorer = lazily(() => {
    const copies = classTrees(trees, shares, classes, 1);
    return new FrameScorer(card, copies, new Float64Array(classes));
  });
  const few = trees.column.length * classes <= MANY_NODES;
  return {
    predict: async (frame, extras = {}) =>
      few && frame.rowCount * count > FEW_WALKS
        ? divide(await scorer().score(frame, extras), count)
        : await shareRows(card, grown, shares, { frame, extras }),
    predictRow: (row: Row, output = 0) => {
      const { columns } = frameOfRow(row, card.schema);
      const values = new Float64Array(columns.length);
      treeRow(trees, columns, 0, values);
      const out = new Float64Array(classes);
      addShares(trees, shares, values, out);
      return out[output]!;
    },
  };
}

/** How rows become predictions. */
function predictors(card: ModelCard, grown: GrownTrees): Predictors {
  const { trees, shares } = grown;
  if (shares !== undefined) return classPredictors(card, grown, shares);
  const nothing = new Float64Array(1);
  const count = trees.starts.length - 1;
  const scorer = new FrameScorer(card, trees, nothing);
  return {
    predict: async (frame, extras) => divide(await scorer.score(frame, extras), count),
    predictRow: (row: Row) => scoreRow(trees, card.schema, row, nothing)[0]! / count,
  };
}

/** Makes the model of its card and trees. */
export function forestModel(
  card: ModelCard,
  grown: GrownTrees,
  outOfBag?: Float64Array,
): ForestModel {
  const outputs = card.outputs.length;
  const { trees, shares } = grown;
  return Object.freeze({
    card,
    schema: card.schema,
    trees: averagedTrees(trees, shares, outputs),
    start: new Float64Array(outputs),
    outOfBag,
    grown,
    ...predictors(card, grown),
    state: (): ModelState => {
      const { settings, tensors } = ensembleState(trees, {});
      if (shares === undefined) return { settings, tensors };
      const shape = [shares.length / outputs, outputs];
      return { settings, tensors: { ...tensors, shares: { shape, values: shares } } };
    },
  });
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** Shares of several classes that a state holds, and that every leaf has its own. */
function sharesOf(card: ModelCard, state: ModelState, trees: TreeEnsemble): Float64Array | string {
  const shares = state.tensors["shares"]?.values;
  const classes = card.outputs.length;
  if (!(shares instanceof Float64Array) || shares.length % classes !== 0) {
    return "it has no shares of classes";
  }
  if (!shares.every(isShare)) return "its shares are no shares";
  for (let node = 0; node < trees.column.length; node++) {
    const leaf = trees.value[node]!;
    if (trees.column[node]! >= 0) continue;
    if (!Number.isInteger(leaf) || leaf < 0 || leaf * classes >= shares.length) {
      return `leaf ${leaf} has no shares`;
    }
  }
  return shares;
}

/**
 * Makes a model of its state again.
 * @throws MODEL_STATE
 */
export function restoreForest(card: ModelCard, state: ModelState): ForestModel {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const trees = restoreEnsemble(card, state);
  if (trees.outputs !== 1) throw refuse("its trees take turns");
  if (trees.starts.length < 2) throw refuse("it has no trees");
  if (card.outputs.length === 1) {
    const sound = card.task !== "classification" || trees.value.every(isShare);
    if (!sound) throw refuse("its shares are no shares");
    return forestModel(card, { trees, shares: undefined });
  }
  const shares = sharesOf(card, state, trees);
  if (typeof shares === "string") throw refuse(shares);
  return forestModel(card, { trees, shares });
}
