import type { GrownTrees } from "../forest/read-trees.js";

/**
 * What every node would predict as a leaf: means over the leaves below it, weighted by the training
 * rows that came by.
 * @param outputs classes, 1 for one output
 * @returns nodes × outputs, row-major
 */
export function nodeValues({ trees, shares }: GrownTrees, outputs: number): Float64Array {
  const { column, left, value, cover } = trees;
  const values = new Float64Array(column.length * outputs);
  // Children stand behind their parents.
  for (let node = column.length - 1; node >= 0; node--) {
    const child = left[node]!;
    for (let k = 0; k < outputs; k++) {
      const at = node * outputs + k;
      if (column[node]! < 0) {
        values[at] = shares === undefined ? value[node]! : shares[value[node]! * outputs + k]!;
        continue;
      }
      const [a, b] = [cover[child]!, cover[child + 1]!];
      const [one, other] = [values[child * outputs + k]!, values[(child + 1) * outputs + k]!];
      values[at] = a + b > 0 ? (one * a + other * b) / (a + b) : (one + other) / 2;
    }
  }
  return values;
}
