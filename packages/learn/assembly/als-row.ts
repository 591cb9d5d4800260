/** One row of alternating least squares: conjugate gradient over its observations. */
import { ALS_ROW_BYTES, AlsPlan, AlsRow, at } from "./als-plan";

/** Copies rows of the fixed side side by side: of four rows their first vectors, and so on. */
function packRows(plan: AlsPlan, indices: usize, count: i32, pack: usize): void {
  const stride = <usize>plan.width << 2;
  const fixed = plan.fixed;
  let place = 0;
  for (; place + 4 <= count; place += 4) {
    let a = fixed + <usize>load<i32>(at(indices, place)) * stride;
    let b = fixed + <usize>load<i32>(at(indices, place), 4) * stride;
    let c = fixed + <usize>load<i32>(at(indices, place), 8) * stride;
    let d = fixed + <usize>load<i32>(at(indices, place), 12) * stride;
    const end = pack + (stride << 2);
    for (; pack < end; pack += 64, a += 16, b += 16, c += 16, d += 16) {
      v128.store(pack, v128.load(a));
      v128.store(pack, v128.load(b), 16);
      v128.store(pack, v128.load(c), 32);
      v128.store(pack, v128.load(d), 48);
    }
  }
  if (place == count) return;
  memory.fill(pack, 0, stride << 2);
  for (let lane: usize = 0; place < count; place++, lane += 16) {
    let from = fixed + <usize>load<i32>(at(indices, place)) * stride;
    for (let k: usize = 0; k < stride; k += 16, from += 16) {
      v128.store(pack + (k << 2) + lane, v128.load(from));
    }
  }
}

/** Products of four packed rows with a vector: lanes by place mod 4, added as (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
function fourDots(pack: usize, vector: usize, width: usize): v128 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = vector + (width << 2);
  for (; vector < end; vector += 32, pack += 128) {
    const x = v128.load(vector);
    a = f32x4.add(a, f32x4.mul(x, v128.load(pack)));
    b = f32x4.add(b, f32x4.mul(x, v128.load(pack, 16)));
    c = f32x4.add(c, f32x4.mul(x, v128.load(pack, 32)));
    d = f32x4.add(d, f32x4.mul(x, v128.load(pack, 48)));
    const y = v128.load(vector, 16);
    a = f32x4.add(a, f32x4.mul(y, v128.load(pack, 64)));
    b = f32x4.add(b, f32x4.mul(y, v128.load(pack, 80)));
    c = f32x4.add(c, f32x4.mul(y, v128.load(pack, 96)));
    d = f32x4.add(d, f32x4.mul(y, v128.load(pack, 112)));
  }
  const ab = f32x4.add(
    v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(
    v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(
    v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** sum += weights of four packed rows times these rows. */
// @ts-ignore: decorator
@inline
function addFour(pack: usize, weights: v128, sum: usize, width: usize): void {
  const a = f32x4.splat(f32x4.extract_lane(weights, 0));
  const b = f32x4.splat(f32x4.extract_lane(weights, 1));
  const c = f32x4.splat(f32x4.extract_lane(weights, 2));
  const d = f32x4.splat(f32x4.extract_lane(weights, 3));
  const end = sum + (width << 2);
  for (; sum < end; sum += 16, pack += 64) {
    const first = f32x4.add(f32x4.mul(a, v128.load(pack)), f32x4.mul(b, v128.load(pack, 16)));
    const last = f32x4.add(f32x4.mul(c, v128.load(pack, 32)), f32x4.mul(d, v128.load(pack, 48)));
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.add(first, last)));
  }
}

/**
 * One pass over the observations: products of each with a vector, and the sum of the observations
 * by weight. The first pass weighs by linear - quadratic x product, others by quadratic x product.
 * @param begin, count observations of the row that are packed; begin is a multiple of four
 */
