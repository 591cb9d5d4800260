import type { Arena } from "../kernels/index.js";
import type { TreeEnsemble } from "../learners/index.js";
import { countedBytes, type PatternLeaf, type PatternTree } from "./background-plan.js";
import { gaussRule } from "./gauss.js";
import { TableWriter } from "./table-writer.js";

/** Bytes of a tree, a node and a leaf; see assembly/patterns.ts. */
export const PATTERN_TREE_BYTES = 24;
const NODE_BYTES = 40;
export const PATTERN_LEAF_BYTES = 40;

/** Bytes of a tree's tables. */
export function patternTableBytes({ nodes, leaves }: PatternTree, background: number): number {
  return leaves.reduce(
    (sum, leaf) =>
      sum +
      PATTERN_LEAF_BYTES +
      8 * Math.ceil(leaf.columns.length / 2) +
      (leaf.counted ? countedBytes(leaf) : 8 * (background + 2)),
    PATTERN_TREE_BYTES + NODE_BYTES * nodes.length,
  );
}

/** Bytes of a row's pattern at each leaf of a tree. */
export function patternBytes({ leaves }: PatternTree): number {
  return leaves.every(({ counted }) => counted) ? 2 : 8;
}

/** Bytes that a call needs for so many rows. */
export function patternScratchBytes(tree: PatternTree, rows: number): number {
  const { nodes, leaves } = tree;
  return 16 * (nodes.length + leaves.length) + leaves.length * rows * patternBytes(tree);
}

/** What stands in a session's memory for all trees. */
export interface PatternParts {
  readonly trees: TreeEnsemble;
  /** Address of the categories' sets. */
  readonly sets: number;
  /** Background rows. */
  readonly background: number;
  /** Addresses of pairs point, weight, by their number. */
  readonly rules: readonly number[];
}

/** Writes the rules that trees of so many columns a path need; @returns addresses by points. */
export function writeRules(arena: Arena, mostColumns: number): number[] {
  const rules = [0];
  for (let count = 1; count <= (mostColumns + 1) >> 1; count++) {
    const { points, weights } = gaussRule(count);
    const address = arena.allocate(16 * count);
    const pairs = arena.doubles(address, 2 * count);
    for (let k = 0; k < count; k++) pairs.set([points[k]!, weights[k]!], 2 * k);
    rules.push(address);
  }
  return rules;
}

function writeNode(parts: PatternParts, plan: PatternTree, k: number, to: TableWriter): void {
  const { trees, sets } = parts;
  const node = plan.nodes[k]!;
  const set = trees.set[node]!;
  const child = trees.left[node]! - plan.start;
  to.words(trees.column[node]!, set < 0 ? 0 : 1);
  if (set < 0) to.double(trees.threshold[node]!);
  else to.words(sets + 32 * set, 0);
  const ones = trees.missingLeft[node] === 1 ? 0xffffffff : 0;
  to.words(ones, ones);
  const bit = plan.bits[k]!;
  to.words(bit < 32 ? (1 << bit) >>> 0 : 0, bit < 32 ? 0 : (1 << (bit - 32)) >>> 0);
  to.words(16 * plan.slots[child]!, 16 * plan.slots[child + 1]!);
}

interface LeafPlaces {
  readonly numbers: number;
  readonly table: number;
}

function writeLeaf(parts: PatternParts, leaf: PatternLeaf, at: LeafPlaces, to: TableWriter): void {
  const { trees, background, rules } = parts;
  const { length } = leaf.columns;
  const points = (length + 1) >> 1;
  to.words(length, leaf.counted ? 1 : 0);
  to.words(at.numbers, at.table);
  to.words(leaf.counted ? at.table + 8 * 2 ** length * length : 0, rules[points]!);
  to.words(points, background);
  to.double(trees.value[leaf.leaf]! / background);
}

/** Where a tree's leaves lie. */
export interface PatternAddresses {
  /** Address of the tree. */
  readonly tree: number;
  /** Address of its first leaf. */
  readonly leaves: number;
}

/**
 * Writes the tables of trees, counts at zero.
 * @returns one address a tree; trees follow each other
 * @throws KERNEL_MEMORY
 */
export function writePatternTables(
  parts: PatternParts,
  plans: readonly PatternTree[],
  arena: Arena,
): PatternAddresses[] {
  const headBytes = PATTERN_TREE_BYTES * plans.length;
  const heads = arena.allocate(headBytes);
  const bytes = plans.reduce((sum, plan) => sum + patternTableBytes(plan, parts.background), 0);
  const block = arena.allocate(bytes);
  arena.bytes(block, bytes).fill(0);
  const head = new TableWriter(arena, heads, headBytes);
  const to = new TableWriter(arena, block, bytes);
  return plans.map((plan, tree) => {
    const nodes = to.address;
    for (const k of plan.nodes.keys()) writeNode(parts, plan, k, to);
    const places = plan.leaves.map((leaf): LeafPlaces => {
      const numbers = to.address;
      for (let k = 0; k < leaf.columns.length; k += 2) {
        to.words(leaf.columns[k]!, leaf.columns[k + 1] ?? 0);
      }
      const table = to.address;
      to.skip(leaf.counted ? countedBytes(leaf) : 8 * (parts.background + 2));
      return { numbers, table };
    });
    const leaves = to.address;
    for (const [k, leaf] of plan.leaves.entries()) writeLeaf(parts, leaf, places[k]!, to);
    head.words(nodes, plan.nodes.length);
    head.words(leaves, plan.leaves.length);
    head.words(patternBytes(plan), 0);
    return { tree: heads + PATTERN_TREE_BYTES * tree, leaves };
  });
}
