/**
 * Nearest neighbours of points among themselves: as neighbours.ts, but each pair is looked at once,
 * for both of its rows. Groups have locks, since every thread may find a neighbour for any row; what
 * is kept is in order of (distance, number) and bounds only rise, so that who comes first changes
 * nothing. The words of a search are those of neighbours.ts; its queries are the points in their
 * order, and the home groups are locks, 0 where free.
 */

import { GROUP, PANEL } from "./neighbour-rows";
import { boxSquare, compareRows, keep, reachOf, squareOf, STRIP } from "./neighbours";

/** Measures a pair, for one or both of its rows. */
function considerPair(search: usize, a: usize, b: usize, forA: bool, forB: bool): void {
  const bytes = <usize>load<u32>(search, 8);
  const rows = <usize>load<u32>(search, 20);
  const square = squareOf(rows + a * bytes, rows + b * bytes, bytes);
  if (forA) keepLocked(search, a, b, square);
  if (forB) keepLocked(search, b, a, square);
}

/** Keeps a neighbour while no other thread looks at the row's group. */
function keepLocked(search: usize, query: usize, point: usize, square: f64): void {
  const lock = <usize>load<u32>(search, 76) + ((query / <usize>GROUP) << 2);
  while (atomic.cmpxchg<i32>(lock, 0, 1) != 0) continue;
  keep(search, query, point, square);
  atomic.store<i32>(lock, 0);
}

/** Looks at what a tile has left: what each of 6 and each of 8 rows may have near. */
function takePairs(search: usize, query: usize, point: usize, tile: usize): void {
  const points = <usize>load<u32>(search);
  // Within a group every pair is met twice.
  const once = query / <usize>GROUP == point / <usize>GROUP;
  for (let i: usize = 0; i < <usize>STRIP; i++) {
    if (query + i >= points) return;
    for (let half: usize = 0; half < 8; half += 4, tile += 16) {
      const forA = ~i32x4.bitmask(v128.load(tile)) & 15;
      const forB = once ? 0 : ~i32x4.bitmask(v128.load(tile, 192)) & 15;
      for (let near = forA | forB; near != 0; near &= near - 1) {
        const lane = ctz(near);
        const at = point + half + <usize>lane;
        if (at >= points) continue;
        considerPair(search, query + i, at, ((forA >> lane) & 1) != 0, ((forB >> lane) & 1) != 0);
      }
    }
  }
}

/** Compares 6 rows with 8 others, both ways; `tile` has 384 bytes. */
function comparePairs(
  query: usize, apart: usize, panel: usize, starts: usize, bounds: usize, reaches: usize,
  others: usize, tile: usize,
): bool {
  return compareRows(query, apart, panel, starts, bounds, reaches, others, tile, true);
}

/**
 * Copies a group's bounds, which other threads may raise meanwhile, and the reaches that go with
 * them: from different moments the two would not belong together.
 */
function copyReaches(search: usize, group: usize, bounds: usize, reaches: usize): void {
  const slot = group * (<usize>GROUP << 2);
  const norms = <usize>load<u32>(search, 44) + slot;
  const own = <usize>load<u32>(search, 60) + slot;
  for (let at: usize = 0; at < <usize>GROUP << 2; at += 16) {
    const now = v128.load(own + at);
    v128.store(bounds + at, now);
    v128.store(reaches + at, i32x4.sub(v128.load(norms + at), now));
  }
}

/** Compares two different groups. */
function pairGroups(search: usize, a: usize, b: usize, tile: usize): void {
  const apart = <usize>load<u32>(search, 4) << 2;
  const panels = <usize>load<u32>(search, 12) + b * (apart >> 2) * PANEL;
  const starts = <usize>load<u32>(search, 16) + b * (<usize>GROUP << 2);
  const doubled = <usize>load<u32>(search, 40) + a * <usize>GROUP * apart;
  const bounds = tile + 384;
  const reaches = tile + 576;
  const others = tile + 768;
  for (let strip: usize = 0; strip < <usize>GROUP; strip += STRIP) {
    copyReaches(search, a, bounds, reaches);
    copyReaches(search, b, tile + 960, others);
    for (let at: usize = 0; at < <usize>GROUP; at += 8) {
      const any = comparePairs(
        doubled + strip * apart, apart, panels + (at << 2), starts + (at << 2),
        bounds + (strip << 2), reaches + (strip << 2), others + (at << 2), tile,
      );
      if (any) takePairs(search, a * <usize>GROUP + strip, b * <usize>GROUP + at, tile);
    }
  }
}

/**
 * Finds neighbours of groups of points among the groups from themselves on, half way round, so that
 * every two groups meet once.
 * @param first, count groups
 * @param from, to visits that each makes, of half as many as there are groups, and itself
 * @param tile 1,152 bytes
 */
export function searchPairs(
  search: usize, first: i32, count: i32, from: i32, to: i32, tile: usize,
): void {
  const groups = (load<i32>(search) + GROUP - 1) / GROUP;
  const bytes = <usize>load<u32>(search, 32);
  const boxes = <usize>load<u32>(search, 28);
  const norms = <usize>load<u32>(search, 44);
  const bounds = <usize>load<u32>(search, 60);
  for (let a = first; a < first + count; a++) {
    for (let visit = from; visit < to; visit++) {
      if (load<u32>(search, 104) != 0) return;
      let b = a + visit;
      if (b >= groups) b -= groups;
      // Half way round an even number of groups both would meet the other.
      if (visit * 2 == groups && b < a) continue;
      const own = <usize>a * (<usize>GROUP << 2);
      const other = <usize>b * (<usize>GROUP << 2);
      const square = boxSquare(
        boxes + <usize>a * (bytes << 1), boxes + <usize>b * (bytes << 1), bytes,
      );
      const reach = max(
        reachOf(norms + own, bounds + own), reachOf(norms + other, bounds + other),
      );
      if (square <= reach) pairGroups(search, a, b, tile);
    }
  }
}
