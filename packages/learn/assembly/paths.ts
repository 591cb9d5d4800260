/**
 * Shapley values of trees whose game is told by training rows: a column that is not known goes both
 * ways by their shares. Written as an integral over the share t of known columns (the multilinear
 * extension of the game), which Gauss's points compute exactly: with A the weight of a node at t and
 * V the mean of its leaves below at t, a node that sends the row left adds
 * `∫ A w k (V of left - V of right) dt` to its column, where k is the right share, and minus the left
 * share for a row that goes right. A step down multiplies A by `share + k tau`; without an earlier
 * question of the same column tau = t and w = 1. Where there was one, z is the share that its sides
 * left, tau = t / f and w = z / f², f = z + t (1 - z), and k is 0 for a row that had left the path.
 *
 * Two rows stand in the lanes of a vector. A node takes 64 bytes, a tree 32:
 *
 *     node   u32 column · u32 kind: 0 a number, 1 a category · f64 threshold, or u32 address of its
 *            set · u64 ones where missing values go left · f64 left share · f64 right share · inner:
 *            u32, u32 slots of the children; outer: f64 left value - right value · u32 mask of the
 *            rows that are on its path · u32 address of pairs tau, w · outer: f64 right value
 *     tree   u32 nodes · u32 inner nodes · u32 outer nodes · u32 points, even · u32 address of pairs
 *            point, weight · u32 address of leaves' values · u32 leaves
 *
 * Inner nodes come first, parents before children; outer ones have two leaves. Slots are byte
 * offsets: of inner nodes, outer nodes, then the leaves below inner nodes.
 */

const NODE: usize = 64;
const TREE: usize = 32;

/** Lanes of rows that go left. */
// @ts-ignore: decorator
@inline
export function goesLeft(node: usize, rows: v128): v128 {
  if (load<u32>(node, 4) == 0) {
    const below = f64x2.le(rows, v128.load64_splat(node, 8));
    return v128.or(below, v128.and(f64x2.ne(rows, rows), v128.load64_splat(node, 16)));
  }
  const set = load<u32>(node, 8);
  const a = <u32>f64x2.extract_lane(rows, 0);
  const b = <u32>f64x2.extract_lane(rows, 1);
  const one = <i64>((<u32>load<u8>(set + (a >> 3)) >> (a & 7)) & 1);
  const two = <i64>((<u32>load<u8>(set + (b >> 3)) >> (b & 7)) & 1);
  return i64x2.sub(i64x2(one, two), i64x2.splat(1));
}

/** What a node's split is worth to two rows; keeps which of them go on along each side. */
// @ts-ignore: decorator
@inline
function splitRows(node: usize, rows: v128, masks: usize, sides: usize): v128 {
  const left = goesLeft(node, rows);
  const there = v128.load(masks + <usize>load<u32>(node, 48));
  const on = v128.and(there, left);
  const off = v128.andnot(there, left);
  v128.store(sides, on);
  v128.store(sides, off, 16);
  return v128.or(
    v128.and(on, v128.load64_splat(node, 32)),
    v128.and(off, f64x2.neg(v128.load64_splat(node, 24))),
  );
}

/** Weights of an inner node's children. */
// @ts-ignore: decorator
@inline
function stepDown(node: usize, k: v128, weights: usize, own: usize, points: i32): void {
  const share = v128.load64_splat(node, 24);
  let pair = <usize>load<u32>(node, 52);
  let left = weights + <usize>load<u32>(node, 40);
  let right = weights + <usize>load<u32>(node, 44);
  for (let q = 0; q < points; q += 2, own += 32, pair += 32, left += 32, right += 32) {
    const a = v128.load(own);
    const b = v128.load(own, 16);
    const down = f64x2.mul(a, f64x2.add(share, f64x2.mul(v128.load64_splat(pair), k)));
    const next = f64x2.mul(b, f64x2.add(share, f64x2.mul(v128.load64_splat(pair, 16), k)));
    v128.store(left, down);
    v128.store(left, next, 16);
    v128.store(right, f64x2.sub(a, down));
    v128.store(right, f64x2.sub(b, next), 16);
  }
}

/** Mean of an inner node from its children's. @returns sum of A w (left - right) */
// @ts-ignore: decorator
@inline
function stepUp(
  node: usize, k: v128, weights: usize, means: usize, slot: usize, points: i32,
): v128 {
  const share = v128.load64_splat(node, 24);
  let pair = <usize>load<u32>(node, 52);
  let own = weights + slot;
  let mean = means + slot;
  let left = means + <usize>load<u32>(node, 40);
  let right = means + <usize>load<u32>(node, 44);
  let sum = f64x2.splat(0);
  for (let q = 0; q < points; q += 2, own += 32, mean += 32, pair += 32, left += 32, right += 32) {
    const a = v128.load(right);
    const b = v128.load(right, 16);
    const apart = f64x2.sub(v128.load(left), a);
    const beside = f64x2.sub(v128.load(left, 16), b);
    const known = f64x2.add(share, f64x2.mul(v128.load64_splat(pair), k));
    const next = f64x2.add(share, f64x2.mul(v128.load64_splat(pair, 16), k));
    v128.store(mean, f64x2.add(a, f64x2.mul(apart, known)));
    v128.store(mean, f64x2.add(b, f64x2.mul(beside, next)), 16);
    const v = f64x2.mul(v128.load(own), v128.load64_splat(pair, 8));
    const w = f64x2.mul(v128.load(own, 16), v128.load64_splat(pair, 24));
    sum = f64x2.add(sum, f64x2.mul(v, apart));
    sum = f64x2.add(sum, f64x2.mul(w, beside));
  }
  return sum;
}

