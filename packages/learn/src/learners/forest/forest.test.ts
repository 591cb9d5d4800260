import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../foundation/index.js";
import type { Frame } from "../../frame/index.js";
import { rocAuc } from "../../metrics/index.js";
import { drawTreeWorld, fingerprint } from "../tree/tree-world.fixture.js";
import {
  extraTrees,
  extraTreesRegression,
  randomForest,
  randomForestMulticlass,
  randomForestRegression,
} from "./forest.js";
import { forestWords } from "./forest-memory.js";
import type { ForestModel } from "./model.js";
import { growMoreTrees } from "./more-trees.js";

const draw = (rows: number, seed: number) =>
  drawTreeWorld(rows, seed, { purpose: "forest test", weights: [2, 1] });

describe("the memory of a fit", () => {
  it("has the fields of the kernels, in their order", () => {
    const file = new URL("../../../assembly/forest-plan.ts", import.meta.url);
    const [body] = /export class Forest \{[^}]*/.exec(readFileSync(file, "utf8")) ?? [""];
    const fields = [...body.matchAll(/^ {2}(\w+): (\w+);/gm)];
    expect(fields.map(([, name]) => name)).toEqual(forestWords);
    expect(new Set(fields.map(([, , type]) => type))).toEqual(new Set(["i32", "u32", "usize"]));
  });
});

/** The same on every version of Node too: change them only with what a fit computes. */
const prints = {
  "two classes": "650351e97ac6b12ddbd1deea4bc476cc891ba2f63c3de68919c346e5de95f236",
  "extra trees by entropy": "0b3825a12a3b96c355d52cf2321ecbd849878d2865269a6947868539525b9a6d",
  "several classes": "5c687d47c51f393141f7276341148fcbfcb40d16d8f3eca350bf2c3637e91dbd",
  values: "e7c0f1a7b37805cc6b4dad831b20a635b52efac5f3bb0ae23471160e3faa78c9",
};

describe("the same bytes on any number of threads", () => {
  const { frame, target } = draw(20_000, 1);
  const weight = Float64Array.from(target, (_, row) => 1 + (row % 4) / 2);
  const common = { trees: 16, minSamplesLeaf: 40, maxFeatures: 3 };
  const fits = {
    "two classes": [randomForest, target, common],
    "extra trees by entropy": [
      extraTrees,
      target,
      { ...common, bootstrap: true, outOfBag: true, criterion: "entropy" },
    ],
    "several classes": [randomForestMulticlass, target.map((y, row) => y + (row % 2)), common],
    values: [randomForestRegression, target.map((y, row) => y + (row % 7)), common],
  } as const;

  it.each(Object.keys(fits) as (keyof typeof fits)[])("%s", async (name) => {
    const [learner, targets, options] = fits[name];
    const weights = name === "two classes" ? {} : { weight };
    let outOfBag: Float64Array | undefined;
    for (const threads of [1, 2, 4]) {
      const model = await learner.fit(frame, targets, options, { ...weights, threads });
      expect(fingerprint(model)).toBe(prints[name]);
      outOfBag ??= model.outOfBag;
      expect(model.outOfBag).toEqual(outOfBag);
    }
  });
});

/** assembly/random.ts once more: which rows a tree draws. */
function drawCounts(rows: number, seed: number, tree: number): Uint8Array {
  const mix = (word: number): number => {
    let x = word;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return x ^ (x >>> 16);
  };
  const first = mix(mix(seed + 0x9e3779b9));
  const salt = mix(first + mix(Math.imul(11, 0x632be5ab) + tree));
  const counts = new Uint8Array(rows);
  for (let item = 0; item < rows; item++) {
    const word = mix(Math.imul(item, 0x9e3779b1) + salt) >>> 0;
    counts[Math.floor((word * rows) / 4294967296)]! += 1;
  }
  return counts;
}

