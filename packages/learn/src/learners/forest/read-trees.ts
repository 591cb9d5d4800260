import type { Pacer } from "../../foundation/index.js";
import type { Arena } from "../../kernels/index.js";
import {
  binThreshold,
  categoryBinsOf,
  type GrownColumns,
  type NodeArrays,
  nodeArrays,
  type TreeEnsemble,
} from "../tree/ensemble.js";
import type { PlannedForest } from "./plan.js";

const NODE_BYTES = 40;
const MISSING_LEFT = 1;
const IS_SET = 2;

interface WrittenTree {
  readonly nodes: Uint8Array;
  readonly shares: Float64Array;
  readonly sets: Uint8Array;
}

/** How what is written becomes what a model keeps. */
export interface ReadingUnits {
  /** Classes, 1 for two classes and for values. */
  readonly classes: number;
  /** A leaf's value is base + unit × what is written. */
  readonly base: number;
  readonly unit: number;
  /** What gains are multiplied by. */
  readonly gain: number;
  /** What weights are multiplied by. */
  readonly weight: number;
}

/** Trees of a forest: of several classes a leaf's value is its row in `shares`. */
export interface GrownTrees {
  readonly trees: TreeEnsemble;
  /** Leaves × classes, row-major; undefined for one output. */
  readonly shares: Float64Array | undefined;
}

/** Collects trees as they are written, by their numbers. */
export class ForestReader {
  readonly #written = new Map<number, WrittenTree>();

  /** Copies the trees that were written, and makes room for others. */
  read(arena: Arena, plan: PlannedForest, count: number, classes: number): void {
    const table = arena.integers(plan.table, 4 * count);
    for (let tree = 0; tree < count; tree++) {
      const [place, nodes, leaves, sets] = table.subarray(4 * tree, 4 * tree + 4);
      if (nodes === 0) continue;
      const shares = classes > 1 ? leaves! * classes : 0;
      const from = plan.output + (place! >>> 0);
      const sharesAt = from + nodes! * NODE_BYTES;
      this.#written.set(tree, {
        nodes: arena.bytes(from, nodes! * NODE_BYTES).slice(),
        shares: arena.doubles(sharesAt, shares).slice(),
        sets: arena.bytes(sharesAt + 8 * shares, 32 * sets!).slice(),
      });
    }
    table.fill(0);
    plan.memory.write("used", 0);
    plan.memory.write("reserved", 0);
  }

  /** All trees, in order of their numbers; what was collected is gone then. */
  async ensemble(columns: GrownColumns, units: ReadingUnits, pacer: Pacer): Promise<GrownTrees> {
    const trees = this.#written.size;
    const starts = new Int32Array(trees + 1);
    let [sets, shares] = [0, 0];
    for (let tree = 0; tree < trees; tree++) {
      const one = this.#written.get(tree)!;
      starts[tree + 1] = starts[tree]! + one.nodes.length / NODE_BYTES;
      sets += one.sets.length;
      shares += one.shares.length;
    }
    const count = starts[trees]!;
    const arrays = nodeArrays(count);
    const joined = { sets: new Uint8Array(sets), shares: new Float64Array(shares) };
    let [setAt, shareAt] = [0, 0];
    for (let tree = 0; tree < trees; tree++) {
      await pacer.pause();
      const one = this.#written.get(tree)!;
      this.#written.delete(tree);
      const from = { node: starts[tree]!, set: setAt / 32, leaf: shareAt / units.classes };
      readTree(one.nodes, from, arrays, { columns, units });
      joined.sets.set(one.sets, setAt);
      joined.shares.set(one.shares, shareAt);
      setAt += one.sets.length;
      shareAt += one.shares.length;
    }
    const categoryBins = categoryBinsOf(columns);
    return {
      trees: { outputs: 1, starts, ...arrays, sets: joined.sets, categoryBins },
      shares: units.classes > 1 ? joined.shares : undefined,
    };
  }
}

function readTree(
  nodes: Uint8Array,
  from: { readonly node: number; readonly set: number; readonly leaf: number },
  arrays: NodeArrays,
  { columns, units }: { readonly columns: GrownColumns; readonly units: ReadingUnits },
): void {
  const words = new Int32Array(nodes.buffer);
  const doubles = new Float64Array(nodes.buffer);
  for (let k = 0; k < nodes.length / NODE_BYTES; k++) {
    const node = from.node + k;
    const column = words[10 * k]!;
    const value = doubles[5 * k + 2]!;
    arrays.cover[node] = doubles[5 * k + 3]! * units.weight;
    if (column < 0) {
      arrays.value[node] = units.classes > 1 ? from.leaf + value : units.base + units.unit * value;
      continue;
    }
    const bin = words[10 * k + 2]!;
    const flags = words[10 * k + 3]!;
    arrays.column[node] = columns.places[column]!;
    arrays.left[node] = from.node + words[10 * k + 1]!;
    arrays.gain[node] = doubles[5 * k + 4]! * units.gain;
    if ((flags & IS_SET) !== 0) {
      arrays.set[node] = from.set + bin;
      continue;
    }
    arrays.threshold[node] = binThreshold(columns, column, bin);
    arrays.missingLeft[node] = flags & MISSING_LEFT;
  }
}
