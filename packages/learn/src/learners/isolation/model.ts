import { type ModelState, Pacer } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import type { DetectorModel, ModelCard, PredictExtras } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { alignFrame } from "../schema.js";
import { nextNode, type TreeEnsemble } from "../tree/ensemble.js";
import { ensembleState, restoreEnsemble } from "../tree/ensemble-state.js";
import { FrameScorer, treeRow } from "../tree/score.js";
import { scoreRow } from "../tree/score-row.js";
import { scoreOf } from "./path-length.js";

/** A fitted isolation forest. */
export interface IsolationModel extends DetectorModel {
  /**
   * Trees whose values add up to a row's margin: the longer its path, the lower. An explanation of
   * them is told in margins.
   */
  readonly trees: TreeEnsemble;
  /** 0: what the trees' values are added to. */
  readonly start: Float64Array;
  /**
   * Logarithms of the scores to the base of 2: minus the mean length of a row's paths over the
   * usual one.
   * @returns one number a row, ≤ 0
   * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
   */
  readonly margins: (frame: Frame, extras?: PredictExtras) => Promise<Float64Array>;
}

const ROWS_BETWEEN_POLLS = 64;
const SCORES_BETWEEN_POLLS = 65_536;

/** From margins to scores, in place. */
export async function scoreAll(margins: Float64Array, pacer: Pacer): Promise<Float64Array> {
  for (let row = 0; row < margins.length; row++) {
    if (row % SCORES_BETWEEN_POLLS === 0) await pacer.pause();
    margins[row] = scoreOf(margins[row]!);
  }
  return margins;
}

/** Mean margin of the training rows that came to each node. */
export function nodeMeans(
  left: Int32Array,
  cover: Float64Array,
  value: Float64Array,
): Float64Array {
  const means = Float64Array.from(value);
  for (let node = means.length - 1; node >= 0; node--) {
    const child = left[node]!;
    if (child === 0) continue;
    const sum = cover[child]! * means[child]! + cover[child + 1]! * means[child + 1]!;
    means[node] = sum / (cover[child]! + cover[child + 1]!);
  }
  return means;
}

/** What each cut on a row's ways changed, put down to the column that it asked. */
async function walkedShares(
  { schema }: ModelCard,
  trees: TreeEnsemble,
  frame: Frame,
  pacer: Pacer,
): Promise<Float64Array> {
  const { columns, rowCount } = alignFrame(frame, schema);
  const { starts, column, left, cover, value } = trees;
  const means = nodeMeans(left, cover, value);
  const width = columns.length;
  const values = new Float64Array(width);
  const out = new Float64Array(rowCount * width);
  for (let row = 0; row < rowCount; row++) {
    if (row % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    treeRow(trees, columns, row, values);
    for (let tree = 0; tree + 1 < starts.length; tree++) {
      let node = starts[tree]!;
      for (let asked = column[node]!; asked >= 0; asked = column[node]!) {
        const next = nextNode(trees, node, values[asked]!);
        out[row * width + asked]! += means[next]! - means[node]!;
        node = next;
      }
    }
  }
  return out;
}

/** Makes the model of its card and trees. */
export function isolationModel(card: ModelCard, trees: TreeEnsemble): IsolationModel {
  const start = new Float64Array(1);
  const scorer = new FrameScorer(card, trees, start);
  const doing = `predicting with ${card.kind}`;
  const margins: IsolationModel["margins"] = (frame, extras) => scorer.score(frame, extras);
  const one = (row: Parameters<typeof scoreRow>[2]) =>
    scoreOf(scoreRow(trees, card.schema, row, start)[0]!);
  return Object.freeze({
    card,
    schema: card.schema,
    trees,
    start,
    margins,
    predict: async (frame, extras = {}) =>
      await scoreAll(await margins(frame, extras), new Pacer(extras.signal, doing)),
    predictRow: (row) => one(row),
    predictValues: (values) => one(values),
    contributions: (frame, extras = {}) =>
      walkedShares(card, trees, frame, new Pacer(extras.signal, `explaining ${card.kind}`)),
    state: (): ModelState => ensembleState(trees, {}),
  } satisfies IsolationModel);
}

/**
 * Makes a model of its state again.
 * @throws MODEL_STATE
 */
export function restoreIsolation(card: ModelCard, state: ModelState): IsolationModel {
  const refuse = (reason: string) => learnerErrors.MODEL_STATE({ kind: card.kind, reason });
  const trees = restoreEnsemble(card, state);
  if (trees.outputs !== 1 || card.outputs.length !== 1) throw refuse("its trees take turns");
  if (trees.starts.length < 2) throw refuse("it has no trees");
  if (trees.value.some((value) => value > 0)) throw refuse("a path of it has a negative length");
  if (!trees.cover.every((rows) => rows > 0)) throw refuse("a node of it saw no rows");
  return isolationModel(card, trees);
}