describe("a forest", () => {
  it("finds interactions, missing values and categories", async () => {
    const { frame, target } = draw(3000, 3);
    const test = draw(3000, 4);
    const bound = rocAuc(test.target, test.margin);
    for (const learner of [randomForest, extraTrees]) {
      const model = await learner.fit(frame, target, { minSamplesLeaf: 3 });
      const auc = rocAuc(test.target, await model.predict(test.frame));
      expect(auc).toBeGreaterThan(bound - 0.06);
      const without = await learner.fit(frame.drop(["place", "c"]), target, { minSamplesLeaf: 3 });
      expect(rocAuc(test.target, await without.predict(test.frame))).toBeLessThan(auc - 0.03);
    }
  });

  it("judges rows by the trees that had not drawn them, and by no other", async () => {
    const { frame, target } = draw(300, 5);
    const options = { trees: 7, seed: 9 };
    const classes = target.map((y, row) => y + (row % 2));
    const fits = [
      await randomForest.fit(frame, target, options),
      await randomForestRegression.fit(frame, target, { ...options, maxFeatures: 2 }),
      await randomForestMulticlass.fit(frame, classes, options),
    ];
    for (const model of fits) {
      const outputs = model.card.outputs.length;
      const sums = new Float64Array(300 * outputs);
      const trees = new Float64Array(300);
      for (let tree = 0; tree < 7; tree++) {
        const { starts } = model.grown.trees;
        const one = { ...model.grown.trees, starts: starts.slice(tree, tree + 2) };
        const counts = drawCounts(300, 9, tree);
        const alone = model.grown.shares === undefined ? one : undefined;
        for (let row = 0; row < 300; row++) {
          if (counts[row] !== 0) continue;
          trees[row]! += 1;
          const leaf = leafOf(one, model, frame, row);
          for (let k = 0; k < outputs; k++) {
            sums[row * outputs + k]! +=
              alone === undefined ? model.grown.shares![leaf * outputs + k]! : leaf;
          }
        }
      }
      const expected = sums.map((sum, at) => sum / trees[Math.floor(at / outputs)]!);
      expect(trees.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(600);
      for (const [at, value] of expected.entries()) {
        if (Number.isNaN(value)) expect(model.outOfBag![at]).toBeNaN();
        else expect(model.outOfBag![at]).toBeCloseTo(value, 10);
      }
    }
  });

  it("judges rows out of bag as it does rows that it has never seen", async () => {
    const { frame, target } = draw(2500, 6);
    const test = draw(2500, 7);
    const model = await randomForest.fit(frame, target, { trees: 200, minSamplesLeaf: 5 });
    const auc = rocAuc(test.target, await model.predict(test.frame));
    const { outOfBagRocAuc, outOfBagRows } = model.card.summary;
    expect(outOfBagRows).toBe(2500);
    expect(Math.abs((outOfBagRocAuc as number) - auc)).toBeLessThan(0.02);
  });

  it("of two classes counted as several is the same forest", async () => {
    const { frame, target } = draw(800, 8);
    const random = new RandomStream(8, "weights without ties");
    const extras = { weight: target.map(() => 0.5 + random.uniform()) };
    for (const criterion of ["gini", "entropy"] as const) {
      const options = { trees: 10, criterion, minSamplesLeaf: 20 };
      const numbers = frame.drop(["place"]);
      const two = await randomForest.fit(numbers, target, options, extras);
      const several = await randomForestMulticlass.fit(numbers, target, options, extras);
      const [p, shares] = [await two.predict(frame), await several.predict(frame)];
      for (const [row, value] of p.entries()) expect(shares[2 * row + 1]).toBeCloseTo(value, 12);
      const gains = (model: ForestModel) => model.grown.trees.gain.reduce((sum, g) => sum + g, 0);
      expect(gains(two) / gains(several)).toBeCloseTo(1, 9);
    }
  });

  it("takes weight k as k equal rows, where bins are exact and all rows are used", async () => {
    const { frame, target } = draw(200, 10);
    const weight = Float64Array.from(target, (_, row) => 1 + (row % 3));
    const rows = Array.from(weight, (times, row) => Array<number>(times).fill(row)).flat();
    const repeated = rows.map((row) => target[row]!);
    for (const learner of [extraTrees, extraTreesRegression]) {
      const weighed = await learner.fit(frame, target, { trees: 5 }, { weight });
      const again = await learner.fit(frame.take(rows), repeated, { trees: 5 });
      const halved = await learner.fit(
        frame,
        target,
        { trees: 5 },
        { weight: weight.map((w) => w / 3) },
      );
      const expected = await again.predict(frame);
      for (const model of [weighed, halved]) {
        const found = await model.predict(frame);
        for (const [row, value] of found.entries()) expect(value).toBeCloseTo(expected[row]!, 12);
      }
    }
  });

  it("keeps leaves as large and trees as deep as it was told, each row counted once", async () => {
    const { frame, target } = draw(1500, 11);
    const options = { trees: 4, maxDepth: 4, minSamplesLeaf: 40, minSamplesSplit: 100 };
    for (const bootstrap of [false, true]) {
      const model = await randomForest.fit(frame, target, { ...options, bootstrap });
      const { trees } = model.grown;
      for (let tree = 0; tree < 4; tree++) {
        expect(trees.starts[tree + 1]! - trees.starts[tree]!).toBeLessThanOrEqual(31);
        const drawn = drawCounts(1500, 0, tree);
        const rows = new Map<number, number>();
        for (let row = 0; row < 1500; row++) {
          if (bootstrap && drawn[row] === 0) continue;
          const one = { ...trees, starts: trees.starts.slice(tree, tree + 2) };
          const leaf = leafNode(one, model, frame, row);
          rows.set(leaf, (rows.get(leaf) ?? 0) + 1);
        }
        expect(Math.min(...rows.values())).toBeGreaterThanOrEqual(40);
      }
    }
  });

  it("scores a row, a small table and a large one to the same bits", async () => {
    const { frame, target } = draw(400, 16);
    const classes = target.map((y, row) => y + (row % 2));
    const many = draw(12_000, 17).frame;
    for (const model of [
      await extraTrees.fit(frame, target, { trees: 15 }),
      await randomForestMulticlass.fit(frame, classes, { trees: 15 }),
      await randomForestRegression.fit(frame, classes, { trees: 15 }),
    ]) {
      const outputs = model.card.outputs.length;
      const large = await model.predict(many);
      const small = await model.predict(many.view(11_900));
      expect(small).toEqual(large.slice(11_900 * outputs));
      for (let row = 11_900; row < 12_000; row++) {
        for (let k = 0; k < outputs; k++) {
          expect(model.predictRow(many.row(row), k)).toBe(large[row * outputs + k]);
        }
      }
    }
  });

  it("grows on where it was left", async () => {
    const { frame, target } = draw(600, 12);
    const classes = target.map((y, row) => y + (row % 2));
    const fits = [
      [randomForest, target],
      [randomForestMulticlass, classes],
      [randomForestRegression, classes],
    ] as const;
    for (const [learner, targets] of fits) {
      const options = { trees: 4, maxFeatures: 2, outOfBag: false };
      const few = await learner.fit(frame, targets, options);
      const restored = learner.restore(few.card, few.state());
      const grown = await growMoreTrees(restored, { frame, target: targets, more: 3 });
      const atOnce = await learner.fit(frame, targets, { ...options, trees: 7 });
      expect(fingerprint(grown)).toBe(fingerprint(atOnce));
      const other = draw(500, 13);
      const mixed = await growMoreTrees(few, { frame: other.frame, target: other.target, more: 2 });
      expect(mixed.card.summary).toMatchObject({ trees: 6 });
      expect((await mixed.predict(frame)).every(Number.isFinite)).toBe(true);
      learner.restore(mixed.card, mixed.state());
    }
  });
});

/** Node that a row ends at, by the ensemble's own words. */
function leafNode(
  trees: ForestModel["trees"],
  model: ForestModel,
  frame: Frame,
  row: number,
): number {
  let node = trees.starts[0]!;
  for (let asked = trees.column[node]!; asked >= 0; asked = trees.column[node]!) {
    const column = frame.column(model.schema.columns[asked]!.name);
    let right: boolean;
    if (column.kind === "category") {
      const own = column.codes[row]!;
      const bin = own < 0 ? 0 : trees.categoryBins[asked]![own]!;
      right = ((trees.sets[trees.set[node]! * 32 + (bin >> 3)]! >> (bin & 7)) & 1) === 1;
    } else {
      const value = column.values[row]!;
      right = Number.isNaN(value) ? trees.missingLeft[node] === 0 : value > trees.threshold[node]!;
    }
    node = trees.left[node]! + (right ? 1 : 0);
  }
  return node;
}

function leafOf(
  trees: ForestModel["trees"],
  model: ForestModel,
  frame: Frame,
  row: number,
): number {
  return trees.value[leafNode(trees, model, frame, row)]!;
}
