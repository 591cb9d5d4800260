import { nextNode, type TreeEnsemble, treeDepths } from "../learners/index.js";
import { coverShares } from "./path-plan.js";

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

/**
 * Adds the Shapley values of a row by walking down every path: the slow way, which shares nothing
 * with the kernel.
 * @param row one value a column: of categories the bin
 * @param out receives one number a column; added to
 * @source Lundberg, Erion, Lee 2018, "Consistent individualized feature attribution for tree
 *   ensembles", algorithm 2
 */
export function walkPaths(
  trees: TreeEnsemble,
  output: number,
  row: Float64Array,
  out: Float64Array,
): void {
  const deepest = treeDepths(trees).reduce((most, depth) => Math.max(most, depth), 0);
  const walker = new TreeWalker(trees, deepest);
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    walker.add(trees.starts[tree]!, row, out);
  }
}
