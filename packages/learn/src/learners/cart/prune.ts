import type { GrownTrees } from "../forest/read-trees.js";
import type { TreeEnsemble } from "../tree/ensemble.js";
import { nodeValues } from "./node-values.js";

/** What the splits below a node are worth, once each has cost `price`; 0 where none should stay. */
function worthOfSplits({ column, left, gain, cover }: TreeEnsemble, price: number): Float64Array {
  const worth = new Float64Array(column.length);
  const total = cover[0]!;
  for (let node = column.length - 1; node >= 0; node--) {
    if (column[node]! < 0) continue;
    const child = left[node]!;
    const own = gain[node]! / total - price;
    worth[node] = Math.max(0, own + worth[child]! + worth[child + 1]!);
  }
  return worth;
}

/** Kept nodes in their new order, children next to each other, and where each one's are. */
function keptNodes({ column, left }: TreeEnsemble, worth: Float64Array) {
  const nodes = [0];
  const lefts: number[] = [];
  for (let place = 0; place < nodes.length; place++) {
    const node = nodes[place]!;
    const splits = column[node]! >= 0 && worth[node]! > 0;
    lefts.push(splits ? nodes.length : 0);
    if (splits) nodes.push(left[node]!, left[node]! + 1);
  }
  return { nodes, lefts: Int32Array.from(lefts) };
}

/**
 * A tree without the splits that are not worth their price: the smallest of the subtrees with the
 * least impurity + price × leaves.
 * @param outputs classes, 1 for one output
 * @param price what a leaf must lower the mean impurity of all rows by, ≥ 0
 * @source Breiman, Friedman, Olshen, Stone 1984, chapter 3
 */
export function prune(grown: GrownTrees, outputs: number, price: number): GrownTrees {
  if (price === 0) return grown;
  const { trees } = grown;
  const { nodes, lefts } = keptNodes(trees, worthOfSplits(trees, price));
  const values = nodeValues(grown, outputs);
  const pick = <Values extends Int32Array | Uint8Array | Float64Array>(
    from: Values,
    leaf: number,
  ) =>
    from.slice(0, nodes.length).map((_, place) => {
      return lefts[place] === 0 ? leaf : from[nodes[place]!]!;
    }) as Values;
  const leaves = nodes.filter((_, place) => lefts[place] === 0);
  const shares = new Float64Array(leaves.length * outputs);
  for (const [leaf, node] of leaves.entries()) {
    shares.set(values.subarray(node * outputs, (node + 1) * outputs), leaf * outputs);
  }
  let leaf = 0;
  const value = Float64Array.from(nodes, (node, place) => {
    if (lefts[place] !== 0) return 0;
    return outputs > 1 ? leaf++ : values[node]!;
  });
  return {
    trees: {
      ...trees,
      starts: Int32Array.of(0, nodes.length),
      column: pick(trees.column, -1),
      left: lefts,
      threshold: pick(trees.threshold, 0),
      missingLeft: pick(trees.missingLeft, 0),
      set: pick(trees.set, -1),
      gain: pick(trees.gain, 0),
      cover: Float64Array.from(nodes, (node) => trees.cover[node]!),
      value,
    },
    shares: outputs > 1 ? shares : undefined,
  };
}
