/**
 * Shapley values of trees whose game is told by background rows: what is not known of a row comes
 * from one of them. A leaf sees of any row only which of its path's d columns fail (one bit a column).
 * A background row with failures b counts for a row with failures a where no column fails in both.
 *
 * Small leaves count their background rows by pattern, and one pass over the 2^d counts gives what
 * every pattern of a row is worth, whatever the number of background rows. Written over the share t of
 * known columns, a column turns the pair of sums (holds, fails) over b into the pair over a
 * `holds + t fails, (1 - t) holds`; its own Shapley value is the integral of what this gains by t:
 * `fails` where the row holds, `-holds` where it fails. Large leaves go through the background rows'
 * patterns one by one.
 *
 *     tree  u32 nodes · u32 their number · u32 leaves · u32 their number · u32 bytes of a row's pattern
 *           · u32 -
 *     node  u32 column · u32 kind · f64 threshold, or u32 set · u64 missing (these as in paths.ts) ·
 *           u64 bit · u32 left slot · u32 right slot (byte offsets, 16 a node, then 16 a leaf)
 *     leaf  u32 columns · u32 1 counts, 0 goes through rows · u32 address of the columns' numbers · u32
 *           table: d planes of 2^d doubles; or background patterns, u64 · u32 counts, 2^d doubles · u32
 *           pairs point, weight · u32 points · u32 background rows · f64 value / background rows
 */

import { goesLeft } from "./paths";

const TREE: usize = 24;
const NODE: usize = 40;
const LEAF: usize = 40;

/** Patterns of two rows at every leaf, into the slots. */
function failTwo(tree: usize, rows: usize, apart: usize, slots: usize): void {
  let node = <usize>load<u32>(tree);
  let slot = slots;
  v128.store(slots, i64x2.splat(0));
  for (let i = load<i32>(tree, 4); i > 0; i--, node += NODE, slot += 16) {
    const left = goesLeft(node, v128.load(rows + <usize>load<u32>(node) * apart));
    const bit = v128.load64_splat(node, 24);
    const failed = v128.load(slot);
    v128.store(slots + <usize>load<u32>(node, 32), v128.or(failed, v128.andnot(bit, left)));
    v128.store(slots + <usize>load<u32>(node, 36), v128.or(failed, v128.and(bit, left)));
  }
}

/**
 * Counts background rows by their patterns.
 * @param rows values, column by column, `apart` bytes from one to the next
 * @param first place of the first of them among all background rows
 * @param slots 16 bytes a node and leaf
 */
export function countPatterns(
  tree: usize, rows: usize, apart: usize, first: i32, count: i32, slots: usize,
): void {
  const leaves = <usize>load<u32>(tree, 8);
  const own = slots + (<usize>load<u32>(tree, 4) << 4);
  for (let row = 0; row < count; row += 2) {
    failTwo(tree, rows + (<usize>row << 3), apart, slots);
    const lanes: usize = row + 1 < count ? 16 : 8;
    let leaf = leaves;
    let slot = own;
    for (let k = load<i32>(tree, 12); k > 0; k--, leaf += LEAF, slot += 16) {
      for (let lane: usize = 0; lane < lanes; lane += 8) {
        const failed = load<u64>(slot + lane);
        if (load<u32>(leaf, 4) != 0) {
          const at = <usize>load<u32>(leaf, 16) + (<usize>failed << 3);
          store<f64>(at, load<f64>(at) + 1);
        } else {
          store<u64>(<usize>load<u32>(leaf, 12) + (<usize>(first + row) << 3) + lane, failed);
        }
      }
    }
  }
}

