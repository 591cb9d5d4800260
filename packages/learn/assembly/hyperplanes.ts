/**
 * Sums of leaves of trees whose nodes ask on which side of a plane a row lies.
 *
 *     tree  u32 nodes · u32 steps to the deepest leaf
 *     node  f64 bound · f64 what a leaf adds · u32 byte offset of the left child from the tree's start
 *           (the right one follows it) · u32 bytes of a node · normal, doubles, an even number
 *
 * Rows with normal · row ≤ bound go left. A leaf is its own left child, its normal is 0 and its bound
 * is 0, so that rows in it stay.
 */

const TREE: usize = 8;
const HEAD: usize = 24;

/** One step down of one row; sums of even and odd columns apart, then together. */
// @ts-ignore: decorator
@inline
function step(tree: usize, node: usize, row: usize, bytes: usize): usize {
  const at = tree + node;
  let sum = f64x2.splat(0);
  for (let j: usize = 0; j < bytes; j += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(at + j, HEAD), v128.load(row + j)));
  }
  const side = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  const right = <usize>(side > load<f64>(at)) * <usize>load<u32>(at, 20);
  return <usize>load<u32>(at, 16) + right;
}

/**
 * Adds trees' leaves to the scores of rows.
 * @param trees 8 bytes each
 * @param rows row-major doubles, `bytes` a row (a multiple of 16)
 * @param scores one double a row, added to
 */
export function addPlanes(
  trees: usize, treeCount: i32, rows: usize, bytes: usize, count: i32, scores: usize,
): void {
  for (; treeCount > 0; treeCount--, trees += TREE) {
    const tree = <usize>load<u32>(trees);
    const steps = load<i32>(trees, 4);
    let row = rows;
    let score = scores;
    let left = count;
    for (; left >= 4; left -= 4, row += 4 * bytes, score += 32) {
      let a: usize = 0, b: usize = 0, c: usize = 0, d: usize = 0;
      for (let k = 0; k < steps; k++) {
        a = step(tree, a, row, bytes);
        b = step(tree, b, row + bytes, bytes);
        c = step(tree, c, row + 2 * bytes, bytes);
        d = step(tree, d, row + 3 * bytes, bytes);
      }
      store<f64>(score, load<f64>(score) + load<f64>(tree + a, 8));
      store<f64>(score, load<f64>(score, 8) + load<f64>(tree + b, 8), 8);
      store<f64>(score, load<f64>(score, 16) + load<f64>(tree + c, 8), 16);
      store<f64>(score, load<f64>(score, 24) + load<f64>(tree + d, 8), 24);
    }
    for (; left > 0; left--, row += bytes, score += 8) {
      let a: usize = 0;
      for (let k = 0; k < steps; k++) a = step(tree, a, row, bytes);
      store<f64>(score, load<f64>(score) + load<f64>(tree + a, 8));
    }
  }
}
