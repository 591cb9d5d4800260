import { Pacer } from "../foundation/index.js";
import type { Frame } from "../frame/index.js";
import {
  alignFrame,
  type Model,
  nextNode,
  type TreeEnsemble,
  treeDepths,
  treeRow,
} from "../learners/index.js";

/** A model of trees whose values are added up. */
export interface TreeModel extends Model {
  /** Its trees. */
  readonly trees: TreeEnsemble;
  /** One an output: what the trees' values are added to. */
  readonly start: Float64Array;
}

/** How a model came to its margins, row by row. */
export interface TreeExplanation {
  /** Names of the columns, in the order of the values. */
  readonly columns: readonly string[];
  /** Margin of a row that nothing is known of. */
  readonly base: number;
  /** Rows × columns, row-major: what each column adds; base and these sum to its margin. */
  readonly values: Float64Array;
}

/** What is explained, and what stops it. */
export interface ExplainOptions {
  /** Which of the model's outputs; the first unless told. */
  readonly output?: number;
  /** Stops the explanation. */
  readonly signal?: AbortSignal | undefined;
}

/** Mean value of each node's leaves, weighted by training rows; index as the nodes. */
function meanValues({ column, left, value, cover }: TreeEnsemble): Float64Array {
  const means = Float64Array.from(value);
  // Children stand behind their parents.
  for (let node = column.length - 1; node >= 0; node--) {
    if (column[node]! < 0) continue;
    const child = left[node]!;
    const [a, b] = [cover[child]!, cover[child + 1]!];
    const rows = a + b;
    means[node] = rows > 0 ? (means[child]! * a + means[child + 1]! * b) / rows : 0;
  }
  return means;
}

/**
 * Shapley values of one ensemble, row by row. Names follow the paper: z and o are the shares of
 * subsets that reach a node without and with a column's value, w their weights by size.
 */
class TreeWalker {
  readonly #trees: TreeEnsemble;
  readonly #share: Float64Array;
  readonly #columns: Int32Array;
  readonly #z: Float64Array;
  readonly #o: Float64Array;
  readonly #w: Float64Array;
  #row: Float64Array = new Float64Array(0);
  #out: Float64Array = new Float64Array(0);

  constructor(trees: TreeEnsemble, deepest: number) {
    this.#trees = trees;
    this.#share = coverShares(trees);
    const room = ((deepest + 2) * (deepest + 3)) / 2;
    this.#columns = new Int32Array(room);
    this.#z = new Float64Array(room);
    this.#o = new Float64Array(room);
    this.#w = new Float64Array(room);
  }

  /** Adds one tree's part in a row's margin to `out`, one number a column. */
  add(root: number, row: Float64Array, out: Float64Array): void {
    this.#row = row;
    this.#out = out;
    this.#walk(root, 0, 0, { column: -1, z: 1, o: 1 });
  }