/** From sums over the background's patterns to sums over a row's, for one column. */
function turnColumn(sums: usize, size: usize, bit: usize, t: f64): void {
  if (bit == 8) {
    for (const end = sums + size; sums < end; sums += 16) {
      const holds = load<f64>(sums);
      store<f64>(sums, holds + t * load<f64>(sums, 8));
      store<f64>(sums, (1 - t) * holds, 8);
    }
    return;
  }
  const t2 = f64x2.splat(t);
  const rest = f64x2.splat(1 - t);
  for (const end = sums + size; sums < end; sums += bit) {
    for (const stop = sums + bit; sums < stop; sums += 16) {
      const holds = v128.load(sums);
      const fails = v128.load(sums + bit);
      v128.store(sums, f64x2.add(holds, f64x2.mul(t2, fails)));
      v128.store(sums + bit, f64x2.mul(rest, holds));
    }
  }
}

/** Adds what one point gives to a column's plane. */
function addPlane(sums: usize, size: usize, bit: usize, t: f64, weight: f64, plane: usize): void {
  const less = weight / (1 - t);
  const more = weight / t;
  if (bit == 8) {
    for (const end = sums + size; sums < end; sums += 16, plane += 16) {
      const fails = load<f64>(sums, 8);
      store<f64>(plane, load<f64>(plane) + more * (load<f64>(sums) - fails / (1 - t)));
      store<f64>(plane, load<f64>(plane, 8) - less * fails, 8);
    }
    return;
  }
  const less2 = f64x2.splat(less);
  const more2 = f64x2.splat(more);
  const rest = f64x2.splat(1 / (1 - t));
  for (const end = sums + size; sums < end; sums += bit, plane += bit) {
    for (const stop = sums + bit; sums < stop; sums += 16, plane += 16) {
      const fails = v128.load(sums + bit);
      const gained = f64x2.sub(v128.load(sums), f64x2.mul(rest, fails));
      v128.store(plane, f64x2.add(v128.load(plane), f64x2.mul(more2, gained)));
      const below = plane + bit;
      v128.store(below, f64x2.sub(v128.load(below), f64x2.mul(less2, fails)));
    }
  }
}

/**
 * Makes tables of counts.
 * @param leaves that follow each other; those that go through rows are left out
 * @param scratch 8 bytes a pattern of the largest table
 */
export function turnPatterns(leaves: usize, count: i32, scratch: usize): void {
  for (; count > 0; count--, leaves += LEAF) {
    if (load<u32>(leaves, 4) == 0) continue;
    const columns = load<i32>(leaves);
    const size = <usize>8 << columns;
    const table = <usize>load<u32>(leaves, 12);
    memory.fill(table, 0, size * <usize>columns);
    let pair = <usize>load<u32>(leaves, 20);
    for (let q = load<i32>(leaves, 24); q > 0; q--, pair += 16) {
      const t = load<f64>(pair);
      memory.copy(scratch, load<u32>(leaves, 16), size);
      for (let bit: usize = 8; bit < size; bit <<= 1) turnColumn(scratch, size, bit, t);
      const weight = load<f64>(pair, 8) * load<f64>(leaves, 32);
      let plane = table;
      for (let bit: usize = 8; bit < size; bit <<= 1, plane += size) {
        addPlane(scratch, size, bit, t, weight, plane);
      }
    }
  }
}

/** Adds what a small leaf gives to rows. */
function addCounted(leaf: usize, patterns: usize, count: i32, out: usize, apart: usize): void {
  const columns = load<i32>(leaf);
  const size = <usize>8 << columns;
  const end = patterns + (<usize>count << 1);
  let plane = <usize>load<u32>(leaf, 12);
  let number = <usize>load<u32>(leaf, 8);
  for (let k = 0; k < columns; k++, plane += size, number += 4) {
    let to = out + <usize>load<u32>(number) * apart;
    for (let at = patterns; at < end; at += 4, to += 16) {
      let two = v128.load64_zero(plane + (<usize>load<u16>(at) << 3));
      two = v128.load64_lane(plane + (<usize>load<u16>(at, 2) << 3), two, 1);
      v128.store(to, f64x2.add(v128.load(to), two));
    }
  }
}