function passPacked(
  row: AlsRow, begin: i32, count: i32, first: bool, vector: usize, width: usize,
): void {
  const sum = row.image;
  let pack = row.pack;
  const step = width << 4;
  let place = <usize>begin << 2;
  const end = <usize>(begin + count) << 2;
  for (; place < end; place += 16, pack += step) {
    const dots = fourDots(pack, vector, width);
    const weighed = f32x4.mul(dots, v128.load(row.quadratic + place));
    v128.store(row.dots + place, dots);
    const weights = first ? f32x4.sub(v128.load(row.linear + place), weighed) : weighed;
    addFour(pack, weights, sum, width);
  }
}

/** The pass over all observations, packed piece by piece where there is no room for all. */
function passRow(plan: AlsPlan, row: AlsRow, first: bool, vector: usize): void {
  const count = row.count;
  const room = plan.room;
  memory.fill(row.image, 0, <usize>plan.width << 2);
  for (let begin = 0; begin < count; begin += room) {
    const some = min(room, count - begin);
    if (first || count > room) packRows(plan, at(row.indices, begin), some, row.pack);
    passPacked(row, begin, some, first, vector, <usize>plan.width);
  }
}

/** Sum of products of floats: lanes by place mod 4, added as (0 + 2) + (1 + 3). */
function dotFloats(a: usize, b: usize, width: i32): f64 {
  let sum = f32x4.splat(0);
  const end = at(a, width);
  for (; a < end; a += 16, b += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)));
  }
  const even = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2);
  return <f64>(even + (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3)));
}

/** Lays a row's weights ready, and its operator. */
function openRow(plan: AlsPlan, row: AlsRow, number: i32): void {
  const start = load<i32>(at(plan.starts, number));
  const count = load<i32>(at(plan.starts, number), 4) - start;
  row.count = count;
  row.indices = at(plan.indices, start);
  let total: f64 = 0;
  for (let i = 0; i < count; i++) {
    const quadratic = load<f32>(at(plan.quadratic, start + i));
    total += <f64>quadratic;
    store<f32>(at(row.quadratic, i), quadratic);
    let linear: f32 = 1 + quadratic;
    if (plan.linear != 0) linear = load<f32>(at(plan.linear, start + i));
    store<f32>(at(row.linear, i), linear);
  }
  for (let i = count; (i & 3) != 0; i++) {
    store<f32>(at(row.quadratic, i), 0);
    store<f32>(at(row.linear, i), 0);
  }
  const penalty = load<f32>(at(plan.penalties, number));
  for (let j = 0; j < plan.width; j++) {
    const own = load<f32>(at(plan.diagonal, j)) + penalty;
    const whole = own + <f32>total * load<f32>(at(plan.spread, j));
    store<f32>(at(row.diagonal, j), own);
    const free = load<f32>(at(plan.free, j));
    store<f32>(at(row.inverse, j), whole > 0 ? free / whole : 0);
  }
}

/** residual = image - diagonal x solution; direction = its preconditioned form. */
function startResidual(row: AlsRow, solution: usize, width: i32): f64 {
  for (let j: usize = 0; j < <usize>width << 2; j += 16) {
    const own = f32x4.mul(v128.load(row.diagonal + j), v128.load(solution + j));
    const residual = f32x4.sub(v128.load(row.image + j), own);
    v128.store(row.residual + j, residual);
    v128.store(row.direction + j, f32x4.mul(residual, v128.load(row.inverse + j)));
  }
  return dotFloats(row.residual, row.direction, width);
}

/** to += factor x from. */
function addScaled(to: usize, factor: f32, from: usize, width: i32): void {
  const factors = f32x4.splat(factor);
  const end = at(to, width);
  for (; to < end; to += 16, from += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(factors, v128.load(from))));
  }
}

