/**
 * The largest entries of each row of a product of two sparse matrices, above 0 and out of those
 * that are asked for: items near to an item, and items near to what a user took. Sums are made in
 * the order of the entries, in doubles. Ties go to the lower column.
 */
import { at } from "./als-plan";
import { takePart } from "./parts";

/** Words of the plan; src/learners/factorization/plan-words.ts has the same list. */
// @ts-ignore: decorator
@unmanaged
export class SparseTopPlan {
  stop: i32;
  next: i32;
  parts: i32;
  /** First row of each part, and the end. */
  bounds: usize;
  leftStarts: usize;
  leftIndices: usize;
  leftValues: usize;
  rightStarts: usize;
  rightIndices: usize;
  rightValues: usize;
  columns: i32;
  /** Columns that a row must not have; 0 = none. */
  excludedStarts: usize;
  excluded: usize;
  /** One byte a column: 1 where it may be given; 0 = all. */
  allowed: usize;
  /** Entries of a row at most. */
  most: i32;
  /** 1 = a row's entries are put in order of their columns, 0 = best first. */
  byColumn: i32;
  /** Of each row: where its entries begin, and how many there are. */
  outStarts: usize;
  outCounts: usize;
  outColumns: usize;
  outValues: usize;
  scratch: usize;
  scratchBytes: i32;
}

// @ts-ignore: decorator
@inline
function value(base: usize, place: i32): usize {
  return base + (<usize>place << 3);
}

/** Whether an entry is worse than another: smaller, or of a later column; by column: later. */
// @ts-ignore: decorator
@inline
function worse(values: usize, columns: usize, a: i32, b: i32, byColumn: bool): bool {
  const left = load<i32>(at(columns, a));
  const right = load<i32>(at(columns, b));
  if (byColumn) return left > right;
  const x = load<f64>(value(values, a));
  const y = load<f64>(value(values, b));
  return x != y ? x < y : left > right;
}

function swap(values: usize, columns: usize, a: i32, b: i32): void {
  const kept = load<f64>(value(values, a));
  store<f64>(value(values, a), load<f64>(value(values, b)));
  store<f64>(value(values, b), kept);
  const column = load<i32>(at(columns, a));
  store<i32>(at(columns, a), load<i32>(at(columns, b)));
  store<i32>(at(columns, b), column);
}

/** Restores the heap (worst on top) below a place. */
function sink(values: usize, columns: usize, from: i32, size: i32, byColumn: bool): void {
  for (let node = from; ; ) {
    let child = 2 * node + 1;
    if (child >= size) return;
    if (child + 1 < size && worse(values, columns, child + 1, child, byColumn)) child++;
    if (!worse(values, columns, child, node, byColumn)) return;
    swap(values, columns, child, node);
    node = child;
  }
}

function heapify(values: usize, columns: usize, size: i32, byColumn: bool): void {
  for (let node = (size >> 1) - 1; node >= 0; node--) sink(values, columns, node, size, byColumn);
}

/** A thread's memory: a sum and a mark a column, and columns that were met. */
// @ts-ignore: decorator
@unmanaged
class Scratch {
  sums: usize;
  met: usize;
  barred: usize;
}

function openScratch(plan: SparseTopPlan, thread: i32): Scratch {
  const base = plan.scratch + <usize>thread * <usize>plan.scratchBytes;
  const scratch = changetype<Scratch>(base);
  scratch.sums = base + 64;
  scratch.met = value(scratch.sums, plan.columns);
  scratch.barred = at(scratch.met, plan.columns);
  return scratch;
}