/** Adds a number to the columns whose bits are set. */
// @ts-ignore: decorator
@inline
function addBits(bits: u64, numbers: usize, value: f64, out: usize, apart: usize): void {
  while (bits != 0) {
    const to = out + <usize>load<u32>(numbers + (<usize>ctz(bits) << 2)) * apart;
    store<f64>(to, load<f64>(to) + value);
    bits &= bits - 1;
  }
}

/**
 * Adds what a large leaf gives to one row.
 * @param shares 65 × 65 doubles: at (p, q) (p - 1)! q! / (p + q)!
 */
function addThrough(
  leaf: usize, failed: u64, out: usize, apart: usize, shares: usize,
): void {
  const numbers = <usize>load<u32>(leaf, 8);
  const value = load<f64>(leaf, 32);
  const q = <usize>popcnt(failed);
  let other = <usize>load<u32>(leaf, 12);
  let less: f64 = 0;
  const a = i64x2.splat(failed);
  for (const end = other + (<usize>load<u32>(leaf, 28) << 3); other < end; other += 16) {
    const apartTwo = i64x2.eq(v128.and(a, v128.load(other)), i64x2.splat(0));
    if (!v128.any_true(apartTwo)) continue;
    for (let lane: usize = 0; lane < 16 && other + lane < end; lane += 8) {
      const b = load<u64>(other + lane);
      if ((b & failed) != 0) continue;
      const p = <usize>popcnt(b);
      if (p > 0) addBits(b, numbers, value * load<f64>(shares + ((p * 65 + q) << 3)), out, apart);
      if (q > 0) less += load<f64>(shares + ((q * 65 + p) << 3));
    }
  }
  if (q > 0) addBits(failed, numbers, -value * less, out, apart);
}

/**
 * Adds the Shapley values of rows; see the head of the file.
 * @param rows values, column by column, `apart` bytes from one to the next
 * @param count rows, even
 * @param out like rows; added to
 * @param scratch 16 bytes a node and leaf, then 2 or (where a leaf goes through rows) 8 a row and leaf
 */
export function addPatterns(
  trees: usize, treeCount: i32, rows: usize, apart: usize, count: i32, out: usize, shares: usize,
  scratch: usize,
): void {
  for (; treeCount > 0; treeCount--, trees += TREE) {
    const leafCount = load<i32>(trees, 12);
    const own = scratch + (<usize>load<u32>(trees, 4) << 4);
    const patterns = own + (<usize>leafCount << 4);
    const wide = load<u32>(trees, 16) == 8;
    const gap = <usize>count * <usize>load<u32>(trees, 16);
    for (let row: usize = 0; row < <usize>count; row += 2) {
      failTwo(trees, rows + (row << 3), apart, scratch);
      let slot = own;
      let to = patterns + row * <usize>load<u32>(trees, 16);
      for (let k = leafCount; k > 0; k--, slot += 16, to += gap) {
        if (wide) v128.store(to, v128.load(slot));
        else store<u32>(to, load<u32>(slot) | (load<u32>(slot, 8) << 16));
      }
    }
    let leaf = <usize>load<u32>(trees, 8);
    let at = patterns;
    for (let k = leafCount; k > 0; k--, leaf += LEAF, at += gap) {
      if (load<u32>(leaf, 4) != 0) {
        if (wide) narrowPatterns(at, count);
        addCounted(leaf, at, count, out, apart);
      } else {
        for (let row: usize = 0; row < <usize>count; row++) {
          addThrough(leaf, load<u64>(at + (row << 3)), out + (row << 3), apart, shares);
        }
      }
    }
  }
}

/** From eight bytes a pattern to two, in place. */
function narrowPatterns(patterns: usize, count: i32): void {
  for (let row: usize = 0; row < <usize>count; row++) {
    store<u16>(patterns + (row << 1), load<u16>(patterns + (row << 3)));
  }
}
