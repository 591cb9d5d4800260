/**
 * Nearest neighbours, exact. Rows are rounded to whole numbers of 16 bits, whose squared distances
 * are exact in 32 bits and cost half of those of floats; since rounding moves a row by no more than
 * half a step a column, and clipping brings rows only nearer, they tell for certain which pairs are
 * too far. What is left is measured in doubles. Rows stand in groups of 48 neighbouring ones, each
 * in a box, and groups whose boxes are too far apart are passed over. What is found is the first by
 * (distance, number), so neither the order of visits nor the threads change it.
 *
 *     search  u32 points · u32 pairs of columns · u32 bytes of an exact row · u32 panels · u32 starts
 *             · u32 exact rows of points · u32 their numbers · u32 boxes of points · u32 bytes of half
 *             a box · u32 queries · u32 their pairs, doubled · u32 their norms · u32 their exact rows
 *             · u32 their places among these · u32 their boxes · u32 their bounds · u32 neighbours of
 *             each · u32 squared distances, f64 · u32 numbers of neighbours · u32 home groups · f64
 *             steps a unit · f64 steps that rounding moves two rows at most · f64 the largest square ·
 *             u32 not 0: stop
 *     panel   a group's pairs of columns: 48 · (i16, i16) for each pair
 *     start   i32 minus the norm of a point
 *     box     i16 least, then i16 largest, each filled up to 16 bytes
 *     bound   i32 b of a query: a point p may be near where 2 q · p - |p|² ≥ b
 */

import { GROUP, PANEL, sumLanes } from "./neighbour-rows";

/** Queries of a tile. */
export const STRIP: i32 = 6;

/** Square of the distance of two boxes, in steps. */
export function boxSquare(a: usize, b: usize, bytes: usize): i32 {
  let sum = i32x4.splat(0);
  const zero = i16x8.splat(0);
  for (const end = a + bytes; a < end; a += 16, b += 16) {
    const below = i16x8.sub_sat_s(v128.load(b), v128.load(a + bytes));
    const above = i16x8.sub_sat_s(v128.load(a), v128.load(b + bytes));
    const gap = i16x8.max_s(zero, i16x8.max_s(below, above));
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(gap, gap));
  }
  return sumLanes(sum);
}

/** The farthest that a query of a group may still look: the square, in steps. */
export function reachOf(norms: usize, bounds: usize): i32 {
  let most = i32x4.sub(v128.load(norms), v128.load(bounds));
  for (let at: usize = 16; at < <usize>GROUP << 2; at += 16) {
    most = i32x4.max_s(most, i32x4.sub(v128.load(norms + at), v128.load(bounds + at)));
  }
  const low = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1));
  return max(low, max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3)));
}

