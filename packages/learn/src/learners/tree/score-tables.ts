import type { ColumnBins } from "../../encoders/index.js";
import { type TreeEnsemble, treeDepths } from "./ensemble.js";

/** An ensemble as the kernel walks it, over bins made of the ensemble's own thresholds. */
export interface ScoreTables {
  /** Bins of each column. */
  readonly bins: readonly ColumnBins[];
  /** 48 bytes a node, see assembly/traverse.ts. */
  readonly nodes: Uint8Array;
  /** Byte offset of the first node and depth, of each tree. */
  readonly trees: Int32Array;
}

const NODE_BYTES = 48;
const MOST_BOUNDS = 254;

function boundsOf(trees: TreeEnsemble, columns: number): Float64Array[] {
  const found = Array.from({ length: columns }, () => new Set<number>());
  for (let node = 0; node < trees.column.length; node++) {
    const threshold = trees.threshold[node]!;
    if (trees.column[node]! < 0 || trees.set[node]! >= 0) continue;
    if (threshold !== Number.POSITIVE_INFINITY) found[trees.column[node]!]!.add(threshold);
  }
  return found.map((thresholds) => Float64Array.from(thresholds).sort());
}

/** Bits of bins that go right: those above the threshold, and missing where it does. */
function numberSet(to: Uint8Array, bounds: Float64Array, threshold: number, missingLeft: number) {
  const first = threshold === Number.POSITIVE_INFINITY ? 256 : 2 + bounds.indexOf(threshold);
  for (let bin = first; bin < 256; bin++) to[bin >> 3]! |= 1 << (bin & 7);
  if (missingLeft === 0) to[0]! |= 1;
}

/**
 * Makes the tables of an ensemble.
 * @param trees any ensemble
 * @param columns number of columns of its schema
 * @returns undefined where a column has more thresholds than a byte can tell apart
 */
export function scoreTables(trees: TreeEnsemble, columns: number): ScoreTables | undefined {
  const bounds = boundsOf(trees, columns);
  if (bounds.some((list) => list.length > MOST_BOUNDS)) return undefined;
  const nodes = new Uint8Array(trees.column.length * NODE_BYTES);
  const words = new Uint32Array(nodes.buffer);
  const doubles = new Float64Array(nodes.buffer);
  const table = new Int32Array(2 * (trees.starts.length - 1));
  const depths = treeDepths(trees);
  for (let tree = 0; tree < depths.length; tree++) {
    const start = trees.starts[tree]!;
    table.set([start * NODE_BYTES, depths[tree]!], 2 * tree);
    for (let node = start; node < trees.starts[tree + 1]!; node++) {
      const asked = trees.column[node]!;
      const next = asked < 0 ? node : trees.left[node]!;
      words[node * 12] = Math.max(asked, 0);
      words[node * 12 + 1] = (next - start) * NODE_BYTES;
      doubles[node * 6 + 5] = trees.value[node]!;
      if (asked < 0) continue;
      const set = nodes.subarray(node * NODE_BYTES + 8, node * NODE_BYTES + 40);
      const place = trees.set[node]!;
      if (place >= 0) set.set(trees.sets.subarray(place * 32, place * 32 + 32));
      else numberSet(set, bounds[asked]!, trees.threshold[node]!, trees.missingLeft[node]!);
    }
  }
  return { bins: bounds.map((list, place) => binsOf(trees, list, place)), nodes, trees: table };
}

function binsOf(trees: TreeEnsemble, bounds: Float64Array, place: number): ColumnBins {
  const binOf = trees.categoryBins[place];
  if (binOf === undefined) return { kind: "number", bounds, binCount: bounds.length + 2 };
  return { kind: "category", binOf, binCount: 256 };
}
