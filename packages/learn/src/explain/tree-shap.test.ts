import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../foundation/index.js";
import { categoryColumn, Frame, numberColumn } from "../frame/index.js";
import {
  boosting,
  boostingMulticlass,
  boostingRegression,
  nextNode,
  treeRow,
} from "../learners/index.js";
import { gaussRule } from "./gauss.js";
import { type ExplainedTrees, explainTrees } from "./index.js";
import { sumPaths } from "./path-reference.js";
import { walkPaths } from "./walk-reference.js";

interface Case {
  readonly name: string;
  readonly objective: string;
  readonly rounds: number;
  readonly options: Readonly<Record<string, number>>;
  readonly columns: readonly (readonly (number | null)[])[];
  readonly target: readonly number[];
  readonly contributions: readonly (readonly number[])[];
}

const file = new URL("../learners/boosting/fixtures/lightgbm.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };

function draw(rows: number, seed: number): Frame {
  const random = new RandomStream(seed, "shap test");
  const numbers = () =>
    Float64Array.from({ length: rows }, () =>
      random.uniform() < 0.1 ? Number.NaN : random.normal(),
    );
  const towns = Array.from({ length: rows }, () => `town ${random.below(9)}`);
  return new Frame([
    ...["a", "b", "c", "d"].map((name) => numberColumn(name, numbers())),
    categoryColumn("town", towns),
    numberColumn("unused", new Float64Array(rows)),
  ]);
}

function targetOf(frame: Frame): Float64Array {
  const [a, b, c] = ["a", "b", "c"].map((name) => frame.numbers(name));
  const { codes } = frame.categories("town");
  return Float64Array.from(codes, (code, row) => {
    const known = (values: ArrayLike<number>) => values[row]! || 0;
    return known(a!) * known(b!) + 2 * known(c!) + (code % 3) > 0.8 ? 1 : 0;
  });
}

/** Mean margin where only some columns are known: the game whose Shapley values are asked for. */
function expected(
  model: ExplainedTrees,
  row: Float64Array,
  known: (column: number) => boolean,
): number {
  const { column, left, value, cover, starts } = model.trees;
  const mean = (node: number): number => {
    if (column[node]! < 0) return value[node]!;
    if (known(column[node]!)) return mean(nextNode(model.trees, node, row[column[node]!]!));
    const child = left[node]!;
    const share = cover[child]! / (cover[child]! + cover[child + 1]!);
    return share * mean(child) + (1 - share) * mean(child + 1);
  };
  let sum = model.start[0]!;
  for (let tree = 0; tree + 1 < starts.length; tree++) sum += mean(starts[tree]!);
  return sum;
}

/** Shapley values by their definition, over all subsets of columns. */
function byDefinition(model: ExplainedTrees, row: Float64Array): Float64Array {
  const count = row.length;
  const worth = Array.from({ length: 2 ** count }, (_, set) =>
    expected(model, row, (column) => ((set >> column) & 1) === 1),
  );
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  return Float64Array.from(row, (_, column) => {
    let sum = 0;
    for (let set = 0; set < 2 ** count; set++) {
      if ((set >> column) & 1) continue;
      const size = set.toString(2).replaceAll("0", "").length;
      const weight = (factorial(size) * factorial(count - size - 1)) / factorial(count);
      sum += weight * (worth[set | (1 << column)]! - worth[set]!);
    }
    return sum;
  });
}

describe("Gauss's rule", () => {
  it.each([1, 2, 3, 8, 32])("of %i points is exact up to its degree", (count) => {
    const { points, weights } = gaussRule(count);
    for (let degree = 0; degree < 2 * count; degree++) {
      const sum = points.reduce((total, t, k) => total + weights[k]! * t ** degree, 0);
      expect(sum).toBeCloseTo(1 / (degree + 1), 14);
    }
  });
});

describe("path-dependent tree SHAP", () => {
  const frame = draw(1200, 1);

  it("is what the definition gives, by brute force", async () => {
    const options = { rounds: 8, maxLeaves: 12 };
    const model = await boosting.fit(frame, targetOf(frame), options);
    const rows = frame.view(0, 12);
    const { values, columns } = await explainTrees(model, rows);
    expect(columns).toEqual(frame.names);
    const bins = model.trees.categoryBins[4]!;
    for (let at = 0; at < 12; at++) {
      const row = Float64Array.from(rows.columns, (column) =>
        column.kind === "number" ? column.values[at]! : bins[column.codes[at]!]!,
      );
      const exact = byDefinition(model, row);
      for (let k = 0; k < 6; k++) expect(values[at * 6 + k]).toBeCloseTo(exact[k]!, 11);
      expect(values[at * 6 + 5]).toBe(0);
    }
  });

  it.each([0, 1])("has the bits of its scalar reference, and the values of a walk", async (l2) => {
    const target = targetOf(frame).map((y, row) => y + 0.001 * (row % 7));
    const options = { rounds: 6, maxLeaves: 40, minRows: 1, l2 };
    const model = await boostingRegression.fit(frame, target, options);
    const rows = frame.view(3, 34);
    const { values } = await explainTrees(model, rows);
    const row = new Float64Array(6);
    for (let at = 0; at < 31; at++) {
      treeRow(model.trees, rows.columns, at, row);
      const own = values.subarray(at * 6, at * 6 + 6);
      const summed = new Float64Array(6);
      sumPaths(model.trees, 0, row, summed);
      expect(own).toEqual(summed);
      const walked = new Float64Array(6);
      walkPaths(model.trees, 0, row, walked);
      for (let k = 0; k < 6; k++) expect(own[k]).toBeCloseTo(walked[k]!, 12);
    }
  });

  it("gives the same bits on one thread and on three", async () => {
    const model = await boosting.fit(frame, targetOf(frame), { rounds: 60, maxLeaves: 60 });
    const [one, three] = [1, 3].map((threads) => explainTrees(model, frame, { threads }));
    expect((await three!).values).toEqual((await one!).values);
  });

  it.each([
    ["16 levels", 16, 1e-9],
    ["64 levels", 64, 1e-6],
  ])("sums to the margin, down to %s", async (_, maxDepth, most) => {
    const target = targetOf(frame).map((y, row) => y + 0.001 * row);
    const options = { rounds: 10, maxLeaves: 300, maxDepth, minRows: 1, learningRate: 0.5 };
    const model = await boostingRegression.fit(frame, target, options);
    const rows = frame.view(0, 20);
    const { base, values } = await explainTrees(model, rows);
    const margins = await model.margins(rows);
    for (let at = 0; at < 20; at++) {
      const sum = values.subarray(at * 6, at * 6 + 6).reduce((a, b) => a + b, base);
      expect(Math.abs(sum - margins[at]!)).toBeLessThan(most);
    }
  });

  it("explains each output of several classes", async () => {
    const target = targetOf(frame).map((y, row) => y + (row % 2));
    const model = await boostingMulticlass.fit(frame, target, { rounds: 5 });
    const rows = frame.view(0, 5);
    const margins = await model.margins(rows);
    for (const output of [0, 1, 2]) {
      const { base, values } = await explainTrees(model, rows, { output });
      const sum = values.subarray(6, 12).reduce((a, b) => a + b, base);
      expect(sum).toBeCloseTo(margins[3 + output]!, 10);
    }
  });

  it("says how far it is", async () => {
    const model = await boosting.fit(frame, targetOf(frame), { rounds: 2 });
    const seen: number[] = [];
    await explainTrees(model, frame, { onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBeCloseTo(frame.rowCount, 9);
  });

  it("refuses outputs that there are not, and tables too large", async () => {
    const model = await boosting.fit(frame, targetOf(frame), { rounds: 1 });
    await expect(explainTrees(model, frame, { output: 1 })).rejects.toMatchObject({
      code: "EXPLAIN_OUTPUT",
    });
    await expect(explainTrees(model, frame, { memoryLimitBytes: 1000 })).rejects.toMatchObject({
      code: "EXPLAIN_MEMORY",
    });
  });

  it("stops on the way", async () => {
    const model = await boosting.fit(frame, targetOf(frame), { rounds: 2 });
    const stop = new AbortController();
    const seen: number[] = [];
    const explained = explainTrees(model, frame, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        stop.abort();
      },
    });
    await expect(explained).rejects.toMatchObject({ code: "LEARN_STOPPED" });
    expect(seen.length).toBe(1);
  });

  it("stops with LEARN_STOPPED", async () => {
    const model = await boosting.fit(frame, targetOf(frame), { rounds: 2 });
    const signal = AbortSignal.abort();
    await expect(explainTrees(model, frame, { signal })).rejects.toMatchObject({
      code: "LEARN_STOPPED",
    });
  });
});

describe("contributions are LightGBM's, where trees are the same", () => {
  // A row also goes down branches that it does not reach, and there a threshold may stand anywhere
  // between two training values: of the cases this one has the same thresholds throughout.
  const whole = cases.filter(({ name }) => name === "three classes");

  it.each(whole.map((one) => [one.name, one] as const))("%s", async (_, one) => {
    const frame = new Frame(
      one.columns.map((column, k) =>
        numberColumn(
          `c${k}`,
          Float64Array.from(column, (value) => value ?? Number.NaN),
        ),
      ),
    );
    const learners = { binary: boosting, regression: boostingRegression };
    const learner = learners[one.objective as keyof typeof learners] ?? boostingMulticlass;
    const model = await learner.fit(frame, one.target, {
      rounds: one.rounds,
      maxLeaves: 15,
      l2: one.options["lambda_l2"] ?? 0,
      minRows: one.options["min_data_in_leaf"] ?? 20,
      minHessian: one.options["min_sum_hessian_in_leaf"] ?? 1e-3,
    });
    const rows = frame.view(0, one.contributions.length);
    for (let output = 0; output < model.start.length; output++) {
      const { base, values } = await explainTrees(model, rows, { output });
      for (const [at, told] of one.contributions.entries()) {
        const own = told.slice(output * 6, output * 6 + 6);
        for (let k = 0; k < 5; k++) expect(values[at * 5 + k]).toBeCloseTo(own[k]!, 6);
        expect(base).toBeCloseTo(own[5]!, 6);
      }
    }
  });
});
