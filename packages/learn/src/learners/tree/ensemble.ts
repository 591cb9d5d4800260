/**
 * Trees in flat arrays, as models keep them. All nodes stand in one run, tree after tree; the first
 * node of a tree is its root, a node's right child stands right behind the left one, and children
 * stand behind their parent, so that every walk ends.
 */

import type { CategoryBins, ColumnBins } from "../../encoders/index.js";

/** A set of trees; see the head of the file. */
export interface TreeEnsemble {
  /** Outputs that the trees take turns to add to: tree t to output t mod outputs. */
  readonly outputs: number;
  /** First node of each tree, and the number of nodes at the end. */
  readonly starts: Int32Array;
  /** Column that a node asks, -1 for a leaf. */
  readonly column: Int32Array;
  /** Left child; 0 for a leaf. */
  readonly left: Int32Array;
  /** Numbers: values not above it go left. */
  readonly threshold: Float64Array;
  /** Numbers: 1 where missing values go left. */
  readonly missingLeft: Uint8Array;
  /** Categories: place of the set in `sets`, -1 for a node that asks a number. */
  readonly set: Int32Array;
  /** 32 bytes a set, one bit a category bin: 1 = goes right. Bin 0 is missing. */
  readonly sets: Uint8Array;
  /** Leaves: what is added; 0 for other nodes. */
  readonly value: Float64Array;
  /** Training rows that came by. */
  readonly cover: Float64Array;
  /** What a split gained; 0 for a leaf. */
  readonly gain: Float64Array;
  /** Of each column of categories the bin of each code; undefined for numbers. */
  readonly categoryBins: readonly (Uint8Array | undefined)[];
}

/** What is kept of each node. */
export type NodeArrays = Pick<
  TreeEnsemble,
  "column" | "left" | "threshold" | "missingLeft" | "set" | "value" | "cover" | "gain"
>;

/** Room for so many nodes, all of them leaves of 0. */
export function nodeArrays(count: number): NodeArrays {
  return {
    column: new Int32Array(count).fill(-1),
    left: new Int32Array(count),
    threshold: new Float64Array(count),
    missingLeft: new Uint8Array(count),
    set: new Int32Array(count).fill(-1),
    value: new Float64Array(count),
    cover: new Float64Array(count),
    gain: new Float64Array(count),
  };
}

/** Columns as trees were grown on them. */
export interface GrownColumns {
  /** Their bins. */
  readonly bins: readonly ColumnBins[];
  /** Place of each in the model's schema. */
  readonly places: readonly number[];
}

/** Of each column of a schema the bin of each category; undefined for numbers. */
export function categoryBinsOf({ bins, places }: GrownColumns): (Uint8Array | undefined)[] {
  const found: (Uint8Array | undefined)[] = bins.map(() => undefined);
  for (const [k, place] of places.entries()) {
    const one = bins[k]!;
    if (one.kind === "category") found[place] = one.binOf;
  }
  return found;
}

/** What a node asks that goes left up to the end of a bin: the bin's upper bound. */
export function binThreshold({ bins }: GrownColumns, column: number, bin: number): number {
  const { bounds } = bins[column] as Exclude<ColumnBins, CategoryBins>;
  return bounds[bin - 1] ?? Number.POSITIVE_INFINITY;
}

/**
 * The child that a row goes to.
 * @param node that asks a column
 * @param given the row's value of that column: a number, NaN for missing; of categories the bin
 */
export function nextNode(trees: TreeEnsemble, node: number, given: number): number {
  const place = trees.set[node]!;
  const threshold = trees.threshold[node]!;
  let right: number;
  if (place >= 0) right = (trees.sets[place * 32 + (given >> 3)]! >> (given & 7)) & 1;
  else if (given <= threshold) right = 0;
  else right = given > threshold ? 1 : 1 - trees.missingLeft[node]!;
  return trees.left[node]! + right;
}

/**
 * Adds the trees' values to an output for one row.
 * @param values one a column: numbers, NaN for missing; of categories the bin
 * @param output which of the outputs
 * @param start what is added to
 */
export function addTreeValues(
  trees: TreeEnsemble,
  values: Float64Array,
  output: number,
  start: number,
): number {
  const { starts, column, value, outputs } = trees;
  let sum = start;
  for (let tree = output; tree < starts.length - 1; tree += outputs) {
    let node = starts[tree]!;
    for (let asked = column[node]!; asked >= 0; asked = column[node]!) {
      node = nextNode(trees, node, values[asked]!);
    }
    sum += value[node]!;
  }
  return sum;
}

/** Steps from the root of each tree to its deepest leaf. */
export function treeDepths({ starts, column, left }: TreeEnsemble): Int32Array {
  const depths = new Int32Array(starts.length - 1);
  const depthOf = new Int32Array(column.length);
  for (let tree = 0; tree < depths.length; tree++) {
    for (let node = starts[tree]!; node < starts[tree + 1]!; node++) {
      const depth = depthOf[node]!;
      if (depth > depths[tree]!) depths[tree] = depth;
      if (column[node]! < 0) continue;
      depthOf[left[node]!] = depth + 1;
      depthOf[left[node]! + 1] = depth + 1;
    }
  }
  return depths;
}
