import type { TreeEnsemble } from "../learners/index.js";

/** Columns of a path at most: one bit each. */
export const MOST_PATH_COLUMNS = 64;
/** Columns up to which a leaf may count its background rows by pattern. */
const MOST_COUNTED = 12;
/** Bytes of a tree's tables at most. */
const TREE_TABLE_BYTES = 48 * 1024 * 1024;

/** A leaf as background rows see it. */
export interface PatternLeaf {
  /** Place in the ensemble. */
  readonly leaf: number;
  /** Columns of its path; a pattern's bit k is of the k-th. */
  readonly columns: readonly number[];
  /** Whether it counts background rows by pattern, or goes through them. */
  readonly counted: boolean;
}

/** A tree as background rows see it. */
export interface PatternTree {
  /** Places in the ensemble, parents before children. */
  readonly nodes: Int32Array;
  /** Bit of each node's column. */
  readonly bits: Uint8Array;
  /** Slot of a node or leaf, by its place behind the tree's first. */
  readonly slots: Int32Array;
  /** First node of the tree. */
  readonly start: number;
  readonly leaves: readonly PatternLeaf[];
}

/** How many rows are explained by how many others: what decides between the two ways. */
export interface PatternLoad {
  readonly rows: number;
  readonly background: number;
}

/** Bytes of a leaf's planes and counts. */
export function countedBytes({ columns }: Pick<PatternLeaf, "columns">): number {
  return 8 * 2 ** columns.length * (columns.length + 1);
}

/** Elementary steps that make a leaf's table. */
export function turnSteps({ columns }: Pick<PatternLeaf, "columns">): number {
  return 2 ** columns.length * columns.length * (columns.length + 1);
}

/** Elementary steps that a row takes at a leaf. */
export function leafSteps({ columns, counted }: PatternLeaf, background: number): number {
  return counted ? 3 + columns.length : 8 + background / 2;
}

/**
 * Puts a tree's nodes in order, and decides how each leaf meets the background rows.
 * @returns undefined for a tree of one leaf; a number where a path has more columns than bits
 */
export function patternTree(
  { starts, column, left }: TreeEnsemble,
  tree: number,
  { rows, background }: PatternLoad,
): PatternTree | number | undefined {
  const start = starts[tree]!;
  const size = starts[tree + 1]! - start;
  const paths: (readonly number[])[] = [[]];
  const nodes: number[] = [];
  const bits: number[] = [];
  const ends: number[] = [];
  for (let node = 0; node < size; node++) {
    const asked = column[start + node]!;
    if (asked < 0) {
      ends.push(node);
      continue;
    }
    const path = paths[node]!;
    const place = path.indexOf(asked);
    nodes.push(start + node);
    bits.push(place < 0 ? path.length : place);
    const longer = place < 0 ? [...path, asked] : path;
    if (longer.length > MOST_PATH_COLUMNS) return longer.length;
    const child = left[start + node]! - start;
    paths[child] = longer;
    paths[child + 1] = longer;
  }
  if (nodes.length === 0) return undefined;
  const slots = new Int32Array(size);
  for (const [slot, node] of nodes.entries()) slots[node - start] = slot;
  for (const [k, node] of ends.entries()) slots[node] = nodes.length + k;
  let room = TREE_TABLE_BYTES;
  const leaves = ends.map((node): PatternLeaf => {
    const columns = paths[node]!;
    const through = rows * leafSteps({ leaf: node, columns, counted: false }, background);
    const counted =
      columns.length <= MOST_COUNTED &&
      turnSteps({ columns }) < through &&
      countedBytes({ columns }) <= room;
    if (counted) room -= countedBytes({ columns });
    return { leaf: start + node, columns, counted };
  });
  return { nodes: Int32Array.from(nodes), bits: Uint8Array.from(bits), slots, start, leaves };
}

/** (p - 1)! q! / (p + q)! at p · 65 + q: weights of Shapley values where p and q columns decide. */
export function shapleyShares(): Float64Array {
  const width = MOST_PATH_COLUMNS + 1;
  const shares = new Float64Array(width * width);
  for (let p = 1; p < width; p++) {
    // At q = 0 it is 1 / p; each further q multiplies by q / (p + q).
    let share = 1 / p;
    for (let q = 0; q < width; q++) {
      if (q > 0) share *= q / (p + q);
      shares[p * width + q] = share;
    }
  }
  return shares;
}
