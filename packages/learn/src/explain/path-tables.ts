import type { Arena } from "../kernels/index.js";
import type { TreeEnsemble } from "../learners/index.js";
import { type PathTree, pointPair } from "./path-plan.js";
import { TableWriter } from "./table-writer.js";

/** Bytes of a node and of a tree; see assembly/paths.ts. */
const NODE_BYTES = 64;
const TREE_BYTES = 32;

/** Where the tables of some trees lie. */
export interface PathTables {
  /** Address of the trees. */
  readonly trees: number;
  /** How many they are. */
  readonly count: number;
}

/** Bytes of the tables of a tree. */
export function pathTableBytes({ nodes, leaves, before, rule }: PathTree): number {
  const repeated = before.reduce((count, above) => count + (above < 0 ? 0 : 1), 0);
  const { length } = rule.points;
  return TREE_BYTES + NODE_BYTES * nodes.length + 16 * length * (repeated + 2) + 8 * leaves.length;
}

/** Bytes that a thread needs beside the tables of a tree. */
export function pathScratchBytes({ nodes, leaves, rule }: PathTree): number {
  return 16 + 48 * nodes.length + 32 * rule.points.length * (nodes.length + leaves.length);
}

/** Elementary steps that a row takes in a tree. */
export function pathSteps({ nodes, rule }: PathTree): number {
  return nodes.length * (4 + rule.points.length);
}

/** Addresses of the pairs tau, w of each node: those of the bare points where it is the first. */
function writePairs({ left, before, rule }: PathTree, to: TableWriter): Uint32Array {
  const bare = to.address;
  const writeAll = (share: number) => {
    for (const point of rule.points) for (const x of pointPair(point, share)) to.double(x);
  };
  writeAll(1);
  return Uint32Array.from(left, (share, k) => {
    if (before[k]! < 0) return bare;
    const address = to.address;
    writeAll(share);
    return address;
  });
}

/** Where a category's sets lie: copied whole, in front of the tables. */
interface Parts {
  readonly trees: TreeEnsemble;
  readonly shares: Float64Array;
  readonly sets: number;
}

function writeNodes(
  { trees, shares, sets }: Parts,
  plan: PathTree,
  pairs: Uint32Array,
  to: TableWriter,
) {
  const { start, nodes, inner, slots, before, side, rule } = plan;
  const slotBytes = 16 * rule.points.length;
  for (const [k, node] of nodes.entries()) {
    const child = trees.left[node]!;
    const set = trees.set[node]!;
    to.words(trees.column[node]!, set < 0 ? 0 : 1);
    if (set < 0) to.double(trees.threshold[node]!);
    else to.words(sets + 32 * set, 0);
    const ones = trees.missingLeft[node] === 1 ? 0xffffffff : 0;
    to.words(ones, ones);
    to.double(shares[child]!);
    to.double(shares[child + 1]!);
    if (k >= inner) to.double(trees.value[child]! - trees.value[child + 1]!);
    else to.words(slotBytes * slots[child - start]!, slotBytes * slots[child + 1 - start]!);
    to.words(before[k]! < 0 ? 0 : 16 + 32 * before[k]! + 16 * side[k]!, pairs[k]!);
    to.double(k < inner ? 0 : trees.value[child + 1]!);
  }
}

/**
 * Writes the tables of trees.
 * @param parts the ensemble, its shares, and the address of its sets
 * @throws KERNEL_MEMORY
 */
export function writePathTables(
  parts: Parts,
  plans: readonly PathTree[],
  arena: Arena,
): PathTables {
  const trees = arena.allocate(TREE_BYTES * plans.length);
  const bytes = plans.reduce((sum, plan) => sum + pathTableBytes(plan), 0);
  const block = arena.allocate(bytes);
  const head = new TableWriter(arena, trees, TREE_BYTES * plans.length);
  const to = new TableWriter(arena, block, bytes);
  for (const plan of plans) {
    const { points, weights } = plan.rule;
    const rule = to.address;
    for (const [k, point] of points.entries()) {
      to.double(point);
      to.double(weights[k]!);
    }
    const leaves = to.address;
    for (const leaf of plan.leaves) to.double(parts.trees.value[leaf]!);
    const pairs = writePairs(plan, to);
    head.words(to.address, plan.inner);
    head.words(plan.nodes.length - plan.inner, points.length);
    head.words(rule, leaves);
    head.words(plan.leaves.length, 0);
    writeNodes(parts, plan, pairs, to);
  }
  return { trees, count: plans.length };
}
