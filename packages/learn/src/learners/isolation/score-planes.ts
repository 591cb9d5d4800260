/** Margins of long tables by trees of planes: rows go to the kernels some thousand at a time. */
import type { Pacer } from "../../foundation/index.js";
import { type KernelCall, openSession, type Session } from "../../kernels/index.js";
import type { PredictExtras } from "../contract.js";
import { type PlaneTrees, planeDepths, planeMargin } from "./plane-trees.js";

/** Walks below which the kernels are not worth their start. */
const FEW_WALKS = 20_000;
const ROWS_PER_CALL = 2048;
const TREE_BYTES = 8;
const HEAD_BYTES = 24;

/** What is scored. */
export interface PlaneWork {
  readonly trees: PlaneTrees;
  /** In order of their names. */
  readonly columns: readonly Float64Array[];
  readonly rowCount: number;
  readonly doing: string;
  readonly pacer: Pacer;
}

/** Writes trees as assembly/hyperplanes.ts reads them; @returns their address */
function putTrees({ arena }: Session, trees: PlaneTrees): number {
  const { starts, left, normals, bounds, value, width } = trees;
  const count = starts.length - 1;
  const wide = width + (width % 2);
  const nodeBytes = HEAD_BYTES + 8 * wide;
  const heads = arena.allocate(TREE_BYTES * count);
  const nodes = arena.allocate(nodeBytes * left.length);
  arena.bytes(nodes, nodeBytes * left.length).fill(0);
  const words = arena.integers(heads, 2 * count);
  for (const [tree, depth] of planeDepths(trees).entries()) {
    words.set([nodes + nodeBytes * starts[tree]!, depth], 2 * tree);
    for (let node = starts[tree]!; node < starts[tree + 1]!; node++) {
      const at = nodes + nodeBytes * node;
      const child = left[node]! > 0 ? left[node]! : node;
      arena.doubles(at, 2).set([bounds[node]!, value[node]!]);
      arena.integers(at + 16, 2).set([nodeBytes * (child - starts[tree]!), nodeBytes]);
      arena.doubles(at + HEAD_BYTES, width).set(normals.subarray(node * width, (node + 1) * width));
    }
  }
  return heads;
}

async function sweep(session: Session, work: PlaneWork, out: Float64Array): Promise<void> {
  const { arena } = session;
  const { trees, columns, rowCount, pacer } = work;
  const heads = putTrees(session, trees);
  const wide = columns.length + (columns.length % 2);
  const rows = Math.min(ROWS_PER_CALL, rowCount);
  const buffers = Array.from({ length: session.inline ? 1 : 4 * session.threads }, () => ({
    values: arena.allocate(8 * wide * rows),
    scores: arena.allocate(8 * rows),
  }));
  for (let first = 0; first < rowCount; ) {
    const calls: KernelCall[] = [];
    const wave = first;
    for (const { values, scores } of buffers) {
      if (first >= rowCount) break;
      await pacer.pause();
      const count = Math.min(rows, rowCount - first);
      const to = arena.doubles(values, wide * count).fill(0);
      for (const [j, own] of columns.entries()) {
        for (let i = 0; i < count; i++) to[i * wide + j] = own[first + i]!;
      }
      arena.doubles(scores, count).fill(0);
      const head = [heads, trees.starts.length - 1, values, 8 * wide];
      calls.push({ kernel: "addPlanes", values: [...head, count, scores] });
      first += count;
    }
    await session.runAll(calls);
    for (const [k, { scores }] of buffers.slice(0, calls.length).entries()) {
      const from = wave + k * rows;
      out.set(arena.doubles(scores, Math.min(rows, rowCount - from)), from);
    }
  }
  pacer.check();
}

/**
 * Margins of rows; the bits of `planeMargin`.
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function planeMargins(work: PlaneWork, extras: PredictExtras): Promise<Float64Array> {
  const { trees, columns, rowCount, pacer, doing } = work;
  const out = new Float64Array(rowCount);
  const walks = rowCount * (trees.starts.length - 1);
  if (walks > FEW_WALKS) {
    const steps = walks * 8 * columns.length;
    const session = await openSession({ doing, threads: extras.threads ?? 0, steps });
    try {
      await sweep(session, work, out);
    } finally {
      session.close();
    }
    return out;
  }
  const values = new Float64Array(columns.length);
  for (let row = 0; row < rowCount; row++) {
    if (row % 64 === 0) await pacer.pause();
    for (let j = 0; j < values.length; j++) values[j] = columns[j]![row]!;
    out[row] = planeMargin(trees, values);
  }
  return out;
}
