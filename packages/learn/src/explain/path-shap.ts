import type { Frame } from "../frame/index.js";
import type { Session } from "../kernels/index.js";
import type { TreeEnsemble } from "../learners/index.js";
import { coverShares, type PathTree, pathTree } from "./path-plan.js";
import { pathScratchBytes, pathSteps, pathTableBytes, writePathTables } from "./path-tables.js";
import { explainBlocks } from "./row-blocks.js";
import type { Watch } from "./watch.js";

/** What is explained, and with what. */
export interface ShapWork {
  readonly session: Session;
  readonly trees: TreeEnsemble;
  /** Whose trees are explained. */
  readonly output: number;
  /** Aligned with the model's schema. */
  readonly frame: Frame;
  /** Rows × columns, row-major; added to. */
  readonly values: Float64Array;
  readonly watch: Watch;
}

/** Steps of one call of the kernel: some five milliseconds. */
const STEPS_PER_CALL = 6e6;
/** Bytes of tables that are in use at a time. */
const TABLE_BYTES = 32 * 1024 * 1024;
const MOST_ROWS_PER_CALL = 64;

/** Trees whose tables are written together. */
interface PathRange {
  readonly plans: readonly PathTree[];
  readonly steps: number;
  readonly scratch: number;
  /** Trees counted, those without nodes too. */
  readonly trees: number;
}

/** Cuts the trees of an output into ranges, planned one at a time. */
function* rangesOf(trees: TreeEnsemble, shares: Float64Array, output: number) {
  let plans: PathTree[] = [];
  let [steps, bytes, scratch, count] = [0, 0, 0, 0];
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    const plan = pathTree(trees, tree, shares);
    count += 1;
    if (plan === undefined) continue;
    plans.push(plan);
    steps += pathSteps(plan);
    bytes += pathTableBytes(plan);
    scratch = Math.max(scratch, pathScratchBytes(plan));
    if (bytes < TABLE_BYTES && 2 * steps < STEPS_PER_CALL) continue;
    yield { plans, steps, scratch, trees: count } satisfies PathRange;
    plans = [];
    [steps, bytes, scratch, count] = [0, 0, 0, 0];
  }
  if (count > 0) yield { plans, steps, scratch, trees: count } satisfies PathRange;
}

/** Elementary steps that a row takes, for the choice between one thread and several. */
export function pathStepsOf(trees: TreeEnsemble): number {
  return trees.column.length * 8;
}

/**
 * Adds the Shapley values of rows, told by the trees' own training rows.
 * @throws KERNEL_MEMORY, LEARN_STOPPED
 */
export async function addPathValues(work: ShapWork): Promise<void> {
  const { session, trees, output, frame, values } = work;
  const { arena } = session;
  const sets = arena.allocate(trees.sets.length);
  arena.bytes(sets, trees.sets.length).set(trees.sets);
  const shares = coverShares(trees);
  const share = trees.outputs / (trees.starts.length - 1);
  const mark = arena.mark();
  for (const range of rangesOf(trees, shares, output)) {
    const tables = writePathTables({ trees, shares, sets }, range.plans, arena);
    await explainBlocks({
      session,
      trees,
      frame,
      values,
      mostRows: Math.min(STEPS_PER_CALL / Math.max(range.steps, 1), MOST_ROWS_PER_CALL),
      scratchBytes: range.scratch,
      call: ({ rows, out, apart, scratch }) => ({
        kernel: "explainPaths",
        values: [tables.trees, tables.count, rows, 8 * apart, apart, out, scratch],
      }),
      onRows: (count) => work.watch.advance(count * range.trees * share),
    });
    arena.release(mark);
  }
}
