/**
 * The search of FastMCD: the half of the rows whose covariance has the smallest determinant.
 * @source Rousseeuw & Van Driessen 1999
 */

import { assert, type Pacer, type RandomStream } from "../../foundation/index.js";
import { argsort, selectNth } from "../../kernels/index.js";
import { type RowTable, withTable } from "./row-table.js";
import { type Factor, factorOf, type Scatter } from "./scatter.js";

/** Weighted rows, and how to look. */
export interface MinimumCovarianceTask {
  readonly table: RowTable;
  /** One a row, above 0. */
  readonly weight: Float64Array;
  /** Share of the weight that is kept, above 0 and at most 1. */
  readonly share: number;
  /** Random starts. */
  readonly starts: number;
  readonly ridge: number;
  readonly random: RandomStream;
  readonly pacer: Pacer;
  /** Told after each candidate that was followed. */
  readonly onCandidate: () => void;
}

/** What was found. */
export interface MinimumCovariance {
  readonly scatter: Scatter;
  readonly factor: Factor;
}

/** Tables up to this size are not parted. */
const SMALL = 600;
/** In tables beyond this only the best fifth of the candidates is followed to its end. */
const LARGE = 10_000;
const GROUP_ROWS = 300;
const MOST_GROUPS = 5;
/** Candidates that are kept of each stage. */
const KEPT = 10;
/** Steps of a stage that only sorts candidates; two tell the good ones. */
const SHORT_STEPS = 2;
const MOST_STEPS = 100;

type Task = Omit<MinimumCovarianceTask, "starts" | "random">;

/**
 * 1 for so many of the lowest, the first of those that are equal, and the rest of the number for
 * the last: what a sort would tell.
 */
function lowest(values: Float64Array, count: number): Float64Array {
  const kept = new Float64Array(values.length);
  if (!(count > 0)) return kept;
  const last = selectNth(values.slice(), Math.ceil(count) - 1);
  let left = count;
  for (let row = 0; row < values.length; row++) {
    if (!(values[row]! < last)) continue;
    kept[row] = 1;
    left -= 1;
  }
  for (let row = 0; left > 0 && row < values.length; row++) {
    if (values[row] !== last) continue;
    kept[row] = Math.min(left, 1);
    left -= 1;
  }
  return kept;
}

/** Sum of the weights, and whether all of them are 1. */
function weightsOf(weight: Float64Array): { total: number; alike: boolean } {
  let total = 0;
  let alike = true;
  for (let row = 0; row < weight.length; row++) {
    total += weight[row]!;
    if (weight[row] !== 1) alike = false;
  }
  return { total, alike };
}

/** Weights of the nearest rows that make up the share; the last one may count in part. */
function nearest(distance: Float64Array, { weight, share }: Task): Float64Array {
  const { total, alike } = weightsOf(weight);
  const wanted = share * total;
  const whole = Math.round(wanted);
  // A share of a count of rows is that count but for rounding.
  let left = Math.abs(wanted - whole) < 1e-9 * whole ? whole : wanted;
  if (alike) return lowest(distance, left);
  const kept = new Float64Array(weight.length);
  for (const row of argsort(distance)) {
    if (left <= 0) break;
    kept[row] = Math.min(left, weight[row]!);
    left -= weight[row]!;
  }
  return kept;
}

async function measured(task: Task, weight: Float64Array): Promise<MinimumCovariance> {
  const scatter = await task.table.scatter(weight);
  const factor = factorOf(scatter, task.ridge);
  assert(factor !== undefined, "a covariance with a ridge is positive definite");
  return { scatter, factor };
}

/** C-steps: the nearest rows, their covariance, and again, while the determinant falls. */
async function concentrate(
  task: Task,
  from: MinimumCovariance,
  steps: number,
): Promise<MinimumCovariance> {
  let best = from;
  for (let step = 0; step < steps; step++) {
    const distance = await task.table.distances(best.factor);
    const next = await measured(task, nearest(distance, task));
    // The first step comes from rows or a table of another number: its determinant is no measure.
    if (step > 0 && !(next.factor.logDeterminant < best.factor.logDeterminant - 1e-13)) break;
    best = next;
  }
  return best;
}