  /** Copies the path at `from` behind itself, and extends the copy by one column. */
  #extend(from: number, length: number, { column, z, o }: PathStep): number {
    const to = from + length;
    const [columns, zs, os, w] = [this.#columns, this.#z, this.#o, this.#w];
    columns.copyWithin(to, from, to);
    zs.copyWithin(to, from, to);
    os.copyWithin(to, from, to);
    w.copyWithin(to, from, to);
    const end = to + length;
    columns[end] = column;
    zs[end] = z;
    os[end] = o;
    w[end] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      w[to + i + 1]! += (o * w[to + i]! * (i + 1)) / (length + 1);
      w[to + i] = (z * w[to + i]! * (length - i)) / (length + 1);
    }
    return to;
  }

  /** Takes the i-th column out of a path of `length` columns. */
  #unwind(at: number, length: number, i: number): void {
    const [columns, zs, os, w] = [this.#columns, this.#z, this.#o, this.#w];
    const last = length - 1;
    const [z, o] = [zs[at + i]!, os[at + i]!];
    let next = w[at + last]!;
    for (let j = last - 1; j >= 0; j--) {
      if (o === 0) {
        w[at + j] = (w[at + j]! * length) / (z * (last - j));
        continue;
      }
      const kept = w[at + j]!;
      w[at + j] = (next * length) / ((j + 1) * o);
      next = kept - (w[at + j]! * z * (last - j)) / length;
    }
    for (let j = i; j < last; j++) {
      columns[at + j] = columns[at + j + 1]!;
      zs[at + j] = zs[at + j + 1]!;
      os[at + j] = os[at + j + 1]!;
    }
  }

  /** Sum of the weights of a path without its i-th column. */
  #unwoundSum(at: number, length: number, i: number): number {
    const [z, o, w] = [this.#z[at + i]!, this.#o[at + i]!, this.#w];
    const last = length - 1;
    let next = w[at + last]!;
    let sum = 0;
    for (let j = last - 1; j >= 0; j--) {
      if (o === 0) {
        sum += (w[at + j]! * length) / (z * (last - j));
        continue;
      }
      const part = (next * length) / ((j + 1) * o);
      sum += part;
      next = w[at + j]! - (part * z * (last - j)) / length;
    }
    return sum;
  }

  #walk(node: number, from: number, before: number, step: PathStep): void {
    const at = this.#extend(from, before, step);
    let length = before + 1;
    const asked = this.#trees.column[node]!;
    if (asked < 0) {
      this.#settle(at, length, this.#trees.value[node]!);
      return;
    }
    const hot = nextNode(this.#trees, node, this.#row[asked]!);
    const left = this.#trees.left[node]!;
    const cold = hot === left ? left + 1 : left;
    let [z, o] = [1, 1];
    for (let i = 1; i < length; i++) {
      if (this.#columns[at + i] !== asked) continue;
      z = this.#z[at + i]!;
      o = this.#o[at + i]!;
      this.#unwind(at, length, i);
      length -= 1;
      break;
    }
    const share = this.#share;
    if (share[hot]! > 0 || o > 0) {
      this.#walk(hot, at, length, { column: asked, z: z * share[hot]!, o });
    }
    if (share[cold]! > 0) {
      this.#walk(cold, at, length, { column: asked, z: z * share[cold]!, o: 0 });
    }
  }

  #settle(at: number, length: number, value: number): void {
    for (let i = 1; i < length; i++) {
      const weight = this.#unwoundSum(at, length, i);
      this.#out[this.#columns[at + i]!]! += weight * (this.#o[at + i]! - this.#z[at + i]!) * value;
    }
  }
}

interface PathStep {
  readonly column: number;
  readonly z: number;
  readonly o: number;
}

/** Share of its parent's training rows that a node got. */
function coverShares({ column, left, cover }: TreeEnsemble): Float64Array {
  const shares = new Float64Array(column.length).fill(1);
  for (let node = 0; node < column.length; node++) {
    if (column[node]! < 0) continue;
    const child = left[node]!;
    const rows = cover[child]! + cover[child + 1]!;
    shares[child] = rows > 0 ? cover[child]! / rows : 0.5;
    shares[child + 1] = 1 - shares[child]!;
  }
  return shares;
}

/** Rows between looks at the signal. */
const ROWS_BETWEEN_POLLS = 4;

/**
 * Explains the margins of a model of trees by the Shapley values of its columns. What a column's
 * absence means is told by the trees themselves: a row then goes both ways, by the shares of the
 * training rows (the path-dependent form).
 * @param model boosted trees
 * @param frame rows to explain, with the columns of the model's schema
 * @returns a base, and one number a row and column; they sum to the row's margin
 * @throws FRAME_COLUMN_MISSING, FRAME_COLUMN_KIND, LEARN_STOPPED
 * @source Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for tree
 *   ensembles", algorithm 2
 */
export async function explainTrees(
  model: TreeModel,
  frame: Frame,
  options: ExplainOptions = {},
): Promise<TreeExplanation> {
  const { trees } = model;
  const output = options.output ?? 0;
  const pacer = new Pacer(options.signal, "explaining trees");
  const { columns, rowCount, names } = alignFrame(frame, model.schema);
  const deepest = treeDepths(trees).reduce((most, depth) => Math.max(most, depth), 0);
  const walker = new TreeWalker(trees, deepest);
  const values = new Float64Array(rowCount * columns.length);
  const row = new Float64Array(columns.length);
  for (let at = 0; at < rowCount; at++) {
    if (at % ROWS_BETWEEN_POLLS === 0) await pacer.pause();
    treeRow(trees, columns, at, row);
    const out = values.subarray(at * columns.length, (at + 1) * columns.length);
    for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
      walker.add(trees.starts[tree]!, row, out);
    }
  }
  const means = meanValues(trees);
  let base = model.start[output]!;
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    base += means[trees.starts[tree]!]!;
  }
  return { columns: names, base, values };
}