/** Mean of a node above two leaves. @returns sum of A w (left - right) */
// @ts-ignore: decorator
@inline
function stepAcross(node: usize, k: v128, own: usize, mean: usize, points: i32): v128 {
  const apart = v128.load64_splat(node, 40);
  const share = v128.load64_splat(node, 24);
  const middle = f64x2.add(v128.load64_splat(node, 56), f64x2.mul(apart, share));
  const slope = f64x2.mul(apart, k);
  let pair = <usize>load<u32>(node, 52);
  let sum = f64x2.splat(0);
  for (let q = 0; q < points; q += 2, own += 32, mean += 32, pair += 32) {
    v128.store(mean, f64x2.add(middle, f64x2.mul(slope, v128.load64_splat(pair))));
    v128.store(mean, f64x2.add(middle, f64x2.mul(slope, v128.load64_splat(pair, 16))), 16);
    sum = f64x2.add(sum, f64x2.mul(v128.load(own), v128.load64_splat(pair, 8)));
    sum = f64x2.add(sum, f64x2.mul(v128.load(own, 16), v128.load64_splat(pair, 24)));
  }
  return f64x2.mul(sum, apart);
}

// @ts-ignore: decorator
@inline
function addTo(out: usize, k: v128, sum: v128): void {
  v128.store(out, f64x2.add(v128.load(out), f64x2.mul(k, sum)));
}

/** One tree and two rows. */
function explainPair(tree: usize, rows: usize, apart: usize, out: usize, scratch: usize): void {
  const nodes = <usize>load<u32>(tree);
  const inner = load<i32>(tree, 4);
  const outer = load<i32>(tree, 8);
  const points = load<i32>(tree, 12);
  const size = <usize>points << 4;
  const masks = scratch;
  const sides = masks + 16;
  const splits = sides + (<usize>(inner + outer) << 5);
  const weights = splits + (<usize>(inner + outer) << 4);
  const means = weights + <usize>(inner + outer + load<i32>(tree, 24)) * size;
  let pair = <usize>load<u32>(tree, 16);
  for (let q: usize = 0; q < size; q += 16, pair += 16) {
    v128.store(weights + q, v128.load64_splat(pair, 8));
  }
  let node = nodes;
  let slot: usize = 0;
  for (let i = 0; i < inner; i++, node += NODE, slot += size) {
    const x = v128.load(rows + <usize>load<u32>(node) * apart);
    const k = splitRows(node, x, masks, sides + (<usize>i << 5));
    v128.store(splits + (<usize>i << 4), k);
    stepDown(node, k, weights, weights + slot, points);
  }
  for (let i = inner; i < inner + outer; i++, node += NODE, slot += size) {
    const column = <usize>load<u32>(node) * apart;
    const k = splitRows(node, v128.load(rows + column), masks, sides + (<usize>i << 5));
    addTo(out + column, k, stepAcross(node, k, weights + slot, means + slot, points));
  }
  node = nodes + <usize>inner * NODE;
  slot = <usize>inner * size;
  for (let i = inner - 1; i >= 0; i--) {
    node -= NODE;
    slot -= size;
    const k = v128.load(splits + (<usize>i << 4));
    const column = <usize>load<u32>(node) * apart;
    addTo(out + column, k, stepUp(node, k, weights, means, slot, points));
  }
}

/** Writes the values of the leaves below inner nodes where their means are looked for. */
function spreadLeaves(tree: usize, scratch: usize): void {
  const nodes = load<i32>(tree, 4) + load<i32>(tree, 8);
  const leaves = load<i32>(tree, 24);
  const size = <usize>load<u32>(tree, 12) << 4;
  const weights = scratch + 16 + <usize>nodes * 48;
  let mean = weights + <usize>(2 * nodes + leaves) * size;
  let leaf = <usize>load<u32>(tree, 20);
  for (let i = 0; i < leaves; i++, leaf += 8) {
    const value = v128.load64_splat(leaf);
    for (const end = mean + size; mean < end; mean += 16) v128.store(mean, value);
  }
}

/**
 * Adds the Shapley values of rows; see the head of the file.
 * @param trees 32 bytes each
 * @param rows values, column by column, `apart` bytes from one to the next; of categories the bins
 * @param count rows, even
 * @param out like rows; added to
 * @param scratch 16 bytes, 48 a node, and 32 a point of the nodes and leaves of the largest tree
 */
export function explainPaths(
  trees: usize, treeCount: i32, rows: usize, apart: usize, count: i32, out: usize, scratch: usize,
): void {
  v128.store(scratch, i64x2.splat(-1));
  for (let tree = 0; tree < treeCount; tree++, trees += TREE) {
    spreadLeaves(trees, scratch);
    for (let row: usize = 0; row < <usize>count << 3; row += 16) {
      explainPair(trees, rows + row, apart, out + row, scratch);
    }
  }
}
