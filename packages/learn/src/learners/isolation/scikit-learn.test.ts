import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import { spearmanMatrix } from "../../metrics/index.js";
import { ensembleState } from "../tree/ensemble-state.js";
import { isolationForest } from "./isolation-forest.js";
import { leafMargin } from "./path-length.js";

interface GoldenTree {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly column: readonly number[];
  readonly threshold: readonly number[];
  readonly rows: readonly number[];
}

interface Golden {
  readonly columns: readonly (readonly number[])[];
  readonly sampled: number;
  readonly trees: readonly GoldenTree[];
  readonly scores: readonly number[];
  readonly meanScores: readonly number[];
}

/** Written by bench/peers/isolation_neighbours_fixtures.py. */
const golden = JSON.parse(
  readFileSync(new URL("./fixtures/scikit-learn.json", import.meta.url), "utf8"),
) as Golden;
const frame = new Frame(golden.columns.map((values, j) => numberColumn(`c${j}`, values)));

/** A tree of theirs in our order: children next to each other, behind their parent. */
function renumbered(tree: GoldenTree, first: number) {
  const nodes: { from: number; depth: number; left: number }[] = [{ from: 0, depth: 0, left: 0 }];
  for (let at = 0; at < nodes.length; at++) {
    const { from, depth } = nodes[at]!;
    if (tree.column[from]! < 0) continue;
    nodes[at]!.left = first + nodes.length;
    for (const child of [tree.left[from]!, tree.right[from]!]) {
      nodes.push({ from: child, depth: depth + 1, left: 0 });
    }
  }
  return nodes.map((node) => ({ ...node, column: tree.column[node.from]!, tree }));
}

describe("the scores of scikit-learn", () => {
  it("come from its own trees, by lengths of paths", async () => {
    const starts = [0];
    const nodes = golden.trees.flatMap((tree) => {
      const own = renumbered(tree, starts.at(-1)!);
      starts.push(starts.at(-1)! + own.length);
      return own;
    });
    const model = await isolationForest.fit(frame, undefined, { trees: 1 });
    const forest = { trees: golden.trees.length, sampled: golden.sampled };
    const trees = {
      ...model.trees,
      starts: Int32Array.from(starts),
      column: Int32Array.from(nodes, ({ column }) => column),
      left: Int32Array.from(nodes, ({ left }) => left),
      threshold: Float64Array.from(nodes, ({ from, tree }) => tree.threshold[from]!),
      missingLeft: new Uint8Array(nodes.length),
      set: new Int32Array(nodes.length).fill(-1),
      value: Float64Array.from(nodes, ({ column, depth, from, tree }) =>
        column < 0 ? leafMargin(depth, tree.rows[from]!, forest) : 0,
      ),
      cover: Float64Array.from(nodes, ({ from, tree }) => tree.rows[from]!),
      gain: new Float64Array(nodes.length),
    };
    const theirs = isolationForest.restore(model.card, ensembleState(trees, {}));
    const scores = await theirs.predict(frame.view(0, golden.scores.length));
    scores.forEach((score, row) => {
      expect(score).toBeCloseTo(golden.scores[row]!, 12);
    });
  });

  it("are those of forests of our own, on average", async () => {
    const mean = new Float64Array(frame.rowCount);
    for (let seed = 0; seed < 20; seed++) {
      const model = await isolationForest.fit(frame, undefined, { seed });
      const scores = await model.predict(frame);
      scores.forEach((score, row) => {
        mean[row]! += score / 20;
      });
    }
    const theirs = Float64Array.from(golden.meanScores);
    const both = new Frame([numberColumn("ours", mean), numberColumn("theirs", theirs)]);
    expect(spearmanMatrix(both).values[1]).toBeGreaterThan(0.995);
    mean.forEach((score, row) => {
      expect(Math.abs(score - theirs[row]!)).toBeLessThan(0.02);
    });
  });
});
