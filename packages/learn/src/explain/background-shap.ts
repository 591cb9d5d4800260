import type { Frame } from "../frame/index.js";
import type { KernelCall } from "../kernels/index.js";
import { nextNode, type TreeEnsemble, treeRow } from "../learners/index.js";
import {
  leafSteps,
  MOST_PATH_COLUMNS,
  type PatternTree,
  patternTree,
  shapleyShares,
  turnSteps,
} from "./background-plan.js";
import {
  PATTERN_LEAF_BYTES,
  type PatternAddresses,
  type PatternParts,
  patternScratchBytes,
  patternTableBytes,
  writePatternTables,
  writeRules,
} from "./background-tables.js";
import { explainErrors } from "./errors.js";
import type { ShapWork } from "./path-shap.js";
import { explainBlocks, putRows } from "./row-blocks.js";
import type { Watch } from "./watch.js";

/** Steps of one call of a kernel: some five milliseconds. */
const STEPS_PER_CALL = 6e6;
/** Bytes of tables that are in use at a time. */
const TABLE_BYTES = 48 * 1024 * 1024;
const MOST_ROWS_PER_CALL = 1024;
const BACKGROUND_ROWS_PER_CALL = 4096;

/** Trees whose tables are written together. */
interface PatternRange {
  readonly plans: readonly PatternTree[];
  /** Elementary steps that a row takes in them. */
  readonly steps: number;
  /** Trees counted, those without nodes too. */
  readonly trees: number;
}

/** What is explained by background rows. */
export interface BackgroundWork extends ShapWork {
  /** Aligned with the model's schema; at least one row. */
  readonly background: Frame;
}

function* rangesOf({ trees, output, frame, background }: BackgroundWork): Generator<PatternRange> {
  const load = { rows: frame.rowCount, background: background.rowCount };
  let plans: PatternTree[] = [];
  let [steps, bytes, count] = [0, 0, 0];
  for (let tree = output; tree < trees.starts.length - 1; tree += trees.outputs) {
    const plan = patternTree(trees, tree, load);
    if (typeof plan === "number") {
      throw explainErrors.EXPLAIN_PATH({ tree, columns: plan, most: MOST_PATH_COLUMNS });
    }
    count += 1;
    if (plan === undefined) continue;
    plans.push(plan);
    steps += plan.leaves.reduce((sum, leaf) => sum + leafSteps(leaf, load.background), 0);
    bytes += patternTableBytes(plan, load.background);
    if (bytes < TABLE_BYTES && 2 * steps < STEPS_PER_CALL) continue;
    yield { plans, steps, trees: count };
    plans = [];
    [steps, bytes, count] = [0, 0, 0];
  }
  if (count > 0) yield { plans, steps, trees: count };
}

/** Runs calls that need memory of their own, as many at a time as there is memory for. */
async function runInTurn(
  { session, watch }: BackgroundWork,
  bytes: number,
  calls: readonly ((scratch: number) => KernelCall)[],
): Promise<void> {
  const { arena } = session;
  const mark = arena.mark();
  const count = Math.min(calls.length, session.inline ? 1 : 2 * session.threads);
  const scratch = Array.from({ length: count }, () => arena.allocate(bytes));
  for (let first = 0; first < calls.length; first += count) {
    const batch = calls.slice(first, first + count);
    await session.runAll(batch.map((call, k) => call(scratch[k]!)));
    await watch.pause();
  }
  arena.release(mark);
}

/** Tells every leaf the patterns of the background rows. */
async function countBackground(
  work: BackgroundWork,
  plans: readonly PatternTree[],
  at: readonly PatternAddresses[],
): Promise<void> {
  const { arena } = work.session;
  const { background: frame, trees } = work;
  const slots = Math.max(...plans.map(({ nodes, leaves }) => nodes.length + leaves.length));
  const fitting = Math.floor(STEPS_PER_CALL / slots);
  const apart = Math.max(2, Math.min(frame.rowCount + 1, fitting, BACKGROUND_ROWS_PER_CALL) & ~1);
  const mark = arena.mark();
  const rows = arena.allocate(8 * apart * frame.columns.length);
  for (let first = 0; first < frame.rowCount; first += apart) {
    putRows({ arena, trees, frame }, rows, apart, first);
    const count = Math.min(apart, frame.rowCount - first);
    const calls = at.map(
      ({ tree }) =>
        (scratch: number): KernelCall => ({
          kernel: "countPatterns",
          values: [tree, rows, 8 * apart, first, count, scratch],
        }),
    );
    await runInTurn(work, 16 * slots, calls);
  }
  arena.release(mark);
}

