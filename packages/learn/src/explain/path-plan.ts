import type { TreeEnsemble } from "../learners/index.js";
import { type GaussRule, gaussRule } from "./gauss.js";

/** One tree as its Shapley values ask for it: nodes that ask a column, children behind parents. */
export interface PathTree {
  /** First node of the tree in the ensemble. */
  readonly start: number;
  /** Places in the ensemble: nodes above other nodes that ask, then those above two leaves. */
  readonly nodes: Int32Array;
  /** How many of them stand above others. */
  readonly inner: number;
  /** Leaves below inner nodes, places in the ensemble. */
  readonly leaves: Int32Array;
  /** Slot of a node or leaf, by its place behind the tree's first; -1 for leaves of outer nodes. */
  readonly slots: Int32Array;
  /** Of each node the latest above it that asks its column, as place in `nodes`; -1 for none. */
  readonly before: Int32Array;
  /** 1 where the node stands to the right of that one. */
  readonly side: Uint8Array;
  /** Of each node the product of the shares of the sides taken at all those. */
  readonly left: Float64Array;
  /** Exact for the paths of this tree. */
  readonly rule: GaussRule;
}

/** Share of its parent's training rows that each node got. */
export function coverShares({ column, left, cover }: TreeEnsemble): Float64Array {
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

/** Mean value of each node's leaves, weighted by training rows; index as the nodes. */
export function meanValues(trees: TreeEnsemble): Float64Array {
  const { column, left, value } = trees;
  const shares = coverShares(trees);
  const means = Float64Array.from(value);
  for (let node = column.length - 1; node >= 0; node--) {
    if (column[node]! < 0) continue;
    const child = left[node]!;
    means[node] = means[child]! * shares[child]! + means[child + 1]! * shares[child + 1]!;
  }
  return means;
}

interface Ancestry {
  /** Of each node of the tree its parent, from the tree's first; -1 for the root. */
  readonly parents: Int32Array;
  /** Of each the latest node above that asks the same column; -1 for none. */
  readonly before: Int32Array;
  /** Of each the node's child on the way from `before`. */
  readonly way: Int32Array;
  /** Columns on the way to each. */
  readonly columns: Int32Array;
}

function ancestryOf({ starts, column, left }: TreeEnsemble, tree: number): Ancestry {
  const start = starts[tree]!;
  const size = starts[tree + 1]! - start;
  const parents = new Int32Array(size).fill(-1);
  const before = new Int32Array(size).fill(-1);
  const way = new Int32Array(size);
  const columns = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    const asked = column[start + node]!;
    if (asked < 0) continue;
    for (let at = node; ; at = parents[at]!) {
      const above = parents[at]!;
      if (above < 0) break;
      if (column[start + above] !== asked) continue;
      before[node] = above;
      way[node] = at;
      break;
    }
    const child = left[start + node]! - start;
    for (const one of [child, child + 1]) {
      parents[one] = node;
      columns[one] = columns[node]! + (before[node]! < 0 ? 1 : 0);
    }
  }
  return { parents, before, way, columns };
}

/** Gauss's rule with an even number of points, because the kernel takes two at a time. */
function evenRule(count: number): GaussRule {
  const { points, weights } = gaussRule(count);
  if (count % 2 === 0) return { points, weights };
  return { points: Float64Array.of(...points, 0.5), weights: Float64Array.of(...weights, 0) };
}

/**
 * Puts a tree's nodes in order, and finds what each has to know of those above it.
 * @param shares as `coverShares` gives them
 * @returns undefined for a tree of one leaf
 */
export function pathTree(
  trees: TreeEnsemble,
  tree: number,
  shares: Float64Array,
): PathTree | undefined {
  const { starts, column, left } = trees;
  const start = starts[tree]!;
  const end = starts[tree + 1]!;
  const { before, way, columns } = ancestryOf(trees, tree);
  const inner: number[] = [];
  const outer: number[] = [];
  const leaves: number[] = [];
  for (let node = start; node < end; node++) {
    if (column[node]! < 0) continue;
    const below = [left[node]!, left[node]! + 1].filter((child) => column[child]! < 0);
    if (below.length === 2) outer.push(node);
    else {
      inner.push(node);
      leaves.push(...below);
    }
  }
  const nodes = Int32Array.from([...inner, ...outer]);
  if (nodes.length === 0) return undefined;
  const slots = new Int32Array(end - start).fill(-1);
  for (const [slot, node] of [...nodes, ...leaves].entries()) slots[node - start] = slot;
  const products = new Float64Array(end - start).fill(1);
  for (const node of Int32Array.from(nodes).sort()) {
    const above = before[node - start]!;
    if (above < 0) continue;
    products[node - start] = products[above]! * shares[start + way[node - start]!]!;
  }
  const most = columns.reduce((a, b) => Math.max(a, b), 1);
  return {
    start,
    nodes,
    inner: inner.length,
    leaves: Int32Array.from(leaves),
    slots,
    before: nodes.map((node) => {
      const above = before[node - start]!;
      return above < 0 ? -1 : slots[above]!;
    }),
    side: Uint8Array.from(nodes, (node) => {
      const above = before[node - start]!;
      return above < 0 ? 0 : way[node - start]! - (left[start + above]! - start);
    }),
    left: Float64Array.from(nodes, (node) => products[node - start]!),
    rule: evenRule((most + 1) >> 1),
  };
}

/** What a node's earlier questions make of a point: tau and w of assembly/paths.ts. */
export function pointPair(point: number, left: number): readonly [number, number] {
  if (left === 1) return [point, 1];
  const f = left + point * (1 - left);
  return [point / f, left / (f * f)];
}