/** Square of the distance of two rows of doubles: even and odd places apart, then together. */
// @ts-ignore: decorator
@inline
export function squareOf(a: usize, b: usize, bytes: usize): f64 {
  let sum = f64x2.splat(0);
  for (const end = a + bytes; a < end; a += 16, b += 16) {
    const d = f64x2.sub(v128.load(a), v128.load(b));
    sum = f64x2.add(sum, f64x2.mul(d, d));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The bound that goes with the square of the distance to the farthest neighbour. */
function boundOf(search: usize, query: usize, square: f64): i32 {
  const steps = sqrt(square) * load<f64>(search, 80) + load<f64>(search, 88);
  const largest = load<f64>(search, 96);
  const norm = <f64>load<i32>(<usize>load<u32>(search, 44) + (query << 2));
  return <i32>max(-0.75 * largest, norm - floor(min(steps * steps, largest)) - 1);
}

/** Keeps a point where it is among a query's nearest. */
export function keep(search: usize, query: usize, point: usize, square: f64): void {
  const most = <usize>load<u32>(search, 64);
  const squares = <usize>load<u32>(search, 68) + ((query * most) << 3);
  let last = squares + ((most - 1) << 3);
  if (square > load<f64>(last)) return;
  const number = load<i32>(<usize>load<u32>(search, 24) + (point << 2));
  const numbers = <usize>load<u32>(search, 72) + ((query * most) << 2);
  let slot = numbers + ((most - 1) << 2);
  if (square == load<f64>(last) && number > load<i32>(slot)) return;
  for (; last > squares; last -= 8, slot -= 4) {
    const before = load<f64>(last - 8);
    if (before < square || (before == square && load<i32>(slot - 4) < number)) break;
    store<f64>(last, before);
    store<i32>(slot, load<i32>(slot - 4));
  }
  store<f64>(last, square);
  store<i32>(slot, number);
  const farthest = load<f64>(squares + ((most - 1) << 3));
  if (farthest == Infinity) return;
  store<i32>(<usize>load<u32>(search, 60) + (query << 2), boundOf(search, query, farthest));
}

/** Measures a pair, and keeps the point where it is among the nearest. */
function consider(search: usize, query: usize, point: usize): void {
  const bytes = <usize>load<u32>(search, 8);
  const place = <usize>load<u32>(<usize>load<u32>(search, 52) + (query << 2));
  const own = <usize>load<u32>(search, 48) + place * bytes;
  keep(search, query, point, squareOf(own, <usize>load<u32>(search, 20) + point * bytes, bytes));
}

/** Looks at what a tile has left: 6 queries, 8 points, not below 0 where a point may be near. */
function takeTile(search: usize, query: usize, point: usize, tile: usize): void {
  const points = <usize>load<u32>(search);
  for (let i: usize = 0; i < <usize>STRIP; i++) {
    for (let half: usize = 0; half < 8; half += 4, tile += 16) {
      let near = ~i32x4.bitmask(v128.load(tile)) & 15;
      for (; near != 0; near &= near - 1) {
        const at = point + half + <usize>ctz(near);
        if (at < points) consider(search, query + i, at);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function dots(sum: v128, a: v128, b: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(a, b));
}

/** How much nearer than their own reach points are, from how much nearer than a query's. */
// @ts-ignore: decorator
@inline
function turned(near: v128, reaches: v128, reach: usize): v128 {
  return i32x4.add(near, i32x4.sub(reaches, v128.load32_splat(reach)));
}

/** What lies too far both ways, of 4 and 4 pairs. */
// @ts-ignore: decorator
@inline
function bothFar(a: v128, b: v128, p: v128, q: v128, reach: usize): v128 {
  return v128.and(turned(a, p, reach), turned(b, q, reach));
}

// @ts-ignore: decorator
@inline
function storeTile(
  tile: usize, a: v128, b: v128, p: v128, q: v128, reach: usize, both: bool,
): void {
  v128.store(tile, a);
  v128.store(tile, b, 16);
  if (both) {
    v128.store(tile, turned(a, p, reach), 192);
    v128.store(tile, turned(b, q, reach), 208);
  }
}

/**
 * Compares 6 rows with 8 others: whether these may be near the 6 and, if `both`, the 6 near them.
 * @param query doubled pairs, `apart` bytes from one to the next
 * @param reaches, others of the 6, and of the 8: squares of the farthest that is near, in steps; 0
 *   unless `both`
 * @param tile 192 bytes, written where any pair may be near; and 192 more for the 8 if `both`
 * @param both constant, so that each caller gets a loop of its own
 * @returns whether any may be
 */
// @ts-ignore: decorator
@inline
export function compareRows(
  query: usize, apart: usize, panel: usize, starts: usize, bounds: usize, reaches: usize,
  others: usize, tile: usize, both: bool,
): bool {
  const one = v128.load(starts);
  const two = v128.load(starts, 16);
  let b = v128.load32_splat(bounds);
  let a0 = i32x4.sub(one, b), b0 = i32x4.sub(two, b);
  b = v128.load32_splat(bounds, 4);
  let a1 = i32x4.sub(one, b), b1 = i32x4.sub(two, b);
  b = v128.load32_splat(bounds, 8);
  let a2 = i32x4.sub(one, b), b2 = i32x4.sub(two, b);
  b = v128.load32_splat(bounds, 12);
  let a3 = i32x4.sub(one, b), b3 = i32x4.sub(two, b);
  b = v128.load32_splat(bounds, 16);
  let a4 = i32x4.sub(one, b), b4 = i32x4.sub(two, b);
  b = v128.load32_splat(bounds, 20);
  let a5 = i32x4.sub(one, b), b5 = i32x4.sub(two, b);
  const twice = apart << 1;
  for (const end = query + apart; query < end; query += 4, panel += PANEL) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    let x = v128.load32_splat(query);
    a0 = dots(a0, x, low);
    b0 = dots(b0, x, high);
    x = v128.load32_splat(query + apart);
    a1 = dots(a1, x, low);
    b1 = dots(b1, x, high);
    let at = query + twice;
    x = v128.load32_splat(at);
    a2 = dots(a2, x, low);
    b2 = dots(b2, x, high);
    x = v128.load32_splat(at + apart);
    a3 = dots(a3, x, low);
    b3 = dots(b3, x, high);
    at += twice;
    x = v128.load32_splat(at);
    a4 = dots(a4, x, low);
    b4 = dots(b4, x, high);
    x = v128.load32_splat(at + apart);
    a5 = dots(a5, x, low);
    b5 = dots(b5, x, high);
  }
  let far = v128.and(v128.and(a0, b0), v128.and(a1, b1));
  far = v128.and(far, v128.and(v128.and(a2, b2), v128.and(a3, b3)));
  far = v128.and(far, v128.and(v128.and(a4, b4), v128.and(a5, b5)));
  let p = one, q = two;
  if (both) {
    p = v128.load(others);
    q = v128.load(others, 16);
    far = v128.and(far, bothFar(a0, b0, p, q, reaches));
    far = v128.and(far, bothFar(a1, b1, p, q, reaches + 4));
    far = v128.and(far, bothFar(a2, b2, p, q, reaches + 8));
    far = v128.and(far, bothFar(a3, b3, p, q, reaches + 12));
    far = v128.and(far, bothFar(a4, b4, p, q, reaches + 16));
    far = v128.and(far, bothFar(a5, b5, p, q, reaches + 20));
  }
  if (i32x4.bitmask(far) == 15) return false;
  storeTile(tile, a0, b0, p, q, reaches, both);
  storeTile(tile + 32, a1, b1, p, q, reaches + 4, both);
  storeTile(tile + 64, a2, b2, p, q, reaches + 8, both);
  storeTile(tile + 96, a3, b3, p, q, reaches + 12, both);
  storeTile(tile + 128, a4, b4, p, q, reaches + 16, both);
  storeTile(tile + 160, a5, b5, p, q, reaches + 20, both);
  return true;
}

/** Compares 6 queries with 8 points. */
function compareTile(
  query: usize, apart: usize, panel: usize, starts: usize, bounds: usize, tile: usize,
): bool {
  return compareRows(query, apart, panel, starts, bounds, 0, 0, tile, false);
}

/** Compares a group of queries with a group of points. */
function compareGroups(search: usize, queries: usize, points: usize, tile: usize): void {
  const apart = <usize>load<u32>(search, 4) << 2;
  const panels = <usize>load<u32>(search, 12) + points * (apart >> 2) * PANEL;
  const starts = <usize>load<u32>(search, 16) + points * (<usize>GROUP << 2);
  const doubled = <usize>load<u32>(search, 40);
  const bounds = <usize>load<u32>(search, 60);
  const end = (queries + 1) * <usize>GROUP;
  for (let query = queries * <usize>GROUP; query < end; query += STRIP) {
    for (let at: usize = 0; at < <usize>GROUP; at += 8) {
      const own = doubled + query * apart;
      const from = starts + (at << 2);
      const any = compareTile(
        own, apart, panels + (at << 2), from, bounds + (query << 2), tile,
      );
      if (any) takeTile(search, query, points * <usize>GROUP + at, tile);
    }
  }
}

/** The group of points whose box is nearest to that of a group of queries. */
function homeOf(search: usize, box: usize, groups: usize): usize {
  const bytes = <usize>load<u32>(search, 32);
  let other = <usize>load<u32>(search, 28);
  let home: usize = 0;
  let least = i32.MAX_VALUE;
  for (let group: usize = 0; group < groups && least > 0; group++, other += bytes << 1) {
    const square = boxSquare(box, other, bytes);
    if (square < least) {
      least = square;
      home = group;
    }
  }
  return home;
}

/** Lets a group of queries visit groups of points, outwards from the nearest. */
function visitGroups(search: usize, queries: i32, from: i32, to: i32, tile: usize): void {
  const groups = (load<i32>(search) + GROUP - 1) / GROUP;
  const bytes = <usize>load<u32>(search, 32);
  const box = <usize>load<u32>(search, 56) + <usize>queries * (bytes << 1);
  const boxes = <usize>load<u32>(search, 28);
  const homes = <usize>load<u32>(search, 76) + (<usize>queries << 2);
  if (from == 0) store<u32>(homes, <u32>homeOf(search, box, groups));
  const home = load<i32>(homes);
  const slots = <usize>queries * (<usize>GROUP << 2);
  const norms = <usize>load<u32>(search, 44) + slots;
  const bounds = <usize>load<u32>(search, 60) + slots;
  for (let visit = from; visit < to; visit++) {
    if (load<u32>(search, 104) != 0) return;
    const half = (visit + 1) >> 1;
    let group = home + ((visit & 1) == 1 ? half : -half);
    if (group < 0) group += groups;
    else if (group >= groups) group -= groups;
    const square = boxSquare(box, boxes + <usize>group * (bytes << 1), bytes);
    if (square <= reachOf(norms, bounds)) compareGroups(search, queries, group, tile);
  }
}

/**
 * Finds neighbours of groups of queries.
 * @param first, count groups
 * @param from, to visits that each makes, of as many as there are groups of points
 * @param tile 192 bytes
 */
export function searchNeighbours(
  search: usize, first: i32, count: i32, from: i32, to: i32, tile: usize,
): void {
  for (let at = 0; at < count; at++) visitGroups(search, first + at, from, to, tile);
}
