/**
 * The best columns of each row of a product of two matrices: scores are made tile by tile and never
 * kept. Ties go to the lower column.
 */
import { at } from "./als-plan";
import { gemm } from "./dense";
import { takePart } from "./parts";

/** Words of the plan; src/learners/factorization/plan-words.ts has the same list. */
// @ts-ignore: decorator
@unmanaged
export class TopPlan {
  stop: i32;
  next: i32;
  parts: i32;
  rows: i32;
  columns: i32;
  width: i32;
  most: i32;
  /** rows x width floats. */
  factors: usize;
  /** Tiles of TILE columns: width x columns of the tile, row-major. */
  tiles: usize;
  /** Columns that a row must not be given: ascending, from starts[row] on. */
  starts: usize;
  excluded: usize;
  /** rows x most, best first; -1 where there are no more. */
  places: usize;
  scores: usize;
  scratch: usize;
  scratchBytes: i32;
}

/** Columns of a tile, and rows of a part; the caller knows them too. */
const TILE: i32 = 512;
const ROWS: i32 = 48;

/** Whether a place of the heap is worse than another: lower score, or later column. */
// @ts-ignore: decorator
@inline
function worse(scores: usize, places: usize, a: i32, b: i32): bool {
  const left = load<f32>(at(scores, a));
  const right = load<f32>(at(scores, b));
  if (left != right) return left < right;
  return load<i32>(at(places, a)) > load<i32>(at(places, b));
}

function swap(scores: usize, places: usize, a: i32, b: i32): void {
  const score = load<f32>(at(scores, a));
  store<f32>(at(scores, a), load<f32>(at(scores, b)));
  store<f32>(at(scores, b), score);
  const place = load<i32>(at(places, a));
  store<i32>(at(places, a), load<i32>(at(places, b)));
  store<i32>(at(places, b), place);
}

/** Restores the heap (worst on top) below a place. */
function sink(scores: usize, places: usize, from: i32, size: i32): void {
  for (let node = from; ; ) {
    let child = 2 * node + 1;
    if (child >= size) return;
    if (child + 1 < size && worse(scores, places, child + 1, child)) child++;
    if (!worse(scores, places, child, node)) return;
    swap(scores, places, child, node);
    node = child;
  }
}

/** Takes one column in, where it is better than the worst that is kept; the row starts full. */
// @ts-ignore: decorator
@inline
function offer(scores: usize, places: usize, most: i32, score: f32, column: i32): void {
  if (!(score > load<f32>(scores))) return;
  store<f32>(scores, score);
  store<i32>(places, column);
  sink(scores, places, 0, most);
}

/** Offers a tile's scores of one row. */
function scanTile(
  from: usize, columns: i32, first: i32, scores: usize, places: usize, most: i32,
): void {
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const four = v128.load(at(from, column));
    if (!v128.any_true(f32x4.gt(four, v128.load32_splat(scores)))) continue;
    offer(scores, places, most, f32x4.extract_lane(four, 0), first + column);
    offer(scores, places, most, f32x4.extract_lane(four, 1), first + column + 1);
    offer(scores, places, most, f32x4.extract_lane(four, 2), first + column + 2);
    offer(scores, places, most, f32x4.extract_lane(four, 3), first + column + 3);
  }
  for (; column < columns; column++) {
    offer(scores, places, most, load<f32>(at(from, column)), first + column);
  }
}

/** One part: the best columns of some rows. */
function topPart(plan: TopPlan, part: i32, scratch: usize): void {
  const most = plan.most;
  const first = part * ROWS;
  const count = min(ROWS, plan.rows - first);
  const products = scratch;
  const next = products + <usize>(ROWS * TILE << 2);
  const work = next + <usize>(ROWS << 2);
  for (let row = 0; row < count; row++) {
    store<i32>(at(next, row), load<i32>(at(plan.starts, first + row)));
    for (let k = 0; k < most; k++) {
      store<f32>(at(plan.scores, (first + row) * most + k), -Infinity);
      store<i32>(at(plan.places, (first + row) * most + k), -1);
    }
  }
  for (let column = 0; column < plan.columns; column += TILE) {
    const wide = min(TILE, plan.columns - column);
    const tile = at(plan.tiles, column * plan.width);
    gemm(at(plan.factors, first * plan.width), tile, products, count, wide, plan.width, work);
    for (let row = 0; row < count; row++) {
      const own = at(products, row * wide);
      let seen = load<i32>(at(next, row));
      const end = load<i32>(at(plan.starts, first + row), 4);
      for (; seen < end; seen++) {
        const place = load<i32>(at(plan.excluded, seen)) - column;
        if (place >= wide) break;
        store<f32>(at(own, place), -Infinity);
      }
      store<i32>(at(next, row), seen);
      const out = (first + row) * most;
      scanTile(own, wide, column, at(plan.scores, out), at(plan.places, out), most);
    }
  }
  for (let row = 0; row < count; row++) {
    const scores = at(plan.scores, (first + row) * most);
    const places = at(plan.places, (first + row) * most);
    for (let size = most - 1; size > 0; size--) {
      swap(scores, places, 0, size);
      sink(scores, places, 0, size);
    }
  }
}

/**
 * Takes parts that nobody has taken until there are none.
 * @param address of the plan
 * @param thread whose scratch memory is used
 * @param most parts to take
 */
export function alsTop(address: usize, thread: i32, most: i32): void {
  const plan = changetype<TopPlan>(address);
  const scratch = plan.scratch + <usize>thread * <usize>plan.scratchBytes;
  for (let taken = 0; taken < most; taken++) {
    const part = takePart(address);
    if (part < 0) return;
    topPart(plan, part, scratch);
  }
}
