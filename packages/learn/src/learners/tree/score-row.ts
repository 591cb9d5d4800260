import type { Row } from "../../frame/index.js";
import type { FeatureSchema } from "../contract.js";
import { rowReader } from "../schema.js";
import { nextNode, type TreeEnsemble } from "./ensemble.js";

const LEAF = -1;

/**
 * One ensemble for rows that come one at a time. A row's values stand three times: with missing
 * ones above all, for nodes that send them right; below all, for the others; and as they are, for
 * the few nodes that ask something else than one comparison (categories, and "is it missing").
 */
class RowScorer {
  readonly #trees: TreeEnsemble;
  readonly #read: (row: Row) => Float64Array;
  readonly #values: Float64Array;
  /** Place of the value that a node asks; -1 for a leaf; -2 - column for any other question. */
  readonly #asked: Int32Array;
  /** Threshold, or a leaf's value. */
  readonly #bound: Float64Array;

  constructor(trees: TreeEnsemble, schema: FeatureSchema) {
    const width = schema.columns.length;
    this.#trees = trees;
    this.#read = rowReader(schema);
    this.#values = new Float64Array(3 * width);
    this.#asked = trees.column.map((column, node) => {
      if (column < 0) return LEAF;
      const right = trees.missingLeft[node] === 0;
      const never = trees.threshold[node] === Number.POSITIVE_INFINITY;
      if (trees.set[node]! >= 0 || (right && never)) return -2 - column;
      return right ? column : width + column;
    });
    this.#bound = trees.threshold.map((threshold, node) =>
      trees.column[node]! < 0 ? trees.value[node]! : threshold,
    );
  }

  #put(row: Row | Float64Array): void {
    const values = this.#values;
    const given = row instanceof Float64Array ? row : this.#read(row);
    const width = given.length;
    const { categoryBins } = this.#trees;
    for (let k = 0; k < width; k++) {
      const value = given[k]!;
      const bins = categoryBins[k];
      values[2 * width + k] = bins === undefined ? value : value < 0 ? 0 : bins[value]!;
      const missing = Number.isNaN(value);
      values[k] = missing ? Number.POSITIVE_INFINITY : value;
      values[width + k] = missing ? Number.NEGATIVE_INFINITY : value;
    }
  }

  /** Sums of the trees' values, one a output. */
  score(row: Row | Float64Array, start: Float64Array): Float64Array {
    this.#put(row);
    const values = this.#values;
    const asked = this.#asked;
    const bound = this.#bound;
    const { starts, left, outputs } = this.#trees;
    const raw = (2 * values.length) / 3;
    const sums = Float64Array.from(start);
    let output = 0;
    for (let tree = 0; tree < starts.length - 1; tree++) {
      let node = starts[tree]!;
      let at = asked[node]!;
      while (at !== LEAF) {
        // One comparison and no branch: which way a row goes cannot be foretold.
        if (at >= 0) node = left[node]! + (values[at]! > bound[node]! ? 1 : 0);
        else node = nextNode(this.#trees, node, values[raw - 2 - at]!);
        at = asked[node]!;
      }
      sums[output]! += bound[node]!;
      output += 1;
      if (output === outputs) output = 0;
    }
    return sums;
  }
}

const scorers = new WeakMap<TreeEnsemble, RowScorer>();

/**
 * Sums of the trees' values for one row. What is made of the ensemble is kept as long as it lives.
 * @param schema that the ensemble's columns are numbered by
 * @param row by name, or in the order of the schema (of categories the code)
 * @param start one a output, what is added to
 */
export function scoreRow(
  trees: TreeEnsemble,
  schema: FeatureSchema,
  row: Row | Float64Array,
  start: Float64Array,
): Float64Array {
  let scorer = scorers.get(trees);
  if (scorer === undefined) {
    scorer = new RowScorer(trees, schema);
    scorers.set(trees, scorer);
  }
  return scorer.score(row, start);
}
