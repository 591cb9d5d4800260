import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Frame, numberColumn } from "../../frame/index.js";
import type { ForestModel } from "../forest/model.js";
import { decisionTree, decisionTreeMulticlass, decisionTreeRegression } from "./cart.js";
import { nodeValues } from "./node-values.js";

interface GoldenNode {
  readonly rows: number;
  readonly value: readonly number[];
  readonly column?: number;
  readonly gain?: number;
}

interface Case {
  readonly name: string;
  readonly options: Readonly<Record<string, number | string>>;
  readonly columns: readonly (readonly (number | null)[])[];
  readonly target: readonly number[];
  readonly weight: readonly number[] | null;
  readonly leaves: number;
  readonly nodes: readonly GoldenNode[];
}

const file = new URL("./fixtures/trees.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };

const names: Readonly<Record<string, string>> = {
  min_samples_leaf: "minSamplesLeaf",
  min_samples_split: "minSamplesSplit",
  max_depth: "maxDepth",
  ccp_alpha: "leafPrice",
  criterion: "criterion",
};

/** Nodes as the fixture tells them: a node, what is left of it, what is right of it. */
function preorder(model: ForestModel): GoldenNode[] {
  const { trees } = model.grown;
  const outputs = model.card.outputs.length;
  const values = nodeValues(model.grown, outputs);
  const binary = model.card.task === "classification" && outputs === 1;
  const nodes: GoldenNode[] = [];
  const waiting = [0];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const own = Array.from(values.subarray(node * outputs, (node + 1) * outputs));
    const value = binary ? [1 - own[0]!, own[0]!] : own;
    const rows = trees.cover[node]!;
    const column = trees.column[node]!;
    nodes.push(column < 0 ? { rows, value } : { rows, value, column, gain: trees.gain[node]! });
    if (column >= 0) waiting.push(trees.left[node]! + 1, trees.left[node]!);
  }
  return nodes;
}

describe("a tree is scikit-learn's, where every value has its bin", () => {
  it.each(cases.map((one) => [one.name, one] as const))("%s", async (name, one) => {
    const several = name.includes("three") ? decisionTreeMulticlass : decisionTree;
    const learner = name.startsWith("values") ? decisionTreeRegression : several;
    const frame = new Frame(
      one.columns.map((values, k) =>
        numberColumn(
          `c${k}`,
          Float64Array.from(values, (value) => value ?? Number.NaN),
        ),
      ),
    );
    const options = Object.entries(one.options).map(([option, value]) => [names[option], value]);
    const extras = one.weight === null ? {} : { weight: one.weight };
    const fit = learner.fit as typeof decisionTree.fit;
    const model = await fit(frame, one.target, Object.fromEntries(options), extras);
    const found = preorder(model);
    expect(model.card.summary["leaves"]).toBe(one.leaves);
    expect(found.map(({ column }) => column)).toEqual(one.nodes.map(({ column }) => column));
    for (const [place, node] of one.nodes.entries()) {
      const { rows, value, gain } = found[place]!;
      expect(rows).toBeCloseTo(node.rows, 9);
      for (const [k, share] of node.value.entries()) expect(value[k]).toBeCloseTo(share, 8);
      if (node.gain !== undefined) expect(gain).toBeCloseTo(node.gain, 5);
    }
  });
});