/** Adds up a row of the product. @returns how many columns were met */
function addRow(plan: SparseTopPlan, row: i32, scratch: Scratch): i32 {
  const sums = scratch.sums;
  const met = scratch.met;
  let count = 0;
  const end = load<i32>(at(plan.leftStarts, row), 4);
  for (let entry = load<i32>(at(plan.leftStarts, row)); entry < end; entry++) {
    if (atomic.load<i32>(changetype<usize>(plan)) != 0) return count;
    const middle = load<i32>(at(plan.leftIndices, entry));
    const own = <f64>load<f32>(at(plan.leftValues, entry));
    const last = load<i32>(at(plan.rightStarts, middle), 4);
    for (let to = load<i32>(at(plan.rightStarts, middle)); to < last; to++) {
      const more = own * <f64>load<f32>(at(plan.rightValues, to));
      if (more == 0) continue;
      const column = load<i32>(at(plan.rightIndices, to));
      const sum = value(sums, column);
      const before = load<f64>(sum);
      if (before == 0) store<i32>(at(met, count++), column);
      store<f64>(sum, before + more);
    }
  }
  return count;
}

/** Marks the columns that a row must not have, or takes the marks away. */
function mark(plan: SparseTopPlan, row: i32, barred: usize, sign: u8): void {
  if (plan.excludedStarts == 0) return;
  const end = load<i32>(at(plan.excludedStarts, row), 4);
  for (let entry = load<i32>(at(plan.excludedStarts, row)); entry < end; entry++) {
    store<u8>(barred + <usize>load<i32>(at(plan.excluded, entry)), sign);
  }
}

/** Keeps the best of the columns that were met. @returns how many there are */
function keepBest(
  plan: SparseTopPlan, scratch: Scratch, count: i32, values: usize, columns: usize,
): i32 {
  const most = plan.most;
  let size = 0;
  for (let place = 0; place < count; place++) {
    const column = load<i32>(at(scratch.met, place));
    const sum = load<f64>(value(scratch.sums, column));
    store<f64>(value(scratch.sums, column), 0);
    if (load<u8>(scratch.barred + <usize>column) != 0 || !(sum > 0)) continue;
    if (plan.allowed != 0 && load<u8>(plan.allowed + <usize>column) == 0) continue;
    if (size < most) {
      store<f64>(value(values, size), sum);
      store<i32>(at(columns, size), column);
      size++;
      if (size == most) heapify(values, columns, size, false);
      continue;
    }
    const worst = load<f64>(values);
    if (sum < worst || (sum == worst && column > load<i32>(columns))) continue;
    store<f64>(values, sum);
    store<i32>(columns, column);
    sink(values, columns, 0, size, false);
  }
  return size;
}

function topRow(plan: SparseTopPlan, row: i32, scratch: Scratch): void {
  const from = load<i32>(at(plan.outStarts, row));
  const values = value(plan.outValues, from);
  const columns = at(plan.outColumns, from);
  const count = addRow(plan, row, scratch);
  mark(plan, row, scratch.barred, 1);
  const size = keepBest(plan, scratch, count, values, columns);
  mark(plan, row, scratch.barred, 0);
  const byColumn = plan.byColumn != 0;
  heapify(values, columns, size, byColumn);
  for (let last = size - 1; last > 0; last--) {
    swap(values, columns, 0, last);
    sink(values, columns, 0, last, byColumn);
  }
  store<i32>(at(plan.outCounts, row), size);
}

/** One part; a function of its own, so that the engine may replace it. */
function topPart(plan: SparseTopPlan, part: i32, scratch: Scratch): void {
  const end = load<i32>(at(plan.bounds, part), 4);
  for (let row = load<i32>(at(plan.bounds, part)); row < end; row++) topRow(plan, row, scratch);
}

/**
 * Takes parts that nobody has taken until there are none.
 * @param address of the plan
 * @param thread whose scratch memory is used
 * @param most parts to take
 */
export function sparseTop(address: usize, thread: i32, most: i32): void {
  const plan = changetype<SparseTopPlan>(address);
  const scratch = openScratch(plan, thread);
  for (let taken = 0; taken < most; taken++) {
    const part = takePart(address);
    if (part < 0) return;
    topPart(plan, part, scratch);
  }
}
