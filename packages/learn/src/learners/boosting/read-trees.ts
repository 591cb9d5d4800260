import type { Arena } from "../../kernels/index.js";
import {
  binThreshold,
  categoryBinsOf,
  type GrownColumns,
  type NodeArrays,
  nodeArrays,
  type TreeEnsemble,
} from "../tree/ensemble.js";

const NODE_BYTES = 48;
const INFO_BYTES = 32;

/** Where a fit wrote its latest trees. */
export interface WrittenTrees {
  readonly trees: number;
  readonly info: number;
  readonly table: number;
  /** Nodes from one tree's first to the next one's. */
  readonly nodesApart: number;
}

interface WrittenTree {
  readonly nodes: Uint8Array;
  readonly info: Uint8Array;
}

/** Bytes that the trees of one round take. */
export function treeBytes(maxLeaves: number, classes: number): number {
  return (2 * maxLeaves - 1) * classes * (NODE_BYTES + INFO_BYTES);
}

/** Collects trees as they are written, and makes the ensemble of them. */
export class TreeReader {
  readonly #written: WrittenTree[] = [];

  /** Copies the trees that were written since; they stand from the beginning. */
  read(arena: Arena, from: WrittenTrees, count: number): void {
    const table = arena.integers(from.table, 2 * count);
    for (let tree = 0; tree < count; tree++) {
      const nodes = table[2 * tree]!;
      const first = tree * from.nodesApart;
      this.#written.push({
        nodes: arena.bytes(from.trees + first * NODE_BYTES, nodes * NODE_BYTES).slice(),
        info: arena.bytes(from.info + first * INFO_BYTES, nodes * INFO_BYTES).slice(),
      });
    }
  }

  /**
   * The first trees as an ensemble.
   * @param treeCount how many
   * @param outputs trees take turns to add to
   * @param columns bins in the order of training, and each column's place in the schema
   */
  ensemble(treeCount: number, outputs: number, columns: GrownColumns): TreeEnsemble {
    const written = this.#written.slice(0, treeCount);
    const starts = new Int32Array(written.length + 1);
    for (const [tree, { nodes }] of written.entries()) {
      starts[tree + 1] = starts[tree]! + nodes.length / NODE_BYTES;
    }
    const count = starts.at(-1)!;
    const sets: Uint8Array[] = [];
    const arrays = nodeArrays(count);
    for (const [tree, one] of written.entries()) {
      readTree(one, starts[tree]!, { ...arrays, setList: sets }, columns);
    }
    const joined = new Uint8Array(sets.length * 32);
    for (const [place, set] of sets.entries()) joined.set(set, place * 32);
    return { outputs, starts, ...arrays, sets: joined, categoryBins: categoryBinsOf(columns) };
  }
}

function readTree(
  { nodes, info }: WrittenTree,
  start: number,
  arrays: NodeArrays & { readonly setList: Uint8Array[] },
  columns: GrownColumns,
): void {
  const words = new Uint32Array(nodes.buffer);
  const doubles = new Float64Array(nodes.buffer);
  const told = new Int32Array(info.buffer);
  const gains = new Float64Array(info.buffer);
  for (let k = 0; k < nodes.length / NODE_BYTES; k++) {
    const node = start + k;
    const kind = told[8 * k + 3]!;
    arrays.cover[node] = told[8 * k + 2]!;
    if (kind < 0) {
      arrays.value[node] = doubles[6 * k + 5]!;
      continue;
    }
    const column = words[12 * k]!;
    arrays.column[node] = columns.places[column]!;
    arrays.left[node] = start + words[12 * k + 1]! / NODE_BYTES;
    arrays.gain[node] = gains[4 * k + 2]!;
    if (kind === 0) {
      arrays.threshold[node] = binThreshold(columns, column, told[8 * k]!);
      arrays.missingLeft[node] = told[8 * k + 1]!;
    } else {
      arrays.set[node] = arrays.setList.length;
      arrays.setList.push(nodes.subarray(k * NODE_BYTES + 8, k * NODE_BYTES + 40));
    }
  }
}