/** Makes what each pattern is worth of the counts. */
async function turnCounts(
  work: BackgroundWork,
  plans: readonly PatternTree[],
  at: readonly PatternAddresses[],
): Promise<void> {
  const calls: ((scratch: number) => KernelCall)[] = [];
  let most = 1;
  for (const [k, { leaves }] of plans.entries()) {
    let [first, steps] = [0, 0];
    for (const [place, leaf] of leaves.entries()) {
      if (leaf.counted) {
        steps += turnSteps(leaf);
        most = Math.max(most, leaf.columns.length);
      }
      if (steps < STEPS_PER_CALL && place < leaves.length - 1) continue;
      const address = at[k]!.leaves + PATTERN_LEAF_BYTES * first;
      const count = place + 1 - first;
      calls.push((scratch) => ({ kernel: "turnPatterns", values: [address, count, scratch] }));
      [first, steps] = [place + 1, 0];
    }
  }
  await runInTurn(work, 8 * 2 ** most, calls);
}

/**
 * Adds the Shapley values of rows, told by background rows.
 * @throws EXPLAIN_PATH, KERNEL_MEMORY, LEARN_STOPPED
 */
export async function addBackgroundValues(work: BackgroundWork): Promise<void> {
  const { session, trees, frame, values, watch } = work;
  const { arena } = session;
  const sets = arena.allocate(trees.sets.length);
  arena.bytes(sets, trees.sets.length).set(trees.sets);
  const told = shapleyShares();
  const shares = arena.allocate(told.byteLength);
  arena.doubles(shares, told.length).set(told);
  const rules = writeRules(arena, Math.min(frame.columns.length, MOST_PATH_COLUMNS));
  const parts: PatternParts = { trees, sets, background: work.background.rowCount, rules };
  const share = trees.outputs / (trees.starts.length - 1);
  const mark = arena.mark();
  for (const { plans, steps, trees: counted } of rangesOf(work)) {
    const at = writePatternTables(parts, plans, arena);
    if (at.length > 0) {
      await countBackground(work, plans, at);
      await turnCounts(work, plans, at);
    }
    const mostRows = Math.min(STEPS_PER_CALL / Math.max(steps, 1), MOST_ROWS_PER_CALL);
    const rows = Math.max(2, Math.min(mostRows, frame.rowCount + 1));
    await explainBlocks({
      session,
      trees,
      frame,
      values,
      mostRows,
      scratchBytes: plans.reduce(
        (most, tree) => Math.max(most, patternScratchBytes(tree, rows)),
        0,
      ),
      call: ({ rows: from, out, apart, scratch }) => ({
        kernel: "addPatterns",
        values: [at[0]?.tree ?? 0, at.length, from, 8 * apart, apart, out, shares, scratch],
      }),
      onRows: (count) => watch.advance(count * counted * share),
    });
    arena.release(mark);
  }
}

/** Elementary steps of it all, for the choice between one thread and several. */
export function backgroundSteps(trees: TreeEnsemble, rows: number, background: number): number {
  return trees.column.length * (8 * rows + 2 * background + 1000);
}

/** Rows that are walked between looks at the signal. */
const ROWS_BETWEEN_POLLS = 64;

/**
 * Mean of the trees' sums over background rows.
 * @throws LEARN_STOPPED
 */
export async function meanOfTrees(
  trees: TreeEnsemble,
  output: number,
  background: Frame,
  watch: Watch,
): Promise<number> {
  const { starts, column, value, outputs } = trees;
  const row = new Float64Array(background.columns.length);
  let sum = 0;
  for (let at = 0; at < background.rowCount; at++) {
    if (at % ROWS_BETWEEN_POLLS === 0) await watch.pause();
    treeRow(trees, background.columns, at, row);
    for (let tree = output; tree < starts.length - 1; tree += outputs) {
      let node = starts[tree]!;
      while (column[node]! >= 0) node = nextNode(trees, node, row[column[node]!]!);
      sum += value[node]!;
    }
  }
  return sum / background.rowCount;
}
