/**
 * Trees whose nodes ask on which side of a plane a row lies, in flat arrays: nodes in one run, tree
 * after tree, a right child right behind the left one, children behind their parent.
 */

/** A set of such trees; see the head of the file. */
export interface PlaneTrees {
  /** First node of each tree, and the number of nodes at the end. */
  readonly starts: Int32Array;
  /** Left child; 0 for a leaf. */
  readonly left: Int32Array;
  /** Nodes × columns, in order of the columns' names; 0 for a leaf. */
  readonly normals: Float64Array;
  /** Rows with normal · row ≤ bound go left. */
  readonly bounds: Float64Array;
  /** Leaves: what is added; 0 for other nodes. */
  readonly value: Float64Array;
  /** Rows of its sample that came by; may be none. */
  readonly cover: Float64Array;
  /** Columns. */
  readonly width: number;
}

/** Product of a node's normal and a row: sums of even and odd columns apart, then together. */
export function sideOf(normals: Float64Array, at: number, values: Float64Array): number {
  const width = values.length;
  let even = 0;
  let odd = 0;
  for (let j = 0; j + 1 < width; j += 2) {
    even += normals[at + j]! * values[j]!;
    odd += normals[at + j + 1]! * values[j + 1]!;
  }
  if (width % 2 === 1) even += normals[at + width - 1]! * values[width - 1]!;
  return even + odd;
}

/** The child that a row goes to. */
export function nextPlane(trees: PlaneTrees, node: number, values: Float64Array): number {
  const side = sideOf(trees.normals, node * trees.width, values);
  return trees.left[node]! + (side > trees.bounds[node]! ? 1 : 0);
}

/** Margin of one row, values in the order of the normals. */
export function planeMargin(trees: PlaneTrees, values: Float64Array): number {
  const { starts, left, value } = trees;
  let sum = 0;
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    let node = starts[tree]!;
    while (left[node]! > 0) node = nextPlane(trees, node, values);
    sum += value[node]!;
  }
  return sum;
}

/** Steps from the root of each tree to its deepest leaf. */
export function planeDepths({ starts, left }: PlaneTrees): Int32Array {
  const depthOf = new Int32Array(left.length);
  return Int32Array.from(starts.subarray(1), (end, tree) => {
    let deepest = 0;
    for (let node = starts[tree]!; node < end; node++) {
      const depth = depthOf[node]!;
      deepest = Math.max(deepest, depth);
      if (left[node] === 0) continue;
      depthOf[left[node]!] = depth + 1;
      depthOf[left[node]! + 1] = depth + 1;
    }
    return deepest;
  });
}
