/**
 * Scores of binned rows. A node takes 48 bytes: u32 column, u32 byte offset of the left child from
 * the tree's start (the right one follows it), 32 bytes with one bit a bin (1 = goes right), f64
 * value. A leaf is its own left child and has no bit set, so that rows in it stay.
 */

/** Bytes of a node. */
export const NODE_BYTES: usize = 48;

/** One step down of one row. */
// @ts-ignore: decorator
@inline
function step(tree: usize, node: usize, row: usize): usize {
  const at = tree + node;
  const bin = <u32>load<u8>(row + <usize>load<u32>(at));
  const bits = <u32>load<u8>(at + <usize>(bin >> 3), 8);
  return <usize>load<u32>(at, 4) + <usize>(((bits >> (bin & 7)) & 1) * 48);
}

/**
 * Adds one tree's values to the scores of rows.
 * @param tree first node
 * @param depth steps from the root to the deepest leaf
 * @param rows row-major bins, `stride` bytes a row
 * @param scores one double a row, added to; `apart` doubles from one row's to the next
 */
export function addTree(
  tree: usize, depth: i32, rows: usize, stride: usize, count: i32, scores: usize, apart: usize,
): void {
  const gap = apart << 3;
  let row = rows;
  let score = scores;
  let left = count;
  for (; left >= 8; left -= 8) {
    let a: usize = 0, b: usize = 0, c: usize = 0, d: usize = 0;
    let e: usize = 0, f: usize = 0, g: usize = 0, h: usize = 0;
    const row4 = row + 4 * stride;
    for (let level = 0; level < depth; level++) {
      a = step(tree, a, row);
      b = step(tree, b, row + stride);
      c = step(tree, c, row + 2 * stride);
      d = step(tree, d, row + 3 * stride);
      e = step(tree, e, row4);
      f = step(tree, f, row4 + stride);
      g = step(tree, g, row4 + 2 * stride);
      h = step(tree, h, row4 + 3 * stride);
    }
    addValue(score, tree + a);
    addValue(score + gap, tree + b);
    addValue(score + 2 * gap, tree + c);
    addValue(score + 3 * gap, tree + d);
    addValue(score + 4 * gap, tree + e);
    addValue(score + 5 * gap, tree + f);
    addValue(score + 6 * gap, tree + g);
    addValue(score + 7 * gap, tree + h);
    row += 8 * stride;
    score += 8 * gap;
  }
  for (; left > 0; left--) {
    let a: usize = 0;
    for (let level = 0; level < depth; level++) a = step(tree, a, row);
    addValue(score, tree + a);
    row += stride;
    score += gap;
  }
}

// @ts-ignore: decorator
@inline
function addValue(score: usize, node: usize): void {
  store<f64>(score, load<f64>(score) + load<f64>(node, 40));
}
