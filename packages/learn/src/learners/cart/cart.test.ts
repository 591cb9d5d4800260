import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../../frame/index.js";
import { randomForest } from "../forest/forest.js";
import type { ForestModel } from "../forest/model.js";
import { decisionTree, decisionTreeMulticlass, decisionTreeRegression } from "./cart.js";
import { drawTree } from "./draw-tree.js";
import { printTree } from "./print-tree.js";

const least = 3;

function draw(seed: number) {
  const random = new RandomStream(seed, "cart test");
  const rows = 120;
  const whole = (below: number, holes: number) =>
    Float64Array.from({ length: rows }, () =>
      random.uniform() < holes ? Number.NaN : random.below(below),
    );
  const [a, b] = [whole(30, 0), whole(6, 0.2)];
  const place = Array.from({ length: rows }, () =>
    random.uniform() < 0.1 ? null : `town ${random.below(7)}`,
  );
  const frame = new Frame([
    numberColumn("a", a),
    numberColumn("b", b),
    categoryColumn("place", place),
  ]);
  const weight = Float64Array.from({ length: rows }, () => 0.5 + random.uniform());
  const noisy = a.map((x, i) => x / 10 + (place[i]?.length ?? 0) / 4 + 2 * random.normal());
  return { frame, weight, values: noisy, classes: noisy.map((v) => (v > 3 ? 2 : v > 1.5 ? 1 : 0)) };
}

type Data = ReturnType<typeof draw>;

/** Weighted impurity of rows: sum of squares, or Gini. */
function impurity(rows: readonly number[], { weight, values, classes }: Data, gini: boolean) {
  const total = rows.reduce((sum, row) => sum + weight[row]!, 0);
  if (!gini) {
    const mean = rows.reduce((sum, row) => sum + weight[row]! * values[row]!, 0) / total;
    return rows.reduce((sum, row) => sum + weight[row]! * (values[row]! - mean) ** 2, 0);
  }
  const sums = [0, 0, 0];
  for (const row of rows) sums[classes[row]!]! += weight[row]!;
  return total - sums.reduce((sum, one) => sum + (one * one) / total, 0);
}

/** Everything that a split may ask of rows, by what it answers: rows that go left. */
function allSplits(rows: readonly number[], data: Data): number[][] {
  const splits: number[][] = [];
  for (const name of ["a", "b"]) {
    const values = data.frame.numbers(name);
    for (const cut of new Set(values)) {
      splits.push(rows.filter((row) => values[row]! <= cut));
      splits.push(rows.filter((row) => !(values[row]! > cut)));
    }
  }
  const codes = data.frame.has("place") ? data.frame.categories("place").codes : undefined;
  for (let set = 0; codes !== undefined && set < 2 ** 8; set++) {
    splits.push(rows.filter((row) => (set >> (codes[row]! + 1)) & 1));
  }
  return splits.filter((left) => left.length >= least && rows.length - left.length >= least);
}

/** Whether every split is the best, or merely gains what it says. */
interface Expected {
  readonly gini: boolean;
  readonly best: boolean;
}

/** Looks at every node with the rows that come by. @returns how many were split */
function checkTree(model: ForestModel, data: Data, { gini, best }: Expected): number {
  const { trees } = model.grown;
  const met = Array.from(data.values.keys(), (row) => walk(model, data.frame, row));
  let splits = 0;
  for (const [node, asked] of trees.column.entries()) {
    const rows = [...data.values.keys()].filter((row) => met[row]!.includes(node));
    const weight = rows.reduce((sum, row) => sum + data.weight[row]!, 0);
    expect(trees.cover[node]).toBeCloseTo(weight, 9);
    const own = impurity(rows, data, gini);
    const gainOf = (left: readonly number[]) => {
      const right = rows.filter((row) => !left.includes(row));
      return own - impurity(left, data, gini) - impurity(right, data, gini);
    };
    const most = Math.max(...allSplits(rows, data).map(gainOf));
    if (asked < 0) {
      const { maxDepth } = model.card.options;
      const deep = maxDepth === met[rows[0]!]!.length - 1;
      expect(deep || own < 1e-9 || most === Number.NEGATIVE_INFINITY).toBe(true);
      continue;
    }
    splits += 1;
    const left = rows.filter((row) => met[row]!.includes(trees.left[node]!));
    expect(trees.gain[node]).toBeCloseTo(gainOf(left), 9);
    if (best) expect(trees.gain[node]).toBeCloseTo(most, 9);
    else expect(trees.gain[node]).toBeLessThan(most + 1e-9);
  }
  return splits;
}

/** Nodes that a row meets. */
function walk(model: ForestModel, frame: Frame, row: number): number[] {
  const { trees } = model.grown;
  const met = [0];
  for (let node = 0; trees.column[node]! >= 0; met.push(node)) {
    const column = frame.column(model.schema.columns[trees.column[node]!]!.name);
    let right: boolean;
    if (column.kind === "category") {
      const code = column.codes[row]!;
      const bin = code < 0 ? 0 : trees.categoryBins[trees.column[node]!]![code]!;
      right = ((trees.sets[trees.set[node]! * 32 + (bin >> 3)]! >> (bin & 7)) & 1) === 1;
    } else {
      const value = column.values[row]!;
      right = Number.isNaN(value) ? trees.missingLeft[node] === 0 : value > trees.threshold[node]!;
    }
    node = trees.left[node]! + (right ? 1 : 0);
  }
  return met;
}