/** The candidates of the smallest determinants after some steps, best first. */
async function keepBest(
  task: Task,
  candidates: Iterable<MinimumCovariance> | AsyncIterable<MinimumCovariance>,
  steps: number,
  most: number,
): Promise<MinimumCovariance[]> {
  const found: MinimumCovariance[] = [];
  for await (const candidate of candidates) {
    found.push(await concentrate(task, candidate, steps));
    task.onCandidate();
    found.sort((a, b) => a.factor.logDeterminant - b.factor.logDeterminant);
    found.length = Math.min(found.length, most);
  }
  return found;
}

/** Starts from the mean and covariance of width + 1 rows each. */
async function* randomStarts(
  task: Task,
  starts: number,
  random: RandomStream,
): AsyncGenerator<MinimumCovariance> {
  const { rows, width } = task.table;
  for (let start = 0; start < starts; start++) {
    const weight = new Float64Array(rows);
    for (let drawn = 0; drawn < Math.min(rows, width + 1); ) {
      const row = random.below(rows);
      if (weight[row] !== 0) continue;
      weight[row] = 1;
      drawn += 1;
    }
    yield await measured(task, weight);
  }
}

/** Works on some of the rows, in this thread. */
async function within<Result>(
  task: Task,
  rows: Uint32Array,
  work: (own: Task) => Promise<Result>,
): Promise<Result> {
  const weight = Float64Array.from(rows, (row) => task.weight[row]!);
  const size = { rows: rows.length, width: task.table.width };
  const wish = { doing: "fitting fast-mcd", extras: { threads: 1 }, pacer: task.pacer };
  return await withTable(size, wish, async (table) => {
    task.table.copyTo(table, rows);
    return await work({ ...task, table, weight });
  });
}

/** Starts of each group, and how many groups of how many rows there are. */
function groupsOf(rows: number, starts: number) {
  const groups = Math.min(MOST_GROUPS, Math.floor(rows / GROUP_ROWS));
  const size = Math.min(GROUP_ROWS, Math.floor(rows / groups));
  return { groups, size, each: Math.max(KEPT, Math.ceil(starts / groups)) };
}

/** Candidates that are followed at most, over all stages. */
export function candidateCount(rows: number, starts: number): number {
  if (rows <= SMALL) return starts + Math.min(starts, KEPT);
  const { groups, each } = groupsOf(rows, starts);
  return groups * (each + KEPT) + KEPT + keptOf(rows);
}

/** Candidates that are followed to their end. */
function keptOf(rows: number): number {
  return rows <= LARGE ? KEPT : KEPT / 5;
}

/** Looks in groups first, then in all of these, then in the table. */
async function searchInGroups(
  { starts, random, ...task }: MinimumCovarianceTask,
  order: Uint32Array,
): Promise<MinimumCovariance[]> {
  const { groups, size, each } = groupsOf(order.length, starts);
  const candidates: MinimumCovariance[] = [];
  for (let group = 0; group < groups; group++) {
    const rows = order.slice(group * size, (group + 1) * size);
    const found = await within(task, rows, (own) =>
      keepBest(own, randomStarts(own, each, random), SHORT_STEPS, KEPT),
    );
    candidates.push(...found);
  }
  return await within(task, order.slice(0, groups * size), (merged) =>
    keepBest(merged, candidates, SHORT_STEPS, KEPT),
  );
}

/**
 * Finds the share of the rows whose covariance has the smallest determinant, as far as so many
 * starts find it: all at once up to 600 rows, else in up to five groups of 300, in their union, and
 * from the best of these in the whole table.
 */
export async function minimumCovariance(task: MinimumCovarianceTask): Promise<MinimumCovariance> {
  const { table, starts, random } = task;
  let candidates: MinimumCovariance[];
  if (table.rows <= SMALL) {
    candidates = await keepBest(task, randomStarts(task, starts, random), SHORT_STEPS, KEPT);
  } else {
    const order = Uint32Array.from({ length: table.rows }, (_, row) => row);
    random.shuffle(order);
    const found = await searchInGroups(task, order);
    candidates = await keepBest(task, found, SHORT_STEPS, keptOf(table.rows));
  }
  const [best] = await keepBest(task, candidates, MOST_STEPS, 1);
  return best!;
}