/** One step along the direction. @returns squared size of the residual that is left, or -1 */
function stepRow(plan: AlsPlan, row: AlsRow, solution: usize, before: f64): f64 {
  const width = plan.width;
  passRow(plan, row, false, row.direction);
  for (let j: usize = 0; j < <usize>width << 2; j += 16) {
    const own = f32x4.mul(v128.load(row.diagonal + j), v128.load(row.direction + j));
    v128.store(row.image + j, f32x4.add(v128.load(row.image + j), own));
  }
  const curvature = dotFloats(row.direction, row.image, width);
  if (!(curvature > 0)) return -1;
  const length = <f32>(before / curvature);
  addScaled(solution, length, row.direction, width);
  addScaled(row.scores, length, row.dots, (row.count + 3) & ~3);
  addScaled(row.residual, -length, row.image, width);
  // The image is free now, and holds the preconditioned residual.
  for (let j: usize = 0; j < <usize>width << 2; j += 16) {
    v128.store(
      row.image + j, f32x4.mul(v128.load(row.residual + j), v128.load(row.inverse + j)));
  }
  return dotFloats(row.residual, row.image, width);
}

/**
 * Adds a row's part of the objective, up to what does not depend on it, and its penalty alone.
 * @param penalty of the row
 * @param sums two doubles
 */
function addLoss(plan: AlsPlan, row: AlsRow, solution: usize, penalty: f32, sums: usize): void {
  let loss: f64 = 0;
  for (let i = 0; i < row.count; i++) {
    const score = <f64>load<f32>(at(row.scores, i));
    const quadratic = <f64>load<f32>(at(row.quadratic, i));
    const linear = <f64>load<f32>(at(row.linear, i));
    loss += score * (quadratic * score - 2 * linear);
  }
  let squares: f64 = 0;
  for (let j = 0; j < plan.width; j++) {
    if (load<f32>(at(plan.free, j)) == 0) continue;
    const value = <f64>load<f32>(at(solution, j));
    loss += <f64>load<f32>(at(row.diagonal, j)) * value * value;
    squares += value * value;
  }
  store<f64>(sums, load<f64>(sums) + loss);
  store<f64>(sums, load<f64>(sums, 8) + <f64>penalty * squares, 8);
}

/** A row without observations is 0, but for what stays. */
function clearRow(plan: AlsPlan, solution: usize): void {
  for (let j = 0; j < plan.width; j++) {
    if (load<f32>(at(plan.free, j)) != 0) store<f32>(at(solution, j), 0);
  }
}

/**
 * Solves one row from where it stands.
 * @param row a thread's memory, laid out by `openScratch`
 * @param sums two doubles: its part of the objective, and its penalty, are added
 * @source Takacs, Pilaszy, Tikk 2011, algorithm 1; Hestenes & Stiefel 1952, preconditioned
 */
export function solveRow(plan: AlsPlan, row: AlsRow, number: i32, sums: usize): void {
  const width = plan.width;
  const solution = at(plan.solved, number * width);
  openRow(plan, row, number);
  if (row.count == 0) return clearRow(plan, solution);
  passRow(plan, row, true, solution);
  memory.copy(row.scores, row.dots, <usize>((row.count + 3) & ~3) << 2);
  let left = startResidual(row, solution, width);
  const enough = left * 1e-12;
  for (let step = 0; step < plan.steps && left > enough; step++) {
    const after = stepRow(plan, row, solution, left);
    if (after < 0) break;
    // direction = preconditioned residual + after / left x direction
    addScaled(row.image, <f32>(after / left), row.direction, width);
    const free = row.direction;
    row.direction = row.image;
    row.image = free;
    left = after;
  }
  addLoss(plan, row, solution, load<f32>(at(plan.penalties, number)), sums);
}

/** Lays out a thread's memory. */
export function openScratch(plan: AlsPlan, scratch: usize): AlsRow {
  const row = changetype<AlsRow>(scratch);
  const vector = <usize>plan.width << 2;
  const observations = <usize>plan.heaviest << 2;
  row.inverse = scratch + ALS_ROW_BYTES;
  row.diagonal = row.inverse + vector;
  row.residual = row.diagonal + vector;
  row.direction = row.residual + vector;
  row.image = row.direction + vector;
  row.quadratic = row.image + vector;
  row.linear = row.quadratic + observations;
  row.scores = row.linear + observations;
  row.dots = row.scores + observations;
  row.pack = row.dots + observations;
  return row;
}