describe("every split of a tree", () => {
  it("of values is the best there is, sets of categories and missing values included", async () => {
    for (const seed of [1, 2, 3]) {
      const data = draw(seed);
      const { frame, weight, values } = data;
      const options = { minSamplesLeaf: least, maxDepth: 4 };
      const model = await decisionTreeRegression.fit(frame, values, options, { weight });
      expect(checkTree(model, data, { gini: false, best: true })).toBeGreaterThan(8);
    }
  });

  it("of classes gains what it says, and leaves are pure or too small", async () => {
    // An order of categories need not hold the best set where there are several classes.
    for (const [seed, names, best] of [
      [4, ["a", "b"], true],
      [5, ["a", "b", "place"], false],
    ] as const) {
      const { frame: whole, weight, classes, values } = draw(seed);
      const frame = whole.select(names);
      const options = { minSamplesLeaf: least };
      const model = await decisionTreeMulticlass.fit(frame, classes, options, { weight });
      const data = { frame, weight, classes, values };
      expect(checkTree(model, data, { gini: true, best })).toBeGreaterThan(10);
    }
  });
});

const small = new Frame([
  numberColumn("plays", Float64Array.of(1, 2, 3, 4, 5, 6, Number.NaN, 8)),
  categoryColumn("from <b>", ["a", "b", "a", "b", "c&d", "c&d", null, "c&d"]),
]);

describe("a tree that is shown", () => {
  it("is text, a line a node", async () => {
    const values = [1, 1, 2, 5, 9, 9, 4, 9];
    const tree = await decisionTreeRegression.fit(small, values, { maxDepth: 2 });
    expect(printTree(tree)).toBe(
      [
        "all: 8 rows, mean 5",
        "├ from <b> is a, b, missing or new: 5 rows, mean 2.6",
        "│ ├ plays ≤ 3.5: 3 rows, mean 1.33333",
        "│ └ plays > 3.5 or missing: 2 rows, mean 4.5",
        "└ from <b> is c&d: 3 rows, mean 9",
        "",
      ].join("\n"),
    );
    expect(printTree(tree, { maxDepth: 0 })).toBe("all: 8 rows, mean 5 (4 nodes below)\n");
    const shares = await decisionTree.fit(small.drop(["from <b>"]), [0, 0, 0, 0, 0, 0, 1, 0]);
    expect(printTree(shares)).toBe(
      "all: 8 rows, shares 0.875 0.125\n" +
        "├ plays is known: 7 rows, shares 1.000 0.000\n" +
        "└ plays is missing: 1 row, shares 0.000 1.000\n",
    );
  });

  it("is SVG, with every name escaped and every class of its colour", async () => {
    const frame = small.with([numberColumn('"<script>\u0000', small.numbers("plays"))]);
    const options = { maxDepth: 3 };
    const tree = await decisionTreeMulticlass.fit(frame, [0, 1, 0, 1, 2, 2, 1, 2], options);
    const svg = drawTree(tree, { title: "<who & why>" });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
    expect(svg).toContain("<title>&lt;who &amp; why&gt;</title>");
    expect(svg).toContain("from &lt;b&gt; is");
    for (const raw of ["<script", "<b>", "\u0000"]) expect(svg).not.toContain(raw);
    const opened = svg.match(/<[a-z]+[ >]/g)?.length;
    expect(svg.match(/<\/[a-z]+>/g)?.length).toBe(opened);
    const nodes = tree.grown.trees.column.length;
    expect(svg.match(/<g>/g)?.length).toBe(nodes);
    expect(svg.match(/>yes</g)?.length).toBe((nodes - 1) / 2);
    expect(svg.match(/class 1: 100.0 %/g)?.length).toBe(1);
    expect(drawTree(tree, { maxDepth: 0 })).toContain("more below");
  });

  it("LEARNER_OPTION where there is more than one", async () => {
    const target = [0, 1, 0, 1, 1, 1, 0, 1];
    const forest = await randomForest.fit(small, target, { trees: 2 });
    for (const show of [printTree, drawTree]) {
      expect(() => show(forest)).toThrow(expect.objectContaining({ code: "LEARNER_OPTION" }));
    }
    const one = await randomForest.fit(small, target, { trees: 1 });
    expect(printTree(one)).toContain("all: ");
  });
});

describe("a price on leaves", () => {
  it("leaves the smallest of the cheapest subtrees", async () => {
    const { frame, values } = draw(6);
    const whole = await decisionTreeRegression.fit(frame, values);
    let leaves = whole.card.summary["leaves"] as number;
    for (const leafPrice of [0.001, 0.01, 0.1, 1, 100]) {
      const pruned = await decisionTreeRegression.fit(frame, values, { leafPrice });
      const left = pruned.card.summary["leaves"] as number;
      expect(left).toBeLessThanOrEqual(leaves);
      leaves = left;
      decisionTreeRegression.restore(pruned.card, pruned.state());
    }
    expect(leaves).toBe(1);
  });
});
